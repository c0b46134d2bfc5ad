"""PDQ: 256 bits that stay nearly the same when a picture is resized, re-encoded or retouched.

The algorithm is Meta's ("The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm",
2019, https://github.com/facebook/ThreatExchange/tree/main/pdq): brightness, two box filters along
rows and columns, 64 × 64 samples, a discrete cosine transform, one bit for each of 16 × 16 low
frequencies that lies above their median.

The bits are the same as those of the ``pdqhash`` package, rounding errors included: a running sum
in 32-bit floats drifts, and in pictures with flat or repeated parts that drift decides bits. So
every sum here runs in the same order, in the same precision. It is fast because sixteen rows go
side by side through one instruction, a picture is read once and never copied, and only the columns
and rows that are sampled leave the second filter.
"""

import math

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Kind
from staydown.fingerprint.kernels import LANES, add_row, divide_row, kernel, subtract_row
from staydown.fingerprint.value import Fingerprint

Floats = NDArray[np.float32]

#: Pictures with a shorter side have no fingerprint to speak of: all bits 0, quality 0.
SMALLEST_SIDE = 5

_SIDE = 64  # samples along each side
_LOW = 16  # low frequencies along each side
_TILE = 64  # columns that are handled at a time, so that they stay in the nearest cache


def _cosines() -> Floats:
    """The rows 1 to 16 of the 64-point DCT-II, scaled as the original scales them."""
    scale = float(np.float32(math.sqrt(2.0 / _SIDE)))
    step = math.pi / 2.0 / _SIDE
    rows = [
        [scale * math.cos(step * (i + 1) * (2 * j + 1)) for j in range(_SIDE)] for i in range(_LOW)
    ]
    return np.array(rows, dtype=np.float32)


_COSINES = _cosines()


def pdq(pixels: NDArray[np.uint8]) -> Fingerprint:
    """Return the PDQ fingerprint, with its quality from 0 to 100, of an upright picture.

    ``pixels`` are 8-bit levels, (height, width, 3) for red, green and blue or (height, width) for
    grey. Raises ValueError for any other shape or type.
    """
    if pixels.dtype != np.uint8 or pixels.ndim not in {2, 3} or pixels.shape[2:] not in {(), (3,)}:
        raise ValueError("PDQ takes 8-bit pixels of shape (height, width, 3) or (height, width)")
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        return Fingerprint(Kind.PDQ, bytes(32), 0)
    layers = np.ascontiguousarray(pixels).reshape(height, width, -1)
    layers.flags.writeable = False  # one type for the compiler, whatever was given
    small = np.empty((_SIDE, _SIDE), dtype=np.float32)
    if (height, width) == (_SIDE, _SIDE):
        _brightness_of_all(layers, small)
    else:
        _shrink(layers, small)
    return Fingerprint(Kind.PDQ, _bits(_transform(small, _COSINES)), int(_quality(small)))


def warm() -> None:
    """Compile, or load from disk, every kernel, so that no later call has to."""
    for shape in ((_SIDE, _SIDE), (_SIDE, _SIDE, 3), (7, 7), (7, 7, 3)):
        pdq(np.zeros(shape, dtype=np.uint8))


def _bits(frequencies: Floats) -> bytes:
    """One bit for each frequency above the (lower) median; the first frequency is the last bit."""
    flat = frequencies.reshape(-1)
    median = np.sort(flat)[flat.size // 2 - 1]
    return np.packbits((flat > median)[::-1]).tobytes()


@kernel
def _brightness(pixels: NDArray[np.uint8], row: int, start: int, stop: int, line: Floats) -> None:
    """Write the brightness of the pixels ``start`` to ``stop`` of a row to the start of ``line``.

    Weights 0.299, 0.587 and 0.114. Whole thousandths, divided once, give the very float that the
    original gets from 64-bit floats, with half of the work.
    """
    if pixels.shape[2] == 1:
        levels = pixels[row, start:stop, 0]
        for j in range(levels.size):
            line[j] = np.float32(levels[j])
    else:
        colours = pixels[row, start:stop]
        for j in range(colours.shape[0]):
            red = np.int32(colours[j, 0])
            green = np.int32(colours[j, 1])
            blue = np.int32(colours[j, 2])
            thousandths = np.int32(299) * red + np.int32(587) * green + np.int32(114) * blue
            line[j] = np.float32(thousandths) / np.float32(1000)


@kernel
def _brightness_of_all(pixels: NDArray[np.uint8], out: Floats) -> None:
    """Write the brightness of every pixel to ``out``, of the same height and width."""
    for row in range(pixels.shape[0]):
        _brightness(pixels, row, 0, pixels.shape[1], out[row])


@kernel
def _window(side: int) -> int:
    """How many pixels a box filter spans: half of what one sample stands for, rounded up."""
    return (side + 2 * _SIDE - 1) // (2 * _SIDE)


@kernel
def _inside(step: int, side: int, window: int) -> np.float32:
    """How many pixels of a line lie in the window that has just taken pixel ``step``."""
    return np.float32(min(side, step + 1) - max(0, step - window + 1))


@kernel
def _slide(ring: Floats, sums: Floats, first: int, side: int, out: Floats) -> None:
    """Move the window of a box filter along sixteen rows by one tile of columns.

    A step takes one column into the window, drops one, and gives one mean. ``ring`` holds columns
    by their number modulo its length (a power of two), ``sums`` the running sums; the mean of step
    ``first`` + k is written to ``out[k]``.
    """
    window = _window(side)
    mask = ring.shape[0] - 1
    for k in range(_TILE):
        step = first + k
        if step < side:
            add_row(sums, 0, sums, 0, ring, step & mask)
        if step >= window:
            subtract_row(sums, 0, sums, 0, ring, (step - window) & mask)
        divide_row(out, k, sums, 0, _inside(step, side, window))


@kernel
def _turn_in(tile: Floats, first: int, columns: int, ring: Floats) -> None:
    """Copy a tile of sixteen rows into the ring, columns becoming its rows."""
    mask = ring.shape[0] - 1
    for k in range(columns):
        for lane in range(LANES):
            ring[(first + k) & mask, lane] = tile[lane, k]


@kernel
def _filter_rows(
    pixels: NDArray[np.uint8], top: int, rows: int, ring: Floats, lines: Floats
) -> None:
    """First filter along rows: ``rows`` rows of pixels from ``top`` become rows of ``lines``."""
    width = pixels.shape[1]
    delay = (_window(width) + 2) // 2 - 1
    tile = np.zeros((LANES, _TILE), dtype=np.float32)
    means = np.empty((_TILE, LANES), dtype=np.float32)
    sums = np.zeros((1, LANES), dtype=np.float32)
    for first in range(0, width + delay, _TILE):
        columns = min(_TILE, width - first)
        if columns > 0:
            for lane in range(rows):
                _brightness(pixels, top + lane, first, first + columns, tile[lane])
            _turn_in(tile, first, columns, ring)
        _slide(ring, sums, first, width, means)
        start = max(0, delay - first)
        stop = min(_TILE, width + delay - first)
        for k in range(_TILE):  # the other way round, the compiler gathers, which is slower
            for lane in range(LANES):
                tile[lane, k] = means[k, lane]
        for lane in range(rows):
            line = lines[(top + lane) % lines.shape[0], first + start - delay :]
            for k in range(stop - start):
                line[k] = tile[lane, start + k]


@kernel
def _filter_columns(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    lines: Floats, below: Floats, step: int, height: int, first: int, columns: int, out: Floats
) -> None:
    """First filter along columns: one step down, for a tile of columns.

    ``below`` holds the running sum of every column. The means go to ``out``.
    """
    window = _window(height)
    length = lines.shape[0]
    sums = below[first : first + columns]
    if step < height:
        added = lines[step % length, first:]
        for k in range(columns):
            sums[k] += added[k]
    if step >= window:
        dropped = lines[(step - window) % length, first:]
        for k in range(columns):
            sums[k] -= dropped[k]
    inside = _inside(step, height, window)
    for k in range(columns):
        out[k] = sums[k] / inside


@kernel
def _filter_again(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    lines: Floats, below: Floats, step: int, height: int, ring: Floats, sampled: Floats
) -> None:
    """Sixteen steps of the filter along columns, each row then filtered along itself again.

    Only the 64 sampled columns are kept: row ``lane`` of ``sampled`` is that of step + lane.
    """
    width = below.shape[0]
    delay = (_window(width) + 2) // 2 - 1
    tile = np.zeros((LANES, _TILE), dtype=np.float32)
    means = np.empty((_TILE, LANES), dtype=np.float32)
    sums = np.zeros((1, LANES), dtype=np.float32)
    sample = 0
    for first in range(0, width + delay, _TILE):
        columns = min(_TILE, width - first)
        if columns > 0:
            for lane in range(LANES):
                _filter_columns(lines, below, step + lane, height, first, columns, tile[lane])
            _turn_in(tile, first, columns, ring)
        _slide(ring, sums, first, width, means)
        while sample < _SIDE and _centre(sample, width) + delay < first + _TILE:
            k = _centre(sample, width) + delay - first
            for lane in range(LANES):
                sampled[lane, sample] = means[k, lane]
            sample += 1


@kernel
def _centre(sample: int, side: int) -> int:
    """The pixel at the middle of what a sample stands for."""
    return int(((sample + 0.5) * side) / _SIDE)


@kernel
def _shrink(pixels: NDArray[np.uint8], small: Floats) -> None:
    """Filter a picture of any size and write its 64 × 64 samples to ``small``.

    One walk from top to bottom. A filter gives a row ``delay`` steps after it took it, so that the
    second filter along columns runs ``delay`` rows behind the first. Memory: as many rows as its
    window spans, and a little.
    """
    height, width = pixels.shape[0], pixels.shape[1]
    window = _window(height)
    delay = (window + 2) // 2 - 1
    ring_length = _TILE
    while ring_length < _window(width) + _TILE:
        ring_length *= 2
    ring = np.zeros((ring_length, LANES), dtype=np.float32)
    lines = np.zeros((min(height, window + LANES), width), dtype=np.float32)
    below = np.zeros(width, dtype=np.float32)
    sampled = np.zeros((LANES, _SIDE), dtype=np.float32)
    narrow = np.zeros((window + 1, _SIDE), dtype=np.float32)
    sums = np.zeros(_SIDE, dtype=np.float32)
    sample = 0
    for top in range(0, height + 2 * delay, LANES):
        if top < height:
            _filter_rows(pixels, top, min(LANES, height - top), ring, lines)
        if top < height + delay:
            _filter_again(lines, below, top, height, ring, sampled)
        for lane in range(LANES):
            step = top + lane - delay  # of the second filter along columns
            if step >= 0:
                sample = _sample_row(sampled[lane], step, height, narrow, sums, sample, small)


@kernel
def _sample_row(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    row: Floats,
    step: int,
    height: int,
    narrow: Floats,
    sums: Floats,
    sample: int,
    small: Floats,
) -> int:
    """Second filter along columns, one step: write the row it gives if that one is sampled.

    A low picture has several samples in one row. Returns the number of the next sample.
    """
    window = narrow.shape[0] - 1
    length = narrow.shape[0]
    if step < height:
        for k in range(_SIDE):
            narrow[step % length, k] = row[k]
            sums[k] += row[k]
    if step >= window:
        for k in range(_SIDE):
            sums[k] -= narrow[(step - window) % length, k]
    inside = _inside(step, height, window)
    given = step - (window + 2) // 2 + 1
    while sample < _SIDE and _centre(sample, height) == given:
        for k in range(_SIDE):
            small[sample, k] = sums[k] / inside
        sample += 1
    return sample


@kernel
def _quality(small: Floats) -> int:
    """How much happens in the samples, 0 to 100: steep changes counted in hundredths of white."""
    total = 0
    for i in range(_SIDE):
        for j in range(_SIDE):
            here = small[i, j]
            if i + 1 < _SIDE:
                total += abs(int((here - small[i + 1, j]) * np.float32(100) / np.float32(255)))
            if j + 1 < _SIDE:
                total += abs(int((here - small[i, j + 1]) * np.float32(100) / np.float32(255)))
    return min(100, total // 90)


@kernel
def _transform(small: Floats, cosines: Floats) -> Floats:
    """Return the 16 × 16 low frequencies without the mean: cosines × small × cosines turned."""
    half = np.zeros((_LOW, _SIDE), dtype=np.float32)
    for i in range(_LOW):
        for k in range(_SIDE):
            for j in range(_SIDE):
                half[i, j] += cosines[i, k] * small[k, j]
    turned = cosines.T.copy()
    whole = np.zeros((_LOW, _LOW), dtype=np.float32)
    for i in range(_LOW):
        for k in range(_SIDE):
            for j in range(_LOW):
                whole[i, j] += half[i, k] * turned[k, j]
    return whole
