"""Tables of multi-index hashing: for each chunk of the bits, which rows hold which number there."""

import numpy as np
from numpy.typing import NDArray

from staydown.index.hits import Rows
from staydown.kernels.compiled import kernel


@kernel
def number(row: Rows, offset: int, width: int) -> int:
    """Return ``width`` < 64 bits of a row from bit ``offset`` on as a number."""
    word, shift = offset >> 6, np.uint64(offset & 63)
    value = row[word] >> shift
    if (offset & 63) + width > 64:
        value |= row[word + 1] << (np.uint64(64) - shift)
    return int(np.int64(value & np.uint64((1 << width) - 1)))


@kernel
def fill(
    rows: Rows, offset: int, width: int, starts: NDArray[np.uint32], places: NDArray[np.uint32]
) -> None:
    """Sort the rows by their number in one chunk, by counting, into a table of zeros.

    Afterwards ``places[starts[v] : starts[v + 1]]`` are the places of the rows with number v, in
    ascending order. ``starts`` has 2 ** width + 1 elements, ``places`` as many as there are rows.
    """
    numbers = 1 << width
    # starts[v + 1] first says where the rows with number v begin. Each that is put down moves it
    # on, until it is where they end, which is where those with number v + 1 begin.
    for place in range(len(rows)):
        value = number(rows[place], offset, width)
        if value + 2 <= numbers:
            starts[value + 2] += np.uint32(1)
    for value in range(2, numbers + 1):
        starts[value] += starts[value - 1]
    for place in range(len(rows)):
        value = number(rows[place], offset, width)
        places[starts[value + 1]] = place
        starts[value + 1] += np.uint32(1)
