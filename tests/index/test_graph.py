"""The graph finds nearly all that a scan finds, and all of it where it can't be sure."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from staydown.index import graph
from staydown.index.graph import Graph, odd_numbers
from staydown.index.hits import Hits, Rows
from staydown.index.scan import Scan

ROWS, NEAR, RADIUS = 2000, 100, 320
Found = set[tuple[int, int, int]]


def found(hits: Hits) -> Found:
    """Return hits as triples; a pair that was found twice fails."""
    triples = list(
        zip(hits.query.tolist(), hits.place.tolist(), hits.distance.tolist(), strict=True)
    )
    assert len({triple[:2] for triple in triples}) == len(triples)
    return set(triples)


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Random rows of 1,024 bits."""
    return np.random.default_rng(1).integers(0, 2**64, (ROWS, 16), dtype=np.uint64)


@pytest.fixture(scope="module")
def queries(rows: Rows) -> Rows:
    """Some of the rows, with a tenth to a fifth of their bits turned."""
    random = np.random.default_rng(2)
    bits = np.unpackbits(rows[:NEAR].copy().view(np.uint8), axis=1)
    bits ^= random.random(bits.shape) < random.uniform(0.1, 0.2, (NEAR, 1))
    return np.packbits(bits, axis=1).view(np.uint64)


@pytest.fixture(scope="module")
def built(rows: Rows) -> Graph:
    """A graph of the rows."""
    return Graph.build(rows)


@pytest.fixture
def _always_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the graph be asked however few rows there are."""
    monkeypatch.setattr(graph, "_WALK", 0.0)


pytestmark = pytest.mark.usefixtures("_always_walked")


def test_nearly_all_near_copies_are_found_and_nothing_else(
    built: Graph, rows: Rows, queries: Rows
) -> None:
    wanted = found(Scan.build(rows).search(queries, RADIUS))
    got = found(built.search(queries, RADIUS))
    assert got <= wanted
    assert len(got) >= 0.97 * len(wanted) >= 0.97 * NEAR


def test_a_query_alone_finds_what_it_finds_in_a_batch(built: Graph, queries: Rows) -> None:
    batch = found(built.search(queries[:20], RADIUS))
    alone = {
        (number, place, distance)
        for number in range(20)
        for _, place, distance in found(built.search(queries[number : number + 1], RADIUS))
    }
    assert alone == batch


@pytest.mark.parametrize("count", [0, 1, 5, 40])
def test_few_rows_are_all_found(count: int) -> None:
    rows = np.arange(count * 16, dtype=np.uint64).reshape(count, 16)
    asked = np.zeros((2, 16), np.uint64)
    assert len(Graph.build(rows).search(asked, 1024)) == 2 * count


def test_a_flood_of_equal_rows_hides_none() -> None:
    rows = np.zeros((1500, 16), np.uint64)
    hits = Graph.build(rows).search(rows[:2], 0)
    assert found(hits) == {(query, place, 0) for query in range(2) for place in range(1500)}


def test_rows_that_are_there_often_hide_no_others(rows: Rows, queries: Rows) -> None:
    often = np.concatenate([np.repeat(rows[:3], 400, axis=0), rows])
    hits = found(Graph.build(often).search(queries[:20], RADIUS))
    for query in range(3):
        assert len([place for number, place, _ in hits if number == query]) == 401
    assert len({query for query, _, _ in hits}) >= 19


def test_rows_that_differ_are_told_apart_though_their_sums_are_equal() -> None:
    first, second = odd_numbers(2).tolist()
    rows = np.zeros((4, 2), np.uint64)
    rows[1:] = [mixed_back(second), mixed_back(2**64 - first)]
    opposite = np.full((1, 2), 2**64 - 1, np.uint64)
    built = Graph.build(rows)
    assert found(built.search(rows[:1], 0)) == {(0, 0, 0)}
    assert found(built.search(rows[1:2], 0)) == {(0, 1, 0), (0, 2, 0), (0, 3, 0)}
    assert len(built.search(opposite, 128)) == 4


def mixed_back(word: int) -> int:
    """Return the word that becomes ``word`` when its upper half is folded onto its lower one."""
    return word ^ (word >> 32)


def test_no_queries_find_nothing(built: Graph) -> None:
    assert len(built.search(np.empty((0, 16), np.uint64), RADIUS)) == 0


def test_queries_of_another_width_are_refused(built: Graph) -> None:
    with pytest.raises(ValueError, match="1024 bits"):
        built.search(np.zeros((1, 4), np.uint64), RADIUS)


def test_rows_come_back_as_they_were_given(built: Graph, rows: Rows) -> None:
    places = np.array([3, ROWS - 1, 3])
    assert np.array_equal(built.take(places), rows[places])


def test_what_is_opened_from_a_file_answers_the_same(
    built: Graph, queries: Rows, tmp_path: Path
) -> None:
    opened = {}
    for name, array in built.arrays().items():
        np.save(tmp_path / f"{name}.npy", array)
        opened[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    again = Graph.over(opened, 1024, ROWS)
    assert found(again.search(queries, RADIUS)) == found(built.search(queries, RADIUS))


def test_many_threads_may_ask_at_once(built: Graph, queries: Rows) -> None:
    wanted = found(built.search(queries, RADIUS))
    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda _: found(built.search(queries, RADIUS)), range(12))
    assert all(answer == wanted for answer in answers)


def test_what_is_no_graph_of_these_rows_is_refused(built: Graph) -> None:
    arrays = built.arrays()
    other = Graph.build(np.zeros((10, 16), np.uint64)).arrays()["graph"]
    for wrong in (
        {"blocks": arrays["blocks"]},
        {**arrays, "graph": arrays["graph"].view(np.int8)},
        {**arrays, "graph": np.zeros(3, np.uint8)},
        {**arrays, "graph": np.zeros(3000, np.uint8)},
        {**arrays, "graph": other},
    ):
        with pytest.raises(ValueError, match=r"graph"):
            Graph.over(wrong, 1024, ROWS)


@pytest.mark.parametrize(
    ("rows", "queries", "quicker"), [(1000, 1, True), (2_000_000, 1, False), (2_000_000, 50, True)]
)
def test_every_row_is_compared_where_that_is_no_slower(
    monkeypatch: pytest.MonkeyPatch, rows: int, queries: int, quicker: bool
) -> None:
    monkeypatch.undo()
    assert graph.scan_is_quicker(rows, queries) is quicker
