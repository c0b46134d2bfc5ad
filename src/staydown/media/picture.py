"""One meaning for every kind of pixel: upright, 8-bit red, green and blue, over white.

People see a picture as their viewer shows it; a fingerprint must not depend on how the file stores
it. So: the EXIF orientation is applied, transparent parts lie over white, deep and odd colour
modes become 8-bit RGB, colour profiles are ignored (as peers and the browser page do).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from staydown.base.blame import raised_here

#: 8-bit levels, (height, width, 3): red, green, blue.
Pixels = NDArray[np.uint8]

_WHITE = 255
_EXIF_ORIENTATION = 0x0112
_TIFF_BITS = 258
_STRIP_PIXELS = 1 << 20

#: XMP may name an orientation too. Browsers do not look at it, so it is kept from Pillow.
_XMP_KEYS = ("xmp", "XML:com.adobe.xmp", "raw XMP")


def upright_pixels(image: Image.Image, how: int = 1) -> Pixels:
    """Return the pixels of a loaded image as 8-bit RGB over white, with the turn ``how`` undone.

    The image is closed on the way, so that its memory and a turned copy are never held together.
    """
    pixels = rgb_of(image)
    image.close()
    return turned(pixels, how)


def orientation(image: Image.Image) -> int:
    """The orientation, 1 to 8, that Pillow finds; 1 where there is none or it cannot be read.

    Only for TIFF and AVIF: see ``turning``.
    """
    for key in _XMP_KEYS:
        image.info.pop(key, None)
    try:
        value = image.getexif().get(_EXIF_ORIENTATION)
    except Exception as error:  # damaged EXIF raises almost anything, and viewers ignore it
        if raised_here(error):
            raise
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def turned(pixels: Pixels, how: int) -> Pixels:
    """Undo what the camera did: EXIF 2.32, tag 274. Takes grey or colour, gives one block."""
    if how >= 5:
        pixels = pixels.swapaxes(0, 1)
    if how in {3, 4, 7, 8}:
        pixels = pixels[::-1]
    if how in {2, 3, 6, 7}:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def rgb_of(image: Image.Image) -> Pixels:
    """Return the pixels of a loaded image as they lie in the file, as 8-bit RGB over white."""
    if image.mode.startswith("I;16"):
        return _grey(_deep(image))
    if image.mode in {"I", "F"}:
        return _grey(_levels(np.asarray(image)))
    width, height = image.size
    pixels = np.empty((height, width, 3), dtype=np.uint8)
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):  # in strips: a converted copy of the whole is too large
        strip = image.crop((0, top, width, min(height, top + rows)))
        pixels[top : top + rows] = _rgb_strip(strip)
    return pixels


def _rgb_strip(strip: Image.Image) -> Pixels:
    if strip.mode == "LAB":
        return np.asarray(_from_lab(strip))
    if strip.has_transparency_data:
        if strip.mode in {"La", "RGBa"}:  # stored multiplied by alpha
            strip = strip.convert({"La": "LA", "RGBa": "RGBA"}[strip.mode])
        return _over_white(np.asarray(strip.convert("RGBA")))
    return np.asarray(strip.convert("RGB"))


def _over_white(pixels: NDArray[np.uint8]) -> Pixels:
    """Lay (height, width, 4) RGBA pixels over white, rounded to the nearest level."""
    alpha = pixels[:, :, 3:].astype(np.uint16)
    mixed = pixels[:, :, :3] * alpha + _WHITE * (_WHITE - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)


def _deep(image: Image.Image) -> NDArray[np.uint8]:
    """16-bit grey to 8-bit; some TIFF files use fewer bits and say so."""
    deep = np.asarray(image)
    bits = _stored_bits(image)
    clear = image.info.get("transparency")
    levels = _scaled(deep, (1 << bits) - 1)
    if isinstance(clear, int):
        levels[deep == clear] = _WHITE
    return levels


def _stored_bits(image: Image.Image) -> int:
    tags: Any = getattr(image, "tag_v2", {})
    stored = tags.get(_TIFF_BITS)
    if isinstance(stored, tuple) and len(stored) == 1 and stored[0] in range(9, 17):
        return int(stored[0])
    return 16


def _levels(values: NDArray[Any]) -> NDArray[np.uint8]:
    """32-bit whole or fractional grey to 8-bit, by the smallest usual range that holds the values.

    Ranges: 0 to 1 (fractions only), 0 to 255, 0 to 65,535, 0 to 2³¹ - 1 (whole numbers only).
    Values beyond all of them are stretched from their least to their greatest. What is no number
    is black.
    """
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    low, high = (finite.min(), finite.max()) if finite.size else (0, 0)
    if low >= 0:
        fractions = values.dtype.kind == "f"
        ranges = (1, 255, 65_535) if fractions else (255, 65_535, (1 << 31) - 1)
        for top in ranges:
            if high <= top:
                return _scaled(values, top)
    return _scaled(values - np.float64(low), max(float(high) - float(low), 1e-30))


def _scaled(values: NDArray[Any], top: float) -> NDArray[np.uint8]:
    """Map 0 … ``top`` to 0 … 255, in strips so that no whole copy in floats is made."""
    levels = np.empty(values.shape, dtype=np.uint8)
    rows = max(1, _STRIP_PIXELS // max(1, values.shape[1]))
    for start in range(0, values.shape[0], rows):
        strip = values[start : start + rows].astype(np.float64) * (255.0 / top)
        strip = np.nan_to_num(strip, nan=0.0, posinf=255.0, neginf=0.0)
        levels[start : start + rows] = np.rint(np.clip(strip, 0, 255)).astype(np.uint8)
    return levels


def _grey(levels: NDArray[np.uint8]) -> Pixels:
    return np.repeat(levels[:, :, None], 3, axis=2)


def _from_lab(strip: Image.Image) -> Image.Image:
    converted = ImageCms.profileToProfile(
        strip, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    if converted is None:  # only when asked to work in place
        raise ValueError("no conversion from LAB")
    return converted
