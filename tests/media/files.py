"""One picture stored in every way that people's files are stored."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

from staydown.media.picture import Pixels


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif(orientation: int) -> bytes:
    """An EXIF block that says only how the picture is turned."""
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int, height: int, *, depth: int, colour: int, rows: bytes, extra: bytes = b""
) -> bytes:
    """A PNG written by hand, for what Pillow does not write; ``extra``: chunks before the data."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", head)
        + extra
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


def deep_rgb_png(pixels: Pixels) -> bytes:
    """A PNG of 16 bits a channel."""
    deep = (pixels.astype(np.uint16) * 257).astype(">u2")
    rows = b"".join(b"\x00" + row.tobytes() for row in deep)
    return png(pixels.shape[1], pixels.shape[0], depth=16, colour=2, rows=rows)


def as_taken(pixels: Pixels, orientation: int) -> Pixels:
    """How a camera held another way stores the picture (the inverse of what viewers do)."""
    turned = {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        5: pixels.swapaxes(0, 1),
        6: np.rot90(pixels, 1),
        7: pixels[::-1, ::-1].swapaxes(0, 1),
        8: np.rot90(pixels, -1),
    }
    return np.ascontiguousarray(turned[orientation])


def over_white(pixels: Pixels, alpha: Pixels) -> Pixels:
    """The picture as it looks on a white page."""
    part = alpha[:, :, None].astype(np.float64) / 255
    return np.rint(pixels * part + 255 * (1 - part)).astype(np.uint8)


def fading(pixels: Pixels) -> Pixels:
    """An alpha channel that falls from opaque at the left to clear at the right."""
    line = np.linspace(255, 0, pixels.shape[1]).astype(np.uint8)
    return np.broadcast_to(line[None, :], pixels.shape[:2]).copy()


def _rgb(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels)


def _rgba(pixels: Pixels) -> Image.Image:
    return Image.fromarray(np.dstack([pixels, fading(pixels)]))


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(_rgb(pixels).convert("L"))


def _grey_rgb(pixels: Pixels) -> Pixels:
    return np.repeat(_grey(pixels)[:, :, None], 3, axis=2)


def _palette(pixels: Pixels) -> Image.Image:
    return _rgb(pixels).quantize(128)


def _palette_rgb(pixels: Pixels) -> Pixels:
    return np.asarray(_palette(pixels).convert("RGB"))


def _mono(pixels: Pixels) -> Pixels:
    return np.asarray(_rgb(pixels).convert("1").convert("RGB"))


def _same(pixels: Pixels) -> Pixels:
    return pixels


def _faded(pixels: Pixels) -> Pixels:
    return over_white(pixels, fading(pixels))


def _grey_faded(pixels: Pixels) -> Pixels:
    return over_white(_grey_rgb(pixels), fading(pixels))


def _palette_alpha(pixels: Pixels) -> Image.Image:
    """A palette whose every entry is half transparent."""
    image = _palette(pixels)
    image.info["transparency"] = bytes([128] * 256)
    return image


def _half(pixels: Pixels) -> Pixels:
    return over_white(_palette_rgb(pixels), np.full(pixels.shape[:2], 128, dtype=np.uint8))


def _deep(pixels: Pixels) -> Image.Image:
    return Image.fromarray(_grey(pixels).astype(np.uint16) * 257)


def _float(pixels: Pixels, scale: float) -> Image.Image:
    return Image.fromarray(_grey(pixels).astype(np.float32) * np.float32(scale))


def _whole(pixels: Pixels, scale: int) -> Image.Image:
    return Image.fromarray(_grey(pixels).astype(np.int32) * scale)


Store = Callable[[Pixels], bytes]
Look = Callable[[Pixels], Pixels]

#: By name: how the file is made of a picture, how the picture looks in it, and how far a level may
#: lie from that on average (what is lost by the format).
STORED: dict[str, tuple[Store, Look, float]] = {
    "jpeg": (lambda p: saved(_rgb(p), "JPEG", quality=95), _same, 4),
    "jpeg progressive": (lambda p: saved(_rgb(p), "JPEG", quality=95, progressive=True), _same, 4),
    "jpeg grey": (lambda p: saved(_rgb(p).convert("L"), "JPEG", quality=95), _grey_rgb, 3),
    "jpeg cmyk": (lambda p: saved(_rgb(p).convert("CMYK"), "JPEG", quality=95), _same, 5),
    "mpo": (lambda p: saved(_rgb(p), "MPO", quality=95, save_all=True), _same, 4),
    "png": (lambda p: saved(_rgb(p), "PNG"), _same, 0),
    "png 1": (lambda p: saved(_rgb(p).convert("1"), "PNG"), _mono, 0),
    "png L": (lambda p: saved(_rgb(p).convert("L"), "PNG"), _grey_rgb, 0),
    "png LA": (lambda p: saved(_rgba(p).convert("LA"), "PNG"), _grey_faded, 0),
    "png P": (lambda p: saved(_palette(p), "PNG"), _palette_rgb, 0),
    "png P half clear": (lambda p: saved(_palette_alpha(p), "PNG"), _half, 0),
    "png RGBA": (lambda p: saved(_rgba(p), "PNG"), _faded, 0),
    "png I;16": (lambda p: saved(_deep(p), "PNG"), _grey_rgb, 0),
    "png RGB 16 bit": (deep_rgb_png, _same, 0),
    "webp": (lambda p: saved(_rgb(p), "WEBP", method=0, quality=95), _same, 4),
    "webp lossless alpha": (
        lambda p: saved(_rgba(p), "WEBP", lossless=True, exact=True, method=0),
        _faded,
        0,
    ),
    "webp alpha": (lambda p: saved(_rgba(p), "WEBP", method=0, quality=95, exact=True), _faded, 4),
    "gif": (lambda p: saved(_palette(p), "GIF"), _palette_rgb, 0),
    "gif animated": (
        lambda p: saved(
            _palette(p), "GIF", save_all=True, append_images=[_palette(255 - p)], duration=50
        ),
        _palette_rgb,
        0,
    ),
    "bmp": (lambda p: saved(_rgb(p), "BMP"), _same, 0),
    "bmp 1": (lambda p: saved(_rgb(p).convert("1"), "BMP"), _mono, 0),
    "bmp P": (lambda p: saved(_palette(p), "BMP"), _palette_rgb, 0),
    "tiff": (lambda p: saved(_rgb(p), "TIFF"), _same, 0),
    "tiff jpeg": (lambda p: saved(_rgb(p), "TIFF", compression="jpeg", quality=95), _same, 5),
    "tiff LZW": (lambda p: saved(_rgb(p), "TIFF", compression="tiff_lzw"), _same, 0),
    "tiff YCbCr": (lambda p: saved(_rgb(p).convert("YCbCr"), "TIFF"), _same, 2),
    "tiff CMYK": (lambda p: saved(_rgb(p).convert("CMYK"), "TIFF"), _same, 0),
    "tiff LAB": (lambda p: saved(_lab(p), "TIFF"), _same, 3),
    "tiff RGBA": (lambda p: saved(_rgba(p), "TIFF"), _faded, 0),
    "tiff PA": (lambda p: saved(_palette(p).convert("PA"), "TIFF"), _palette_rgb, 0),
    "tiff I;16": (lambda p: saved(_deep(p), "TIFF"), _grey_rgb, 0),
    "tiff I to 255": (lambda p: saved(_whole(p, 1), "TIFF"), _grey_rgb, 0),
    "tiff I to 65535": (lambda p: saved(_whole(p, 257), "TIFF"), _grey_rgb, 0),
    "tiff I to 2**31": (lambda p: saved(_whole(p, 8_421_504), "TIFF"), _grey_rgb, 1),
    "tiff F to 1": (lambda p: saved(_float(p, 1 / 255), "TIFF"), _grey_rgb, 0),
    "tiff F to 255": (lambda p: saved(_float(p, 1), "TIFF"), _grey_rgb, 0),
    "tiff F to 65535": (lambda p: saved(_float(p, 257), "TIFF"), _grey_rgb, 0),
    "avif": (lambda p: saved(_rgb(p), "AVIF", speed=10, quality=95), _same, 4),
    "avif alpha": (lambda p: saved(_rgba(p), "AVIF", speed=10, quality=95), _faded, 5),
}
_QUICK: dict[str, dict[str, int]] = {"AVIF": {"speed": 10}, "WEBP": {"method": 0}}
for _turn in range(1, 9):
    STORED[f"jpeg turned {_turn}"] = (
        lambda p, n=_turn: saved(_rgb(as_taken(p, n)), "JPEG", quality=95, exif=exif(n)),  # type: ignore[misc]
        _same,
        4,
    )
    STORED[f"png turned {_turn}"] = (
        lambda p, n=_turn: saved(_rgb(as_taken(p, n)), "PNG", exif=exif(n)),  # type: ignore[misc]
        _same,
        0,
    )
for _kind in ("TIFF", "AVIF"):
    STORED[f"{_kind.lower()} turned 6"] = (
        lambda p, k=_kind: saved(
            _rgb(as_taken(p, 6)), k, exif=exif(6), quality=95, **_QUICK.get(k, {})
        ),  # type: ignore[misc]
        _same,
        5,
    )


def _lab(pixels: Pixels) -> Image.Image:
    from PIL import ImageCms

    lab = ImageCms.profileToProfile(
        _rgb(pixels),
        ImageCms.createProfile("sRGB"),
        ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )
    assert lab is not None
    return lab
