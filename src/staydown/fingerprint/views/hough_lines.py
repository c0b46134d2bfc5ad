"""Straight lines of any slope in a small picture: the sides of turned and photographed pictures.

A line that is closer to upright than to level is written ``across = middle + slope × along``, with
``along`` running down the picture from its middle row and ``across`` to the right; a line closer to
level with both swapped. So one kind of code finds both. Lines are found with a Hough transform in
which a pixel votes only for lines in about the direction of its own edge (after D. H. Ballard,
"Generalizing the Hough transform to detect arbitrary shapes", 1981), and are then fitted by least
squares to the pixels that lie on them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from staydown.kernels.compiled import kernel

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

#: Sides may lean this far: 0.7 is 35 degrees.
STEEPEST = 0.7

_SLOPES = 113  # steps from -STEEPEST to STEEPEST, 0.0125 apart
_SPREAD = 5  # an edge's own direction is known to about so many steps
_WIDTH = 2  # pixels to a step of ``middle``
_BEYOND = 0.12  # lines whose middle lies so far outside, as a share of the side, are found too
_FAINTEST = 6.0  # an edge is a step of at least about so many levels, of 255
_ALIKE = 0.5  # edges whose slopes differ by less may lie on one line
_MOST_EDGES = 12_000  # in busier pictures, only the stronger edges count
_MOST_PEAKS = 1024


@dataclass(frozen=True)
class Edges:
    """Edge pixels of one direction: (n,) float32 each, and the size of the picture.

    ``along`` is from the middle of the side, in pixels; ``across`` from its beginning; ``rise`` is
    by how much it gets brighter across the edge.
    """

    along: Floats
    across: Floats
    slope: Floats
    rise: Floats
    length: int
    breadth: int


@dataclass(frozen=True)
class Line:
    """A line, and where along it there are edges.

    ``support`` is (length + 1,): how many of the first k pixels along have an edge on the line.
    """

    middle: float
    slope: float
    support: Floats

    def at(self, along: float) -> float:
        """Return ``across`` at ``along``, which counts from the middle."""
        return self.middle + self.slope * along


def find_edges(grey: Bytes) -> tuple[Edges, Edges]:
    """Return the edges of ``grey``, (h, w) uint8: the upright and the level ones."""
    height, width = grey.shape
    room = height * width // 2 + 1
    upright, level = np.empty((4, room), np.float32), np.empty((4, room), np.float32)
    ups, levels = _edges(grey, _FAINTEST, upright, level)
    ups = _in_line(upright[:, :ups], height, width)
    levels = _in_line(level[:, :levels], width, height)
    return _strongest(upright[:, :ups], height, width), _strongest(level[:, :levels], width, height)


def find_lines(edges: Edges, most: int, shortest: float) -> list[Line]:
    """Return up to ``most`` lines with at least ``shortest`` pixels on them, best first."""
    if edges.along.size < shortest:
        return []
    pad = int(_BEYOND * edges.breadth)
    votes = np.zeros((_SLOPES, (edges.breadth + 2 * pad) // _WIDTH + 3), np.float32)
    _vote(edges.along, edges.across, edges.slope, pad, votes)
    peaks = np.empty((_MOST_PEAKS, 3), np.float32)
    peaks = peaks[: _peaks(votes, 0.4 * shortest, peaks)]
    lines: list[Line] = []
    for slope_step, middle_step, _ in peaks[np.argsort(-peaks[:, 2], kind="stable")][:most]:
        slope = (float(slope_step) - _SLOPES // 2) * (2 * STEEPEST / (_SLOPES - 1))
        line = _line(edges, float(middle_step) * _WIDTH - pad, slope)
        if line.support[-1] >= shortest and not any(_same(line, other) for other in lines):
            lines.append(line)
    return lines


def _same(line: Line, other: Line) -> bool:
    """Whether the fits of two peaks have met."""
    reach = (line.support.size - 1) / 2
    ends = (line.at(end) - other.at(end) for end in (-reach, reach))
    return all(abs(end) < 1.5 for end in ends)


def _line(edges: Edges, middle: float, slope: float) -> Line:
    """Fit a line to the edges near a peak and note where they are."""
    near = np.empty((3, edges.along.size), np.float32)
    count = _near(edges.along, edges.across, edges.slope, middle, slope, near)
    along, across, slopes = near[0, :count], near[1, :count], near[2, :count]
    for reach in (2.0, 1.5, 1.0):
        middle, slope = _fit(along, across, slopes, middle, slope, reach)
    marks = np.zeros(edges.length, np.float32)
    _mark(along, across, slopes, middle, slope, marks)
    support = np.zeros(edges.length + 1, np.float32)
    np.cumsum(marks, out=support[1:])
    return Line(middle, slope, support)


def _strongest(found: Floats, length: int, breadth: int) -> Edges:
    """Keep at most _MOST_EDGES of the edges (along, across, slope, rise)."""
    if found.shape[1] > _MOST_EDGES:
        strength = np.abs(found[3])
        limit = np.partition(strength, -_MOST_EDGES)[-_MOST_EDGES]
        found = found[:, strength >= limit]
    along, across, slope, rise = (np.ascontiguousarray(row) for row in found)
    return Edges(along, across, slope, rise, length, breadth)


@kernel
def _gradients(grey: Bytes, right: Floats, down: Floats) -> None:
    """Write Scharr's gradient: by how many levels a pixel's neighbours differ across it."""
    height, width = grey.shape
    three = np.float32(0.1875)
    ten = np.float32(0.625)
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            falling = np.float32(grey[y + 1, x + 1]) - np.float32(grey[y - 1, x - 1])
            rising = np.float32(grey[y - 1, x + 1]) - np.float32(grey[y + 1, x - 1])
            east = np.float32(grey[y, x + 1]) - np.float32(grey[y, x - 1])
            south = np.float32(grey[y + 1, x]) - np.float32(grey[y - 1, x])
            right[y, x] = three * (falling + rising) + ten * east
            down[y, x] = three * (falling - rising) + ten * south


@kernel
def _edges(grey: Bytes, faintest: float, upright: Floats, level: Floats) -> tuple[int, int]:
    """Write edge pixels: where the gradient is large, and largest across the edge."""
    height, width = grey.shape
    right = np.zeros((height, width), np.float32)
    down = np.zeros((height, width), np.float32)
    _gradients(grey, right, down)
    ups = 0
    levels = 0
    half = np.float32(0.5)
    for y in range(2, height - 2):
        for x in range(2, width - 2):
            gx = right[y, x]
            gy = down[y, x]
            if abs(gx) < faintest and abs(gy) < faintest:
                continue
            if abs(gx) >= abs(gy):
                here, before, after = abs(gx), abs(right[y, x - 1]), abs(right[y, x + 1])
                if here > before and here >= after:
                    upright[0, ups] = y + half - half * height
                    upright[1, ups] = (
                        x + half + half * (after - before) / (2 * here - before - after)
                    )
                    upright[2, ups] = -gy / gx
                    upright[3, ups] = gx
                    ups += 1
            else:
                here, before, after = abs(gy), abs(down[y - 1, x]), abs(down[y + 1, x])
                if here > before and here >= after:
                    level[0, levels] = x + half - half * width
                    level[1, levels] = (
                        y + half + half * (after - before) / (2 * here - before - after)
                    )
                    level[2, levels] = -gx / gy
                    level[3, levels] = gy
                    levels += 1
    return ups, levels


@kernel
def _in_line(edges: Floats, length: int, breadth: int) -> int:
    """Keep the edges that go on, two pixels before and after them along their own direction.

    Returns how many; they are moved to the front. What is left out is texture, mostly.
    """
    numbers = np.full((length, breadth), -1, np.int32)
    count = edges.shape[1]
    for k in range(count):
        numbers[int(edges[0, k] + np.float32(0.5) * length), int(edges[1, k])] = k
    keep = np.zeros(count, np.bool_)
    for k in range(count):
        slope = edges[2, k]
        row = int(edges[0, k] + np.float32(0.5) * length)
        goes_on = 0
        for step in (-2, 2):
            y = row + step
            x = int(edges[1, k] + slope * np.float32(step))
            if y < 0 or y >= length:
                continue
            for near in range(max(x - 1, 0), min(x + 2, breadth)):
                other = numbers[y, near]
                if other >= 0 and abs(edges[2, other] - slope) < _ALIKE:
                    goes_on += 1
                    break
        keep[k] = goes_on == 2
    kept = 0
    for k in range(count):
        if keep[k]:
            for field in range(4):
                edges[field, kept] = edges[field, k]
            kept += 1
    return kept


@kernel
def _near(  # noqa: PLR0917 - called with arrays
    along: Floats, across: Floats, slope: Floats, middle: float, lean: float, near: Floats
) -> int:
    """Write along, across and slope of the edges that may lie on a line once it is fitted."""
    count = 0
    for k in range(along.size):
        if abs(across[k] - (middle + lean * along[k])) <= 6.0 and abs(slope[k] - lean) < 0.4:
            near[0, count] = along[k]
            near[1, count] = across[k]
            near[2, count] = slope[k]
            count += 1
    return count


@kernel
def _vote(along: Floats, across: Floats, slope: Floats, pad: int, votes: Floats) -> None:
    """Let each edge vote for the lines through it in about its direction."""
    slopes, middles = votes.shape
    step = 2.0 * STEEPEST / (slopes - 1)
    for k in range(along.size):
        own = round(slope[k] / step) + slopes // 2
        place = (across[k] + pad) / _WIDTH
        run = along[k] * step / _WIDTH
        for i in range(max(own - _SPREAD, 0), min(own + _SPREAD + 1, slopes)):
            middle = place - run * (i - slopes // 2)
            cell = int(middle)
            if middle < 0.0 or cell + 1 >= middles:
                continue
            part = np.float32(middle - cell)
            votes[i, cell] += np.float32(1.0) - part
            votes[i, cell + 1] += part


@kernel
def _peaks(votes: Floats, fewest: float, found: Floats) -> int:
    """Write cells (slope, middle, votes) that no neighbour exceeds; return how many."""
    slopes, middles = votes.shape
    count = 0
    for i in range(slopes):
        for j in range(middles):
            here = votes[i, j]
            if here < fewest or count == found.shape[0]:
                continue
            highest = True
            for a in range(max(i - 2, 0), min(i + 3, slopes)):
                for b in range(max(j - 1, 0), min(j + 2, middles)):
                    other = votes[a, b]
                    if other > here or (other == here and (a < i or (a == i and b < j))):
                        highest = False
            if highest:
                found[count, 0] = i
                found[count, 1] = j
                found[count, 2] = here
                count += 1
    return count


@kernel
def _fit(  # noqa: PLR0917 - called with arrays
    along: Floats, across: Floats, slope: Floats, middle: float, lean: float, reach: float
) -> tuple[float, float]:
    """Return the least-squares line through the edges within ``reach`` of a line."""
    n = 0.0
    sum_t = 0.0
    sum_d = 0.0
    sum_tt = 0.0
    sum_td = 0.0
    for k in range(along.size):
        t = along[k]
        off = across[k] - (middle + lean * t)
        if abs(off) <= reach and abs(slope[k] - lean) < 0.25:
            n += 1.0
            sum_t += t
            sum_d += off
            sum_tt += t * t
            sum_td += t * off
    spread = n * sum_tt - sum_t * sum_t
    if n < 8.0 or spread <= 0.0:
        return middle, lean
    turn = (n * sum_td - sum_t * sum_d) / spread
    return middle + (sum_d - turn * sum_t) / n, lean + turn


@kernel
def _mark(  # noqa: PLR0917 - called with arrays
    along: Floats, across: Floats, slope: Floats, middle: float, lean: float, marks: Floats
) -> None:
    """Mark the places along the line where an edge lies on it."""
    for k in range(along.size):
        off = across[k] - (middle + lean * along[k])
        if abs(off) <= 1.25 and abs(slope[k] - lean) < 0.35:
            place = int(along[k] + 0.5 * marks.size)
            if 0 <= place < marks.size:
                marks[place] = 1.0
