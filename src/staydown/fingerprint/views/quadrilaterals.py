"""Pictures photographed from a screen, a print or a telephone: four sides seen at an angle.

Long straight lines are found in the small picture (see ``slanted``); every two upright and two
level ones enclose a four-sided part, whose score is how much of its sides really lies on edges.
What has sides like that is often a frame or a whole screen: ``entered`` looks inside.
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Cut
from staydown.fingerprint.views.hough_lines import Edges, Line, find_edges, find_lines
from staydown.fingerprint.views.region import Point, Region
from staydown.fingerprint.views.small import Small
from staydown.fingerprint.views.warp import is_seen
from staydown.kernels.compiled import kernel

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Corners = tuple[Point, Point, Point, Point]

_MOST_LINES = 20
_SHORTEST = 0.14  # the least edge pixels on a line, as a share of the picture's shorter side
_NARROWEST = 0.16  # the least distance of opposite sides, likewise
_LEAST_MEAN = 0.62  # the least share of the four sides that lies on edges
_LEAST_SIDE = 0.35  # and of each side
_LEAST_SEEN = 0.4  # the least part of a side that lies in the picture
_UPRIGHT = 0.006  # slopes that another search, for upright parts, deals with
_NEAR = 0.02  # corners nearer than this share of the diagonal are the same
_ONE_SCREEN = 0.06  # corners nearer than that are those of a screen and of its frame
_RIGHT_ANGLE = 1.2  # degrees by which the corners of a part that was only turned may be off
_MOST = 2  # parts returned
_KEPT = 200  # the best parts, before those that are nearly the same are dropped


def find_quads(small: Small) -> list[Region]:
    """Return up to three four-sided parts that aren't upright, likely ones first.

    A part whose corners are right angles is LEVELLED, any other SQUARED.
    """
    height, width = small.grey.shape
    if min(height, width) < 48:
        return []
    upright, level = find_edges(small.grey)
    shortest = _SHORTEST * min(height, width)
    uprights = find_lines(upright, _MOST_LINES, shortest)
    if len(uprights) < 2:
        return []
    levels = find_lines(level, _MOST_LINES, shortest)
    if len(levels) < 2:
        return []
    found = np.zeros((_KEPT, 9), np.float64)
    places, supports = _pack(uprights, upright)
    level_places, level_supports = _pack(levels, level)
    count = _enclose(places, supports, level_places, level_supports, found)
    found = found[np.argsort(-_worth(found[:count]), kind="stable")]
    return distinct((_region(row, small) for row in found), _MOST, _ONE_SCREEN)


def _worth(found: Doubles) -> Doubles:
    """Order parts by their score and their size: pictures lie in screens, and these in rooms."""
    x, y = found[:, 0:8:2], found[:, 1:8:2]
    area = 0.5 * np.abs(
        (x[:, 2] - x[:, 0]) * (y[:, 3] - y[:, 1]) - (x[:, 3] - x[:, 1]) * (y[:, 2] - y[:, 0])
    )
    worth: Doubles = found[:, 8] * area**0.25
    return worth


def scaled(corners: Corners, scale: float) -> Corners:
    """Return the same corners in a picture that is ``scale`` times as large."""
    a, b, c, d = ((x * scale, y * scale) for x, y in corners)
    return a, b, c, d


def distinct(regions: Iterable[Region], most: int, near: float = _NEAR) -> list[Region]:
    """Return the first ``most`` parts that can be straightened and aren't nearly the same.

    Those are whose corners lie nearer than the share ``near`` of the diagonal.
    """
    chosen: list[Region] = []
    for region in regions:
        if is_seen(region.corners) and not any(
            _same(region.corners, other.corners, near) for other in chosen
        ):
            chosen.append(region)
            if len(chosen) == most:
                break
    return chosen


def warm() -> None:
    """Compile, or load from disk, the kernels."""
    grey = np.zeros((64, 64), dtype=np.uint8)
    for y in range(64):
        grey[y, max(0, 12 + y // 8) : 50 + y // 8] = 200 if 12 < y < 52 else 0
    find_quads(Small(grey, np.zeros((64, 64, 3), dtype=np.uint8), 1, 64, 64))
    places, supports = np.zeros((2, 4), np.float64), np.zeros((2, 65), np.float32)
    _enclose(places, supports, places, supports, np.zeros((_KEPT, 9), np.float64))


def _pack(lines: list[Line], edges: Edges) -> tuple[Doubles, Floats]:
    """Return lines as arrays, in order of where they cross the middle: places and supports."""
    ordered = sorted(lines, key=lambda line: line.middle)
    places = np.array([(line.middle, line.slope, *_inside(line, edges)) for line in ordered])
    return places, np.stack([line.support for line in ordered])


def _inside(line: Line, edges: Edges) -> tuple[float, float]:
    """From where to where along it a line lies in the picture."""
    first, last = 0.0, float(edges.length)
    if line.slope:
        ends = sorted((edge - line.middle) / line.slope for edge in (0.0, float(edges.breadth)))
        first, last = max(first, ends[0] + last / 2), min(last, ends[1] + last / 2)
    return first, max(first, last)


def _region(part: Doubles, small: Small) -> Region:
    a, b, c, d = ((float(x), float(y)) for x, y in part[:8].reshape(4, 2))
    corners = scaled((a, b, c, d), small.scale)
    return Region(cut_of(corners), corners, float(part[8]))


def _same(corners: Corners, others: Corners, near: float) -> bool:
    """Whether two parts differ by less than matters."""
    apart = max(math.dist(one, other) for one, other in zip(corners, others, strict=True))
    return apart < near * math.dist(corners[0], corners[2])


def cut_of(corners: Corners) -> Cut:
    """Say whether the part was only turned, or seen at an angle."""
    for i in range(4):
        (ax, ay), (bx, by), (cx, cy) = (corners[(i + k) % 4] for k in range(3))
        turn = math.atan2(cy - by, cx - bx) - math.atan2(by - ay, bx - ax)
        if abs(math.remainder(turn - math.pi / 2, math.tau)) > math.radians(_RIGHT_ANGLE):
            return Cut.SQUARED
    return Cut.LEVELLED


@kernel
def _cross(
    upright: Doubles, level: Doubles, half_width: float, half_height: float
) -> tuple[float, float]:
    """Where an upright and a level line (middle, slope) cross: x, y."""
    x = (upright[0] + upright[1] * (level[0] - level[1] * half_width - half_height)) / (
        1.0 - upright[1] * level[1]
    )
    return x, level[0] + level[1] * (x - half_width)


@kernel
def _share(line: Doubles, support: Floats, start: float, end: float) -> float:
    """The share of a side between two places that lies on edges; -1 where too little is seen."""
    first = round(max(start, line[2]))
    last = round(min(end, line[3]))
    if last - first < 4 or last - first < _LEAST_SEEN * (end - start):
        return -1.0
    return float(min(1.0, (support[last] - support[first]) / (last - first - 1)))


@kernel
def _enclose(
    uprights: Doubles,
    upright_supports: Floats,
    levels: Doubles,
    level_supports: Floats,
    found: Doubles,
) -> int:
    """Write the best parts (four corners, score), best first; return how many."""
    half_width = 0.5 * (level_supports.shape[1] - 1)
    half_height = 0.5 * (upright_supports.shape[1] - 1)
    narrowest = 2.0 * _NARROWEST * min(half_width, half_height)
    part = np.empty(9, np.float64)
    count = 0
    for a in range(uprights.shape[0]):
        for b in range(a + 1, uprights.shape[0]):
            if uprights[b, 0] - uprights[a, 0] < narrowest:
                continue
            for c in range(levels.shape[0]):
                part[0], part[1] = _cross(uprights[a], levels[c], half_width, half_height)
                part[2], part[3] = _cross(uprights[b], levels[c], half_width, half_height)
                top = _share(levels[c], level_supports[c], part[0], part[2])
                if top < _LEAST_SIDE:
                    continue
                for d in range(c + 1, levels.shape[0]):
                    part[4], part[5] = _cross(uprights[b], levels[d], half_width, half_height)
                    part[6], part[7] = _cross(uprights[a], levels[d], half_width, half_height)
                    if _is_narrow(part, narrowest) or _is_upright(part):
                        continue
                    bottom = _share(levels[d], level_supports[d], part[6], part[4])
                    left = _share(uprights[a], upright_supports[a], part[1], part[7])
                    right = _share(uprights[b], upright_supports[b], part[3], part[5])
                    part[8] = _score(top, bottom, left, right)
                    if part[8] > 0.0:
                        count = _insert(found, count, part)
    return count


@kernel
def _is_narrow(part: Doubles, narrowest: float) -> bool:
    across = min(part[2] - part[0], part[4] - part[6])
    return bool(min(across, part[7] - part[1], part[5] - part[3]) < narrowest)


@kernel
def _is_upright(part: Doubles) -> bool:
    """Whether all sides are so nearly upright and level that another search finds the part."""
    across = part[2] - part[0]
    down = part[7] - part[1]
    level = max(abs(part[3] - part[1]), abs(part[5] - part[7])) < _UPRIGHT * across
    return bool(level and max(abs(part[6] - part[0]), abs(part[4] - part[2])) < _UPRIGHT * down)


@kernel
def _score(top: float, bottom: float, left: float, right: float) -> float:
    """How likely it is, from 0 to 1, that sides with such shares of edges belong together."""
    least = min(top, bottom, left, right)
    mean = 0.25 * (top + bottom + left + right)
    return 0.5 * (mean + least) if least >= _LEAST_SIDE and mean >= _LEAST_MEAN else 0.0


@kernel
def _insert(found: Doubles, count: int, part: Doubles) -> int:
    """Put a part among the ``count`` best ones; return how many there are then."""
    place = count
    while place > 0 and found[place - 1, 8] < part[8]:
        place -= 1
    if place == found.shape[0]:
        return count
    count = min(count + 1, found.shape[0])
    for k in range(count - 1, place, -1):
        found[k] = found[k - 1]
    found[place] = part
    return count
