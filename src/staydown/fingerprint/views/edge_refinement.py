"""Move the sides of a box that was found on the small picture to the very pixel."""

import numpy as np
from numpy.typing import NDArray

from staydown.fingerprint.views.lines import weigh
from staydown.fingerprint.views.region import Region
from staydown.fingerprint.views.small import Bytes
from staydown.kernels.compiled import kernel

Sums = NDArray[np.int64]

#: Places along a side at which its position is measured.
_SAMPLES = 96

#: Steps that far away, in full pixels, don't belong to a side that resizing blurred.
_REACH = 3

#: Full pixels outside a picture into which JPEG compression lets its edge ring: a block of
#: halved colours. What rings is no longer plain, so a trimmed border ends too early.
_RINGING = 16


def snap(pixels: Bytes, region: Region, scale: int) -> Region:
    """Return the upright ``region`` with each side at the edge next to it in the full picture.

    ``pixels`` is (h, w, 3) uint8; edges are looked for within 1.5 small pixels, ``scale`` full
    ones each, and inwards at least as far as compression lets an edge ring. Sides at the edge of
    the picture stay there.
    """
    height, width = pixels.shape[:2]
    (left, top), (right, bottom) = region.corners[0], region.corners[2]
    turned = pixels.transpose(1, 0, 2)
    sides = [left, top, min(right, width), min(bottom, height)]
    x0, y0, x1, y1 = (round(side) for side in sides)
    sides[0] = _snapped(pixels, x0, y0, y1, scale, inward=1)
    sides[2] = _snapped(pixels, x1, y0, y1, scale, inward=-1)
    sides[1] = _snapped(turned, y0, x0, x1, scale, inward=1)
    sides[3] = _snapped(turned, y1, x0, x1, scale, inward=-1)
    if sides[2] - sides[0] < 8 or sides[3] - sides[1] < 8:
        sides = [x0, y0, x1, y1]
    left, top, right, bottom = map(float, sides)
    return Region.box(region.cut, (left, top, right, bottom), region.score)


def _snapped(pixels: Bytes, place: int, start: int, stop: int, scale: int, *, inward: int) -> int:
    """Return the boundary of columns near ``place`` that looks most like an edge."""
    width = pixels.shape[1]
    if place <= 0 or place >= width:
        return place
    reach = scale + (scale + 1) // 2
    outward, inner = (reach, max(reach, _RINGING)) if inward > 0 else (max(reach, _RINGING), reach)
    first, last = max(place - outward, 1), min(place + inner, width - 1)
    inset = (stop - start) // 20
    rows = np.linspace(start + inset, stop - inset - 1, _SAMPLES).astype(np.intp)
    low, high = max(first - _REACH - 1, 0), min(last + _REACH + 1, width)
    worth = _worth(np.ascontiguousarray(pixels[rows, low:high]))
    return low + _innermost(worth, first - low, last - low, inward)


@kernel
def _worth(levels: Bytes) -> Sums:
    """Return the evidence of the boundary before each column of (rows, columns, 3), added up."""
    steps = np.zeros(levels.shape[1], dtype=np.uint8)
    padded = np.zeros(levels.shape[1] + 2 * _REACH, dtype=np.uint8)
    evidence = np.zeros(levels.shape[1], dtype=np.uint8)
    worth = np.zeros(levels.shape[1], dtype=np.int64)
    for row in range(levels.shape[0]):
        for x in range(1, levels.shape[1]):
            step = 0
            for channel in range(3):
                level = np.int32(levels[row, x, channel])
                step = max(step, int(abs(level - np.int32(levels[row, x - 1, channel]))))
            steps[x] = step
        padded[_REACH:-_REACH] = steps
        weigh(steps, padded[: -2 * _REACH], padded[2 * _REACH :], evidence)
        for x in range(worth.size):
            worth[x] += evidence[x]
    return worth


def _innermost(worth: Sums, first: int, last: int, inward: int) -> int:
    """Return the best line from ``first`` to ``last``, or one nearly as good further inside."""
    near = np.arange(first, last + 1)
    good = near[worth[near] * 10 >= worth[near].max() * 8]
    return int(good[-1] if inward > 0 else good[0])
