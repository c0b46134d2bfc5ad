"""Pictures inside a picture: screenshots, collages, story frames, web pages, pastes.

The lines along which one picture may end and another begin make rectangles; those are pictures
whose four sides hold from corner to corner. Nothing is assumed of what lies round them.
"""

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Cut
from staydown.fingerprint.views.lines import Places, Sums, busy_sums, level_lines, upright_lines
from staydown.fingerprint.views.region import Region
from staydown.fingerprint.views.small import Small
from staydown.kernels.compiled import kernel

Boxes = NDArray[np.float32]

#: Lines of each direction that rectangles are made of, beside the edges of the picture.
LINES = 24

#: Small pictures with a shorter side have no room for another one.
LEAST_SIDE = 20

#: Sides with less evidence than that, of 1, are none.
LEAST_SUPPORT = 0.4

#: What a side has at least, as a share of the evidence of the whole line it is a part of: the
#: seams of a collage go on from one picture to the next.
GOES_ON = 0.7

#: Regions that leave this search.
MOST = 20

#: Boxes that share more of what they cover together are one.
SAME = 0.96

#: What a box loses for lying in a better one, and for being made up of better ones.
NESTED = 0.06
COVERED = 0.12

#: Boxes with less evidence than that are left out.
LEAST_SCORE = 0.6

_ROOM = 4096


def find_embedded(small: Small) -> list[Region]:
    """Return upright rectangles that look like pictures of their own, best first."""
    if min(small.grey.shape) < LEAST_SIDE:
        return []
    upright, level = upright_lines(small, LINES), level_lines(small, LINES)
    busy = busy_sums(*small.steps, 2)
    room = np.empty((_ROOM, 6), dtype=np.float32)
    boxes = room[
        : _write_rectangles(upright.places, upright.sums, level.places, level.sums, busy, room)
    ]
    count = _choose(boxes, MOST)
    return [_region(box, small.scale) for box in boxes[:count]]


def _region(box: Boxes, scale: int) -> Region:
    left, top, right, bottom, worth, covered = box.tolist()
    edges = (left * scale, top * scale, right * scale, bottom * scale)
    return Region.box(Cut.CUT_OUT, edges, worth - covered)


@kernel
def _choose(boxes: Boxes, most: int) -> int:
    """Bring the best boxes to the front, best first; return how many there are.

    A box that shares much with a better one is worth less: it may be two cells of a collage taken
    together, or part of a picture with a straight line in it.
    """
    for count in range(min(most, boxes.shape[0])):
        best = count
        for k in range(count + 1, boxes.shape[0]):
            if boxes[k, 4] - boxes[k, 5] > boxes[best, 4] - boxes[best, 5]:
                best = k
        if boxes[best, 4] - boxes[best, 5] < LEAST_SCORE:
            return count
        for column in range(6):
            boxes[count, column], boxes[best, column] = boxes[best, column], boxes[count, column]
        for k in range(count + 1, boxes.shape[0]):
            shared, smaller, larger = _shared(boxes[k], boxes[count])
            if shared > SAME * (smaller + larger - shared):
                boxes[k, 4] = 0.0
            elif shared > 0.9 * smaller and larger > _area(boxes[count]):
                boxes[k, 5] += COVERED * shared / larger
            elif shared > 0.3 * smaller:
                boxes[k, 5] = max(boxes[k, 5], NESTED * shared / smaller)
    return min(most, int(boxes.shape[0]))


@kernel
def _area(box: Boxes) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))


@kernel
def _shared(one: Boxes, two: Boxes) -> tuple[float, float, float]:
    """Return the area two boxes share, and their own areas, the smaller one first."""
    across = max(0.0, min(one[2], two[2]) - max(one[0], two[0]))
    down = max(0.0, min(one[3], two[3]) - max(one[1], two[1]))
    first, second = _area(one), _area(two)
    return across * down, min(first, second), max(first, second)


@kernel
def _support(sums: Sums, line: int, start: int, stop: int) -> float:
    """The mean evidence along a part of a line, 0 to 1; -1 for an edge of the whole picture."""
    if line == 0 or line == sums.shape[0] - 1:
        return -1.0
    own = float(sums[line, stop] - sums[line, start]) / (255 * (stop - start))
    along = float(sums[line, -1]) / (255 * (sums.shape[1] - 1))
    return float(max(own, GOES_ON * along))


@kernel
def _split(places: Places, sums: Sums, first: int, last: int, start: int, stop: int) -> float:  # noqa: PLR0917 - Numba knows no keyword-only arguments
    """The best evidence, 0 to 1, of a line between two others that cuts a rectangle in two."""
    best = 0.0
    margin = max(4, (places[last] - places[first]) // 12)
    for line in range(first + 1, last):
        if places[line] - places[first] >= margin and places[last] - places[line] >= margin:
            own = float(sums[line, stop] - sums[line, start]) / (255 * (stop - start))
            best = max(best, own)
    return best


@kernel
def _sides(top: float, bottom: float, left: float, right: float) -> tuple[int, float, float]:
    """Return how many sides lie inside the picture, the least and the mean evidence of those."""
    count = 0
    least = 1.0
    total = 0.0
    for side in (top, bottom, left, right):
        if side >= 0:
            count += 1
            least = min(least, side)
            total += side
    return count, least, total / max(1, count)


@kernel
def _write_rectangles(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    across: Places, upright: Sums, down: Places, level: Sums, busy: Sums, boxes: Boxes
) -> int:
    """Write left, top, right, bottom and score of each likely rectangle; return how many."""
    count = 0
    width, height = across[-1], down[-1]
    for a in range(across.size):
        for b in range(a + 1, across.size):
            wide = across[b] - across[a]
            if wide < LEAST_SIDE:
                continue
            for c in range(down.size):
                top = _support(level, c, across[a], across[b])
                if 0 <= top < LEAST_SUPPORT:
                    continue
                for d in range(c + 1, down.size):
                    high = down[d] - down[c]
                    if not _possible(wide, high, width, height):
                        continue
                    bottom = _support(level, d, across[a], across[b])
                    left = _support(upright, a, down[c], down[d])
                    right = _support(upright, b, down[c], down[d])
                    inner, least, mean = _sides(top, bottom, left, right)
                    if least < LEAST_SUPPORT or mean < LEAST_SCORE:
                        continue
                    score = 0.4 * least + 0.6 * mean - 0.04 * (4 - inner)
                    score -= 1.5 * max(0.0, 0.12 - _content(busy, across[a], down[c], wide, high))
                    if score < LEAST_SCORE:
                        continue
                    split = max(
                        _split(across, upright, a, b, down[c], down[d]),
                        _split(down, level, c, d, across[a], across[b]),
                    )
                    score -= 0.7 * max(0.0, split - mean + 0.12)
                    count = _keep(boxes, count, across[a], down[c], wide, high, score)
    return count


@kernel
def _content(busy: Sums, left: int, top: int, wide: int, high: int) -> float:
    """The share of a box's pixels where something happens: little in bars and in plain buttons."""
    below = busy[top + high, left + wide] - busy[top + high, left]
    return float(below - busy[top, left + wide] + busy[top, left]) / (wide * high)


@kernel
def _keep(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    boxes: Boxes, count: int, left: int, top: int, wide: int, high: int, score: float
) -> int:
    """Write a box as row ``count`` if it is good enough and there is room; return the count."""
    if score < LEAST_SCORE or count >= boxes.shape[0]:
        return count
    boxes[count, 0] = left
    boxes[count, 1] = top
    boxes[count, 2] = left + wide
    boxes[count, 3] = top + high
    boxes[count, 4] = score
    boxes[count, 5] = 0.0
    return count + 1


@kernel
def _possible(wide: int, high: int, width: int, height: int) -> bool:
    """Whether a box is large enough, not too long, and not the whole."""
    if wide < LEAST_SIDE or high < LEAST_SIDE or wide > 4 * high or high > 4 * wide:
        return False
    return width * height < 40 * wide * high < 40 * width * height
