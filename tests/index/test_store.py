"""The live index answers as a plain dictionary would, while it changes."""

import random
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.index.store import LiveIndex

KEYS = st.integers(0, 12)
BITS = st.integers(0, 2**16 - 1).map(lambda n: n.to_bytes(2) * 16)
CHANGES = st.lists(st.tuples(st.lists(st.tuples(KEYS, BITS)), st.lists(KEYS)), max_size=30)


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


@given(changes=CHANGES, query=BITS, radius=st.integers(0, 256))
def test_it_answers_as_a_dictionary_does(
    changes: list[tuple[list[tuple[int, bytes]], list[int]]], query: bytes, radius: int
) -> None:
    index: LiveIndex[int] = LiveIndex(256)
    plain: dict[int, bytes] = {}
    for put, drop in changes:
        index.change(put=put, drop=drop)
        for key in drop:
            plain.pop(key, None)
        plain.update(put)
    found = [(neighbour.distance, neighbour.key) for neighbour in index.query(query, radius)]
    wanted = [(distance(bits, query), key) for key, bits in plain.items()]
    assert sorted(found) == sorted(pair for pair in wanted if pair[0] <= radius)
    assert [near for near, _ in found] == sorted(near for near, _ in found)
    assert len(index) == len(plain)


def test_one_lone_row_matches() -> None:
    index: LiveIndex[str] = LiveIndex(256)
    index.change(put=[("only", bytes(32))])
    assert [found.key for found in index.query(bytes([0] * 31 + [1]), 31)] == ["only"]


def test_an_empty_index_finds_nothing() -> None:
    assert LiveIndex[str](256).query(bytes(32), 256) == []


def test_rows_that_leave_make_room_and_the_others_stay_findable() -> None:
    index: LiveIndex[int] = LiveIndex(128)
    rng = random.Random(7)  # noqa: S311 - a test's own, repeatable
    kept = {number: rng.randbytes(16) for number in range(100)}
    index.change(put=kept.items())
    for round_ in range(60):
        passing = range(1000 * (round_ + 1), 1000 * (round_ + 1) + 200)
        index.change(put=[(key, rng.randbytes(16)) for key in passing])
        index.change(drop=passing)
    assert len(index) == 100
    assert len(index._rows.keys) < 5000
    for key, bits in kept.items():
        assert [found.key for found in index.query(bits, 0)] == [key]


def test_a_row_that_is_replaced_over_and_over_is_never_missing() -> None:
    index: LiveIndex[str] = LiveIndex(256)
    index.change(put=[("entry", bytes(32))])
    stop = threading.Event()

    def replace() -> None:
        while not stop.is_set():
            index.change(put=[("entry", bytes(32))])

    writer = threading.Thread(target=replace)
    writer.start()
    try:
        for _ in range(3000):
            assert [found.key for found in index.query(bytes(32), 0)] == ["entry"]
    finally:
        stop.set()
        writer.join()


@pytest.mark.parametrize("bits", [b"", bytes(31), bytes(33)])
def test_rows_of_another_width_are_refused(bits: bytes) -> None:
    index: LiveIndex[str] = LiveIndex(256)
    with pytest.raises(ValueError, match="256 bits"):
        index.change(put=[("x", bits)])
    with pytest.raises(ValueError, match="256 bits"):
        index.query(bits, 1)
