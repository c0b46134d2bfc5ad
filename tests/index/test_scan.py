"""The scan is held against the oracle, which compares with every row one by one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from staydown.index.hits import Hits, Rows
from staydown.index.linear import neighbours
from staydown.index.scan import Scan, near, warm, words_to_compare
from staydown.index.scan_kernels import BLOCK, pack

Found = set[tuple[int, int, int]]


def found(hits: Hits) -> Found:
    """Return hits as triples; a pair that was found twice fails."""
    triples = list(
        zip(hits.query.tolist(), hits.place.tolist(), hits.distance.tolist(), strict=True)
    )
    assert len({triple[:2] for triple in triples}) == len(triples)
    return set(triples)


def by_oracle(rows: Rows, queries: Rows, radius: int) -> Found:
    """Return what comparing one by one finds."""
    return {
        (number, place, distance)
        for number, query in enumerate(queries)
        for place, distance in neighbours(rows, query, radius)
    }


def random_rows(count: int, words: int, seed: int) -> Rows:
    """Return rows in which every bit is drawn by itself."""
    return np.random.default_rng(seed).integers(0, 2**64, (count, words), dtype=np.uint64)


def around(rows: Rows, share: float, seed: int) -> Rows:
    """Return each row with a share of its bits turned, drawn anew for each."""
    random = np.random.default_rng(seed)
    bits = np.unpackbits(rows.copy().view(np.uint8), axis=1)
    bits ^= random.random(bits.shape) < share
    return np.packbits(bits, axis=1).view(np.uint64)


#: Ways in which rows lie: strangers, one heap, copies of a few, equal up to their last word.
SHAPES: dict[str, Callable[[int, int, int], Rows]] = {
    "random": random_rows,
    "clustered": lambda n, words, seed: around(
        np.repeat(random_rows(1, words, seed), n, axis=0), 0.15, seed
    ),
    "duplicated": lambda n, words, seed: random_rows(3, words, seed)[np.arange(n) % 3],
    "equal but for the last word": lambda n, words, seed: np.concatenate(
        [np.zeros((n, words - 1), np.uint64), random_rows(n, 1, seed)], axis=1
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """Have the machine code loaded before anything is counted."""
    warm()


@settings(deadline=None)
@given(
    shape=st.sampled_from(sorted(SHAPES)),
    words=st.sampled_from([1, 2, 3, 4, 16]),
    count=st.integers(0, 3 * BLOCK),
    seed=st.integers(0, 2**32 - 1),
    data=st.data(),
)
def test_it_finds_what_the_oracle_finds(
    shape: str, words: int, count: int, seed: int, data: st.DataObject
) -> None:
    rows = SHAPES[shape](count, words, seed)
    radius = data.draw(st.integers(0, 64 * words))
    strangers = random_rows(2, words, seed + 1)
    queries = np.concatenate([strangers, around(rows[:3], 0.1, seed)])
    wanted = by_oracle(rows, queries, radius)
    assert found(Scan.build(rows).search(queries, radius)) == wanted
    assert found(near(rows, queries, radius)) == wanted


@pytest.mark.parametrize("count", [1, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK])
def test_padding_is_never_found(count: int) -> None:
    rows = np.zeros((count, 4), np.uint64)
    assert len(Scan.build(rows).search(rows[:1], 256)) == count


def test_more_pairs_than_there_is_room_for_at_a_time_are_all_found() -> None:
    rows = np.zeros((30_000, 2), np.uint64)
    wanted = {(query, place, 0) for query in range(3) for place in range(30_000)}
    assert found(Scan.build(rows).search(rows[:3], 0)) == wanted
    assert found(near(rows, rows[:3], 0)) == wanted


def test_a_batch_of_many_queries_numbers_each() -> None:
    rows = random_rows(300, 16, 1)
    hits = Scan.build(rows).search(rows, 320)
    assert found(hits) == {(number, number, 0) for number in range(300)}


def test_large_rows_are_searched_on_several_threads_and_by_several_at_once() -> None:
    rows = random_rows(60_000, 16, 2)
    queries = around(rows[::6000], 0.2, 3)
    scan = Scan.build(rows)
    wanted = by_oracle(rows, queries, 320)
    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda _: found(scan.search(queries, 320)), range(8))
    assert all(answer == wanted for answer in answers)


@pytest.mark.parametrize("radius", [-1, 257, 10**9])
def test_a_radius_out_of_the_ordinary_finds_none_or_all(radius: int) -> None:
    rows = random_rows(10, 4, 4)
    assert len(Scan.build(rows).search(rows[:1], radius)) == (0 if radius < 0 else 10)
    assert len(near(rows, rows[:1], radius)) == (0 if radius < 0 else 10)


def test_no_queries_and_no_rows_find_nothing() -> None:
    rows = random_rows(10, 4, 5)
    assert len(Scan.build(rows).search(rows[:0], 31)) == 0
    assert len(Scan.build(rows[:0]).search(rows, 31)) == 0
    assert len(near(rows[:0], rows, 31)) == len(near(rows, rows[:0], 31)) == 0


@pytest.mark.parametrize("queries", [np.zeros((1, 2), np.uint64), np.zeros(4, np.uint64)])
def test_queries_of_another_width_are_refused(queries: Rows) -> None:
    with pytest.raises(ValueError, match="256 bits"):
        Scan.build(random_rows(10, 4, 6)).search(queries, 31)


def test_rows_come_back_as_they_were_given() -> None:
    rows = random_rows(600, 3, 7)
    places = np.array([599, 0, 255, 256, 0])
    scan = Scan.build(rows)
    assert np.array_equal(scan.take(places), rows[places])
    assert scan.take(places[:0]).shape == (0, 3)
    assert (len(scan), scan.bits) == (600, 192)


def test_rows_that_lie_otherwise_in_memory_are_taken() -> None:
    rows = random_rows(600, 8, 8)[::2, ::2]
    assert found(Scan.build(rows).search(rows[:5], 0)) == {(n, n, 0) for n in range(5)}


def test_after_warming_no_form_of_rows_is_compiled_for() -> None:
    warm()
    compiled: Any = pack
    before = len(compiled.signatures)
    rows = np.arange(8, dtype=np.uint64).reshape(2, 4)
    readonly = np.frombuffer(rows.tobytes(), np.uint64).reshape(2, 4)
    for form in (rows, readonly, rows.astype(">u8")):
        assert np.array_equal(Scan.build(form).take(np.arange(2)), rows)
    assert len(compiled.signatures) == before


def test_what_is_opened_from_a_file_answers_the_same_without_being_read_first(
    tmp_path: Path,
) -> None:
    rows = random_rows(700, 4, 9)
    built = Scan.build(rows)
    np.save(tmp_path / "blocks.npy", built.arrays()["blocks"])
    mapped = np.load(tmp_path / "blocks.npy", mmap_mode="r")
    opened = Scan.over({"blocks": mapped}, 256, 700)
    assert found(opened.search(rows, 100)) == found(built.search(rows, 100))
    assert np.shares_memory(opened.arrays()["blocks"], mapped)


def test_what_was_built_cannot_be_changed_through_its_arrays() -> None:
    blocks = Scan.build(random_rows(5, 4, 10)).arrays()["blocks"]
    with pytest.raises(ValueError, match="read-only"):
        blocks[0, 0, 0] = 1


GOOD = np.zeros((2, 4, BLOCK), np.uint64)


@pytest.mark.parametrize(
    ("arrays", "bits", "count"),
    [
        ({}, 256, 300),
        ({"blocks": GOOD, "more": GOOD}, 256, 300),
        ({"blocks": GOOD}, 256, 256),
        ({"blocks": GOOD}, 256, 513),
        ({"blocks": GOOD}, 256, -1),
        ({"blocks": GOOD}, 128, 300),
        ({"blocks": GOOD}, 250, 300),
        ({"blocks": GOOD}, 0, 300),
        ({"blocks": GOOD.view(np.int64)}, 256, 300),
        ({"blocks": GOOD.reshape(4, 2, BLOCK)}, 256, 300),
        ({"blocks": np.asfortranarray(GOOD)}, 256, 300),
        ({"blocks": np.zeros(GOOD.nbytes + 1, np.uint8)[1:].view(np.uint64).reshape(GOOD.shape)},
         256, 300),
    ],
)  # fmt: skip
def test_what_is_no_scan_is_refused(arrays: dict[str, NDArray[Any]], bits: int, count: int) -> None:
    with pytest.raises(ValueError, match="rows"):
        Scan.over(arrays, bits, count)


@given(words=st.integers(1, 64), radius=st.integers(0, 5000))
def test_at_least_one_word_is_compared_and_more_for_a_wider_radius(words: int, radius: int) -> None:
    cut = words_to_compare(64 * words, radius)
    assert 1 <= cut <= words
    assert words_to_compare(64 * words, radius + 1) >= cut
