"""Exact search by multi-index hashing: see ``plan`` for why nothing is missed."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from staydown.index import bucket_build, bucket_search, plan
from staydown.index.hits import Hits, Rows

#: A search that would look into more buckets scans all rows instead, for the list of those to look
#: into is kept.
_MOST_BUCKETS = 2_000_000

#: Steps, flips and allowance, as ``bucket_search.search`` takes them.
_Steps = tuple[NDArray[np.int64], NDArray[np.uint32], int]


class Buckets:
    """Rows of one width that never change, and for each chunk of their bits a table of buckets.

    Searched by many threads at once. A search never costs much more than twice a scan of all rows,
    whatever the rows and the radius are.
    """

    def __init__(self, rows: Rows, starts: NDArray[np.uint32], places: NDArray[np.uint32]) -> None:
        self._rows = _fixed(rows)
        self._tables = (self._rows, _fixed(starts), _fixed(places))
        self.bits = rows.shape[1] * 64
        self._widths = plan.widths(self.bits, len(places))

    @classmethod
    def build(cls, rows: Rows, *, chunks: int | None = None) -> "Buckets":
        """Sort ``rows`` (n, words) into buckets; the array is kept, not copied.

        ``chunks`` says into how many the bits are split, by default as suits the number of rows.
        Raises ValueError for 2 ** 32 rows or more.
        """
        rows = np.ascontiguousarray(rows, dtype=np.uint64)
        bits = rows.shape[1] * 64
        if len(rows) >= 1 << 32:
            raise ValueError("a segment holds fewer than 2 ** 32 rows")
        of = plan.widths(bits, chunks or plan.chunk_count(len(rows), bits))
        starts = np.zeros(_entries(of), np.uint32)
        places = np.zeros((len(of), len(rows)), np.uint32)
        for chunk, (offset, width, first) in enumerate(_layout(of)):
            table = starts[first : first + (1 << width) + 1]
            bucket_build.fill(_fixed(rows), offset, width, table, places[chunk])
        return cls(rows, starts, places)

    @classmethod
    def over(cls, arrays: Mapping[str, NDArray[Any]], bits: int, count: int) -> "Buckets":
        """Open what ``arrays`` gave, without building or reading it all.

        Raises ValueError unless shapes and types are those of ``count`` rows of ``bits``. What is
        in the tables isn't checked: if it is wrong, so are the answers, and nothing worse.
        """
        rows, starts, places = _checked(arrays, bits, count)
        return cls(rows, starts, places)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def chunks(self) -> int:
        """Into how many chunks the bits are split."""
        return len(self._widths)

    @property
    def widths(self) -> tuple[int, ...]:
        """The chunks' widths in bits."""
        return self._widths

    def search(self, queries: Rows, radius: int) -> Hits:
        """Return every row within ``radius`` ≥ 0 (inclusive) of each query; ``queries`` (q, words).

        Raises ValueError for queries of another width or type, or a negative radius.
        """
        if queries.ndim != 2 or queries.shape[1] * 64 != self.bits or queries.dtype != np.uint64:
            raise ValueError(f"queries must be rows of {self.bits} bits")
        if radius < 0:
            raise ValueError("the radius must not be negative")
        queries = _fixed(np.ascontiguousarray(queries))
        steps, flips, allowance = _steps(self._widths, len(self), min(radius, self.bits))
        if not len(steps):
            return Hits(*bucket_search.scan(self._rows, queries, radius))
        found, answered = bucket_search.search(
            self._tables, queries, radius, steps, flips, allowance
        )
        if answered.all():
            return Hits(*found)
        left = np.flatnonzero(~answered)
        scanned = bucket_search.scan(self._rows, _fixed(queries[left]), radius)
        return Hits(
            np.concatenate([found[0], left[scanned[0]].astype(np.uint32)]),
            np.concatenate([found[1], scanned[1]]),
            np.concatenate([found[2], scanned[2]]),
        )

    def take(self, places: NDArray[np.int64]) -> Rows:
        """Return the rows at ``places``, as they were given."""
        return self._rows[places]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all that a file must hold to open the segment again without building it."""
        return dict(zip(("rows", "starts", "places"), self._tables, strict=True))


def warm() -> None:
    """Load the machine code, so that no query waits for it."""
    # As many rows as make looking into one bucket cheaper than a scan.
    rows = np.zeros((64, 4), np.uint64)
    built = Buckets.build(rows)
    built.search(rows[:1], 0)
    built.search(rows[:1], built.bits)


def _fixed(array: NDArray[Any]) -> NDArray[Any]:
    """A view that can't be written to: kernels are compiled once, for these and for file maps."""
    view = array.view(np.ndarray)
    view.flags.writeable = False
    return view


def _entries(of: tuple[int, ...]) -> int:
    return sum((1 << width) + 1 for width in of)


def _layout(of: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Offset and width of each chunk in bits, and where its table begins among all of them."""
    offsets = accumulate(of, initial=0)
    tables = accumulate(((1 << width) + 1 for width in of), initial=0)
    return list(zip(offsets, of, tables, strict=False))  # both have one more: the end


def _checked(
    arrays: Mapping[str, NDArray[Any]], bits: int, count: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    if set(arrays) != {"rows", "starts", "places"}:
        raise ValueError("a segment of buckets has rows, starts and places")
    rows, starts, places = arrays["rows"], arrays["starts"], arrays["places"]
    if rows.dtype != np.uint64 or starts.dtype != np.uint32 or places.dtype != np.uint32:
        raise ValueError("the arrays are of another type")
    if bits % 64 or rows.shape != (count, bits // 64) or places.ndim != 2:
        raise ValueError(f"the arrays aren't those of {count} rows of {bits} bits")
    of = plan.widths(bits, len(places))
    if places.shape[1] != count or starts.shape != (_entries(of),):
        raise ValueError("the tables are of another size than the rows")
    if not all(one.flags.c_contiguous and one.flags.aligned for one in (rows, starts, places)):
        raise ValueError("the arrays must be C-contiguous and aligned")
    return rows, starts, places


@lru_cache(maxsize=64)
def _steps(of: tuple[int, ...], count: int, radius: int) -> _Steps:
    """Return the cheapest way to search ``count`` rows; without steps where that is a scan."""
    cheapest = plan.plan(of, count, radius)
    if cheapest.cost > count or cheapest.buckets > _MOST_BUCKETS:
        cheapest = plan.Plan((), 0, count)
    return (*laid_out(cheapest, of), plan.allowance(count, cheapest))


def laid_out(made: plan.Plan, of: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return the steps in the form of ``bucket_search.Steps``, and the flips they speak of."""
    layout = _layout(of)
    parts: dict[tuple[int, int], NDArray[np.uint32]] = {}
    for step in made.steps:
        parts[of[step.chunk], step.radius] = _flips(of[step.chunk], step.radius)
    ends = accumulate(len(part) for part in parts.values())
    spans = {kind: (end - len(parts[kind]), end) for kind, end in zip(parts, ends, strict=True)}
    lines = [
        (step.chunk, step.radius, *layout[step.chunk], *spans[of[step.chunk], step.radius])
        for step in made.steps
    ]
    flips = np.concatenate([np.zeros(0, np.uint32), *parts.values()])
    return np.array(lines, np.int64).reshape(-1, 7), flips


def _flips(width: int, radius: int) -> NDArray[np.uint32]:
    """All numbers of ``width`` bits with at most ``radius`` ones, ascending.

    In this order, buckets that lie beside each other in memory are looked at one after another.
    """
    # Of the bits so far, for each number of ones; the whole is asked for again with each new part.
    within = [np.zeros(1, np.uint32)] * (radius + 1)
    for bit in range(width):
        one = np.uint32(1 << bit)
        more = [np.concatenate([same, fewer | one]) for fewer, same in pairwise(within)]
        within = [within[0], *more]
    return within[radius]
