"""Pictures in a photographed screen or frame: it is straightened and searched like a screenshot.

What is found is put back into perspective. The part is straightened from the full picture, because
a screen may take up little of it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from staydown.fingerprint.views.quadrilaterals import cut_of, scaled
from staydown.fingerprint.views.region import Point, Region
from staydown.fingerprint.views.small import Bytes, Small, shrink
from staydown.fingerprint.views.upright import area, find_upright
from staydown.fingerprint.views.warp import is_seen, projection, warp

Doubles = NDArray[np.float64]
Corners = tuple[Point, Point, Point, Point]

#: This share of the size inside the sides of a part, its content begins.
_MARGIN = 0.012

#: The square root of the number of pixels of a straightened part. Few: moiré and noise are gone.
_SIDE = 240

#: A picture that fills more of a screen is the screen itself.
_LARGEST = 0.88

#: Parts with a shorter side have no room for a picture.
_LEAST_SIDE = 48

#: Regions returned for each part.
_MOST = 3


def enter(pixels: Bytes, small: Small, part: Region) -> list[Region]:
    """Return the likely pictures inside a leaning ``part`` of ``pixels``, best first.

    ``small`` is the same picture; it is enough for a part that covers much of it.
    """
    corners = _inset(part.corners, _MARGIN)
    if not is_seen(corners):
        return []
    a, b, c, d = corners
    width = (math.dist(a, b) + math.dist(d, c)) / 2
    height = (math.dist(a, d) + math.dist(b, c)) / 2
    smaller = min(1.0, _SIDE / math.sqrt(width * height))
    size = round(width * smaller), round(height * smaller)
    if min(size) < _LEAST_SIDE:
        return []
    matrix = projection(corners)
    found: list[Region] = []
    if size[0] * small.scale <= 1.1 * width:
        straight = warp(small.colour, scaled(corners, 1 / small.scale), *size)
    else:
        straight = warp(pixels, corners, *size)
    for region in find_upright(shrink(straight)):
        if area(region) > _LARGEST * size[0] * size[1]:
            continue
        a, b, c, d = (_through(matrix, x / size[0], y / size[1]) for x, y in region.corners)
        found.append(Region(cut_of((a, b, c, d)), (a, b, c, d), part.score * region.score))
        if len(found) == _MOST:
            break
    return found


def _through(matrix: Doubles, u: float, v: float) -> Point:
    """Where a place in the unit square lies in perspective."""
    x, y, depth = matrix @ (u, v, 1.0)
    return float(x / depth), float(y / depth)


def _inset(corners: Corners, share: float) -> Corners:
    """Move corners towards their middle."""
    x = sum(corner[0] for corner in corners) / 4
    y = sum(corner[1] for corner in corners) / 4
    a, b, c, d = ((px + share * (x - px), py + share * (y - py)) for px, py in corners)
    return a, b, c, d
