"""The loops of a scan, over rows that lie in blocks.

A block holds ``BLOCK`` rows turned on their side: first word 0 of all of them, then word 1, and so
on. So one instruction compares one word of eight rows, nothing has to be summed across a register,
the words that come last need not be fetched at all when the first ones already differ too much, and
a block stays in the nearest cache while one query after the other goes over it.
"""

import numpy as np
from numpy.typing import NDArray

from staydown.index.hits import Rows
from staydown.kernels.compiled import kernel
from staydown.kernels.machine_words import count, least, nothing, popcount, within
from staydown.kernels.simd import load, spread, store

#: Rows in a block: 32 KiB of 1,024-bit ones, which a first-level cache holds.
BLOCK = 256

#: Rows that are compared side by side, in eight vectors of eight, within registers.
GROUP = 64

#: Shape (blocks, words, BLOCK).
Blocks = NDArray[np.uint64]

#: Where pairs are noted: query, place, distance, as ``Hits`` has them.
Noted = tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.uint16]]


@kernel
def pack(rows: Rows, blocks: Blocks, start: int) -> None:
    """Write ``rows`` (n, words) into ``blocks`` from place ``start`` on."""
    for row in range(rows.shape[0]):
        block, lane = divmod(start + row, BLOCK)
        for word in range(rows.shape[1]):
            blocks[block, word, lane] = rows[row, word]


@kernel
def look(  # noqa: PLR0917 - Numba knows no keyword-only arguments
    blocks: Blocks, queries: Rows, span: tuple[int, int, int], radius: int, cut: int, noted: Noted
) -> tuple[int, int]:
    """Compare all queries with the rows of some blocks; note the pairs within ``radius``.

    ``span`` is the first block, the block after the last, and the number of rows that there really
    are. The distance in the first ``cut`` words (1 to all) decides whether the rest is looked at:
    it is never more than the whole distance, so that nothing is missed. Returns the block to go on
    with and the number of pairs: a block is begun only while there is room for all its pairs.
    """
    first, last, rows = span
    words, pairs = blocks.shape[1], 0
    limit = spread(np.uint64(radius))
    sums = np.empty(GROUP, np.uint64)
    for block in range(first, last):
        if pairs + queries.shape[0] * BLOCK > noted[0].shape[0]:
            return block, pairs
        start = block * words * BLOCK
        for query in range(queries.shape[0]):
            for group in range(0, BLOCK, GROUP):
                at = start + group
                a, b, c, d = nothing(), nothing(), nothing(), nothing()
                e, f, g, h = nothing(), nothing(), nothing(), nothing()
                for word in range(cut):
                    asked = spread(queries[query, word])
                    a = count(a, load(blocks, at), asked)
                    b = count(b, load(blocks, at + 8), asked)
                    c = count(c, load(blocks, at + 16), asked)
                    d = count(d, load(blocks, at + 24), asked)
                    e = count(e, load(blocks, at + 32), asked)
                    f = count(f, load(blocks, at + 40), asked)
                    g = count(g, load(blocks, at + 48), asked)
                    h = count(h, load(blocks, at + 56), asked)
                    at += BLOCK
                nearest = least(least(least(a, b), least(c, d)), least(least(e, f), least(g, h)))
                if within(nearest, limit) != 0:
                    store(sums, 0, a)
                    store(sums, 8, b)
                    store(sums, 16, c)
                    store(sums, 24, d)
                    store(sums, 32, e)
                    store(sums, 40, f)
                    store(sums, 48, g)
                    store(sums, 56, h)
                    place = block * BLOCK + group
                    _complete(blocks, at, queries[query, cut:], rows - place, radius, sums)
                    for row in range(min(GROUP, rows - place)):
                        if sums[row] <= radius:
                            noted[0][pairs], noted[1][pairs] = query, place + row
                            noted[2][pairs] = sums[row]
                            pairs += 1
    return last, pairs


@kernel
def _complete(  # noqa: PLR0917
    blocks: Blocks, at: int, query: Rows, rows: int, radius: int, sums: NDArray[np.uint64]
) -> None:
    """Add what is missing to the distances of a group of which some are within ``radius`` so far.

    ``at`` is where the group's next word begins and ``query`` the words from that one on.
    """
    limit = spread(np.uint64(radius))
    for lane in range(0, min(GROUP, rows), 8):
        total = load(sums, lane)
        if within(total, limit) != 0:
            for word in range(query.shape[0]):
                one = load(blocks, at + lane + word * BLOCK)
                total = count(total, one, spread(query[word]))
            store(sums, lane, total)


@kernel
def look_plainly(
    rows: Rows, queries: Rows, span: tuple[int, int], radius: int, noted: Noted
) -> tuple[int, int]:
    """Compare all queries with rows that lie one after the other, (n, words).

    ``span`` is the first row and the row after the last. Returns the row to go on with and the
    number of pairs: a row is begun only while there is room for all its pairs.
    """
    first, last = span
    pairs, words = 0, rows.shape[1]
    for row in range(first, last):
        if pairs + queries.shape[0] > noted[0].shape[0]:
            return row, pairs
        for query in range(queries.shape[0]):
            distance = 0
            for word in range(words):
                distance += int(popcount(rows[row, word] ^ queries[query, word]))
            if distance <= radius:
                noted[0][pairs], noted[1][pairs], noted[2][pairs] = query, row, distance
                pairs += 1
    return last, pairs
