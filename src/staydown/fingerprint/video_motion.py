"""The part of a video that lives: that moves, or is sharp, inside surroundings that don't.

In a "story" the picture stands over its own blurred self or over a background that stays; in a
recording of a screen it is the only thing that moves. One frame tells little of that, several
together a lot: what is smooth or still in one frame isn't in all of them.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

#: Left, top, right, bottom in pixels.
Box: TypeAlias = tuple[int, int, int, int]

Luma: TypeAlias = NDArray[np.uint8]
Levels: TypeAlias = NDArray[np.float32]

#: The longer side on which the search is made.
_SMALL = 240

#: The search needs so many pixels, when it is made, along a side.
_LEAST_SIDE = 8

#: Surroundings have at most this share of the life inside, which is at least so many levels.
_QUIET = 0.3
_LEAST_LIFE = 1.2

#: From so many levels of change on, a place moves.
_MOVES = 2.0

#: A side's share that is left at least, and taken away at least.
_LEAST_LEFT = 0.25
_LEAST_TAKEN = 0.02

#: A seam is looked for so far from where the life begins, as a share of the side.
_BESIDE = 0.03


def moves(lumas: Sequence[Luma]) -> bool:
    """Say whether anything large moves in these frames: else they are one picture to be told by."""
    step = _step(lumas)
    if min(lumas[0].shape) < _LEAST_SIDE * step:
        return False
    motion = _motion([_shrunk(luma, step) for luma in lumas])
    return float((motion > _MOVES).mean()) > _LEAST_LEFT**2


def living_boxes(lumas: Sequence[Luma]) -> list[Box]:
    """Return the part that moves, and the part that is sharp, where the rest clearly isn't.

    ``lumas``: frames of one video, (height, width) brightness, all of one size, two or more.
    """
    step = _step(lumas)
    if min(lumas[0].shape) < _LEAST_SIDE * step:
        return []
    small = [_shrunk(luma, step) for luma in lumas]
    boxes: list[Box] = []
    motion = _motion(small)
    # Writing is sharp as well, but stays.
    for life in (motion, _detail(small) * np.minimum(motion / np.float32(_MOVES), 1) ** 2):
        box = _living(life)
        if box is None:
            continue
        left, top, right, bottom = (edge * step for edge in box)
        exact = _at_seams(lumas, (left, top, right, bottom))
        if exact is not None and exact not in boxes:
            boxes.append(exact)
    return boxes


def _step(lumas: Sequence[Luma]) -> int:
    """How many pixels of a side become one."""
    height, width = lumas[0].shape
    return max(1, -(-max(int(height), int(width)) // _SMALL))


def _shrunk(luma: Luma, step: int) -> Levels:
    """Means of ``step`` × ``step`` pixels."""
    height, width = (side // step * step for side in luma.shape)
    blocks = luma[:height, :width].reshape(height // step, step, width // step, step)
    small: Levels = blocks.mean(axis=(1, 3), dtype=np.float32)
    return small


def _motion(small: Sequence[Levels]) -> Levels:
    """How much each place changes from frame to frame, in levels."""
    total = np.zeros_like(small[0])
    for one, other in pairwise(small):
        total += np.abs(one - other)
    return total / np.float32(len(small) - 1)


def _detail(small: Sequence[Levels]) -> Levels:
    """How much each place differs from what lies round it, in levels."""
    total = np.zeros_like(small[0])
    for levels in small:
        middle = levels[1:-1, 1:-1]
        across = np.abs(2 * middle - levels[1:-1, :-2] - levels[1:-1, 2:])
        down = np.abs(2 * middle - levels[:-2, 1:-1] - levels[2:, 1:-1])
        total[1:-1, 1:-1] += np.minimum(across + down, 24.0)
    total[0], total[-1], total[:, 0], total[:, -1] = total[1], total[-2], total[:, 1], total[:, -2]
    return total / np.float32(len(small))


def _living(life: Levels) -> Box | None:
    """The box in which nearly all life lies, if what lies round it is quiet."""
    height, width = life.shape
    top, bottom = 0, height
    left, right = 0, width
    for _ in range(3):  # each direction is told better once the other is cut
        rows = _lively(life[top:bottom, left:right].mean(axis=1))
        if rows is None:
            return None
        top, bottom = top + rows[0], top + rows[1]
        columns = _lively(life[top:bottom, left:right].mean(axis=0))
        if columns is None:
            return None
        left, right = left + columns[0], left + columns[1]
    inside = float(life[top:bottom, left:right].mean())
    outside = life.copy()
    outside[top:bottom, left:right] = 0
    area = height * width - (bottom - top) * (right - left)
    if area < _LEAST_TAKEN * height * width or inside < _LEAST_LIFE:
        return None
    if float(outside.sum()) / area > _QUIET * inside:
        return None
    return left, top, right, bottom


def _lively(profile: Levels) -> tuple[int, int] | None:
    """From where to where a profile of life is high: two levels that fit it best, by Otsu's rule.

    The whole where there are no two levels.
    """
    if len(profile) < _LEAST_SIDE:
        return None
    level = np.sqrt(profile)
    order = np.sort(level)
    counts = np.arange(1, len(order))
    sums = np.cumsum(order)[:-1]
    low, high = sums / counts, (order.sum() - sums) / (len(order) - counts)
    between = counts * (len(order) - counts) * (high - low) ** 2
    cut = int(between.argmax())
    if low[cut] ** 2 > _QUIET * high[cut] ** 2:
        return 0, len(profile)
    lively = np.flatnonzero(level > (low[cut] + high[cut]) / 2)
    first, last = int(lively[0]), int(lively[-1]) + 1
    if last - first < _LEAST_LEFT * len(profile):
        return None
    return first, last


def _at_seams(lumas: Sequence[Luma], box: Box) -> Box | None:
    """Move the edges of a box to the sharpest straight line beside each, the same in all frames."""
    height, width = lumas[0].shape
    left, top, right, bottom = box
    rows = np.mean([_steps(luma[:, left:right:2]) for luma in lumas], axis=0)
    top, bottom = _seam(rows, top, height), _seam(rows, bottom, height)
    if bottom - top < _LEAST_LEFT * height:
        return None
    columns = np.mean([_steps(luma[top:bottom:2].T) for luma in lumas], axis=0)
    left, right = _seam(columns, left, width), _seam(columns, right, width)
    return (left, top, right, bottom) if right - left >= _LEAST_LEFT * width else None


def _steps(lines: Luma) -> Levels:
    """How much each line differs from the one before, in levels; 0 for the first."""
    levels = lines.astype(np.int16)
    return np.concatenate([[0], np.abs(np.diff(levels, axis=0)).mean(axis=1)]).astype(np.float32)


def _seam(steps: Levels, near: int, side: int) -> int:
    """The place of the seam beside ``near``: 0 or ``side`` where the picture reaches the edge."""
    reach = max(4, round(_BESIDE * side))
    low, high = max(1, near - reach), min(side, near + reach + 1)
    if high <= low:
        return near
    best = low + int(steps[low:high].argmax())
    if near <= reach or near >= side - reach:
        clear = float(steps[best]) > 3 * float(np.median(steps[low:high])) + 1
        return best if clear else 0 if near <= reach else side
    return best
