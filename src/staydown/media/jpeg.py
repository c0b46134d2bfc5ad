"""JPEG files, quickly: at a fraction of their size, and in grey, out of the file's own parts.

A JPEG holds blocks of 8 × 8 frequencies, brightness apart from colour. Leaving out the upper
frequencies gives the picture at a half, a quarter or an eighth of its size without making the
larger one first; leaving out colour gives grey, with the very weights that PDQ asks for.

Of files that aren't quite sound, and of unusual kinds, ``quick_pixels`` makes nothing. They go the
long way, so that there is one judge of what a damaged file is; once it has judged, what can be
decoded of it comes from here too (``tolerant``).
"""

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from staydown.media.form import QUICK_SIDE, Form
from staydown.media.segments import without_a_broken_part

#: How the file may hold its colours; the rest (CMYK, YCCK, plain RGB) goes the long way.
_COLOURS = {"YCbCr", "Gray"}

#: What a decoder leaves in place of what isn't there.
GREY = 128

_SHRINKS = (8, 4, 2)  # the fractions that libjpeg-turbo has vector instructions for


def quick_pixels(
    data: bytes, size: tuple[int, int], form: Form, *, most: int = 1 << 62, tolerant: bool = False
) -> NDArray[np.uint8] | None:
    """Return the pixels of a JPEG as it lies in the file, not turned upright, or None.

    They are (height, width) for ``QUICK_GREY`` and (height, width, 3) for others. ``size`` is the
    width and height that was found in the header and held against the limits; no more than ``most``
    pixels are made of them. ``tolerant``: what isn't there is left grey.
    """
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(data, strict=not tolerant)
        if (width, height) != size or colours not in _COLOURS:
            return None
        shrink = max(1 if form is Form.FULL else _shrink(min(size)), _needed(width * height, most))
        least = (-(-height // shrink), -(-width // shrink), shrink)
        space = "GRAY" if form is Form.QUICK_GREY else "RGB"
        pixels = _tolerant(data, space, least) if tolerant else _strict(data, space, least)
    except ValueError:  # damaged, or of a kind that is not read here
        return None
    return pixels[:, :, 0] if form is Form.QUICK_GREY else pixels


def _strict(data: bytes, space: str, least: tuple[int, int, int]) -> NDArray[np.uint8]:
    height, width, factor = least
    pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(
        data, space, min_height=height, min_width=width, min_factor=factor
    )
    return pixels


def _tolerant(data: bytes, space: str, least: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Decode into a grey picture, which keeps whatever was decoded before a fault.

    The decoder passes over faults after which it stops, too, and would leave what was in memory.
    """
    height, width, factor = least
    data = without_a_broken_part(data)
    size = simplejpeg.decode_jpeg_header(
        data, min_height=height, min_width=width, min_factor=factor, strict=False
    )
    grey = np.full(size[0] * size[1] * (1 if space == "GRAY" else 3), GREY, dtype=np.uint8)
    pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(
        data, space, min_height=height, min_width=width, min_factor=factor, buffer=grey,
        strict=False,
    )  # fmt: skip
    return pixels


def faultless(data: bytes) -> bool:
    """Say whether a decoder finds nothing to complain of in a JPEG of a usual kind."""
    try:
        simplejpeg.decode_jpeg(data, "GRAY", min_factor=8)
    except ValueError:
        return False
    return True


def _shrink(side: int) -> int:
    """By how much a picture may shrink so that its shorter side keeps ``QUICK_SIDE`` pixels."""
    return next((shrink for shrink in _SHRINKS if side >= shrink * QUICK_SIDE), 1)


def _needed(pixels: int, most: int) -> int:
    """By how much a picture must shrink so that no more than ``most`` pixels are left."""
    return next((shrink for shrink in (1, 2, 4) if pixels <= most * shrink**2), 8)
