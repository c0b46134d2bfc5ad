"""What a search finds, and what everything that is searched has in common."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

#: Shape (n, words): fingerprints of one width as 64-bit words.
Rows = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Hits:
    """Rows within the radius: three arrays of one length, in no particular order.

    ``query`` is the number of the query, ``place`` the position of the row in the order that the
    segment was built from, ``distance`` in bits. No pair of query and place occurs twice.
    """

    query: NDArray[np.uint32]
    place: NDArray[np.int64]
    distance: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.place)


class Segment(Protocol):
    """Rows that never change, asked by many threads at once."""

    @property
    def bits(self) -> int:
        """The width of a row."""

    def __len__(self) -> int: ...

    def search(self, queries: Rows, radius: int) -> Hits:
        """Return every row within ``radius`` (inclusive) of each query; ``queries`` (q, words)."""

    def take(self, places: NDArray[np.int64]) -> Rows:
        """Return the rows at ``places``, as they were given."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all that a file must hold to open the segment again without building it."""
