"""Take a region out of a picture."""

import math
from typing import TYPE_CHECKING

import numpy as np

from staydown.fingerprint.views.region import Point, Region

if TYPE_CHECKING:
    from staydown.media.picture import Pixels


def cut(pixels: "Pixels", region: Region) -> "Pixels":
    """Return the part of ``pixels``, (h, w, 3) or (h, w) uint8, that ``region`` marks.

    An upright region is cropped to whole pixels (at least one) without a copy; any other is
    straightened to its own size, the mean of its opposite sides.
    """
    height, width = pixels.shape[:2]
    if is_upright(region):
        (left, top), (right, bottom) = region.corners[0], region.corners[2]
        x, y = min(max(round(left), 0), width - 1), min(max(round(top), 0), height - 1)
        return pixels[y : max(round(bottom), y + 1), x : max(round(right), x + 1)]
    from staydown.fingerprint.views.warp import warp

    first, second, third, fourth = region.corners
    across = (_length(first, second) + _length(fourth, third)) / 2
    down = (_length(first, fourth) + _length(second, third)) / 2
    return np.asarray(warp(pixels, region.corners, max(1, round(across)), max(1, round(down))))


def is_upright(region: Region) -> bool:
    """Say whether the region is a box with its upper left corner first."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = region.corners
    return x0 == x3 < x1 == x2 and y0 == y1 < y2 == y3


def _length(start: Point, end: Point) -> float:
    return math.hypot(end[0] - start[0], end[1] - start[1])
