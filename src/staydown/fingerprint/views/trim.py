"""Borders round a picture: bars, frames, margins with or without words on them.

A border is plain: nothing happens along it but noise and a slow change of colour. So lines are
taken away from each side while they are plain. That finds a picture whose own edge has the colour
of the border nearly everywhere, where the search for straight edges sees too little.
"""

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Cut
from staydown.fingerprint.views.lines import Sums, busy_sums
from staydown.fingerprint.views.region import Region
from staydown.fingerprint.views.small import Bytes, Small
from staydown.kernels.compiled import kernel

#: left, top, right, bottom in small pixels.
Box = tuple[int, int, int, int]

#: Share of pixels of a plain line in which something may happen.
PLAIN = 0.015

#: Small pictures with a shorter side aren't searched.
LEAST_SIDE = 20

_MOST_NOISE = 12


def find_trims(small: Small) -> list[Region]:
    """Return what is left of a picture without its borders, best first; at most two regions."""
    height, width = small.grey.shape
    if min(height, width) < LEAST_SIDE:
        return []
    sums = busy_sums(*small.steps, 2 + border_noise(small.grey))
    whole = (0, 0, width, height)
    peeled = _peeled(sums, _peeled(sums, whole))
    largest = _peeled(sums, _largest_run(sums, peeled))
    found = []
    for box in dict.fromkeys((peeled, largest)):
        left, top, right, bottom = box
        if box == whole or min(right - left, bottom - top) < LEAST_SIDE:
            continue
        if 20 * (right - left) * (bottom - top) < width * height:
            continue
        scale = float(small.scale)
        edges = (left * scale, top * scale, right * scale, bottom * scale)
        found.append(Region.box(Cut.TRIMMED, edges, _score(sums, box)))
    return sorted(found, key=lambda region: -region.score)


@kernel
def border_noise(grey: Bytes) -> int:
    """Return by how many levels neighbours differ along the calmest side of a picture.

    All but three in a hundred of them, in the outermost three lines of that side; at most
    _MOST_NOISE.
    """
    height, width = grey.shape
    calmest = _MOST_NOISE
    for side in range(4):
        counts = np.zeros(_MOST_NOISE + 1, dtype=np.int64)
        deep = min(3, height if side < 2 else width)
        long = width if side < 2 else height
        for line in range(deep):
            place = line if side % 2 == 0 else (height if side < 2 else width) - 1 - line
            for k in range(1, long):
                if side < 2:
                    rise = np.int32(grey[place, k]) - np.int32(grey[place, k - 1])
                else:
                    rise = np.int32(grey[k, place]) - np.int32(grey[k - 1, place])
                counts[min(int(abs(rise)), _MOST_NOISE)] += 1
        below = 0
        for level in range(calmest):
            below += counts[level]
            if 100 * below >= 97 * deep * (long - 1):
                calmest = level
                break
    return calmest


def _lines(sums: Sums, box: Box) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of busy pixels of each row and of each column of a box."""
    left, top, right, bottom = box
    rows = np.diff(sums[top : bottom + 1, right] - sums[top : bottom + 1, left])
    columns = np.diff(sums[bottom, left : right + 1] - sums[top, left : right + 1])
    return rows / max(1, right - left), columns / max(1, bottom - top)


def _peeled(sums: Sums, box: Box) -> Box:
    """Take plain lines away from all four sides, rows first.

    A pixel counts as busy against the one before it, so the first busy line is the first one of
    the picture, and the first plain one after its end still counts: that one is given back.
    """
    left, top, right, bottom = box
    rows = np.flatnonzero(_lines(sums, box)[0] > PLAIN)
    if not rows.size:
        return box
    first, last = top + int(rows[0]), top + int(rows[-1]) + 1
    top, bottom = first, last - 1 if last < bottom else last
    if bottom <= top:
        return box
    columns = np.flatnonzero(_lines(sums, (left, top, right, bottom))[1] > PLAIN)
    if not columns.size:
        return left, top, right, bottom
    first, last = left + int(columns[0]), left + int(columns[-1]) + 1
    return first, top, max(last - 1 if last < right else last, first + 1), bottom


def _largest_run(sums: Sums, box: Box) -> Box:
    """Return the largest part of a box between plain rows, or between plain columns.

    Words on a border are such parts too, but lower ones than the picture.
    """
    left, top, right, bottom = box
    rows, columns = _lines(sums, box)
    first_row, last_row = _longest(rows > PLAIN)
    first_column, last_column = _longest(columns > PLAIN)
    if (last_row - first_row) * (right - left) < (last_column - first_column) * (bottom - top):
        return left, top + first_row, right, top + last_row
    return left + first_column, top, left + last_column, bottom


def _longest(busy: NDArray[np.bool_]) -> tuple[int, int]:
    """Return start and stop of the longest run of busy lines; single plain lines don't end it."""
    joined = busy.copy()
    joined[1:-1] |= busy[:-2] & busy[2:]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], joined, [False])).astype(np.int8)))
    if not edges.size:
        return 0, busy.size
    starts, stops = edges[::2], edges[1::2]
    best = int(np.argmax(stops - starts))
    return int(starts[best]), int(stops[best])


def _score(sums: Sums, box: Box) -> float:
    """Say how sure a border is: by how much starts to happen at once where it ends."""
    left, top, right, bottom = box
    height, width = sums.shape[0] - 1, sums.shape[1] - 1
    rows, columns = _lines(sums, box)
    deep = 4
    ends = (
        (left > 0, columns[:deep]),
        (right < width, columns[-deep:]),
        (top > 0, rows[:deep]),
        (bottom < height, rows[-deep:]),
    )
    sides = [min(1.0, 2.5 * float(shares.mean())) for inside, shares in ends if inside]
    return 0.55 + 0.4 * sum(sides) / max(1, len(sides)) - 0.15 * (1 - min(sides, default=0.0))
