"""Exact search by comparing with every row, as fast as memory is read.

For codes so long and radii so wide that no table narrows them down (multi-index hashing, Norouzi et
al., *Fast exact search in Hamming space with multi-index hashing*, 2014, gains nothing at 1,024
bits and a third of them), and for so few rows that a table isn't worth its memory. All queries of a
batch go over a block of rows while it lies in the nearest cache, and the last words of a row are
fetched only where the first ones don't rule it out.
"""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from staydown.index.hits import Hits, Rows
from staydown.index.scan_kernels import BLOCK, Blocks, Noted, look, look_plainly, pack

#: Words compared (rows × words × queries) that are worth another thread: about half a millisecond.
_SHARE = 4_000_000

#: Queries that go over a block together; more would push each other out of the cache.
_TOGETHER = 64

#: Pairs that are noted before they are handed on, beyond what one block can add.
_ROOM = 16_384

#: How far, in standard deviations of bits that are independent, the distance of strangers in the
#: first words must lie beyond the radius for the rest to be left out. (Distances of real copy codes
#: scatter 1.3 times as widely: then one group of rows in a hundred has to be completed.)
_STRAY = 4.5


class Scan:
    """Rows of any width, compared with one after the other: exact."""

    def __init__(self, blocks: Blocks, bits: int, count: int) -> None:
        """Take over ``blocks``, laid out as ``scan_kernels`` says; use ``build`` or ``over``."""
        self._blocks = blocks.view()
        self._blocks.flags.writeable = False  # one kind of array, compiled for once
        self._bits, self._count = bits, count

    @classmethod
    def build(cls, rows: Rows) -> "Scan":
        """Return a segment of ``rows``, (n, words), which are copied."""
        count, words = rows.shape
        blocks = np.zeros((-(-count // BLOCK), words, BLOCK), np.uint64)
        given = np.ascontiguousarray(rows, dtype=np.uint64).view()
        given.flags.writeable = False  # as below
        pack(given, blocks, 0)
        return cls(blocks, words * 64, count)

    @classmethod
    def over(cls, arrays: Mapping[str, NDArray[Any]], bits: int, count: int) -> "Scan":
        """Open what ``arrays`` gave, without copying it. Raises ValueError where it is not that."""
        if bits <= 0 or bits % 64 or count < 0 or set(arrays) != {"blocks"}:
            raise ValueError("a scan has rows of a multiple of 64 bits, in one array")
        blocks = np.asarray(arrays["blocks"])
        if blocks.dtype != np.uint64 or blocks.shape != (-(-count // BLOCK), bits // 64, BLOCK):
            raise ValueError(f"these are not {count} rows of {bits} bits in blocks of {BLOCK}")
        if not (blocks.flags.c_contiguous and blocks.flags.aligned):
            raise ValueError("the rows don't lie one after the other at whole words")
        return cls(blocks, bits, count)

    @property
    def bits(self) -> int:
        """The width of a row."""
        return self._bits

    def __len__(self) -> int:
        return self._count

    def search(self, queries: Rows, radius: int) -> Hits:
        """Return every row within ``radius`` (inclusive) of each query; ``queries`` (q, words).

        On one thread where that takes less than a few threads take to begin, else on all cores.
        Raises ValueError for queries of another width.
        """
        if queries.ndim != 2 or queries.shape[1] * 64 != self._bits:
            raise ValueError(f"these rows have {self._bits} bits")
        asked = np.array(queries, np.uint64, order="C")
        parts: list[Hits] = []
        if radius >= 0 and self._count:
            for start in range(0, len(asked), _TOGETHER):
                parts.extend(self._together(asked[start : start + _TOGETHER], radius, start))
        return joined(parts)

    def take(self, places: NDArray[np.int64]) -> Rows:
        """Return the rows at ``places``, as they were given."""
        found: Rows = self._blocks[places // BLOCK, :, places % BLOCK]
        return found

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all that a file must hold to open the segment again without building it."""
        return {"blocks": self._blocks}

    def _together(self, queries: Rows, radius: int, number: int) -> list[Hits]:
        blocks = len(self._blocks)
        threads = min(cores(), self._blocks.size * len(queries) // _SHARE, blocks)
        search = partial(self._span, queries, radius, number)
        if threads < 2:
            return search((0, blocks))
        edges = [blocks * part // threads for part in range(threads + 1)]
        spans = list(pairwise(edges))
        others = [_pool().submit(search, span) for span in spans[1:]]
        found = search(spans[0])
        return [*found, *(hits for other in others for hits in other.result())]

    def _span(self, queries: Rows, radius: int, number: int, span: tuple[int, int]) -> list[Hits]:
        """Search in some blocks; ``number`` is that of the first query."""
        cut, most = words_to_compare(self._bits, radius), min(radius, self._bits)

        def step(block: int, noted: Noted) -> tuple[int, int]:
            part = (block, span[1], self._count)
            return look(self._blocks, queries, part, most, cut, noted)

        return _collected(step, span, len(queries) * BLOCK, number)


def near(rows: Rows, queries: Rows, radius: int) -> Hits:
    """Return every row within ``radius`` of each query, out of rows as they are: (n, words).

    For the few rows that are too new to be laid out in blocks; on one thread.
    """
    asked, rows = np.array(queries, np.uint64, order="C"), np.asarray(rows).view()
    rows.flags.writeable = False  # as in ``Scan``

    def step(row: int, noted: Noted) -> tuple[int, int]:
        return look_plainly(rows, asked, (row, len(rows)), radius, noted)

    return joined(_collected(step, (0, len(rows)), len(asked), 0))


def _collected(
    step: Callable[[int, Noted], tuple[int, int]], span: tuple[int, int], most: int, number: int
) -> list[Hits]:
    """Run ``step`` until all of ``span`` is done; each time it notes as much as there is room for.

    ``most`` is the number of pairs that may come together, ``number`` that of the first query.
    """
    room = most + _ROOM
    noted = np.empty(room, np.uint32), np.empty(room, np.int64), np.empty(room, np.uint16)
    parts, (at, last) = [], span
    while at < last:
        at, pairs = step(at, noted)
        if pairs:
            query, place, distance = noted
            found = query[:pairs] + np.uint32(number)
            parts.append(Hits(found, place[:pairs].copy(), distance[:pairs].copy()))
    return parts


def words_to_compare(bits: int, radius: int) -> int:
    """Return in how many first words to compare rows before asking whether the rest is needed.

    So many that strangers, who differ in half of the bits give or take the root of a quarter of
    them, are beyond the radius already. Any answer gives the same pairs.
    """
    words = bits // 64
    for cut in range(1, words):
        if 32 * cut - _STRAY * (16 * cut) ** 0.5 > radius:
            return cut
    return words


def joined(parts: list[Hits]) -> Hits:
    """Return all hits of some searches as one."""
    if len(parts) == 1:
        return parts[0]
    return Hits(
        np.concatenate([np.empty(0, np.uint32), *(part.query for part in parts)]),
        np.concatenate([np.empty(0, np.int64), *(part.place for part in parts)]),
        np.concatenate([np.empty(0, np.uint16), *(part.distance for part in parts)]),
    )


def warm() -> None:
    """Load the machine code, so that no query waits for it."""
    for words in (1, 2):
        rows = np.zeros((1, words), np.uint64)
        Scan.build(rows).search(rows, 0)
        near(rows, rows, 0)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    """Threads for all scans of the process, begun when first needed."""
    return ThreadPoolExecutor(cores(), "scan")


# A forked child has none of its parent's threads.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)
