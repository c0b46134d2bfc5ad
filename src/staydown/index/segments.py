"""What a live index is made of: large parts whose rows stay put, and one short growing tail.

A row is never taken out of its place. Leaving is a number beside it, the *epoch* (the count of
changes) from which on it no longer counts, so that a search which began before still sees it.
"""

import mmap
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from staydown.index import search_methods
from staydown.index.found import Found
from staydown.index.hits import Rows, Segment
from staydown.index.keys import Keys, ascend
from staydown.index.scan import near

Places = NDArray[np.int64]
Epochs = NDArray[np.uint64]

#: A part notes what has left in so many arrays at most before it puts them into one: an array for
#: each of millions of single withdrawals would take more memory than the rows.
_MOST_ARRAYS = 4096

#: Rows in a tail before it becomes a part. Scanning so many costs a few microseconds.
TAIL_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Stored:
    """The file that holds a part: its name in the folder and the digest that its header has."""

    name: str
    digest: str


@dataclass(slots=True, eq=False)
class Part:
    """Rows that stay put, under keys in ascending order, and when each of them left.

    ``keys`` and ``segment`` never change. ``died`` (n,) is 0 where a row is alive.
    """

    keys: Keys
    segment: Segment
    died: Epochs
    #: The places that have left, in the order of leaving.
    deaths: list[Places] = field(default_factory=list)
    dead: int = 0
    #: While the part is being merged: what left meanwhile (keys and epoch). Else None.
    leaving: list[tuple[Keys, int]] | None = None
    stored: Stored | None = None
    #: Whether the rows lie in a memory map of that file, shared with others who open it.
    mapped: bool = False
    #: When a saved file first held a row that had left, in Unix seconds.
    stale_since: int | None = None

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def alive(self) -> int:
        """How many rows still count."""
        return len(self.keys) - self.dead

    def dead_places(self) -> Places:
        """Return the places that have left. Nobody may change them meanwhile."""
        self.deaths = [np.concatenate([np.zeros(0, dtype=np.int64), *self.deaths])]
        return self.deaths[0]

    def find(self, keys: Keys) -> Places:
        """Return the places of the live rows under ``keys`` (ascending); others are passed over."""
        low, high = np.searchsorted(keys, self.keys[[0, -1]]) if len(self.keys) else (0, -1)
        wanted = keys[low : high + 1]
        places: Places = np.searchsorted(self.keys, wanted)
        places = places[self.keys[np.minimum(places, len(self.keys) - 1)] == wanted]
        alive: Places = places[self.died[places] == 0]
        return alive

    def leave(self, keys: Keys, epoch: int) -> int:
        """Let the rows under ``keys`` (ascending) leave; return how many were there."""
        places = self.find(keys)
        if len(places):
            self.died[places] = epoch
            self.deaths.append(places)
            if len(self.deaths) > _MOST_ARRAYS:
                self.dead_places()
            self.dead += len(places)
            if self.leaving is not None:
                self.leaving.append((self.keys[places], epoch))
        return len(places)

    def search(self, queries: Rows, radius: int, epoch: int) -> Found | None:
        """Return the rows near each query that count at ``epoch``; None when there are none."""
        hits = self.segment.search(queries, radius)
        if not len(hits):
            return None
        died = self.died[hits.place]
        counts = (died == 0) | (died > epoch)
        return Found(hits.query[counts], self.keys[hits.place[counts]], hits.distance[counts])


def make_part(keys: Keys, rows: Rows, bits: int) -> Part:
    """Build a part of rows (n, words) under keys (n,), each only once, in any order."""
    if not ascend(keys):
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
    return Part(keys, search_methods.build(rows, bits), no_deaths(len(keys)))


def no_deaths(count: int) -> Epochs:
    """Return zeros that take memory only where one of them is changed.

    (NumPy would ask for huge pages, of which a single withdrawal takes 2 MiB.)
    """
    if not count:
        return np.zeros(0, dtype=np.uint64)
    empty = mmap.mmap(-1, 8 * count, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return np.frombuffer(empty, dtype=np.uint64)


class Tail:
    """The newest rows in order of arrival. Nothing but ``died`` changes below a view's count."""

    def __init__(self, words: int) -> None:
        self.rows: Rows = np.zeros((TAIL_ROWS, words), dtype=np.uint64)
        self.keys: Keys = np.zeros(TAIL_ROWS, dtype=np.uint64)
        self.died: Epochs = np.zeros(TAIL_ROWS, dtype=np.uint64)
        self.count = 0
        self._where: dict[int, int] = {}

    @property
    def alive(self) -> int:
        """How many rows still count."""
        return len(self._where)

    def leave(self, keys: Keys, epoch: int) -> int:
        """Let the rows under ``keys`` leave; return how many were there."""
        if not self._where:
            return 0
        places = [self._where.pop(key) for key in keys.tolist() if key in self._where]
        self.died[places] = epoch
        return len(places)

    def append(self, keys: Keys, rows: Rows) -> None:
        """Add rows (n, words) under new keys (n,); the caller has seen to it that they fit."""
        first, end = self.count, self.count + len(keys)
        self.rows[first:end] = rows
        self.keys[first:end] = keys
        self._where.update(zip(keys.tolist(), range(first, end), strict=True))
        self.count = end

    def living(self) -> tuple[Keys, Rows]:
        """Return keys and rows that haven't left."""
        places = np.flatnonzero(self.died[: self.count] == 0)
        return self.keys[places], self.rows[places]

    def search(self, queries: Rows, radius: int, count: int, epoch: int) -> Found | None:
        """Return the rows near each query, of the first ``count``, that count at ``epoch``."""
        if not count:
            return None
        hits = near(self.rows[:count], queries, radius)
        if not len(hits):
            return None
        died = self.died[hits.place]
        counts = (died == 0) | (died > epoch)
        return Found(hits.query[counts], self.keys[hits.place[counts]], hits.distance[counts])
