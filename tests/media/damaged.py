"""Pictures as they come out of the world: broken off, with wrong sums, with rubbish about them."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from staydown.media.picture import Pixels
from tests.media.files import png_chunk, saved
from tests.media.oriented import segment


def _saved(pixels: Pixels, kind: str, **options: object) -> bytes:
    return saved(Image.fromarray(pixels), kind, **options)


def packed_tiff(pixels: Pixels) -> bytes:
    """A TIFF of strips packed one by one, which begins with what says where they are."""
    height, width = pixels.shape[:2]
    strips = [zlib.compress(pixels[top : top + 16].tobytes()) for top in range(0, height, 16)]
    entries = [
        (256, 3, 1, width), (257, 3, 1, height), (258, 3, 3, 0), (259, 3, 1, 8), (262, 3, 1, 2),
        (273, 4, len(strips), 0), (277, 3, 1, 3), (278, 3, 1, 16), (279, 4, len(strips), 0),
    ]  # fmt: skip
    bits = 8 + 2 + 12 * len(entries) + 4
    offsets, sizes = bits + 6, bits + 6 + 4 * len(strips)
    at = sizes + 4 * len(strips)
    places = {258: bits, 273: offsets, 279: sizes}
    head = b"II*\0" + struct.pack("<IH", 8, len(entries))
    for tag, kind, count, value in entries:
        head += struct.pack("<HHII", tag, kind, count, places.get(tag, value))
    head += bytes(4) + struct.pack("<HHH", 8, 8, 8)
    for strip in strips:
        head, at = head + struct.pack("<I", at), at + len(strip)
    head += b"".join(struct.pack("<I", len(strip)) for strip in strips)
    return head + b"".join(strips)


def interlaced(pixels: Pixels) -> bytes:
    """A PNG in seven passes."""
    height, width = pixels.shape[:2]
    rows = b""
    for x, y, across, down in (
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
    ):  # fmt: skip
        part = pixels[y::down, x::across]
        if part.size:
            rows += b"".join(b"\0" + row.tobytes() for row in part)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


#: Formats and ways of storing that can break off.
STORED: dict[str, Callable[[Pixels], bytes]] = {
    "jpeg": lambda pixels: _saved(pixels, "JPEG", quality=88),
    "jpeg progressive": lambda pixels: _saved(pixels, "JPEG", quality=88, progressive=True),
    "jpeg restarts": lambda pixels: _saved(pixels, "JPEG", quality=88, restart_marker_rows=1),
    "jpeg cmyk": lambda pixels: saved(Image.fromarray(pixels).convert("CMYK"), "JPEG", quality=88),
    "png": lambda pixels: _saved(pixels, "PNG"),
    "png interlaced": interlaced,
    "png palette": lambda pixels: saved(Image.fromarray(pixels).quantize(64), "PNG"),
    "gif": lambda pixels: saved(Image.fromarray(pixels).quantize(256), "GIF"),
    "webp": lambda pixels: _saved(pixels, "WEBP", quality=88),
    "webp lossless": lambda pixels: _saved(pixels, "WEBP", lossless=True),
    "bmp": lambda pixels: _saved(pixels, "BMP"),
    "tiff": lambda pixels: _saved(pixels, "TIFF"),
    "tiff deflate": packed_tiff,
    "avif": lambda pixels: _saved(pixels, "AVIF", quality=80),
}


def chunks_of(data: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """The chunks of a sound PNG: name, body, sum."""
    found, at = [], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 8 + length
        found.append((data[at + 4 : at + 8], data[at + 8 : end], data[end : end + 4]))
        at = end + 4
    return found


def png_of(chunks: list[tuple[bytes, bytes, bytes]]) -> bytes:
    """A PNG of chunks whose sums are as given, right or wrong."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + total for name, body, total in chunks
    )


def wrong_sum(name: bytes) -> Callable[[bytes], bytes]:
    """A PNG where the checksum of one kind of chunk is wrong."""

    def spoilt(data: bytes) -> bytes:
        return png_of(
            [
                (kind, body, bytes([total[0] ^ 1]) + total[1:] if kind == name else total)
                for kind, body, total in chunks_of(data)
            ]
        )

    return spoilt


def wrong_adler(data: bytes) -> bytes:
    """A PNG whose packed pixels have a wrong sum of their own, in chunks whose sums are right."""
    found = chunks_of(data)
    last = max(place for place, chunk in enumerate(found) if chunk[0] == b"IDAT")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        png_chunk(kind, body[:-1] + bytes([body[-1] ^ 1]) if place == last else body)
        for place, (kind, body, _) in enumerate(found)
    )


def with_chunk(name: bytes, body: bytes, *, spoil: bool = False) -> Callable[[bytes], bytes]:
    """A PNG with one more chunk behind its header."""
    made = png_chunk(name, body)
    if spoil:
        made = made[:-1] + bytes([made[-1] ^ 1])
    return lambda data: data[:33] + made + data[33:]


def restarts_renumbered(data: bytes) -> bytes:
    """A JPEG whose restart markers count in the wrong order."""
    out, at = bytearray(data), data.index(b"\xff\xda")
    for number in range(8):
        place = data.find(bytes([0xFF, 0xD0 + number]), at)
        if place >= 0:
            out[place + 1] = 0xD0 + (number + 3) % 8
    return bytes(out)


def dented(data: bytes) -> bytes:
    """Some bytes in the middle are zero, as a bad block on a disk leaves them."""
    at = len(data) // 2
    return data[:at] + bytes(16) + data[at + 16 :]


def odd_scan(data: bytes) -> bytes:
    """A JPEG whose only scan names the frequencies that it has in another way than it should."""
    at = data.index(b"\xff\xda")
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
    return data[: end - 3] + b"\0\0\0" + data[end:]


def second_header(data: bytes) -> bytes:
    """A PNG with another header, too short, behind its pixels."""
    return data[:-12] + png_chunk(b"IHDR", b"") + data[-12:]


def thumbnail_first(data: bytes) -> bytes:
    """A JPEG whose EXIF holds a whole smaller JPEG."""
    small = Image.open(io.BytesIO(data)).convert("RGB").resize((16, 16))
    return (
        data[:2] + segment(b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0" + saved(small, "JPEG")) + data[2:]
    )


#: What is wrong with a file of which kind, and how much of it viewers show all the same.
WHOLE: dict[str, tuple[str, Callable[[bytes], bytes], float]] = {
    "png text's sum": ("png", with_chunk(b"tEXt", b"a\0b", spoil=True), 1.0),
    "png data's sum": ("png", wrong_sum(b"IDAT"), 1.0),
    "png end's sum": ("png", wrong_sum(b"IEND"), 1.0),
    "png header's sum": ("png", wrong_sum(b"IHDR"), 1.0),
    "png sum of the pixels": ("png", wrong_adler, 0.99),
    "png without its end": ("png", lambda data: data[:-12], 1.0),
    "png end broken off": ("png", lambda data: data[:-2], 1.0),
    "png and rubbish": ("png", lambda data: data + b"rubbish" * 99, 1.0),
    "png text of no form": ("png", with_chunk(b"zTXt", b"no end"), 1.0),
    "png profile of no form": ("png", with_chunk(b"iCCP", b"x\0\7rubbish"), 1.0),
    "png short gAMA": ("png", with_chunk(b"gAMA", b"\1"), 1.0),
    "png short pHYs": ("png", with_chunk(b"pHYs", b"\1"), 1.0),
    "png fcTL out of order": ("png", with_chunk(b"fcTL", bytes(26)), 1.0),
    "png a chunk of no name": ("png", with_chunk(b"\0\0\0\0", b""), 1.0),
    "jpeg without its end": ("jpeg", lambda data: data[:-2], 1.0),
    "jpeg odd scan parameters": ("jpeg", odd_scan, 1.0),
    "png second header": ("png", second_header, 1.0),
    "png profile's sum": ("png", with_chunk(b"iCCP", b"x\0\0rubbish", spoil=True), 1.0),
    "jpeg two ends": ("jpeg", lambda data: data + b"\xff\xd9", 1.0),
    "jpeg and rubbish": ("jpeg", lambda data: data + b"rubbish" * 99, 1.0),
    "jpeg and zeros": ("jpeg", lambda data: data + bytes(5000), 1.0),
    "jpeg rubbish between its parts": ("jpeg", lambda data: data[:20] + b"\0\0\0" + data[20:], 1.0),
    "jpeg thumbnail first": ("jpeg", thumbnail_first, 1.0),
    "jpeg restarts renumbered": ("jpeg restarts", restarts_renumbered, 1.0),
    "jpeg dented": ("jpeg", dented, 0.9),
    "jpeg restarts dented": ("jpeg restarts", dented, 1.0),
    "gif without its end": ("gif", lambda data: data[:-1], 1.0),
    "gif and rubbish": ("gif", lambda data: data + b"rubbish" * 99, 1.0),
    "webp wrong size": ("webp", lambda data: data[:4] + b"\0\0\1\0" + data[8:], 1.0),
    "webp size too large": ("webp", lambda data: data[:4] + b"\xff\xff\xff\x0f" + data[8:], 1.0),
    "webp and rubbish": ("webp", lambda data: data + b"rubbish" * 99, 1.0),
    "bmp wrong file size": ("bmp", lambda data: data[:2] + bytes(4) + data[6:], 1.0),
    "bmp and rubbish": ("bmp", lambda data: data + b"rubbish" * 99, 1.0),
    "tiff and rubbish": ("tiff", lambda data: data + b"rubbish" * 99, 1.0),
    "png dented": ("png", dented, 0.5),
}
