"""Straight lines along which one picture may end and another begin.

Where a picture was put into another one, neighbours across its sides have nothing to do with each
other, from one corner to the next and straight to the pixel. Edges of things that were before the
camera bend, fade and lean.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from staydown.fingerprint.views.small import Bytes, Small
from staydown.kernels.compiled import kernel

Sums = NDArray[np.int32]
Places = NDArray[np.intp]

#: Mean evidence, of 255, above which a run of pixels speaks for a line.
_CHANCE = 115


class Lines(NamedTuple):
    """Upright boundaries that may be sides of a picture.

    ``places`` are positions across in small pixels, ascending, with 0 and the whole width.
    ``sums`` is (lines, length + 1): running sums of the evidence along each line, 0–255 a pixel.
    """

    places: Places
    sums: Sums


def upright_lines(small: Small, most: int) -> Lines:
    """Return up to ``most`` promising upright lines and both ends."""
    evidence = evidence_across(small.steps[0], 2)
    worth = _runs_down(evidence)
    places = _peaks(worth, most)
    inner = evidence[:, places[1:-1]].T
    return Lines(places, _running_sums(inner))


def level_lines(small: Small, most: int) -> Lines:
    """Return up to ``most`` promising level lines and both ends; places are positions down."""
    evidence = evidence_down(small.steps[1], 2)
    worth = _runs_across(evidence)
    places = _peaks(worth, most)
    return Lines(places, _running_sums(evidence[places[1:-1]]))


def _running_sums(evidence: Bytes) -> Sums:
    """Return the running sums of each line of ``evidence``, with zeros for both ends."""
    sums = np.zeros((evidence.shape[0] + 2, evidence.shape[1] + 1), dtype=np.int32)
    np.cumsum(evidence, axis=1, out=sums[1:-1, 1:])
    return sums


def _peaks(worth: NDArray[np.int32], most: int) -> Places:
    """Return where ``worth`` is highest, no two places beside each other, and both ends.

    ``worth`` is that of the boundary before each pixel.
    """
    last = worth.size
    left = worth.copy()
    places = [0, last]
    left[[0, 1, -1]] = 0
    for _ in range(most):
        best = int(left.argmax())
        if left[best] <= 0:
            break
        places.append(best)
        left[max(best - 1, 0) : best + 2] = 0
    return np.array(sorted(places), dtype=np.intp)


def evidence_across(steps: Bytes, reach: int) -> Bytes:
    """Return how far the boundary before each pixel looks like an edge, 0–255, (h, w).

    ``steps`` are those across it. A step counts by how far it stands out of the steps ``reach``
    pixels away: texture, where every neighbour differs, speaks for no line. Of the two neighbours
    the calmer one counts most, so that a thin gap between two pictures has two edges.
    """
    padded = np.zeros((steps.shape[0], steps.shape[1] + 2 * reach), dtype=np.uint8)
    padded[:, reach:-reach] = steps
    evidence = np.empty_like(steps)
    _weigh_rows(steps, padded[:, : -2 * reach], padded[:, 2 * reach :], evidence)
    return evidence


def evidence_down(steps: Bytes, reach: int) -> Bytes:
    """The same for the boundary above each pixel, of the steps down."""
    padded = np.zeros((steps.shape[0] + 2 * reach, steps.shape[1]), dtype=np.uint8)
    padded[reach:-reach] = steps
    evidence = np.empty_like(steps)
    _weigh_rows(steps, padded[: -2 * reach], padded[2 * reach :], evidence)
    return evidence


@kernel
def _weigh_rows(steps: Bytes, before: Bytes, after: Bytes, evidence: Bytes) -> None:
    for row in range(steps.shape[0]):
        weigh(steps[row], before[row], after[row], evidence[row])


@kernel
def weigh(steps: Bytes, before: Bytes, after: Bytes, evidence: Bytes) -> None:
    """Write the evidence of a row of boundaries; ``before`` and ``after`` are other steps."""
    for x in range(steps.size):
        one = np.float32(before[x])
        two = np.float32(after[x])
        step = np.float32(steps[x])
        around = min(one, two) * np.float32(5.25) + max(one, two) * np.float32(1.75)
        rise = np.float32(10) * step - around - np.float32(40)
        share = np.float32(255) * rise / (np.float32(5) * step + np.float32(40))
        evidence[x] = np.uint8(min(np.float32(255), max(np.float32(0), share)))


@kernel
def _runs_across(evidence: Bytes) -> NDArray[np.int32]:
    """Return, for each row, the highest sum over any run of the evidence above chance."""
    worth = np.zeros(evidence.shape[0], dtype=np.int32)
    for line in range(evidence.shape[0]):
        run = 0
        best = 0
        for value in evidence[line]:
            run = max(0, run + int(value) - _CHANCE)
            best = max(best, run)
        worth[line] = best
    return worth


@kernel
def _runs_down(evidence: Bytes) -> NDArray[np.int32]:
    """The same for each column."""
    worth = np.zeros(evidence.shape[1], dtype=np.int32)
    runs = np.zeros(evidence.shape[1], dtype=np.int32)
    for line in range(evidence.shape[0]):
        values = evidence[line]
        for x in range(values.size):
            run = max(np.int32(0), runs[x] + np.int32(values[x]) - np.int32(_CHANCE))
            runs[x] = run
            worth[x] = max(worth[x], run)
    return worth


@kernel
def busy_sums(across: Bytes, down: Bytes, noise: int) -> Sums:
    """Return (h + 1, w + 1) sums of the pixels where something happens.

    Those differ by more than ``noise`` levels from the pixel before or above them; ``sums[y, x]``
    counts those of the first y rows and x columns.
    """
    height, width = across.shape
    sums = np.zeros((height + 1, width + 1), dtype=np.int32)
    for row in range(height):
        line = 0
        for x in range(width):
            line += max(across[row, x], down[row, x]) > noise
            sums[row + 1, x + 1] = sums[row, x + 1] + line
    return sums
