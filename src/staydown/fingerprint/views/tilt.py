"""Pictures that somebody turned by a few degrees, with something left in the wedges at the corners.

Turning about the middle leaves few possibilities: the canvas grew until the whole picture fitted,
or it kept its size, with the picture perhaps enlarged a little. So for each angle and size the
sides' places are known, and it can be asked of all four together whether the picture ends there:
with a step (plain or blurred wedges), as a mirror image, or with its last pixels drawn out. Sides
that lie elsewhere are found by ``quad``. What was cut off inside the turned picture leaves no
wedges and no trace, and is left to the copy code.
"""

import math

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Cut
from staydown.fingerprint.views.region import Point, Region
from staydown.fingerprint.views.small import Small
from staydown.kernels.compiled import kernel

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

_WIDEST = 16.0  # degrees
_LEAST = 0.75
_STEP = 1.0  # degrees, in the first search
_ZOOM_STEP = 0.02
_GROWN = 0.0  # in place of a zoom: the canvas grew around the picture
_LEAST_EVIDENCE = np.array(
    [0.06, 0.04, 0.04]
)  # places for less places against, as a share of width and height
_LEAST_SHARE = 0.6
_STEPS = 0  # the number of the first test
_TRUST = np.array([4.0, 1.0, 2.0])  # steps look drawn out, too, and that mirrored; never back
_FINER = ((0.5, 0.01), (0.25, 0.005), (0.1, 0.0025))  # degrees and zoom, in later searches


def find_tilts(small: Small) -> list[Region]:
    """Return at most one part that was turned by 1 to 16 degrees: LEVELLED."""
    height, width = small.grey.shape
    if min(height, width) < 96:
        return []
    best = np.zeros((3, 3), np.float64)  # for each test: score, degrees, zoom
    halved = _halved(small.grey)
    _search(halved, best)
    for test in np.argsort(-best[:, 0] * _TRUST, kind="stable"):
        if best[test, 0] < 0.5 * _LEAST_EVIDENCE[test]:
            continue
        levels = small.grey.astype(np.float32) if test == _STEPS else halved
        evidence, share, degrees, zoom = _refined(levels, test, best[test, 1], best[test, 2])
        if evidence >= _LEAST_EVIDENCE[test] and share >= _LEAST_SHARE:
            return [Region(Cut.LEVELLED, _corners(small, degrees, zoom), share)]
    return []


def warm() -> None:
    """Compile, or load from disk, the kernels."""
    grey = np.zeros((96, 96), dtype=np.uint8)
    best = np.zeros((3, 3), np.float64)
    halved = _halved(grey)
    _search(halved, best)
    _refined(halved, _STEPS, 5.0, 1.0)
    _corners(Small(grey, np.zeros((96, 96, 3), dtype=np.uint8), 1, 96, 96), 5.0, 1.0)


def _halved(grey: Bytes) -> Floats:
    """Means of 2 × 2 pixels."""
    height, width = grey.shape[0] // 2 * 2, grey.shape[1] // 2 * 2
    rows = grey[0:height:2].astype(np.float32) + grey[1:height:2]
    return np.ascontiguousarray((rows[:, 0:width:2] + rows[:, 1:width:2]) * np.float32(0.25))


def _refined(
    levels: Floats, test: int, degrees: float, zoom: float
) -> tuple[float, float, float, float]:
    """Return evidence, share, degrees and zoom of the best possibility near a first one."""
    best = (0.0, 0.0, float(degrees), float(zoom))
    for turn, grow in _FINER:
        middle = best
        for i in (-2, -1, 0, 1, 2):
            for j in (0,) if zoom == _GROWN else (-2, -1, 0, 1, 2):
                there = (middle[2] + i * turn, middle[3] + j * grow)
                evidence, share = _score(levels, there[0], there[1])[test]
                if evidence > best[0]:
                    best = (float(evidence), float(share), *there)
    return best


def _corners(small: Small, degrees: float, zoom: float) -> tuple[Point, Point, Point, Point]:
    half_width, half_height = _half_sizes(small.width, small.height, degrees, zoom)
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def place(x: float, y: float) -> Point:
        return small.width / 2 + c * x - s * y, small.height / 2 + s * x + c * y

    return (
        place(-half_width, -half_height),
        place(half_width, -half_height),
        place(half_width, half_height),
        place(-half_width, half_height),
    )


@kernel
def _half_sizes(width: float, height: float, degrees: float, zoom: float) -> tuple[float, float]:
    """Half the width and height of the picture on a canvas of ``width`` × ``height``."""
    if zoom > 0.0:
        return 0.5 * zoom * width, 0.5 * zoom * height
    angle = abs(math.radians(degrees))
    c, s = math.cos(angle), math.sin(angle)
    both = c * c - s * s
    return 0.5 * (width * c - height * s) / both, 0.5 * (height * c - width * s) / both


@kernel
def _at(levels: Floats, x: float, y: float) -> float:
    """The level at a place inside, interpolated."""
    x -= 0.5
    y -= 0.5
    left = min(max(int(x), 0), levels.shape[1] - 2)
    top = min(max(int(y), 0), levels.shape[0] - 2)
    east = x - left
    south = y - top
    upper = levels[top, left] + east * (levels[top, left + 1] - levels[top, left])
    lower = levels[top + 1, left] + east * (levels[top + 1, left + 1] - levels[top + 1, left])
    return float(upper + south * (lower - upper))


@kernel
def _side(  # noqa: PLR0917 - called from kernels
    levels: Floats, x: float, y: float, nx: float, ny: float, half: float, votes: Doubles
) -> None:
    """Count what is seen along one side: its middle, outward normal and half its length.

    ``votes`` is (3, 2): places that speak for and against a step there, for a mirror image and for
    pixels drawn out. A plain place says nothing of the last two.
    """
    height, width = levels.shape
    near = 1.2
    far = 3.2
    aside = 3.0
    count = int(half)
    for k in range(-count, count + 1, 2):
        px = x - ny * k
        py = y + nx * k
        if (
            min(px + far * nx, px - far * nx) < 0.5
            or min(py + far * ny, py - far * ny) < 0.5
            or max(px + far * nx, px - far * nx) > width - 0.5
            or max(py + far * ny, py - far * ny) > height - 0.5
        ):
            continue
        in_near = _at(levels, px - near * nx, py - near * ny)
        out_near = _at(levels, px + near * nx, py + near * ny)
        in_far = _at(levels, px - far * nx, py - far * ny)
        out_far = _at(levels, px + far * nx, py + far * ny)
        qx = px - aside * ny
        qy = py + aside * nx
        qx = min(max(qx, far + 1.0), width - far - 1.0)
        qy = min(max(qy, far + 1.0), height - far - 1.0)
        shifted_near = _at(levels, qx + near * nx, qy + near * ny)
        shifted_far = _at(levels, qx + far * nx, qy + far * ny)
        step = abs(in_near - out_near)
        inwards = abs(in_near - in_far)
        outwards = abs(out_near - out_far)
        mirrored = step + abs(in_far - out_far)
        shifted = abs(in_near - shifted_near) + abs(in_far - shifted_far)
        if step > 3.0 + inwards and step > 3.0 + outwards:
            votes[0, 0] += 1.0
        else:
            votes[0, 1] += 1.0
        if shifted > 6.0 and inwards > 1.5:
            votes[1, 0 if mirrored < 0.5 * shifted else 1] += 1.0
        if inwards > 4.0 and abs(out_near - shifted_near) > 2.0:
            votes[2, 0 if outwards < 0.25 * inwards else 1] += 1.0


@kernel
def _score(levels: Floats, degrees: float, zoom: float) -> Doubles:
    """How surely the picture ends there: with a step, mirrored, drawn out.

    For each: places for, less places against, in relation to the size; and the share for.
    """
    height, width = levels.shape
    half_width, half_height = _half_sizes(width, height, degrees, zoom)
    scores = np.zeros((3, 2), np.float64)
    if min(half_width, half_height) < 16.0:
        return scores
    c = math.cos(math.radians(degrees))
    s = math.sin(math.radians(degrees))
    votes = np.zeros((3, 2), np.float64)
    for side in range(4):
        nx, ny = c, s
        out, half = half_width, half_height
        if side % 2:
            nx, ny = -s, c
            out, half = half_height, half_width
        if side >= 2:
            nx, ny = -nx, -ny
        _side(levels, width * 0.5 + out * nx, height * 0.5 + out * ny, nx, ny, half, votes)
    for test in range(3):
        hits, misses = votes[test, 0], votes[test, 1]
        scores[test, 0] = (hits - misses) / (width + height)
        scores[test, 1] = hits / max(hits + misses, 1.0)
    return scores


@kernel
def _search(levels: Floats, best: Doubles) -> None:
    """Write the best possibility of each test: score, degrees, zoom."""
    height, width = levels.shape
    ratio = max(width / height, height / width)
    steps = int(_WIDEST / _STEP)
    for turn in range(-steps, steps + 1):
        degrees = turn * _STEP
        if abs(degrees) < _LEAST:
            continue
        angle = abs(math.radians(degrees))
        fits = math.cos(angle) + ratio * math.sin(angle)
        zoom = _GROWN
        while zoom < fits - 0.01:
            scores = _score(levels, degrees, zoom)
            for test in range(3):
                if scores[test, 0] > best[test, 0]:
                    best[test, 0] = scores[test, 0]
                    best[test, 1] = degrees
                    best[test, 2] = zoom
            zoom = 1.0 if zoom == _GROWN else zoom + _ZOOM_STEP
