"""Multi-index hashing, held against a comparison with every row."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from staydown.index import bucket_search, buckets, linear, plan
from staydown.index.buckets import Buckets
from staydown.index.hits import Hits, Rows


def _random(random: np.random.Generator, count: int, words: int) -> Rows:
    return random.integers(0, 2**64, (count, words), dtype=np.uint64)


def _flipped(random: np.random.Generator, rows: Rows, most: int) -> Rows:
    """Copies with up to ``most`` bits flipped in each."""
    bits = np.unpackbits(rows.view(np.uint8), axis=1)
    order = np.argsort(random.random(bits.shape), axis=1)
    bits ^= (order < random.integers(0, most + 1, (len(rows), 1))).astype(np.uint8)
    return np.packbits(bits, axis=1).view(np.uint64)


def _balanced(random: np.random.Generator, count: int, words: int) -> Rows:
    """Like PDQs: half of the bits set, and bits beside each other often alike."""
    steps = random.normal(size=(count, words * 64))
    smooth = steps + 0.8 * np.roll(steps, 1, axis=1) + 0.5 * np.roll(steps, 16, axis=1)
    above = smooth > np.median(smooth, axis=1, keepdims=True)
    return np.packbits(above, axis=1).view(np.uint64)


def _clustered(random: np.random.Generator, count: int, words: int) -> Rows:
    centres = _random(random, 5, words)
    return _flipped(random, centres[random.integers(0, 5, count)], 40)


def _repeated(random: np.random.Generator, count: int, words: int) -> Rows:
    return _random(random, 3, words)[random.integers(0, 3, count)]


def _one_bucket(random: np.random.Generator, count: int, words: int) -> Rows:
    """Alike in all but the last word: the buckets of most chunks hold all or nothing."""
    rows = np.zeros((count, words), np.uint64)
    rows[:, -1] = random.integers(0, 2**64, count, dtype=np.uint64)
    return rows


KINDS = {
    "random": _random,
    "like PDQs": _balanced,
    "clustered": _clustered,
    "repeated": _repeated,
    "one bucket": _one_bucket,
}


def _fixed(rows: Rows) -> Rows:
    rows.flags.writeable = False
    return rows


def _pairs(hits: Hits) -> list[tuple[int, int, int]]:
    return sorted(
        zip(hits.query.tolist(), hits.place.tolist(), hits.distance.tolist(), strict=True)
    )


def _oracle(rows: Rows, queries: Rows, radius: int) -> list[tuple[int, int, int]]:
    return [
        (number, place, distance)
        for number, query in enumerate(queries)
        for place, distance in linear.neighbours(rows, query, radius)
    ]


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    words=st.integers(1, 4),
    count=st.sampled_from([0, 1, 2, 60, 400, 3000]),
    seed=st.integers(0, 2**32 - 1),
    data=st.data(),
)
def test_what_is_found_is_what_a_comparison_with_every_row_finds(
    kind: str, words: int, count: int, seed: int, data: st.DataObject
) -> None:
    """Any data, any width, any number of chunks, any radius; nothing missed, nothing twice."""
    random = np.random.default_rng(seed)
    rows = KINDS[kind](random, count, words)
    queries = np.concatenate(
        [_flipped(random, rows[:6], 30), rows[:2], KINDS[kind](random, 3, words)]
    )
    bits = words * 64
    chunks = data.draw(st.none() | st.integers(-(-bits // 16), bits), label="chunks")
    radius = data.draw(st.integers(0, bits // 3) | st.integers(0, bits + 1), label="radius")
    built = Buckets.build(rows, chunks=chunks)
    assert _pairs(built.search(queries, radius)) == _oracle(rows, queries, radius)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.integers(0, 2**32 - 1), st.data())
def test_buckets_find_all_where_a_scan_would_be_cheaper(
    kind: str, seed: int, data: st.DataObject
) -> None:
    """The way through the buckets itself, for small data too: the scan is never taken."""
    random = np.random.default_rng(seed)
    rows = KINDS[kind](random, 500, 4)
    queries = np.concatenate([_flipped(random, rows[:8], 50), _random(random, 2, 4)])
    chunks = data.draw(st.integers(16, 64), label="chunks")
    radius = data.draw(st.integers(0, 3 * chunks), label="radius")
    of = plan.widths(256, chunks)
    steps, flips = buckets.laid_out(plan.plan(of, len(rows), radius), of)
    arrays = Buckets.build(rows, chunks=chunks).arrays()
    queries = _fixed(queries)
    tables = arrays["rows"], arrays["starts"], arrays["places"]
    found, answered = bucket_search.search(tables, queries, radius, steps, flips, 1 << 40)
    assert answered.all()
    assert _pairs(Hits(*found)) == _oracle(rows, queries, radius)


@pytest.mark.parametrize("radius", [0, 1, 12, 13, 14, 31, 38, 39])
def test_differences_spread_over_all_chunks_are_found(radius: int) -> None:
    """The hardest rows: as far as the radius, and in no chunk nearer than in the others."""
    of = plan.widths(256, 13)
    begins = [sum(of[:chunk]) for chunk in range(13)]
    rows = np.zeros((26, 4), np.uint64)
    for turn in range(26):
        for flip in range(radius + turn // 13):  # and as many rows that are one bit too far
            bit = begins[(flip + turn) % 13] + flip // 13
            rows[turn, bit // 64] |= np.uint64(1 << bit % 64)
    query = _fixed(np.zeros((1, 4), np.uint64))
    steps, flips = buckets.laid_out(plan.plan(of, 1_000_000, radius), of)
    arrays = Buckets.build(rows, chunks=13).arrays()
    tables = arrays["rows"], arrays["starts"], arrays["places"]
    found, _ = bucket_search.search(tables, query, radius, steps, flips, 1 << 40)
    assert sorted(found[1].tolist()) == list(range(13))


def test_a_query_that_meets_too_many_rows_is_answered_by_a_scan() -> None:
    """Some queries of a batch given up, others not: all answers are whole."""
    random = np.random.default_rng(7)
    crowd = _flipped(random, np.zeros((5000, 4), np.uint64), 3)
    rows = np.concatenate([_random(random, 20_000, 4), crowd])
    queries = np.concatenate([rows[:3], crowd[:2], rows[10:12], crowd[2:4]])
    built = Buckets.build(rows)
    assert _pairs(built.search(queries, 20)) == _oracle(rows, queries, 20)


def test_rows_are_given_back_as_they_came() -> None:
    """In the order of the build, by place."""
    rows = _random(np.random.default_rng(1), 100, 3)
    built = Buckets.build(rows)
    assert (built.bits, len(built)) == (192, 100)
    assert (built.take(np.array([5, 0, 99])) == rows[[5, 0, 99]]).all()


def test_what_was_built_is_opened_again_without_building() -> None:
    """From arrays that can't be written to, as those of a file are."""
    random = np.random.default_rng(2)
    rows = _random(random, 3000, 2)
    arrays = {name: one.copy() for name, one in Buckets.build(rows).arrays().items()}
    for one in arrays.values():
        one.flags.writeable = False
    opened = Buckets.over(arrays, 128, 3000)
    queries = _flipped(random, rows[:20], 12)
    assert _pairs(opened.search(queries, 10)) == _oracle(rows, queries, 10)


def _unaligned(rows: Rows) -> Rows:
    room = np.zeros(rows.nbytes + 1, np.uint8)[1:]
    return room.view(np.uint64).reshape(rows.shape)


BROKEN: dict[str, Callable[[dict[str, NDArray[Any]]], dict[str, NDArray[Any]]]] = {
    "no starts": lambda of: {name: one for name, one in of.items() if name != "starts"},
    "another": lambda of: of | {"more": of["rows"]},
    "wider places": lambda of: of | {"places": of["places"].astype(np.int64)},
    "signed rows": lambda of: of | {"rows": of["rows"].view(np.int64)},
    "a row less": lambda of: of | {"rows": of["rows"][:-1].copy()},
    "a place less": lambda of: of | {"places": of["places"][:, :-1].copy()},
    "flat places": lambda of: of | {"places": of["places"].ravel()},
    "a bucket less": lambda of: of | {"starts": of["starts"][:-1].copy()},
    "one chunk": lambda of: of | {"places": of["places"][:1].copy()},
    "no chunks": lambda of: of | {"places": of["places"][:0].copy()},
    "columns first": lambda of: of | {"rows": np.asfortranarray(of["rows"])},
    "odd addresses": lambda of: of | {"rows": _unaligned(of["rows"])},
}


@pytest.mark.parametrize("how", BROKEN)
def test_arrays_that_do_not_fit_together_are_refused(how: str) -> None:
    """Before anything is read from them."""
    arrays = Buckets.build(_random(np.random.default_rng(3), 200, 2)).arrays()
    with pytest.raises(ValueError, match=r"segment|type|rows|aligned|split"):
        Buckets.over(BROKEN[how](arrays), 128, 200)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_damaged_tables_do_no_more_than_answer_wrongly(seed: int) -> None:
    """Nothing outside of the rows is named, and what is named is within the radius."""
    random = np.random.default_rng(seed)
    rows = _random(random, 2000, 4)
    arrays = {name: one.copy() for name, one in Buckets.build(rows).arrays().items()}
    for table in (arrays["starts"], arrays["places"].ravel()):
        where = random.integers(0, len(table), 2000)
        table[where] = random.integers(0, 2**32, 2000, dtype=np.uint32)
    queries = _flipped(random, rows[:20], 20)
    hits = Buckets.over(arrays, 256, 2000).search(queries, 12)
    assert set(_pairs(hits)) <= set(_oracle(rows, queries, 12))


@pytest.mark.parametrize(
    "queries",
    [
        np.zeros((1, 3), np.uint64),
        np.zeros(4, np.uint64),
        np.zeros((1, 4), np.int64),
    ],
)
def test_queries_of_another_form_are_refused(queries: Rows) -> None:
    """Their width, shape and type are the rows'."""
    with pytest.raises(ValueError, match="256 bits"):
        Buckets.build(np.zeros((10, 4), np.uint64)).search(queries, 0)


def test_a_negative_radius_is_refused() -> None:
    """Nothing is nearer than nothing."""
    with pytest.raises(ValueError, match="negative"):
        Buckets.build(np.zeros((10, 4), np.uint64)).search(np.zeros((1, 4), np.uint64), -1)


def test_no_queries_find_nothing() -> None:
    """An empty batch is a batch."""
    buckets.warm()
    assert (
        len(Buckets.build(np.zeros((10, 4), np.uint64)).search(np.zeros((0, 4), np.uint64), 5)) == 0
    )


def test_many_threads_ask_at_once() -> None:
    """Nothing is shared between searches but what is never written."""
    random = np.random.default_rng(5)
    rows = _random(random, 20_000, 4)
    queries = _flipped(random, rows[:64], 30)
    built = Buckets.build(rows)
    expected = [_pairs(built.search(queries[at : at + 1], 28)) for at in range(64)]
    with ThreadPoolExecutor(4) as pool:
        asked = pool.map(lambda at: _pairs(built.search(queries[at : at + 1], 28)), range(64))
        assert list(asked) == expected


@given(width=st.integers(0, 10), data=st.data())
@settings(deadline=None, max_examples=40)
def test_the_flips_are_all_numbers_with_few_ones_ascending(width: int, data: st.DataObject) -> None:
    radius = data.draw(st.integers(0, width))
    few = [number for number in range(1 << width) if number.bit_count() <= radius]
    assert buckets._flips(width, radius).tolist() == few
