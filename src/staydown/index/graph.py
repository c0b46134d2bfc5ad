"""Approximate search in millions of long codes: a graph of near rows is walked.

Hierarchical navigable small worlds (Malkov and Yashunin, *Efficient and robust approximate nearest
neighbor search using hierarchical navigable small world graphs*, 2016), from the package usearch,
which is imported only when a graph is made or opened. The rows themselves are kept too, in blocks:
where the graph can't be sure to be complete, or is no quicker, every row is compared instead.
"""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from staydown.index.hits import Hits, Rows
from staydown.index.scan import Scan, cores, joined

if TYPE_CHECKING:
    from usearch.index import Index, Matches

#: Links of a row; rows looked at while one is put in, and while one is asked for. Measured: see
#: ``benchmarks/index_codes.py``.
_LINKS = 32
_LOOKED_AT_TO_ADD = 96
_LOOKED_AT_TO_SEARCH = 256

#: How many near rows the graph is asked for at first, and at most before all rows are compared.
_FIRST = 16
_MOST = 1024

#: What a scan takes for a row, whatever is asked, and for a query and a row; what a walk through
#: the graph takes for a query: in nanoseconds, on two cores of that of ``docs/benchmarks.md``.
_SCAN_ROW, _SCAN_PAIR, _WALK = 3.0, 0.9, 2_000_000.0


def available() -> bool:
    """Whether the package that this needs is installed (``pip install staydown[large]``)."""
    return importlib.util.find_spec("usearch") is not None


@dataclass(frozen=True)
class _Twins:
    """Which rows are equal: they are one node of the graph, or they would link to each other only.

    ``order`` holds the places of all rows, those of a node together; node k has those from
    ``starts[k]`` up to ``starts[k + 1]``.
    """

    order: NDArray[np.int64]
    starts: NDArray[np.int64]

    def places(self, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the places of all rows of some nodes, and how many each has."""
        first, last = self.starts[nodes], self.starts[nodes + 1]
        spans = [self.order[a:b] for a, b in zip(first, last, strict=True)]
        return np.concatenate([self.order[:0], *spans]), last - first


class Graph:
    """Rows of any width, of which nearly all that are near are found: not exact."""

    def __init__(self, rows: Scan, twins: _Twins, saved: NDArray[np.uint8]) -> None:
        """Open a graph that lies in ``saved`` as the package writes it; use ``build`` or ``over``.

        Raises ValueError where it is not a graph of these rows.
        """
        self._rows, self._twins, self._saved = rows, twins, saved
        self._graph = _empty(rows.bits)
        try:
            self._graph.view(saved.data)
        except (RuntimeError, ValueError) as error:
            raise ValueError("this graph can't be read") from error
        if self._graph.ndim != rows.bits or not _belong(twins, len(self._graph), len(rows)):
            raise ValueError("the graph is not of these rows")

    @classmethod
    def build(cls, rows: Rows) -> "Graph":
        """Return a segment of ``rows``, (n, words), which are copied.

        It takes minutes for millions of rows, on all cores but one: others ask meanwhile. The
        graph is written out at once and read from there: it takes half of the memory then.
        """
        twins, graph = _twins(rows), _empty(rows.shape[1] * 64)
        firsts = twins.order[twins.starts[:-1]]
        if len(firsts):
            nodes = np.arange(len(firsts), dtype=np.uint64)
            graph.add(nodes, rows[firsts].view(np.uint8), threads=max(1, cores() - 1))
        return cls(Scan.build(rows), twins, np.frombuffer(graph.save() or b"", np.uint8))

    @classmethod
    def over(cls, arrays: Mapping[str, NDArray[Any]], bits: int, count: int) -> "Graph":
        """Open what ``arrays`` gave, without copying it. Raises ValueError where it is not that.

        The graph is read as it is: hand over only what is known to be unchanged.
        """
        if set(arrays) != {"blocks", "graph", "order", "starts"}:
            raise ValueError("a graph comes with the rows that it was made of")
        rows = Scan.over({"blocks": arrays["blocks"]}, bits, count)
        twins = _Twins(np.asarray(arrays["order"]), np.asarray(arrays["starts"]))
        saved = np.asarray(arrays["graph"])
        if saved.dtype != np.uint8 or saved.ndim != 1 or not saved.flags.c_contiguous:
            raise ValueError("a graph is one run of bytes")
        return cls(rows, twins, saved)

    @property
    def bits(self) -> int:
        """The width of a row."""
        return self._rows.bits

    def __len__(self) -> int:
        return len(self._rows)

    def search(self, queries: Rows, radius: int) -> Hits:
        """Return nearly every row within ``radius`` of each query; ``queries`` (q, words).

        On all cores for a batch. Two batches wait for each other: the package locks a graph. Where
        so many queries come together that comparing every row is no slower, that is done, and
        nothing is left out. Raises ValueError for queries of another width.
        """
        if queries.ndim != 2 or queries.shape[1] * 64 != self.bits:
            raise ValueError(f"these rows have {self.bits} bits")
        if not len(queries) or not len(self) or scan_is_quicker(len(self), len(queries)):
            return self._rows.search(queries, radius)
        asked, nodes = np.ascontiguousarray(queries), len(self._twins.starts) - 1
        parts: list[Hits] = []
        left, count = list(range(len(asked))), min(_FIRST, nodes)
        while left and count <= _MOST:
            incomplete = []
            for number, found in zip(left, self._nearest(asked[left], count), strict=True):
                # All that are within the radius are there when the farthest is beyond it.
                if len(found) == count and (count == nodes or found.distances[-1] > radius):
                    parts.append(self._checked(asked[number], number, found.keys, radius))
                else:
                    incomplete.append(number)
            left, count = incomplete, _more(count, nodes)
        if left:  # a flood of near rows, or a graph in pieces: hide none
            every = self._rows.search(asked[left], radius)
            numbers = np.array(left, np.uint32)[every.query]
            parts.append(Hits(numbers, every.place, every.distance))
        return joined(parts)

    def take(self, places: NDArray[np.int64]) -> Rows:
        """Return the rows at ``places``, as they were given."""
        return self._rows.take(places)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all that a file must hold to open the segment again without building it."""
        twins = {"order": self._twins.order, "starts": self._twins.starts}
        return {**self._rows.arrays(), **twins, "graph": self._saved}

    def _nearest(self, queries: Rows, count: int) -> "list[Matches]":
        """Return keys (nodes) and distances of the nodes nearest to each query, nearest first."""
        threads = min(len(queries), cores())
        found: Any = self._graph.search(queries.view(np.uint8), count, threads=threads)
        return [found] if len(queries) == 1 else [found[i] for i in range(len(queries))]

    def _checked(self, query: Rows, number: int, keys: NDArray[Any], radius: int) -> Hits:
        """Return the rows of those nodes that are within the radius, by the rows themselves."""
        nodes = keys.astype(np.int64)
        firsts = self._twins.order[self._twins.starts[nodes]]
        distances = np.bitwise_count(self.take(firsts) ^ query).sum(axis=1, dtype=np.uint16)
        near = distances <= radius
        places, times = self._twins.places(nodes[near])
        return Hits(
            np.full(len(places), number, np.uint32), places, np.repeat(distances[near], times)
        )


def _more(count: int, nodes: int) -> int:
    """Return how many nodes to ask for next: twice as many, or all; too many after that."""
    return min(2 * count, nodes) if count < nodes else _MOST + 1


def _twins(rows: Rows) -> _Twins:
    """Return which rows are equal, by a sum of their words times odd numbers, then by themselves.

    Rows of one sum that are not equal to the first of them become nodes of their own.
    """
    sums = np.zeros(len(rows), np.uint64)
    for word, factor in enumerate(odd_numbers(rows.shape[1])):
        sums += (rows[:, word] ^ (rows[:, word] >> np.uint64(32))) * factor
    _, firsts, group = np.unique(sums, return_index=True, return_inverse=True)
    differs = np.zeros(len(rows), np.bool_)
    for word in range(rows.shape[1]):
        differs |= rows[:, word] != rows[firsts[group], word]
    group[differs] = len(firsts) + np.arange(int(differs.sum()))
    order = np.argsort(group, kind="stable")
    sizes = np.bincount(group, minlength=0)
    return _Twins(order, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))


def odd_numbers(count: int) -> NDArray[np.uint64]:
    """Return as many odd numbers, always the same."""
    drawn = np.random.default_rng(1).integers(0, 2**64, (count,), dtype=np.uint64)
    return np.bitwise_or(drawn, np.uint64(1))


def _belong(twins: _Twins, nodes: int, count: int) -> bool:
    """Return whether these are the nodes of ``count`` rows, so that no place lies outside."""
    order, starts = twins.order, twins.starts
    shapes = order.shape == (count,) and starts.shape == (nodes + 1,)
    if not shapes or order.dtype != np.int64 or starts.dtype != np.int64:
        return False
    inside = not count or (int(order.min()) >= 0 and int(order.max()) < count)
    return inside and starts[0] == 0 and starts[-1] == count and bool((np.diff(starts) > 0).all())


def scan_is_quicker(rows: int, queries: int) -> bool:
    """Return whether so many queries together are answered sooner by comparing all rows."""
    return rows * (_SCAN_ROW + _SCAN_PAIR * queries) <= _WALK * queries


def _empty(bits: int) -> "Index":
    from usearch.compiled import MetricKind, ScalarKind
    from usearch.index import Index

    return Index(
        ndim=bits,
        metric=MetricKind.Hamming,
        dtype=ScalarKind.B1,
        connectivity=_LINKS,
        expansion_add=_LOOKED_AT_TO_ADD,
        expansion_search=_LOOKED_AT_TO_SEARCH,
        enable_key_lookups=False,
    )
