"""What a live index answers with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A row within the radius: its key and its Hamming distance from the query, in bits."""

    key: int
    distance: int


@dataclass(frozen=True, slots=True)
class Found:
    """Rows within the radius: number of the query, key and distance, three arrays of one length."""

    query: NDArray[np.uint32]
    key: NDArray[np.uint64]
    distance: NDArray[np.uint16]


def answers(found: Sequence[Found], queries: int) -> list[list[Neighbour]]:
    """Return a list for each query, nearest first and then by key."""
    lists: list[list[Neighbour]] = [[] for _ in range(queries)]
    if not found:
        return lists
    query = np.concatenate([one.query for one in found])
    key = np.concatenate([one.key for one in found])
    distance = np.concatenate([one.distance for one in found])
    order = np.lexsort((key, distance))
    columns = (query[order].tolist(), key[order].tolist(), distance[order].tolist())
    for number, one, far in zip(*columns, strict=True):
        lists[number].append(Neighbour(one, far))
    return lists
