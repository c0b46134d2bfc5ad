"""The search itself: buckets, then the places in them, then the rows at those places.

Nearly all of the time is spent waiting for memory. So buckets are looked at in blocks, in three
passes: each asks ahead for what the next one reads, and many answers are on their way at once.
"""

import numpy as np
from numpy.typing import NDArray

from staydown.index.bucket_build import number
from staydown.index.hits import Rows
from staydown.kernels.compiled import kernel
from staydown.kernels.machine_words import popcount, prefetch

#: Buckets looked at in one pass.
_BLOCK = 256

#: Rows at least that there is room for at first.
_ROOM = 1024

#: Pairs found: query, place, distance, as ``Hits`` has them.
Found = tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.uint16]]

#: The rows; and of the tables: where buckets begin, and the places in them.
Tables = tuple[Rows, NDArray[np.uint32], NDArray[np.uint32]]

#: Lines of chunk, radius, offset and width of the chunk in bits, where its table begins among all
#: ``starts``, and which flips (begin, end) lead from a query's number to those of its buckets.
Steps = NDArray[np.int64]

NO_STEPS: Steps = np.empty((0, 7), np.int64)

_CHUNK, _RADIUS, _OFFSET, _WIDTH, _TABLE, _BEGIN, _END = range(7)


@kernel
def search(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    tables: Tables,
    queries: Rows,
    radius: int,
    steps: Steps,
    flips: NDArray[np.uint32],
    allowance: int,
) -> tuple[Found, NDArray[np.bool_]]:
    """Return the rows within ``radius`` of each query, and which queries have been answered.

    A query that meets more than ``allowance`` rows in its buckets is given up. Damaged tables give
    wrong answers, but nothing outside of the arrays is read.
    """
    found = (np.empty(_ROOM, np.uint32), np.empty(_ROOM, np.int64), np.empty(_ROOM, np.uint16))
    answered = np.ones(len(queries), np.bool_)
    bounds, met = np.empty((2, _BLOCK), np.int64), np.empty(_ROOM, np.int64)
    count = 0
    for at in range(len(queries)):
        query, before, left = queries[at], count, allowance
        for step in range(len(steps)):
            line = steps[step]
            own = number(query, line[_OFFSET], line[_WIDTH])
            for first in range(line[_BEGIN], line[_END], _BLOCK):
                ask_ahead(tables, line, own, flips, first + _BLOCK)
                buckets, rows = look(tables, line, own, flips, first, bounds)
                left -= rows
                if left < 0:
                    break
                if rows > len(met):
                    met = np.empty(2 * rows, np.int64)
                gather(tables, line[_CHUNK], bounds, buckets, met)
                near = compare(tables[0], query, radius, met, rows)
                if near > 0:
                    found = roomy(found, count, near)
                    count = note(tables[0], query, at, met[:near], steps[:step], found, count)
            if left < 0:
                answered[at] = False
                count = before
                break
    return (found[0][:count].copy(), found[1][:count].copy(), found[2][:count].copy()), answered


@kernel
def ask_ahead(tables: Tables, step: Steps, own: int, flips: NDArray[np.uint32], first: int) -> None:
    """Have the bounds of a block of buckets fetched; ``first`` is that of the first flip."""
    for flip in range(first, min(first + _BLOCK, step[_END])):
        prefetch(tables[1], step[_TABLE] + (own ^ np.int64(flips[flip])))


@kernel
def look(  # noqa: PLR0917
    tables: Tables,
    step: Steps,
    own: int,
    flips: NDArray[np.uint32],
    first: int,
    bounds: NDArray[np.int64],
) -> tuple[int, int]:
    """Write down where buckets that aren't empty begin and end; return how many, and their rows."""
    rows, starts, places = tables
    base = step[_CHUNK] * len(rows)
    buckets = held = 0
    for flip in range(first, min(first + _BLOCK, step[_END])):
        bucket = step[_TABLE] + (own ^ np.int64(flips[flip]))
        begin = int(np.int64(starts[bucket]))
        end = min(int(np.int64(starts[bucket + 1])), len(rows))
        prefetch(places, base + begin)
        bounds[0, buckets], bounds[1, buckets] = begin, end
        held += max(end - begin, 0)
        buckets += end > begin
    return buckets, held


@kernel
def gather(
    tables: Tables,
    chunk: int,
    bounds: NDArray[np.int64],
    buckets: int,
    met: NDArray[np.int64],
) -> None:
    """Write down the places of the rows in these buckets."""
    rows, _, places = tables
    count = 0
    for bucket in range(buckets):
        for entry in range(bounds[0, bucket], bounds[1, bucket]):
            place = min(int(np.int64(places[chunk, entry])), len(rows) - 1)
            prefetch(rows, place * rows.shape[1])
            met[count] = place
            count += 1


@kernel
def compare(rows: Rows, query: Rows, radius: int, met: NDArray[np.int64], count: int) -> int:
    """Move the first ``count`` places whose rows are within the radius to the front."""
    near, limit = 0, np.uint64(radius)
    if rows.shape[1] != 4:
        for one in range(count):
            place = met[one]
            apart = popcount(rows[place, 0] ^ query[0])
            for word in range(1, rows.shape[1]):
                apart += popcount(rows[place, word] ^ query[word])
            met[near] = place
            near += int(apart <= limit)
        return near
    # The width that matters most, without a loop within the loop.
    a, b, c, d = query[0], query[1], query[2], query[3]
    for one in range(count):
        place = met[one]
        apart = popcount(rows[place, 0] ^ a) + popcount(rows[place, 1] ^ b)
        apart += popcount(rows[place, 2] ^ c) + popcount(rows[place, 3] ^ d)
        met[near] = place
        near += int(apart <= limit)
    return near


@kernel
def scan(rows: Rows, queries: Rows, radius: int) -> Found:
    """Compare every row with every query, a block of rows after the other."""
    found = (np.empty(_ROOM, np.uint32), np.empty(_ROOM, np.int64), np.empty(_ROOM, np.uint16))
    met = np.empty(_ROOM, np.int64)
    count = 0
    for first in range(0, len(rows), _ROOM):
        for at in range(len(queries)):
            query, some = queries[at], min(_ROOM, len(rows) - first)
            for one in range(some):
                met[one] = first + one
            near = compare(rows, query, radius, met, some)
            if near > 0:
                found = roomy(found, count, near)
                count = note(rows, query, at, met[:near], NO_STEPS, found, count)
    return found[0][:count].copy(), found[1][:count].copy(), found[2][:count].copy()


@kernel
def note(  # noqa: PLR0917
    rows: Rows,
    query: Rows,
    at: int,
    near: NDArray[np.int64],
    earlier: Steps,
    found: Found,
    count: int,
) -> int:
    """Add the rows at these places to what was found, unless an earlier step came upon them."""
    for place in near:
        new = True
        for step in earlier:
            here = number(rows[place], step[_OFFSET], step[_WIDTH])
            there = number(query, step[_OFFSET], step[_WIDTH])
            new = new and np.int64(popcount(np.uint64(here ^ there))) > step[_RADIUS]
        if new:
            apart = 0
            for word in range(rows.shape[1]):
                apart += int(np.int64(popcount(rows[place, word] ^ query[word])))
            found[0][count], found[1][count], found[2][count] = at, place, apart
            count += 1
    return count


@kernel
def roomy(found: Found, count: int, more: int) -> Found:
    """Return the arrays with room for ``more`` pairs after the first ``count``."""
    query, place, away = found
    if count + more <= len(place):
        return found
    size = 2 * (count + more)
    queries, places = np.empty(size, np.uint32), np.empty(size, np.int64)
    distances = np.empty(size, np.uint16)
    queries[:count], places[:count] = query[:count], place[:count]
    distances[:count] = away[:count]
    return queries, places, distances
