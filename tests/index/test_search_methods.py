"""Which way of searching is taken, and that a file says which one it was."""

import numpy as np
import pytest

from staydown.index import graph, search_methods

MANY = search_methods.LEAST_ROWS_IN_BUCKETS


@pytest.mark.parametrize(
    ("bits", "rows", "way"),
    [
        (256, 1, "scan"),
        (256, MANY - 1, "scan"),
        (256, MANY, "buckets"),
        (128, MANY, "buckets"),
        (1024, MANY, "scan"),
    ],
)
def test_width_and_number_of_rows_say_how_they_are_searched(bits: int, rows: int, way: str) -> None:
    table = np.random.default_rng(1).integers(0, 2**64, (rows, bits // 64), dtype=np.uint64)
    built = search_methods.build(table, bits)
    assert (search_methods.name(built), built.bits, len(built)) == (way, bits, rows)
    opened = search_methods.over(way, built.arrays(), bits, rows)
    hits = opened.search(table[-1:], 0)
    assert (hits.place.tolist(), hits.distance.tolist()) == ([rows - 1], [0])
    assert np.array_equal(opened.take(np.array([rows - 1])), table[-1:])


@pytest.mark.parametrize("there", [True, False])
def test_a_graph_is_made_of_many_long_codes_where_the_package_is_there(
    monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr(search_methods, "MOST_LONG_ROWS_SCANNED", 100)
    table = np.random.default_rng(1).integers(0, 2**64, (200, 16), dtype=np.uint64)
    built = search_methods.build(table, 1024)
    monkeypatch.setattr(graph, "available", lambda: there)
    assert search_methods.name(search_methods.build(table, 1024)) == ("graph" if there else "scan")
    if not there:
        with pytest.raises(ValueError, match=r"staydown\[large\]"):
            search_methods.over("graph", built.arrays(), 1024, 200)


@pytest.mark.parametrize("name", ["", "flat", "os"])
def test_an_unknown_way_of_searching_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="unknown way"):
        search_methods.over(name, {}, 256, 0)
