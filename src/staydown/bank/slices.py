"""Cutting a long list into slices that each take about as long, on whatever machine it is."""

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

#: How long a transaction of a long list is to last, in seconds: people wait for no more than that.
SECONDS = 0.25

#: Items of the first slice, and of any.
FIRST, LEAST, MOST = 200, 25, 1000


class Slices(Generic[T]):
    """Slices of a list, in order. Say after each how long it took: the next is cut after that."""

    def __init__(self, items: Sequence[T]) -> None:
        self._items = items
        self._size = FIRST
        #: Items that were given so far, without those of the last slice until ``took``.
        self.done = 0

    def __iter__(self) -> Iterator[Sequence[T]]:
        while self.done < len(self._items):
            yield self._items[self.done : self.done + self._size]

    def took(self, seconds: float) -> None:
        """The last slice is done, after so many seconds of work."""
        self.done = min(len(self._items), self.done + self._size)
        fits = int(self._size * SECONDS / max(seconds, 0.001))
        # No more than twice as many: one that was quick by chance says little about the next.
        self._size = max(LEAST, min(MOST, 2 * self._size, fits))
