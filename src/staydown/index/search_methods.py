"""Which way of searching for which width and number of rows."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from staydown.index import buckets, graph, scan
from staydown.index.buckets import Buckets
from staydown.index.graph import Graph
from staydown.index.hits import Rows, Segment
from staydown.index.scan import Scan

#: Beyond so many bits, with the radii that such codes are asked for, tables narrow nothing down.
MOST_BITS_IN_BUCKETS = 256

#: From so many rows on tables are quicker than a scan. Measured: see ``benchmarks/index_live.py``.
LEAST_ROWS_IN_BUCKETS = 32_768

#: Beyond so many long rows most of them can be left out, where the package for it is installed.
MOST_LONG_ROWS_SCANNED = 2_000_000

_WAYS: dict[str, type[Buckets] | type[Scan] | type[Graph]] = {
    "buckets": Buckets,
    "scan": Scan,
    "graph": Graph,
}


def build(rows: Rows, bits: int) -> Segment:
    """Return ``rows`` (n, words), ready to be searched."""
    if bits <= MOST_BITS_IN_BUCKETS:
        return (Buckets if len(rows) >= LEAST_ROWS_IN_BUCKETS else Scan).build(rows)
    if len(rows) > MOST_LONG_ROWS_SCANNED and graph.available():
        return Graph.build(rows)
    return Scan.build(rows)


def name(segment: Segment) -> str:
    """Return the name under which a file says how its rows are searched."""
    return next(name for name, way in _WAYS.items() if type(segment) is way)


def over(name: str, arrays: Mapping[str, NDArray[Any]], bits: int, count: int) -> Segment:
    """Return the segment that ``arrays`` were taken from, without building it again.

    Raises ValueError when they can't be such arrays, or when what searches them isn't installed.
    """
    if name not in _WAYS:
        raise ValueError("its rows are kept in an unknown way")
    if name == "graph" and not graph.available():
        raise ValueError("it needs the extra staydown[large]")
    return _WAYS[name].over(arrays, bits, count)


def warm() -> None:
    """Compile what a search needs, or fetch it from disk, so that no caller waits for that."""
    buckets.warm()
    scan.warm()
