"""Sorting rows into buckets."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.index.bucket_build import fill, number


@settings(deadline=None)
@given(st.integers(0, 2**256 - 1), st.data())
def test_a_chunk_is_read_across_words(value: int, data: st.DataObject) -> None:
    """Bit 0 is the lowest of the first word."""
    width = data.draw(st.integers(1, 27))
    offset = data.draw(st.integers(0, 256 - width))
    row = np.frombuffer(value.to_bytes(32, "little"), np.uint64)
    assert number(row, offset, width) == (value >> offset) % (1 << width)


@settings(deadline=None)
@given(st.lists(st.integers(0, 31), max_size=50))
def test_each_bucket_holds_the_places_of_its_number_in_order(values: list[int]) -> None:
    """Buckets lie one after the other, the empty ones too, up to the last."""
    rows = np.array(values, np.uint64).reshape(-1, 1) << np.uint64(3)
    starts, places = np.zeros(33, np.uint32), np.zeros(len(values), np.uint32)
    fill(rows, 3, 5, starts, places)
    assert starts[0] == 0
    assert starts[32] == len(values)
    for value in range(32):
        held = places[starts[value] : starts[value + 1]].tolist()
        assert held == [place for place, one in enumerate(values) if one == value]
