"""JPEG files, quickly: at a fraction of their size, and in grey, out of the file's own parts.

A JPEG holds blocks of 8 × 8 frequencies, brightness apart from colour. Leaving out the upper
frequencies gives the picture at a half, a quarter or an eighth of its size without making the
larger one first; leaving out colour gives grey, with the very weights that PDQ asks for.

Only sound files of the usual kinds are read here. Of all others ``quick_pixels`` makes nothing, and
they go the long way, so that there is one judge of what a damaged file is.
"""

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from staydown.media.form import QUICK_SIDE, Form

#: How the file may hold its colours; the rest (CMYK, YCCK, plain RGB) goes the long way.
_COLOURS = {"YCbCr", "Gray"}

_SHRINKS = (8, 4, 2)  # the fractions that libjpeg-turbo has vector instructions for


def quick_pixels(data: bytes, size: tuple[int, int], form: Form) -> NDArray[np.uint8] | None:
    """Return the pixels of a JPEG as it lies in the file, not turned upright, or None.

    They are (height, width) for ``QUICK_GREY`` and (height, width, 3) for ``QUICK_COLOUR``.
    ``size`` is the width and height that was found in the header and held against the limits.
    """
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(data)
        if (width, height) != size or colours not in _COLOURS:
            return None
        shrink = _shrink(min(size))
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(
            data,
            "GRAY" if form is Form.QUICK_GREY else "RGB",
            min_height=-(-height // shrink),
            min_width=-(-width // shrink),
            min_factor=shrink,
        )
    except ValueError:  # damaged, or of a kind that is not read here
        return None
    return pixels[:, :, 0] if form is Form.QUICK_GREY else pixels


def _shrink(side: int) -> int:
    """By how much a picture may shrink so that its shorter side keeps ``QUICK_SIDE`` pixels."""
    return next((shrink for shrink in _SHRINKS if side >= shrink * QUICK_SIDE), 1)
