"""The small picture that every search for views looks at, made once for all of them."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from staydown.kernels.compiled import kernel

Bytes = NDArray[np.uint8]

#: The square root of the number of small pixels is about this, for pictures that are larger.
SIDE = 360


@dataclass(frozen=True)
class Small:
    """A picture shrunk by a whole number: each small pixel is the mean of a block of full ones.

    ``grey`` is (h, w) and ``colour`` (h, w, 3), both uint8 and C-contiguous. ``scale`` is the side
    of a block in full pixels; a small edge at x lies at x × scale in the full picture, which is
    ``width`` × ``height``. The last block of a line may be narrower, so w × scale can be more
    than the full width.
    """

    grey: Bytes
    colour: Bytes
    scale: int
    width: int
    height: int

    @cached_property
    def steps(self) -> tuple[Bytes, Bytes]:
        """How far each pixel differs from the one before, and from the one above, it: (h, w) each.

        In the channel that differs most; 0 in the first column, the first row.
        """
        height, width = self.grey.shape
        across = np.empty((height, width), dtype=np.uint8)
        down = np.empty((height, width), dtype=np.uint8)
        _steps(self.colour.reshape(height, 3 * width), across, down)
        return across, down

    def part(self, left: int, top: int, right: int, bottom: int) -> "Small":
        """Return the part between those edges, in small pixels, as a picture of its own."""
        colour = np.ascontiguousarray(self.colour[top:bottom, left:right])
        grey = np.ascontiguousarray(self.grey[top:bottom, left:right])
        height, width = grey.shape
        return Small(grey, colour, self.scale, width * self.scale, height * self.scale)


def shrink(pixels: Bytes) -> Small:
    """Return the small picture of ``pixels``, (h, w, 3) uint8.

    Blocks are whole numbers of pixels so that a sharp edge stays sharp, and their number depends
    on the area, so that the picture of a long scrolled page keeps its details. Raises ValueError
    for another shape or type.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise ValueError("views are searched in 8-bit pixels of shape (height, width, 3)")
    height, width = pixels.shape[:2]
    scale = min(max(1, round(math.sqrt(height * width) / SIDE)), 256)
    whole = np.ascontiguousarray(pixels).reshape(height, width * 3)
    whole.flags.writeable = False  # one type for the compiler, whatever was given
    colour = np.empty((-(-height // scale), -(-width // scale), 3), dtype=np.uint8)
    grey = np.empty(colour.shape[:2], dtype=np.uint8)
    _blocks(whole, scale, colour, grey)
    return Small(grey, colour, scale, width, height)


def warm() -> None:
    """Compile, or load from disk, the kernels."""
    _ = shrink(np.zeros((8, 8, 3), dtype=np.uint8)).steps


@kernel
def _blocks(rows: Bytes, scale: int, colour: Bytes, grey: Bytes) -> None:
    """Write the mean of each block; ``rows`` is (h, 3 w): whole rows add up as one vector."""
    height, levels = rows.shape
    sums = np.zeros(levels, dtype=np.uint16)  # at most 256 × 255
    for i in range(colour.shape[0]):
        top = i * scale
        bottom = min(top + scale, height)
        sums[:] = 0
        for row in range(top, bottom):
            line = rows[row]
            for k in range(levels):
                sums[k] += line[k]
        for j in range(colour.shape[1]):
            left = j * scale
            right = min(left + scale, levels // 3)
            red = 0
            green = 0
            blue = 0
            for k in range(left, right):
                red += int(sums[3 * k])
                green += int(sums[3 * k + 1])
                blue += int(sums[3 * k + 2])
            share = 1.0 / ((bottom - top) * (right - left))
            colour[i, j, 0] = int(red * share + 0.5)
            colour[i, j, 1] = int(green * share + 0.5)
            colour[i, j, 2] = int(blue * share + 0.5)
            grey[i, j] = int((0.299 * red + 0.587 * green + 0.114 * blue) * share + 0.5)


@kernel
def _steps(rows: Bytes, across: Bytes, down: Bytes) -> None:
    """Write how far each pixel differs from the one before and the one above; rows are (h, 3 w)."""
    for y in range(across.shape[0]):
        line = rows[y]
        above = rows[max(y - 1, 0)]
        for x in range(across.shape[1]):
            before = 3 * max(x - 1, 0)
            red, green, blue = (
                np.int32(line[3 * x]),
                np.int32(line[3 * x + 1]),
                np.int32(line[3 * x + 2]),
            )
            across[y, x] = max(
                abs(red - np.int32(line[before])),
                abs(green - np.int32(line[before + 1])),
                abs(blue - np.int32(line[before + 2])),
            )
            down[y, x] = max(
                abs(red - np.int32(above[3 * x])),
                abs(green - np.int32(above[3 * x + 1])),
                abs(blue - np.int32(above[3 * x + 2])),
            )
