"""Exact search by comparing with every row: slow to grow old, impossible to get wrong.

Faster indexes are held against this one.
"""

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.uint64]

#: Rows compared at a time: the intermediate result stays within a processor's cache.
_BLOCK = 32_768


def to_row(bits: bytes) -> Rows:
    """Return ``bits`` (a multiple of 8 bytes) as one row of 64-bit words."""
    return np.frombuffer(bits, dtype=np.uint64)


def neighbours(rows: Rows, query: Rows, radius: int) -> list[tuple[int, int]]:
    """Return (position, Hamming distance) of every row within ``radius`` of ``query``, inclusive.

    ``rows`` has shape (n, words), ``query`` (words,). In ascending position.
    """
    found: list[tuple[int, int]] = []
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        distances = np.bitwise_count(block ^ query).sum(axis=1, dtype=np.uint16)
        near = np.flatnonzero(distances <= radius)
        found.extend(zip((start + near).tolist(), distances[near].tolist(), strict=True))
    return found
