"""The oracle is held against plain integers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from staydown.index.linear import neighbours, to_row

BITS = st.binary(min_size=32, max_size=32)


@given(rows=st.lists(BITS, max_size=20), query=BITS, radius=st.integers(0, 256))
def test_it_finds_what_counting_bits_of_integers_finds(
    rows: list[bytes], query: bytes, radius: int
) -> None:
    table = np.array([to_row(row) for row in rows], dtype=np.uint64).reshape(len(rows), 4)
    wanted = [
        (position, distance)
        for position, row in enumerate(rows)
        if (distance := (int.from_bytes(row) ^ int.from_bytes(query)).bit_count()) <= radius
    ]
    assert neighbours(table, to_row(query), radius) == wanted


def test_rows_beyond_one_block_are_found_with_their_own_positions() -> None:
    table = np.zeros((70_000, 4), dtype=np.uint64)
    table[:, 0] = np.uint64(0xFFFFFFFFFFFFFFFF)
    table[[5, 32_768, 69_999]] = 0
    found = neighbours(table, to_row(bytes(32)), 31)
    assert found == [(5, 0), (32_768, 0), (69_999, 0)]
