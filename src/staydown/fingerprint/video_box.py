"""The part of a video's frames that moves, inside one that stays the same: black bars, "stories".

Found on a few frames and believed only where they agree, then used for the whole video.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Cut
from staydown.fingerprint.video_motion import Box, living_boxes, moves

if TYPE_CHECKING:
    from staydown.fingerprint.views.region import Region
    from staydown.media.film_frame import Frame

#: How far the levels of a bar's line may spread, and lie from those of the outermost line.
_SPREAD = 5.0
_STEP = 6.0

#: A bar takes at least this share of its side; what it leaves is at least this share of it.
_LEAST_BAR = 0.015
_LEAST_LEFT = 0.25

#: Frames given to the view search, and how many of them must agree, to this share of a side.
_SEARCHED = 4
_AGREEING = 0.6
_NEAR = 0.02


def steady_boxes(frames: "Sequence[Frame]") -> dict[Cut, Box]:
    """Return the parts inside surroundings that stay the same, one for each cut at most.

    ``frames`` are some of the first of a video. Plain bars are told from one frame already; else
    the part that moves or is sharp is taken, and where no such part stands out, what the search
    for views finds in most frames.
    """
    if not frames:
        return {}
    lumas = [frame.luma() for frame in frames]
    lumas = [luma for luma in lumas if luma.shape == lumas[0].shape]
    bars = _inside_bars(lumas)
    found = [] if bars is None else [bars]
    moving = len(lumas) > 1 and moves(lumas)
    if moving:
        found += living_boxes(lumas)
    height, width = lumas[0].shape
    boxes: dict[Cut, Box] = {}
    for box in found:
        if not any(_alike(box, one, lumas[0]) for one in [(0, 0, width, height), *boxes.values()]):
            across = (box[0], box[2]) == (0, width) or (box[1], box[3]) == (0, height)
            first = Cut.TRIMMED if across or box == bars else Cut.CUT_OUT
            other = Cut.CUT_OUT if first is Cut.TRIMMED else Cut.TRIMMED
            boxes.setdefault(other if first in boxes else first, box)
    if len(lumas) > 1 and not (moving and boxes):
        for cut, box in _searched(frames).items():
            if not any(_alike(box, one, lumas[0]) for one in boxes.values()):
                boxes.setdefault(cut, box)
    return boxes


def _alike(one: Box, other: Box, luma: NDArray[np.uint8]) -> bool:
    """Whether two boxes are nearly the same."""
    sides = (luma.shape[1], luma.shape[0]) * 2
    return all(
        abs(edge - beside) < 0.005 * side
        for edge, beside, side in zip(one, other, sides, strict=True)
    )


def _inside_bars(lumas: Sequence[NDArray[np.uint8]]) -> Box | None:
    """What is left when plain lines are taken from the edges, the same of every frame.

    A frame that is plain throughout (a fade from black) has no say.
    """
    height, width = lumas[0].shape
    boxes = [box for luma in lumas if luma.shape == (height, width) and (box := _content(luma))]
    if not boxes:
        return None
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    bars = max((width - right + left) / width, (height - bottom + top) / height)
    if bars < _LEAST_BAR:
        return None
    if right - left < _LEAST_LEFT * width or bottom - top < _LEAST_LEFT * height:
        return None
    return left, top, right, bottom


def _content(luma: NDArray[np.uint8]) -> Box | None:
    height, width = luma.shape
    top, bottom = _plain_lines(luma[:, :: max(1, width // 256)])
    if top + bottom >= height:
        return None
    inner = luma[top : height - bottom]
    # A picture may have a border of its own, in another colour than the bars.
    level = float(luma[0].mean()) if top else float(luma[-1].mean()) if bottom else None
    left, right = _plain_lines(inner[:: max(1, height // 256)].T, level)
    if left + right >= width:
        return None
    return left, top, width - right, height - bottom


def _plain_lines(lines: NDArray[np.uint8], level: float | None = None) -> tuple[int, int]:
    """How many lines from the start, and from the end, are plain and alike, and of that level."""
    levels = lines.astype(np.float32)
    means, spreads = levels.mean(axis=1), levels.std(axis=1)
    counts = []
    for mean, spread in ((means, spreads), (means[::-1], spreads[::-1])):
        busy = (spread > _SPREAD) | (np.abs(mean - mean[0]) > _STEP)
        if level is not None:
            busy |= np.abs(mean - level) > 2 * _STEP
        counts.append(int(busy.argmax()) if busy.any() else len(mean))
    return counts[0], counts[1]


def _searched(frames: "Sequence[Frame]") -> dict[Cut, Box]:
    from staydown.fingerprint.views.search import find

    step = max(1, len(frames) // _SEARCHED)
    chosen = frames[::step][:_SEARCHED]
    pictures = [frame.colour() for frame in chosen]
    height, width = pictures[0].shape[:2]
    found = [
        _upright(find(picture)) for picture in pictures if picture.shape[:2] == (height, width)
    ]
    boxes: dict[Cut, Box] = {}
    for cut in (Cut.TRIMMED, Cut.CUT_OUT):
        box = _agreed([regions.get(cut, []) for regions in found], width, height)
        if box is not None:
            boxes[cut] = box
    return boxes


def _upright(regions: "Sequence[Region]") -> dict[Cut, list[tuple[float, ...]]]:
    boxes: dict[Cut, list[tuple[float, ...]]] = {}
    for region in regions:
        (left, top), (right, _), (_, bottom), _ = region.corners
        boxes.setdefault(region.cut, []).append((left, top, right, bottom))
    return boxes


def _agreed(found: Sequence[Sequence[tuple[float, ...]]], width: int, height: int) -> Box | None:
    """The box that most frames have, if enough of them do; its edges are the medians of theirs."""
    sides: NDArray[Any] = np.array([width, height, width, height], dtype=np.float64)
    best: tuple[int, NDArray[Any]] | None = None
    for boxes in found:
        for box in boxes:
            alike = [
                other
                for others in found
                for other in others
                if np.abs((np.array(other) - box) / sides).max() < _NEAR
            ]
            agreeing = min(len(alike), len(found))
            if agreeing >= max(2, _AGREEING * len(found)) and (not best or agreeing > best[0]):
                best = agreeing, np.median(np.array(alike), axis=0)
    if best is None:
        return None
    left, top, right, bottom = (round(edge) for edge in best[1].tolist())
    left, top = max(0, left), max(0, top)
    right, bottom = min(width, right), min(height, bottom)
    if right - left < _LEAST_LEFT * width or bottom - top < _LEAST_LEFT * height:
        return None
    return left, top, right, bottom
