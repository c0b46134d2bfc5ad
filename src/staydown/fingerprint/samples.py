"""A picture's 64 × 64 samples, as PDQ takes them: brightness, filtered twice by boxes.

The samples are the same as those of the original, rounding errors included: a running sum in
32-bit floats drifts, and in pictures with flat or repeated parts that drift decides bits. So every
sum here runs in the same order, in the same precision. It is fast because a picture is read once,
in blocks of 16 × 16 that go through three of the four filters while they are in registers and the
nearest cache, sixteen rows or columns side by side in each instruction; because a mean costs no
division (``floats.mean``); and because the second filter makes only the means that are sampled.
"""

import numpy as np
from numpy.typing import NDArray

from staydown.kernels.compiled import kernel
from staydown.kernels.floats import (
    LANES,
    colour_levels,
    grey_levels,
    mean,
    minus,
    plus,
    transpose,
)
from staydown.kernels.simd import load, store

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

SIDE = 64  # samples along each side
_BLOCK = LANES * LANES


@kernel
def _window(side: int) -> int:
    """How many pixels a box filter spans: half of what one sample stands for, rounded up."""
    return (side + 2 * SIDE - 1) // (2 * SIDE)


@kernel
def _delay(side: int) -> int:
    """How many steps after it took a pixel a box filter gives that pixel's mean."""
    return (_window(side) + 2) // 2 - 1


@kernel
def _steps(side: int) -> int:
    """How many steps two filters take along a line, in whole blocks."""
    return (side + 2 * _delay(side) + LANES - 1) // LANES * LANES


@kernel
def _inside(step: int, side: int) -> np.float32:
    """How many pixels of a line lie in the window that has just taken pixel ``step``."""
    return np.float32(min(side, step + 1) - max(0, step - _window(side) + 1))


@kernel
def _counts(side: int) -> Floats:
    """What each step of the first filter divides by: the pixels in its window; then 1 by that.

    1 by that is 0 for the steps that give no mean: those before the first pixel's and behind the
    last one's. Their "mean" is 0, which the second filter takes in and drops without a trace.
    """
    steps, delay = _steps(side), _delay(side)
    counts = np.zeros(2 * steps, dtype=np.float32)
    for step in range(steps):
        counts[step] = 1
        if delay <= step < side + delay:
            counts[step] = _inside(step, side)
            counts[steps + step] = np.float32(1) / counts[step]
    return counts


@kernel
def _room(size: int) -> Floats:
    """Zeros that begin at a cache line, so that no vector lies across two: a fifth of the time."""
    room = np.zeros(size + LANES, dtype=np.float32)
    start = -(room.ctypes.data // 4) % LANES
    return room[start : start + size]


@kernel
def _places(side: int, mirrored: bool) -> Integers:
    """The steps at which the second filter gives the samples, from the first pixel to the last.

    With ``mirrored`` follow those at which it gives the samples of the mirrored line. A window of
    even length reaches one pixel further to the right than to the left, so that each of the two
    filters puts the means of the mirrored line one pixel further to the left.
    """
    delay = _delay(side)
    shift = 0 if _window(side) % 2 else 2
    places = np.empty(2 * SIDE if mirrored else SIDE, dtype=np.int64)
    for sample in range(SIDE):
        centre = int(((sample + 0.5) * side) / SIDE)
        places[sample] = centre + 2 * delay
        if mirrored:
            places[2 * SIDE - 1 - sample] = side - 1 - centre - shift + 2 * delay
    return places


@kernel
def _ring_length(side: int) -> int:
    """A power of two of columns that holds a window and a block."""
    length = LANES
    while length < _window(side) + LANES:
        length *= 2
    return length


@kernel
def _read(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    pixels: Bytes, first: int, width: int, rows: int, columns: int, channels: int, block: Floats
) -> None:
    """Write the brightness of up to 16 × 16 pixels to ``block``; 0 where there are none."""
    if rows < LANES or columns < LANES:
        block[:] = 0
    for row in range(rows if columns > 0 else 0):
        at = (first + row * width) * channels
        if columns >= LANES:
            if channels == 3:
                store(block, row * LANES, colour_levels(pixels, at))
            else:
                store(block, row * LANES, grey_levels(pixels, at))
        else:
            last = np.zeros(3 * LANES, dtype=np.uint8)
            for k in range(columns * channels):
                last[k] = pixels[at + k]
            if channels == 3:
                store(block, row * LANES, colour_levels(last, 0))
            else:
                store(block, row * LANES, grey_levels(last, 0))


@kernel
def _along(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    ring: Floats, mask: int, first: int, window: int, sums: Floats, counts: Floats, block: Floats
) -> None:
    """First filter along sixteen rows: sixteen steps, whose means become the rows of ``block``.

    A step takes one column into the running sums and drops the one that leaves the window.
    """
    steps = counts.size // 2
    total = load(sums, 0)
    for k in range(LANES):
        step = first + k
        total = plus(total, load(ring, (step & mask) * LANES))
        total = minus(total, load(ring, ((step - window) & mask) * LANES))
        store(block, k * LANES, mean(total, counts[step], counts[steps + step]))
    store(sums, 0, total)


@kernel
def _along_again(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    ring: Floats, mask: int, first: int, window: int, sums: Floats, block: Floats
) -> None:
    """Second filter along sixteen rows: the sums alone, of which few are used."""
    total = load(sums, LANES)
    for k in range(LANES):
        step = first + k
        total = plus(total, load(ring, (step & mask) * LANES))
        total = minus(total, load(ring, ((step - window) & mask) * LANES))
        store(block, k * LANES, total)
    store(sums, LANES, total)


@kernel
def _down(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    lines: Floats,
    first: int,
    taken: Integers,
    dropped: Integers,
    sums: Floats,
    counts: Floats,
    top: int,
    block: Floats,
) -> None:
    """First filter along sixteen columns: sixteen steps down, one for each row of ``block``.

    The row is replaced by its means. ``lines`` keeps rows until they leave the window: the row of
    step k at ``taken[k]``, the row that leaves then at ``dropped[k]``.
    """
    steps = counts.size // 2
    total = load(sums, first)
    for k in range(LANES):
        row = load(block, k * LANES)
        store(lines, taken[k] + first, row)
        total = minus(plus(total, row), load(lines, dropped[k] + first))
        step = top + k
        store(block, k * LANES, mean(total, counts[step], counts[steps + step]))
    store(sums, first, total)


@kernel
def _pick(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    block: Floats, first: int, width: int, places: Integers, sample: int, stop: int, picked: Floats
) -> int:
    """Of the columns in ``block`` (as rows), keep those that are sampled. Returns the next one."""
    delay = _delay(width)
    while sample < stop and places[sample] < first + LANES:
        count = _inside(places[sample] - delay, width)
        total = load(block, (places[sample] - first) * LANES)
        store(picked, sample * LANES, mean(total, count, np.float32(1) / count))
        sample += 1
    return sample


@kernel
def _strip(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    pixels: Bytes,
    top: int,
    height: int,
    width: int,
    channels: int,
    across: Floats,
    down: Floats,
    places: Integers,
    lines: Floats,
    sums: Floats,
    rings: Floats,
    picked: Floats,
) -> None:
    """Take sixteen rows through three filters: ``picked`` gets the sampled columns as rows."""
    window, window_down = _window(width), _window(height)
    steps = across.size // 2
    kept = window_down + LANES
    taken, dropped = np.empty(LANES, dtype=np.int64), np.empty(LANES, dtype=np.int64)
    for k in range(LANES):
        taken[k] = (top + k) % kept * steps
        dropped[k] = (top + k + LANES) % kept * steps
    rings[:] = 0
    mask = rings.shape[1] // LANES - 1
    ring, ring_again = rings[0], rings[1]
    block, totals = _room(_BLOCK), _room(2 * LANES)
    rows = max(0, min(LANES, height - top))
    sample, mirror = 0, SIDE
    for first in range(0, steps, LANES):
        _read(pixels, top * width + first, width, rows, min(LANES, width - first), channels, block)
        transpose(ring, (first & mask) * LANES, LANES, block, 0, LANES)
        _along(ring, mask, first, window, totals, across, block)
        transpose(block, 0, LANES, block, 0, LANES)
        _down(lines, first, taken, dropped, sums, down, top, block)
        transpose(ring_again, (first & mask) * LANES, LANES, block, 0, LANES)
        _along_again(ring_again, mask, first, window, totals, block)
        sample = _pick(block, first, width, places, sample, SIDE, picked)
        mirror = _pick(block, first, width, places, mirror, places.size, picked)


@kernel
def _down_again(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    picked: Floats, top: int, height: int, lines: Floats, sums: Floats, totals: Floats
) -> None:
    """Second filter along the sampled columns: sixteen steps down, whose sums go to ``totals``."""
    columns = sums.size
    kept = _window(height) + LANES
    for first in range(0, columns, LANES):
        transpose(totals, first, columns, picked, first * LANES, LANES)
        total = load(sums, first)
        for k in range(LANES):
            row = load(totals, k * columns + first)
            store(lines, (top + k) % kept * columns + first, row)
            old = load(lines, (top + k + LANES) % kept * columns + first)
            total = minus(plus(total, row), old)
            store(totals, k * columns + first, total)
        store(sums, first, total)


@kernel
def _pick_rows(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    totals: Floats, top: int, height: int, places: Integers, sample: int, stop: int, small: Floats
) -> int:
    """Of the rows in ``totals``, write those that are sampled. Returns the next one."""
    columns = small.shape[1]
    delay = _delay(height)
    while sample < stop and places[sample] < top + LANES:
        count = _inside(places[sample] - delay, height)
        start = (places[sample] - top) * columns
        for k in range(columns):
            small[sample, k] = totals[start + k] / count
        sample += 1
    return sample


@kernel
def filtered_samples(
    pixels: Bytes, height: int, width: int, channels: int, mirrored: bool
) -> Floats:
    """Return the 64 × 64 samples of the ``pixels``, given row by row, of a picture of any size.

    ``mirrored``: 128 × 128 samples, the second half in each direction being those of the mirrored
    picture. One walk from top to bottom, sixteen rows at a time, in blocks of sixteen columns. Each
    filter gives a pixel's mean ``_delay`` steps after it took the pixel; everything counts in
    steps, so that nothing has to be moved. Memory: as many rows as a window spans.
    """
    across, down = _counts(width), _counts(height)
    steps = across.size // 2
    columns, rows = _places(width, mirrored), _places(height, mirrored)
    kept = _window(height) + LANES
    lines, sums = _room(kept * steps), _room(steps)
    rings = _room(2 * _ring_length(width) * LANES).reshape((2, -1))
    picked = _room(columns.size * LANES)
    narrow, narrow_sums = _room(kept * columns.size), _room(columns.size)
    totals = _room(LANES * columns.size)
    small = np.empty((rows.size, columns.size), dtype=np.float32)
    sample, mirror = 0, SIDE
    for top in range(0, down.size // 2, LANES):
        _strip(
            pixels, top, height, width, channels, across, down, columns, lines, sums, rings, picked
        )
        _down_again(picked, top, height, narrow, narrow_sums, totals)
        sample = _pick_rows(totals, top, height, rows, sample, SIDE, small)
        mirror = _pick_rows(totals, top, height, rows, mirror, rows.size, small)
    return small


@kernel
def plain_samples(pixels: Bytes, channels: int) -> Floats:
    """Return the samples of a picture of 64 × 64 pixels, which is not filtered: its brightness."""
    small = np.empty((SIDE, SIDE), dtype=np.float32)
    for at in range(0, SIDE * SIDE, LANES):
        if channels == 3:
            store(small, at, colour_levels(pixels, at * channels))
        else:
            store(small, at, grey_levels(pixels, at))
    return small
