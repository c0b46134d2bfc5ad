"""A live index: rows come and go under a name while other threads ask."""

import threading
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from staydown.index import linear

Key = TypeVar("Key", bound=Hashable)

_FIRST_CAPACITY = 1024


@dataclass(frozen=True, slots=True)
class Neighbour(Generic[Key]):
    """A row within the radius: its name and its Hamming distance from the query."""

    key: Key
    distance: int


@dataclass(slots=True)
class _Rows(Generic[Key]):
    """Rows in order of arrival. Nothing but ``died`` changes below the count of a snapshot."""

    words: linear.Rows
    keys: list[Key] = field(default_factory=list)
    #: Position -> the epoch from which on the row no longer counts.
    died: dict[int, int] = field(default_factory=dict)


class LiveIndex(Generic[Key]):
    """Names and bits of one width; a name has at most one row.

    Each call of ``change`` becomes visible as a whole. A query sees the rows of one moment and
    doesn't hold writers up: rows are only appended, and leaving is a note beside them. When half of
    the rows have left, the rest is copied to a new array, so that both memory and the cost of a
    change stay proportional to what is really there.
    """

    def __init__(self, bits: int) -> None:
        if bits % 64:
            raise ValueError("the width must be a multiple of 64 bits")
        self._width = bits // 64
        self._lock = threading.Lock()
        self._epoch = 0
        self._rows: _Rows[Key] = self._empty(_FIRST_CAPACITY)
        self._where: dict[Key, int] = {}

    def __len__(self) -> int:
        return len(self._where)

    def change(self, put: Iterable[tuple[Key, bytes]] = (), drop: Iterable[Key] = ()) -> None:
        """Let the names in ``drop`` leave, then add or replace those in ``put``, all at once.

        A name that isn't there may be dropped. Raises ValueError for bits of another width.
        """
        added = [(key, self._row(bits)) for key, bits in put]
        with self._lock:
            self._epoch += 1
            for key in drop:
                self._leave(key)
            for key, row in added:
                self._leave(key)
                self._append(key, row)
            if len(self._rows.died) > max(_FIRST_CAPACITY, len(self._where)):
                self._compact()

    def query(self, bits: bytes, radius: int) -> list[Neighbour[Key]]:
        """Return every row within ``radius`` (inclusive), nearest first."""
        row = self._row(bits)
        with self._lock:
            rows, count, epoch = self._rows, len(self._rows.keys), self._epoch
            words = rows.words[:count]
        found = [
            Neighbour(rows.keys[position], distance)
            for position, distance in linear.neighbours(words, row, radius)
            if rows.died.get(position, epoch + 1) > epoch
        ]
        return sorted(found, key=lambda neighbour: neighbour.distance)

    def _row(self, bits: bytes) -> linear.Rows:
        if len(bits) != self._width * 8:
            raise ValueError(f"this index holds rows of {self._width * 64} bits")
        return linear.to_row(bits)

    def _empty(self, capacity: int) -> _Rows[Key]:
        return _Rows(np.zeros((capacity, self._width), dtype=np.uint64))

    def _leave(self, key: Key) -> None:
        position = self._where.pop(key, None)
        if position is not None:
            self._rows.died[position] = self._epoch

    def _append(self, key: Key, row: linear.Rows) -> None:
        position = len(self._rows.keys)
        if position == len(self._rows.words):
            # A new array: a query that runs meanwhile keeps the old one.
            grown = np.zeros((2 * position, self._width), dtype=np.uint64)
            grown[:position] = self._rows.words
            self._rows.words = grown
        self._rows.words[position] = row
        self._rows.keys.append(key)
        self._where[key] = position

    def _compact(self) -> None:
        old = self._rows
        alive = sorted(self._where.values())
        new = self._empty(max(_FIRST_CAPACITY, 2 * len(alive)))
        new.words[: len(alive)] = old.words[alive]
        new.keys.extend(old.keys[position] for position in alive)
        self._rows = new
        self._where = {key: position for position, key in enumerate(new.keys)}
