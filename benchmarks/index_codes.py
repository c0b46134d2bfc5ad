"""Long codes: a scan of all of them beside faiss, and the graph beside the scan.

    python -m benchmarks.index_codes --corpus CACHE --cache FOLDER [--sizes 100000,1000000]
        [--graph 2000000] [--peers] [--rounds 11] [--output FOLDER]

All on the same rows and queries, by turns in one process, so that whatever else the machine does
disturbs all alike. ``codes`` says what the 1,024-bit codes are: real ones of photographs and parts
of them, filled up with made ones; the queries are light edits of the photographs and, for half of a
batch, made codes of strangers. 256-bit rows are uniform. Answers are compared for equality; of the
graph the recall is told, over all pairs within the radius. Writes ``index-codes.json`` and
``index-codes.md``.
"""

import argparse
import json
import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.codes import embedded, made, rows
from staydown.index.graph import Graph
from staydown.index.hits import Hits, Rows
from staydown.index.scan import Scan, warm

#: Queries that come together: a whole picture; with its turns; with the parts seen in it.
BATCHES = (1, 7, 20)

#: Radii by width: the shipped limits to hold and to flag, and how far evidence is gathered.
RADII = {1024: (320, 380), 256: (31, 46)}

#: The radius that the graph is held to.
RADIUS = 320

#: Queries that the graph is asked, one by one and in sevens.
ASKED = 700


@dataclass(frozen=True)
class Line:
    """One measurement: medians and fastest rounds, in milliseconds for the whole batch."""

    bits: int
    count: int
    batch: int
    radius: int
    cores: int
    pairs: int
    scan: float
    scan_fastest: float
    faiss: float
    faiss_fastest: float
    ratio: float


def main() -> None:
    """Measure what was asked for and write it down."""
    given = _arguments()
    given.cache.mkdir(parents=True, exist_ok=True)
    warm()
    report: dict[str, Any] = {"scan": [], "graph": {}}
    if given.sizes:
        for bits, most in ((1024, max(given.sizes)), (256, max(given.sizes))):
            bank, queries = _bank(bits, most, given)
            for size in given.sizes:
                for line in _scans(bits, bank[:size], queries, given.rounds):
                    report["scan"].append(asdict(line))
                    print(line, flush=True)
    if given.graph:
        report["graph"] = _graph(*_bank(1024, given.graph, given), peers=given.peers)
    given.output.mkdir(parents=True, exist_ok=True)
    (given.output / "index-codes.json").write_text(json.dumps(report, indent=1) + "\n")
    (given.output / "index-codes.md").write_text(_markdown(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast long codes are searched.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--sizes", type=_sizes, default=(100_000, 1_000_000))
    parser.add_argument("--graph", type=int, default=0)
    parser.add_argument("--peers", action="store_true", help="build faiss's graphs and lists too")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--output", type=Path, default=Path())
    return parser.parse_args()


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(",") if size)


def _bank(bits: int, count: int, given: argparse.Namespace) -> tuple[Rows, Rows]:
    """Return rows to search in, in an order that mixes real and made, and queries."""
    random = np.random.default_rng(bits)
    if bits == 256:
        bank = random.integers(0, 2**64, (count, 4), dtype=np.uint64)
        return bank, _mixed(bank[random.integers(count, size=ASKED)] ^ np.uint64(255), random)
    told = embedded(given.corpus / "files", given.cache)
    real = np.concatenate([told.photos, told.parts])
    kept = given.cache / f"made-copy1-{count}.npy"
    if not kept.exists():
        np.save(kept, made(real, count, seed=count))
    bank = np.load(kept)
    bank[: len(real)] = rows(real)[:count]
    # The real ones are spread over all sizes that are measured, more of them in front.
    bank = bank[np.argsort(np.arange(count) + random.uniform(0, min(count, 90_000), count))]
    return bank, _mixed(random.permutation(rows(told.copies)), random)


def _mixed(near: Rows, random: np.random.Generator) -> Rows:
    """Return near copies and strangers by turns, ``ASKED`` of each at most."""
    near = near[:ASKED]
    strangers = random.integers(0, 2**64, near.shape, dtype=np.uint64)
    return np.stack([near, strangers], axis=1).reshape(-1, near.shape[1])


def _scans(bits: int, bank: Rows, queries: Rows, rounds: int) -> Iterator[Line]:
    ours, theirs = Scan.build(bank), faiss.IndexBinaryFlat(bits)
    theirs.add(bank.view(np.uint8))
    every = sorted(os.sched_getaffinity(0))
    for used in ([every[-1]], every) if len(every) > 1 else (every,):
        for radius in RADII[bits]:
            for batch in BATCHES:
                with _on(used):
                    yield _line(ours, theirs, queries[:batch], radius, rounds)


@contextmanager
def _on(processors: Sequence[int]) -> Iterator[None]:
    """Use some of the processor's cores only, with faiss as with ours."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, processors)
    faiss.omp_set_num_threads(len(processors))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _line(ours: Scan, theirs: Any, queries: Rows, radius: int, rounds: int) -> Line:
    asked = np.ascontiguousarray(queries).view(np.uint8)
    hits = ours.search(queries, radius)
    limits, distances, places = theirs.range_search(asked, radius + 1)
    numbers = np.repeat(np.arange(len(queries)), np.diff(limits.astype(np.int64)))
    wanted = set(
        zip(numbers.tolist(), places.tolist(), distances.astype(int).tolist(), strict=True)
    )
    assert _triples(hits) == wanted
    mine, faiss_s = _by_turns(
        rounds,
        partial(ours.search, queries, radius),
        partial(theirs.range_search, asked, radius + 1),
    )
    return Line(
        bits=ours.bits,
        count=len(ours),
        batch=len(queries),
        radius=radius,
        cores=len(os.sched_getaffinity(0)),
        pairs=len(wanted),
        scan=round(float(np.median(mine)), 3),
        scan_fastest=round(min(mine), 3),
        faiss=round(float(np.median(faiss_s)), 3),
        faiss_fastest=round(min(faiss_s), 3),
        ratio=round(float(np.median(np.array(faiss_s) / mine)), 2),
    )


def _triples(hits: Hits) -> set[tuple[int, int, int]]:
    columns = hits.query.tolist(), hits.place.tolist(), hits.distance.tolist()
    return set(zip(*columns, strict=True))


def _by_turns(rounds: int, *calls: Callable[[], Any]) -> list[list[float]]:
    """Return the milliseconds of each call in each round."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, times in zip(calls, taken, strict=True):
            times.append(_timed(call))
    return taken


def _timed(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1e3


# --------------------------------------------------------------------------- the graph


def _graph(bank: Rows, queries: Rows, *, peers: bool) -> dict[str, Any]:
    """Return what the graph finds and takes, beside the scan of the same rows."""
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    graph = Graph.build(bank)
    built = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    scan = Scan.over({"blocks": graph.arrays()["blocks"]}, 1024, len(bank))
    near = queries[::2]
    wanted = _triples(scan.search(near, RADIUS))
    got: set[tuple[int, int, int]] = set()
    times: dict[str, list[float]] = {"graph, 1": [], "scan, 1": [], "graph, 7": [], "scan, 7": []}
    for number, query in enumerate(near):
        hits: list[Hits] = []
        times["graph, 1"].append(_timed(lambda: hits.append(graph.search(query[None], RADIUS))))  # noqa: B023
        got |= {(number, place, distance) for _, place, distance in _triples(hits[0])}
    for start_at in range(0, len(queries) - 6, 7):
        seven = queries[start_at : start_at + 7]
        times["scan, 1"].append(_timed(partial(scan.search, seven[:1], RADIUS)))
        times["scan, 7"].append(_timed(partial(scan.search, seven, RADIUS)))
        times["graph, 7"].append(_timed(partial(graph.search, seven, RADIUS)))
    report = {
        "count": len(bank),
        "pairs": len(wanted),
        "recall": len(got & wanted) / len(wanted),
        "recall_by_distance": _recall_by_distance(wanted, got),
        "build_s": round(built, 1),
        "build_cpu_s": round(after.ru_utime - before.ru_utime, 1),
        "bytes_each": {name: round(a.nbytes / len(bank)) for name, a in graph.arrays().items()},
        "ms": {name: _quantiles(ms) for name, ms in times.items()},
    }
    print(json.dumps(report, indent=1), flush=True)
    if peers:
        report["peers"] = _peers(bank, near, wanted)
    return report


def _recall_by_distance(
    wanted: set[tuple[int, int, int]], got: set[tuple[int, int, int]]
) -> dict[str, str]:
    found = {}
    for low, high in ((0, 200), (200, 260), (260, 300), (300, 321)):
        part = {triple for triple in wanted if low <= triple[2] < high}
        found[f"{low} to {high - 1}"] = f"{len(part & got)} of {len(part)}"
    return found


def _quantiles(ms: list[float]) -> dict[str, float]:
    p50, p99 = np.quantile(ms, (0.5, 0.99))
    return {"p50": round(float(p50), 2), "p99": round(float(p99), 2)}


def _peers(bank: Rows, near: Rows, wanted: set[tuple[int, int, int]]) -> dict[str, Any]:
    """Return how faiss's graph and inverted lists do at some settings, one thread each."""
    told: dict[str, Any] = {}
    wide = bank.view(np.uint8)
    faiss.omp_set_num_threads(len(os.sched_getaffinity(0)))
    graph = faiss.IndexBinaryHNSW(1024, 32)
    graph.hnsw.efConstruction = 60
    built = _timed(partial(graph.add, wide))
    for width in (64, 128, 256):
        graph.hnsw.efSearch = width
        told[f"HNSW 32, {width}"] = _score(graph, near, wanted) | {"build_ms": built}
    del graph
    lists = faiss.IndexBinaryIVF(faiss.IndexBinaryFlat(1024), 1024, 4096)
    built = _timed(lambda: (lists.train(wide[:200_000]), lists.add(wide)))
    for probed in (64, 512):
        lists.nprobe = probed
        told[f"IVF 4096, {probed}"] = _score(lists, near, wanted) | {"build_ms": built}
    return told


def _score(index: Any, near: Rows, wanted: set[tuple[int, int, int]]) -> dict[str, float]:
    ms, got = [], 0
    places_wanted = {triple[:2] for triple in wanted}
    faiss.omp_set_num_threads(1)
    for number, query in enumerate(near):
        asked = query[None].view(np.uint8)
        found: list[NDArray[np.int64]] = []
        ms.append(_timed(lambda: found.append(index.search(asked, 32)[1][0])))  # noqa: B023
        got += sum((number, place) in places_wanted for place in found[0].tolist())
    return {"recall": round(got / len(wanted), 4), **_quantiles(ms)}


def _markdown(report: dict[str, Any]) -> str:
    lines = [
        "| bits | rows | queries together | radius | cores | scan, ms | faiss, ms | ratio |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {line['bits']} | {line['count']:,} | {line['batch']} | {line['radius']} "
            f"| {line['cores']} | {line['scan']:.2f} | {line['faiss']:.2f} | {line['ratio']:.1f} |"
            for line in report["scan"]
        ),
    ]
    if report["graph"]:
        lines += ["", "```json", json.dumps(report["graph"], indent=1), "```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
