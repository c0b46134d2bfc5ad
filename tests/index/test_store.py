"""The live index answers as a plain dictionary would, while it changes."""

import threading
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.index import search_methods, segments, store
from staydown.index.errors import RadiusTooWide
from staydown.index.store import LiveIndex
from tests.index.contents import contents

KEYS = st.integers(0, 12)
BITS = st.integers(0, 2**16 - 1).map(lambda n: n.to_bytes(2) * 16)
CHANGES = st.lists(st.tuples(st.lists(st.tuples(KEYS, BITS)), st.lists(KEYS)), max_size=30)

Plain = dict[int, bytes]


@pytest.fixture(params=[4, 64, 4096])
def tail_rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Tails so short that a few changes already make parts and merge them."""
    rows: int = request.param
    monkeypatch.setattr(segments, "TAIL_ROWS", rows)
    monkeypatch.setattr(store, "TAIL_ROWS", rows)
    monkeypatch.setattr(store, "_BULK", rows // 2)
    monkeypatch.setattr(search_methods, "LEAST_ROWS_IN_BUCKETS", 8 * rows)
    return rows


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def wanted(plain: Plain, query: bytes, radius: int) -> list[tuple[int, int]]:
    near = [(distance(bits, query), key) for key, bits in plain.items()]
    return sorted(pair for pair in near if pair[0] <= radius)


def found(index: LiveIndex, query: bytes, radius: int) -> list[tuple[int, int]]:
    return [(neighbour.distance, neighbour.key) for neighbour in index.query(query, radius)]


def as_rows(
    bits: list[bytes], width: int = 256
) -> np.ndarray[tuple[int, int], np.dtype[np.uint64]]:
    return np.frombuffer(b"".join(bits), dtype=np.uint64).reshape(len(bits), width // 64)


@settings(deadline=None)  # the first example may have to wait for the compiler
@given(changes=CHANGES, query=BITS, radius=st.integers(0, 256))
def test_it_answers_as_a_dictionary_does(
    changes: list[tuple[list[tuple[int, bytes]], list[int]]], query: bytes, radius: int
) -> None:
    index = LiveIndex(256, reach=256, background=False)
    plain: Plain = {}
    for put, drop in changes:
        index.change(put=put, drop=drop)
        for key in drop:
            plain.pop(key, None)
        plain.update(put)
    assert found(index, query, radius) == wanted(plain, query, radius)
    assert len(index) == len(plain)


@pytest.mark.parametrize("background", [False, True])
def test_it_answers_as_a_dictionary_does_through_freezing_and_merging(
    tail_rows: int, background: bool
) -> None:
    rng = Random(tail_rows)  # noqa: S311 - a test's own, repeatable
    index = LiveIndex(128, reach=128, background=background)
    plain: Plain = {}
    for step in range(150):
        put = [(rng.randrange(600), rng.randbytes(16)) for _ in range(rng.choice([0, 1, 3, 40]))]
        drop = [rng.randrange(600) for _ in range(rng.choice([0, 1, 30]))]
        if step % 3:
            index.change(put=put, drop=drop)
        else:
            index.change_rows(
                np.array([key for key, _ in put], dtype=np.uint64),
                as_rows([bits for _, bits in put], 128),
                np.array(drop, dtype=np.uint64),
            )
        for key in drop:
            plain.pop(key, None)
        plain.update(put)
        query = rng.choice(list(plain.values())) if plain else bytes(16)
        assert found(index, query, 50) == wanted(plain, query, 50)
        assert len(index) == len(plain)
    index.settle()
    assert found(index, bytes(16), 128) == wanted(plain, bytes(16), 128)


@pytest.mark.parametrize("count", [0, -1])
def test_the_nearest_none_are_none(count: int) -> None:
    index = LiveIndex(256)
    index.change(put=[(1, bytes(32)), (2, bytes(32))])
    assert index.nearest(bytes(32), count) == []


def test_a_batch_and_the_nearest_are_what_single_questions_give() -> None:
    rng = Random(3)  # noqa: S311 - a test's own, repeatable
    index = LiveIndex(256, reach=128, background=False)
    plain = {key: rng.randbytes(32) for key in range(6000)}
    index.change(put=plain.items())
    queries = [*rng.sample(list(plain.values()), 5), rng.randbytes(32)]
    for radius in (0, 20, 110):
        got = [[(one.distance, one.key) for one in near] for near in index.batch(queries, radius)]
        assert got == [wanted(plain, query, radius) for query in queries]
    for count in (1, 10, 5000):
        near = [(one.distance, one.key) for one in index.nearest(queries[0], count)]
        assert near == wanted(plain, queries[0], 128)[:count]
    assert index.nearest(rng.randbytes(32), 3, radius=20) == []
    assert index.batch([], 20) == []


def test_one_lone_row_matches() -> None:
    index = LiveIndex(256)
    index.change(put=[(2**63 - 1, bytes(32))])
    assert found(index, bytes([0] * 31 + [1]), 31) == [(1, 2**63 - 1)]


def test_an_empty_index_finds_nothing() -> None:
    assert LiveIndex(256, reach=256).query(bytes(32), 256) == []
    assert LiveIndex(256).nearest(bytes(32), 3) == []


def test_a_radius_beyond_the_reach_is_an_error() -> None:
    index = LiveIndex(256)
    index.query(bytes(32), 85)
    with pytest.raises(RadiusTooWide, match="up to radius 85"):
        index.query(bytes(32), 86)
    with pytest.raises(RadiusTooWide, match="up to radius 85"):
        index.nearest(bytes(32), 1, 86)


def test_what_leaves_a_merged_part_makes_room_and_the_others_stay_findable(tail_rows: int) -> None:
    index = LiveIndex(128, background=False)
    rng = Random(7)  # noqa: S311 - a test's own, repeatable
    kept = {number: rng.randbytes(16) for number in range(100)}
    index.change(put=kept.items())
    for round_ in range(60):
        passing = range(1000 * (round_ + 1), 1000 * (round_ + 1) + 200)
        index.change(put=[(key, rng.randbytes(16)) for key in passing])
        index.change(drop=passing)
    assert len(index) == 100
    assert sum(len(part) for part in index._view.parts) <= 500
    for key, bits in kept.items():
        assert [one.key for one in index.query(bits, 0)] == [key]


@pytest.mark.parametrize("background", [False, True])
@pytest.mark.parametrize("bits", [64, 256, 1024])
def test_parts_stay_few(tail_rows: int, bits: int, background: bool) -> None:
    rng = Random(bits)  # noqa: S311 - a test's own, repeatable
    index = LiveIndex(bits, background=background)
    for key in range(20 * min(tail_rows, 300)):
        index.change(put=[(key, rng.randbytes(bits // 8))])
    index.settle()
    assert len(index._view.parts) <= 6


def test_a_row_that_is_replaced_over_and_over_is_never_missing(tail_rows: int) -> None:
    index = LiveIndex(256)
    index.change(put=[(5, bytes(32))])
    stop = threading.Event()

    def replace() -> None:
        while not stop.is_set():
            index.change(put=[(5, bytes(32))])

    writer = threading.Thread(target=replace)
    writer.start()
    try:
        for _ in range(2000):
            assert found(index, bytes(32), 0) == [(0, 5)]
    finally:
        stop.set()
        writer.join()


def test_a_search_sees_one_moment_while_rows_are_added_replaced_and_merged(tail_rows: int) -> None:
    """Change n puts keys 0 … 9 and one more at distance n: never two distances at once."""
    index = LiveIndex(256, reach=256)
    started, stop, wrong = threading.Event(), threading.Event(), []

    def at(number: int) -> bytes:
        return ((1 << number % 200) - 1).to_bytes(32)

    def write() -> None:
        for number in range(1500):
            rows = [(key, at(number)) for key in (*range(10), 1000 + number)]
            index.change(put=rows, drop=[999 + number])
            started.set()
        stop.set()

    def read() -> None:
        started.wait()
        while not stop.is_set():
            seen = found(index, bytes(32), 256)
            if len(seen) != 11 or len({far for far, _ in seen}) != 1:
                wrong.append(seen)

    threads = [threading.Thread(target=one) for one in (write, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_several_threads_add_and_merge_at_once(
    tail_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_MOST_PARTS", 2)
    monkeypatch.setattr(store, "_LARGE", 16 * tail_rows)
    index = LiveIndex(64, reach=64)
    wanted_: Plain = {}

    def write(number: int) -> None:
        rng = Random(number)  # noqa: S311 - a test's own, repeatable
        for step in range(0, 20 * tail_rows, tail_rows):
            keys = [number * 10**6 + step + at for at in range(tail_rows)]
            rows = {key: rng.randbytes(8) for key in keys}
            index.change(put=rows.items(), drop=keys[:2] if step else ())
            index.change(drop=keys[2:4])
            wanted_.update({key: bits for key, bits in rows.items() if key not in keys[2:4]})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    index.settle()
    assert contents(index) == wanted_
    assert index._working == 0
    assert not index._large


@pytest.mark.parametrize("bits", [b"", bytes(31), bytes(33)])
def test_rows_of_another_width_are_refused_and_nothing_has_changed(bits: bytes) -> None:
    index = LiveIndex(256)
    with pytest.raises(ValueError, match="256 bits"):
        index.change(put=[(1, bytes(32)), (2, bits)])
    with pytest.raises(ValueError, match="256 bits"):
        index.query(bits, 1)
    with pytest.raises(ValueError, match="256 bits"):
        index.change_rows(
            np.zeros(1, np.uint64), np.zeros((1, 3), np.uint64), np.zeros(0, np.uint64)
        )
    assert len(index) == 0


@pytest.mark.parametrize("key", [-1, 2**63, 2**70])
def test_impossible_keys_are_refused(key: int) -> None:
    index = LiveIndex(256)
    with pytest.raises(ValueError, match="a key is"):
        index.change(put=[(key, bytes(32))])
    with pytest.raises(ValueError, match="a key is"):
        index.change(drop=[key])


def test_memory_is_told_by_part() -> None:
    index = LiveIndex(256)
    index.change(put=[(key, key.to_bytes(32)) for key in range(5000)])
    index.change(drop=[3])
    memory = index.memory()
    assert memory.mapped == 0
    assert memory.private >= 5000 * 40
    assert 0 < memory.deaths <= 5000 * 8
    assert memory.total == memory.private + memory.deaths
