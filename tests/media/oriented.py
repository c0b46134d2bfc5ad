"""One picture whose file says in many ways, right and wrong, how it is to be turned."""

import io
import struct
from collections.abc import Callable

import numpy as np
from PIL import Image

from staydown.media.picture import Pixels, turned
from tests.media.files import png_chunk, saved

_SHORT, _LONG, _BYTE = 3, 4, 1


def tiff_block(value: int, kind: int = _SHORT, order: str = "<", count: int = 1) -> bytes:
    """The inside of an EXIF block: one entry, the orientation."""
    size = {_SHORT: order + "HH", _LONG: order + "I", _BYTE: order + "BBH"}[kind]
    packed = struct.pack(size, *[value, 0, 0][: {_SHORT: 2, _LONG: 1, _BYTE: 3}[kind]])
    head = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(order + "IHHHI", 8, 1, 0x112, kind, count)
    return head + entry + packed + bytes(4)


def second_directory(value: int) -> bytes:
    """A block whose thumbnail alone is turned."""
    first = struct.pack("<IHHHII", 8, 1, 0x100, _SHORT, 1, 9) + struct.pack("<I", 26)
    return b"II*\0" + first + struct.pack("<HHHIHHI", 1, 0x112, _SHORT, 1, value, 0, 0)


def segment(body: bytes, marker: int = 0xE1) -> bytes:
    """One part of a JPEG."""
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def app1(block: bytes) -> bytes:
    """A JPEG's EXIF."""
    return segment(b"Exif\0\0" + block)


def _jpeg(pixels: Pixels, **options: object) -> bytes:
    return saved(Image.fromarray(pixels), "JPEG", quality=92, **options)


def jpeg(
    *first: bytes, after_jfif: bool = False, jfif: bool = True, late: bytes = b"", end: bytes = b""
) -> Callable[[Pixels], bytes]:
    """A JPEG with parts before or after JFIF's, before its end, or behind it."""

    def made(pixels: Pixels) -> bytes:
        whole = _jpeg(pixels)
        mark, rest = whole[2:20], whole[20:]
        parts = b"".join(first)
        mark = mark if jfif else b""
        head = mark + parts if after_jfif else parts + mark
        return b"\xff\xd8" + head + rest[:-2] + late + b"\xff\xd9" + end

    return made


def between_scans(block: bytes) -> Callable[[Pixels], bytes]:
    """A progressive JPEG whose EXIF comes behind its first scan."""

    def made(pixels: Pixels) -> bytes:
        whole = _jpeg(pixels, progressive=True)
        at = whole.index(b"\xff\xc4", whole.index(b"\xff\xda"))
        return whole[:at] + app1(block) + whole[at:]

    return made


def with_mpo(block: bytes) -> Callable[[Pixels], bytes]:
    """Two pictures in one, as cameras with two lenses store them."""

    def made(pixels: Pixels) -> bytes:
        image, file = Image.fromarray(pixels), io.BytesIO()
        image.save(
            file, "MPO", save_all=True, append_images=[image], exif=b"Exif\0\0" + block, quality=92
        )
        return file.getvalue()

    return made


def png(*chunks: bytes, late: bool = False) -> Callable[[Pixels], bytes]:
    """A PNG with further parts before its data, or behind it."""

    def made(pixels: Pixels) -> bytes:
        whole = saved(Image.fromarray(pixels), "PNG")
        at = len(whole) - 12 if late else 33
        return whole[:at] + b"".join(chunks) + whole[at:]

    return made


def webp(block: bytes, *, flag: bool = True, lossless: bool = False) -> Callable[[Pixels], bytes]:
    """A WebP with EXIF; ``flag``: whether its header says so."""

    def made(pixels: Pixels) -> bytes:
        whole = bytearray(
            saved(Image.fromarray(pixels), "WEBP", quality=92, lossless=lossless, exif=block)
        )
        if not flag:
            whole[20] &= ~8
        return bytes(whole)

    return made


def avif(turn: int | None = None, flip: int | None = None, exif: int | None = None) -> Callable[
    [Pixels], bytes
]:  # fmt: skip
    """An AVIF with properties ``irot`` and ``imir``, and EXIF besides."""

    def made(pixels: Pixels) -> bytes:
        options = {} if exif is None else {"exif": b"Exif\0\0" + tiff_block(exif)}
        whole = saved(Image.fromarray(pixels), "AVIF", quality=90, **options)
        return with_properties(whole, turn, flip)

    return made


def with_properties(whole: bytes, turn: int | None, flip: int | None) -> bytes:
    """Put ``irot`` and ``imir`` in place of those that an AVIF of one picture has."""
    return whole if turn is None and flip is None else _rewritten(whole, turn, flip)


def _rewritten(whole: bytes, turn: int | None, flip: int | None) -> bytes:
    added = []
    if turn is not None:
        added.append(struct.pack(">I4sB", 9, b"irot", turn))
    if flip is not None:
        added.append(struct.pack(">I4sB", 9, b"imir", flip))
    data = bytearray(whole)
    ipco, ipma = data.index(b"ipco") - 4, data.index(b"ipma") - 4
    size_ipco, size_ipma = (int.from_bytes(data[at : at + 4]) for at in (ipco, ipma))
    known, at = 0, ipco + 8
    while at < ipco + size_ipco:
        at, known = at + int.from_bytes(data[at : at + 4]), known + 1
    numbers = bytes(0x80 | (known + 1 + one) for one in range(len(added)))
    # version 0, flags 0: entry count (4), then item (2), count (1), one byte each
    counted = ipma + 12 + 4 + 2
    grown = len(b"".join(added)) + len(numbers)
    after = ipma + size_ipma
    data[after:after] = numbers
    data[counted] += len(numbers)
    data[ipma : ipma + 4] = (size_ipma + len(numbers)).to_bytes(4)
    data[ipco + size_ipco : ipco + size_ipco] = b"".join(added)
    data[ipco : ipco + 4] = (size_ipco + len(b"".join(added))).to_bytes(4)
    for name in (b"iprp", b"meta"):
        place = data.index(name) - 4
        data[place : place + 4] = (int.from_bytes(data[place : place + 4]) + grown).to_bytes(4)
    return _moved(data, grown)


def _moved(data: bytearray, by: int) -> bytes:
    """Let ``iloc`` point so many bytes further: offsets of 4 bytes, as Pillow writes them."""
    at = data.index(b"iloc") + 4
    version, sizes = data[at], data[at + 4 : at + 6]
    if version != 0 or sizes[0] != 0x44 or sizes[1] >> 4:
        raise AssertionError("another kind of iloc")
    (items,) = struct.unpack_from(">H", data, at + 6)
    at += 8
    for _ in range(items):
        (extents,) = struct.unpack_from(">H", data, at + 4)
        for one in range(extents):
            place = at + 6 + 8 * one
            (offset,) = struct.unpack_from(">I", data, place)
            struct.pack_into(">I", data, place, offset + by)
        at += 6 + 8 * extents
    return bytes(data)


def tiff(value: int, kind: int = _SHORT) -> Callable[[Pixels], bytes]:
    """A TIFF with its own orientation."""

    def made(pixels: Pixels) -> bytes:
        whole = saved(Image.fromarray(pixels), "TIFF", tiffinfo={0x112: value})
        at = whole.index(struct.pack("<HHI", 0x112, _SHORT, 1))
        packed = struct.pack("<HHII", 0x112, kind, 1, value)
        return whole[:at] + packed + whole[at + 12 :]

    return made


_COLOURS = ((220, 30, 30), (30, 200, 30), (30, 30, 220), (220, 220, 220))


def _four_colours() -> Pixels:
    pixels = np.empty((64, 96, 3), dtype=np.uint8)
    for place, colour in enumerate(_COLOURS):
        top, left = 32 * (place // 2), 48 * (place % 2)
        pixels[top : top + 32, left : left + 48] = colour
    return pixels


#: A picture that looks another way under every turn.
FOUR_COLOURS = _four_colours()


def orientation_of(pixels: Pixels) -> int | None:
    """How ``FOUR_COLOURS`` was turned, as EXIF counts."""
    found = _corners(pixels)
    return next((how for how in range(1, 9) if _corners(turned(FOUR_COLOURS, how)) == found), None)


def _corners(pixels: Pixels) -> list[int]:
    height, width = pixels.shape[:2]
    places = [(height * y // 4, width * x // 4) for y in (1, 3) for x in (1, 3)]
    near = [np.abs(np.array(_COLOURS) - pixels[place][:3].astype(int)).sum(1) for place in places]
    return [int(one.argmin()) for one in near]


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
_RAW = b"\nexif\n      %d\n" % len(tiff_block(6)) + (b"Exif\0\0" + tiff_block(6)).hex().encode()

#: Each way, by name, and the orientation that Chromium gives it (156, in pages and in workers). No
#: browser opens a TIFF; viewers go by its tag.
WAYS: dict[str, tuple[Callable[[Pixels], bytes], int]] = {
    **{f"jpeg exif {one}": (jpeg(app1(tiff_block(one))), one) for one in range(1, 9)},
    "jpeg exif 6 big-endian": (jpeg(app1(tiff_block(6, order=">"))), 6),
    "jpeg exif 6 as LONG": (jpeg(app1(tiff_block(6, _LONG))), 1),
    "jpeg exif 6 as LONG big-endian": (jpeg(app1(tiff_block(6, _LONG, ">"))), 1),
    "jpeg exif 6 as BYTE": (jpeg(app1(tiff_block(6, _BYTE))), 1),
    "jpeg exif 6, count 2": (jpeg(app1(tiff_block(6, count=2))), 1),
    "jpeg exif 6, count 0": (jpeg(app1(tiff_block(6, count=0))), 1),
    "jpeg exif 0": (jpeg(app1(tiff_block(0))), 1),
    "jpeg exif 9": (jpeg(app1(tiff_block(9))), 1),
    "jpeg jfif then exif 6": (jpeg(app1(tiff_block(6)), after_jfif=True), 6),
    "jpeg exif 6 without jfif": (jpeg(app1(tiff_block(6)), jfif=False), 6),
    "jpeg exif 6 then 3": (jpeg(app1(tiff_block(6)), app1(tiff_block(3))), 6),
    "jpeg exif 3 then 6": (jpeg(app1(tiff_block(3)), app1(tiff_block(6))), 3),
    "jpeg exif 1 then 6": (jpeg(app1(tiff_block(1)), app1(tiff_block(6))), 1),
    "jpeg exif broken then 6": (jpeg(app1(b"rubbish" * 4), app1(tiff_block(6))), 1),
    "jpeg exif 6 split in two": (jpeg(app1(tiff_block(6)[:14]), app1(tiff_block(6)[14:])), 1),
    "jpeg thumbnail's alone 6": (jpeg(app1(second_directory(6))), 1),
    "jpeg xmp 6": (jpeg(segment(b"http://ns.adobe.com/xap/1.0/\0" + XMP)), 1),
    "jpeg exif 6 in APP2": (jpeg(segment(b"Exif\0\0" + tiff_block(6), 0xE2)), 1),
    "jpeg exif 6 after the data": (jpeg(late=app1(tiff_block(6))), 1),
    "jpeg exif 6 behind the end": (jpeg(end=app1(tiff_block(6))), 1),
    "jpeg exif 6 between scans": (between_scans(tiff_block(6)), 1),
    "jpeg of two lenses, 6": (with_mpo(tiff_block(6)), 6),
    "jpeg exif 6 with Exif\\0\\xff": (jpeg(segment(b"Exif\0\xff" + tiff_block(6))), 6),
    "png exif 6": (png(png_chunk(b"eXIf", tiff_block(6))), 6),
    "png exif 6 with Exif\\0\\0": (png(png_chunk(b"eXIf", b"Exif\0\0" + tiff_block(6))), 1),
    "png exif 6 late": (png(png_chunk(b"eXIf", tiff_block(6)), late=True), 1),
    "png exif 6 then 3": (
        png(png_chunk(b"eXIf", tiff_block(6)), png_chunk(b"eXIf", tiff_block(3))),
        6,
    ),
    "png raw profile 6": (png(png_chunk(b"tEXt", b"Raw profile type exif\0" + _RAW)), 1),
    "png xmp 6": (png(png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)), 1),
    "png exif 6 as LONG": (png(png_chunk(b"eXIf", tiff_block(6, _LONG))), 1),
    "webp exif 6": (webp(tiff_block(6)), 1),
    "webp exif 6 with Exif\\0\\0": (webp(b"Exif\0\0" + tiff_block(6)), 1),
    "webp exif 6 lossless": (webp(tiff_block(6), lossless=True), 1),
    "webp exif 6 without its flag": (webp(tiff_block(6), flag=False), 1),
    "avif irot 1": (avif(turn=1), 8),
    "avif irot 2": (avif(turn=2), 3),
    "avif irot 3": (avif(turn=3), 6),
    "avif imir 0": (avif(flip=0), 4),
    "avif imir 1": (avif(flip=1), 2),
    "avif irot 1 imir 0": (avif(turn=1, flip=0), 5),
    "avif irot 1 exif 8": (avif(turn=1, exif=8), 8),
    "avif exif 6": (avif(exif=6), 6),
    "tiff 6": (tiff(6), 6),
    "tiff 6 as LONG": (tiff(6, _LONG), 6),
}
