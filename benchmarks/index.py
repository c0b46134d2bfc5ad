"""How fast fingerprints are found, beside the packages that others use for it, on one core.

    python -m benchmarks.index --cache DIR [--corpus CORPUS] [--sizes 100000,1000000,10000000]
        [--largest 100000000] [--radii 31,46] [--queries 200] [--rounds 5] [--output DIR]

All methods hold the same rows in one process that is bound to one core, and answer the same
queries: half of them strangers, half copies of rows with 0 to 31 bits flipped. They take turns,
round after round, each all queries one by one, so that whatever else the machine does disturbs all
alike, and none finds in the nearest cache what another has left there. Of each query the fastest
round counts: p50 and p99 are over queries. A ratio is the median, over queries, of theirs by ours.
The tail is p99 over all rounds, the slow ones too. Time is the thread's on the processor; on a
quiet machine that is time on the clock. Every answer is held against faiss' flat index: which rows
lie within the radius.

Rows are uniform, or PDQs of crops of photographs where ``--corpus`` names a filled folder of
``benchmarks.corpus``, as far as they go (see ``index_data``). DIR keeps them, and the file maps.
"""

import argparse
import gc
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from threatexchange.signal_type.pdq.pdq_faiss_matcher import PDQMultiHashIndex

from benchmarks import index_data
from benchmarks.index_data import Rows
from staydown.index.buckets import Buckets, warm

#: Beyond this many rows threatexchange's index takes minutes to fill.
_MOST_FOR_PEER = 1_000_000

#: Beyond this many rows the files would take the memory that the index needs.
_MOST_IN_FILES = 20_000_000

#: Queries that are asked together.
_BATCH = 20

#: Bytes for each row's key, which a live index holds beside a segment.
_KEY = 8

#: Seconds that this thread has had the processor: what else the machine does isn't counted, but for
#: the cache and the memory that it takes.
CLOCK = time.thread_time

#: Answers a query: which rows (a place each) lie within a radius.
Ask = Callable[[Rows, int], NDArray[np.int64]]


@dataclass(frozen=True)
class Method:
    """What is measured: its name, how many queries it is asked (all if None), and how."""

    name: str
    ask: Ask
    queries: int | None = None


@dataclass
class Figure:
    """One method on one set of rows at one radius; times in milliseconds for one query."""

    data: str
    rows: int
    radius: int
    method: str
    queries: int
    p50: float
    p99: float
    tail: float  # p99 of all rounds
    ratio: float  # how many times as long as ours
    wrong: int  # queries answered otherwise than by faiss' flat index


@dataclass
class Build:
    """One index: what it took."""

    data: str
    rows: int
    chunks: int
    seconds: float
    bytes_per_row: float
    skew: list[float]
    batch_ms: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """What is asked of all methods."""

    cache: Path
    radii: Sequence[int]
    queries: int
    rounds: int


def ours(index: Buckets) -> Ask:
    """Ask a segment of multi-index hashing."""
    return lambda query, radius: index.search(query, radius).place


def flat(rows: Rows) -> Ask:
    """Ask faiss' comparison with every row. Its radius is exclusive."""
    index = faiss.IndexBinaryFlat(rows.shape[1] * 64)
    index.add(rows.view(np.uint8))

    def ask(query: Rows, radius: int) -> NDArray[np.int64]:
        places: NDArray[np.int64] = index.range_search(query.view(np.uint8), radius + 1)[2]
        return places

    return ask


def multi_hash(rows: Rows) -> Ask:
    """Ask threatexchange's multi-index hashing, through its own interface."""
    index = PDQMultiHashIndex()
    index.add([row.tobytes().hex() for row in rows], range(len(rows)))

    def ask(query: Rows, radius: int) -> NDArray[np.int64]:
        return np.array(index.search([query.tobytes().hex()], radius, return_as_ids=True)[0])

    return ask


def opened(index: Buckets, folder: Path) -> Buckets:
    """Write a segment to files, and open them by memory map."""
    arrays = {}
    for name, array in index.arrays().items():
        path = folder / f"segment-{name}.npy"
        np.save(path, array)
        arrays[name] = np.load(path, mmap_mode="r")
        arrays[name].sum()  # all of it is in memory, as it is once a desk has been up for a while
    return Buckets.over(arrays, index.bits, len(index))


def timed(
    setting: Setting, methods: Sequence[Method], queries: Rows, radius: int
) -> dict[str, NDArray[np.float64]]:
    """Return the milliseconds of each round (first axis) for each query, by method."""
    all_times = {
        one.name: np.zeros((setting.rounds + 1, one.queries or len(queries))) for one in methods
    }
    for turn in range(setting.rounds + 1):  # the first warms up
        for method in methods if turn % 2 else reversed(methods):
            times = all_times[method.name][turn]
            for number in range(len(times)):
                query = queries[number : number + 1]
                start = CLOCK()
                method.ask(query, radius)
                times[number] = 1000 * (CLOCK() - start)
    return {name: times[1:] for name, times in all_times.items()}


def wrong(method: Method, oracle: Method, queries: Rows, radius: int) -> int:
    """Return how many queries two methods answer differently."""
    asked = queries[: min(method.queries or len(queries), oracle.queries or len(queries))]
    count = 0
    for at in range(len(asked)):
        found = np.sort(method.ask(asked[at : at + 1], radius))
        count += not np.array_equal(found, np.sort(oracle.ask(asked[at : at + 1], radius)))
    return count


def skew(index: Buckets) -> list[float]:
    """Return for each chunk how many rows share a row's number, beside evenly spread ones."""
    starts, found, first = index.arrays()["starts"], [], 0
    for width in index.widths:
        held = np.diff(starts[first : first + (1 << width) + 1]).astype(np.float64)
        first += (1 << width) + 1
        others = (held * (held - 1)).sum() / len(index)
        found.append(round(float(others / ((len(index) - 1) / 2**width)), 2))
    return found


def measured(
    setting: Setting, data: str, rows: Rows, strangers: Rows
) -> tuple[Build, list[Figure]]:
    """Build all indexes over ``rows`` and hold them against each other."""
    queries = mixed(rows, strangers, setting.queries)
    start = CLOCK()
    index = Buckets.build(rows)
    seconds = CLOCK() - start
    size = sum(array.nbytes for array in index.arrays().values()) / len(rows) + _KEY
    build = Build(data, len(rows), index.chunks, seconds, size, skew(index))
    fewer = 20 if len(rows) > _MOST_IN_FILES else 60
    methods = [
        Method("staydown", ours(index)),
        Method("faiss flat", flat(rows), min(fewer, setting.queries)),
    ]
    if len(rows) <= _MOST_IN_FILES:
        methods.append(Method("staydown, file map", ours(opened(index, setting.cache))))
    if len(rows) <= _MOST_FOR_PEER:
        methods.append(Method("threatexchange multi-hash", multi_hash(rows)))
    figures: list[Figure] = []
    for radius in setting.radii:
        figures += _figures(setting, build, methods, queries, radius)
        build.batch_ms[radius] = batch(index, queries, radius, setting.rounds)
    return build, figures


def _figures(
    setting: Setting, build: Build, methods: Sequence[Method], queries: Rows, radius: int
) -> Iterator[Figure]:
    times = timed(setting, methods, queries, radius)
    own = times["staydown"].min(axis=0)
    for method in methods:
        taken = times[method.name].min(axis=0)
        yield Figure(
            build.data,
            build.rows,
            radius,
            method.name,
            len(taken),
            float(np.median(taken)),
            float(np.percentile(taken, 99)),
            float(np.percentile(times[method.name], 99)),
            float(np.median(taken / own[: len(taken)])),
            wrong(method, methods[1], queries, radius),
        )


def batch(index: Buckets, queries: Rows, radius: int, rounds: int) -> float:
    """Return the milliseconds for one query when they are asked together."""
    best = []
    for at in range(0, len(queries) - _BATCH + 1, _BATCH):
        together, times = queries[at : at + _BATCH], []
        for _ in range(rounds):
            start = CLOCK()
            index.search(together, radius)
            times.append(1000 * (CLOCK() - start) / _BATCH)
        best.append(min(times))
    return float(np.median(best))


def mixed(rows: Rows, strangers: Rows, count: int) -> Rows:
    """Return strangers and near copies of rows, by turns."""
    random = np.random.default_rng(5)
    copies = index_data.near(rows[random.integers(0, len(rows), count)], 31, 6)
    apart = strangers[random.integers(0, len(strangers), count)]
    choice = np.arange(count)[:, None] % 2 == 0
    return np.ascontiguousarray(np.where(choice, apart, copies))


def sets(given: argparse.Namespace) -> Iterator[tuple[str, Rows, Rows]]:
    """Yield a name, the rows and the strangers of each set of data, made when it is needed."""
    sizes = [int(size) for size in given.sizes.split(",") if size]
    for size in [*sizes, *([given.largest] if given.largest else [])]:
        yield "uniform", index_data.uniform(size, 1), index_data.uniform(2000, 2)
    if given.corpus:
        rows, strangers = index_data.real(given.cache, given.corpus, given.crops)
        for size in [*(size for size in sizes if size < len(rows)), len(rows)]:
            yield "real", rows[:size].copy(), strangers


def growth(figures: Sequence[Figure]) -> list[tuple[str, int, int, int, float]]:
    """Return data, radius, two sizes, and x where our time rises like (number of rows) ** x."""
    found = []
    ours_only = [one for one in figures if one.method == "staydown"]
    for data, radius in sorted({(one.data, one.radius) for one in ours_only}):
        line = [one for one in ours_only if (one.data, one.radius) == (data, radius)]
        pairs = [*pairwise(line), (line[0], line[-1])] if len(line) > 2 else list(pairwise(line))
        for less, more in pairs:
            rise = log(more.p50 / less.p50) / log(more.rows / less.rows)
            found.append((data, radius, less.rows, more.rows, round(rise, 2)))
    return found


def markdown(builds: Sequence[Build], figures: Sequence[Figure]) -> str:
    """Return the tables."""
    lines = ["### Time for a query, one core", ""]
    lines += [
        "| data | rows | radius | method | queries | p50, ms | p99, ms | tail, ms | ratio | wrong |"
    ]
    lines += ["|---|---|---|---|---|---|---|---|---|---|"]
    for one in figures:
        lines.append(
            f"| {one.data} | {one.rows:,} | {one.radius} | {one.method} | {one.queries} "
            f"| {one.p50:.3f} | {one.p99:.3f} | {one.tail:.3f} | {one.ratio:.1f} × | {one.wrong} |"
        )
    lines += ["", "### What the index takes", ""]
    lines += ["| data | rows | chunks | build, s | rows/s | bytes/row | skew | batch, ms/query |"]
    lines += ["|---|---|---|---|---|---|---|---|"]
    for build in builds:
        together = ", ".join(f"r {radius}: {ms:.3f}" for radius, ms in build.batch_ms.items())
        lines.append(
            f"| {build.data} | {build.rows:,} | {build.chunks} | {build.seconds:.2f} "
            f"| {build.rows / build.seconds:,.0f} | {build.bytes_per_row:.0f} "
            f"| {min(build.skew):.2f} to {max(build.skew):.2f} | {together} |"
        )
    lines += ["", "### Growth: time rises like rows to the power of", ""]
    lines += ["| data | radius | from | to | power |", "|---|---|---|---|---|"]
    lines += [f"| {d} | {r} | {a:,} | {b:,} | {x} |" for d, r, a, b, x in growth(figures)]
    return "\n".join(lines) + "\n"


def machine() -> dict[str, str]:
    """Return what the figures were measured on and with."""
    cpu = Path("/proc/cpuinfo")
    text = cpu.read_text() if cpu.exists() else ""
    models = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    return {
        "processor": models[0] if models else platform.processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "numba", "faiss-cpu", "threatexchange")},
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, help="photographs, for real fingerprints")
    parser.add_argument("--crops", type=int, default=250_000, help="eight fingerprints each")
    parser.add_argument("--sizes", default="100000,1000000,10000000")
    parser.add_argument("--largest", type=int, default=0, help="uniform only: 160 bytes each")
    parser.add_argument("--radii", default="31,46")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--output", type=Path, help="a folder for index.json and index.md")
    return parser.parse_args()


def main() -> None:
    """Measure; print Markdown, and write it with the JSON where that is asked for."""
    given = _arguments()
    given.cache.mkdir(parents=True, exist_ok=True)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {given.core})
    faiss.omp_set_num_threads(1)
    warm()
    radii = [int(radius) for radius in given.radii.split(",")]
    setting = Setting(given.cache, radii, given.queries, given.rounds)
    builds: list[Build] = []
    figures: list[Figure] = []
    run = partial(measured, setting)
    for data in sets(given):
        print(f"{data[0]}, {len(data[1]):,} rows", file=sys.stderr, flush=True)
        build, some = run(*data)
        builds.append(build)
        figures += some
        gc.collect()
    facts: dict[str, Any] = machine()
    text = f"{', '.join(f'{key} {value}' for key, value in facts.items())}\n\n"
    text += markdown(builds, figures)
    print(text)
    if given.output:
        answer = {"machine": facts, "builds": builds, "figures": figures}
        given.output.mkdir(parents=True, exist_ok=True)
        (given.output / "index.md").write_text(text)
        (given.output / "index.json").write_text(json.dumps(answer, default=asdict, indent=1))


if __name__ == "__main__":
    main()
