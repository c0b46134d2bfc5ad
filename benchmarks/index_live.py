"""How fast a live index takes rows in, and what that does to who asks meanwhile.

    python -m benchmarks.index_live [--rows 10000000] [--folder DIR] [--json FILE]

256-bit rows that are drawn at random (real PDQ hashes are nearly so, see ``benchmarks.index``).
Half of the questions are near copies of rows that are in (up to 20 bits changed), half strangers;
radius 31. One thread asks and one adds, as at a desk; merging goes on beside them on whatever
cores are left. In every phase each answer about a near copy is checked: the row must be in it.

- *filled*: lots of 100,000 rows as fast as they are taken, until nothing is left to merge;
- *quiet*: questions while nothing else goes on;
- *single*: changes of one row each, half new, a quarter replaced, a quarter withdrawn;
- *merged*: questions while all parts are merged into one;
- *steady*: questions while 200,000 rows a second are added in lots of 20,000, then until what
  should be merged because of that is merged;
- *saved*, *saved again* after 1,000 changes, *opened* from the cache of the system's files.
"""

import argparse
import json
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.fingerprint import Table, machine
from staydown.index import search_methods
from staydown.index.hits import Rows
from staydown.index.store import LiveIndex

RADIUS = 31
LOT = 100_000
STEADY_LOT = 20_000
STEADY_RATE = 200_000
SINGLES = 20_000
NONE = np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles in microseconds of one phase; ``own`` are those of the thread's own time.

    What other processes and the threads that merge take of a full machine is in the first alone.
    """

    asked: int
    p50: float
    p99: float
    worst: float
    own_p50: float
    own_p99: float


#: Seconds that a question or change took, by the clock and of the thread's own time.
Took = tuple[float, float]


def latency(seconds: list[Took]) -> Latency:
    """Return the percentiles of a phase."""
    times = np.array(seconds) * 1e6
    p50, p99, worst = np.percentile(times[:, 0], [50, 99, 100]).round(1).tolist()
    own_p50, own_p99 = np.percentile(times[:, 1], [50, 99]).round(1).tolist()
    return Latency(len(times), p50, p99, worst, own_p50, own_p99)


def lots(
    count: int, size: int, first: int, rng: np.random.Generator
) -> Iterator[tuple[Rows, Rows]]:
    """Return keys and rows, ``size`` at a time; key k is always the k-th row that was drawn."""
    for start in range(first, first + count, size):
        number = min(size, first + count - start)
        keys = np.arange(start, start + number, dtype=np.uint64)
        yield keys, rng.integers(0, 2**64, (number, 4), dtype=np.uint64)


class Asker:
    """Asks one question after the other and keeps how long each took."""

    def __init__(self, index: LiveIndex, known: dict[int, bytes], seed: int) -> None:
        self._index = index
        self._known = list(known.items())
        self._rng = np.random.default_rng(seed)
        #: The most parts that a question of this phase had to look at.
        self.parts = 0

    def ask(self) -> Took:
        """Ask about a near copy or a stranger; return the seconds that took."""
        key = None
        query = self._rng.bytes(32)
        if self._rng.random() < 0.5:
            key, bits = self._known[self._rng.integers(len(self._known))]
            query = self._near(bits)
        begun, own = time.perf_counter(), time.thread_time()
        found = self._index.query(query, RADIUS)
        took = time.perf_counter() - begun, time.thread_time() - own
        assert key is None or key in [one.key for one in found], "a row was missed"
        return took

    def while_(self, going_on: Callable[[], bool]) -> list[Took]:
        """Ask as long as something goes on."""
        took, self.parts = [], 0
        while going_on():
            self.parts = max(self.parts, len(self._index._view.parts))
            took.append(self.ask())
        return took

    def _near(self, bits: bytes) -> bytes:
        changed: NDArray[np.uint8] = np.unpackbits(np.frombuffer(bits, dtype=np.uint8))
        changed[self._rng.choice(256, self._rng.integers(0, 21), replace=False)] ^= 1
        return np.packbits(changed).tobytes()


def beside(work: Callable[[], None], asker: Asker) -> tuple[float, list[Took]]:
    """Do ``work`` in a thread while asking; return how long it took and each question."""
    ended: list[float] = []
    failed: list[BaseException] = []

    def run() -> None:
        begun = time.perf_counter()
        try:
            work()
        except BaseException as error:
            failed.append(error)
        ended.append(time.perf_counter() - begun)

    thread = threading.Thread(target=run)
    thread.start()
    took = asker.while_(lambda: not ended)
    thread.join()
    if failed:
        raise failed[0]
    return ended[0], took


def measure(rows: int, folder: Path) -> dict[str, object]:
    """Run all phases once; return the figures."""
    search_methods.warm()
    rng = np.random.default_rng(4)
    index = LiveIndex.open(folder, "pdq", 256, writable=True)
    known: dict[int, bytes] = {}
    found: dict[str, object] = {"rows": rows}

    begun, own = time.perf_counter(), time.process_time()
    for keys, lot in lots(rows, LOT, 0, rng):
        index.change_rows(keys, lot, NONE)
        for place in range(0, len(keys), 997):
            known[int(keys[place])] = lot[place].tobytes()
    index.settle()
    took = time.perf_counter() - begun
    own = time.process_time() - own
    found["filled"] = {
        "seconds": round(took, 2),
        "rows a second": round(rows / took),
        "core seconds": round(own, 2),
    }

    asker = Asker(index, known, 5)
    for _ in range(500):
        asker.ask()
    quiet = [asker.ask() for _ in range(5000)]
    found["quiet"] = asdict(latency(quiet)) | {"parts": len(index._view.parts)}
    found["single"] = asdict(latency(list(_singles(index, rows, rng))))
    index.settle()

    took, asked = beside(lambda: _merge_all(index), asker)
    found["merged"] = asdict(latency(asked)) | {"seconds": round(took, 2)}

    lag: list[float] = []
    more = 10 * STEADY_RATE

    def add() -> None:
        begun = time.perf_counter()
        for number, (keys, lot) in enumerate(lots(more, STEADY_LOT, 4 * rows, rng)):
            due = begun + number * STEADY_LOT / STEADY_RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            index.change_rows(keys, lot, NONE)
        lag.append(time.perf_counter() - begun)

    _, asked = beside(add, asker)
    rate = round(more / lag[0])
    found["steady"] = asdict(latency(asked)) | {"rows a second": rate, "parts": asker.parts}
    took, asked = beside(index.settle, asker)
    if asked:
        found["steady, after"] = asdict(latency(asked)) | {"seconds": round(took, 2)}
    found |= _disk(index, folder)
    return found


def _singles(index: LiveIndex, rows: int, rng: np.random.Generator) -> Iterator[Took]:
    for number in range(SINGLES):
        # Every 997th row is asked for later: it stays.
        old = int(rng.integers(rows // 997)) * 997 + 1
        put, drop = [
            ([(2 * rows + number, rng.bytes(32))], []),
            ([(old, rng.bytes(32))], []),
            ([(3 * rows + number, rng.bytes(32))], []),
            ([], [old]),
        ][number % 4]
        begun, own = time.perf_counter(), time.thread_time()
        index.change(put=put, drop=drop)
        yield time.perf_counter() - begun, time.thread_time() - own


def _merge_all(index: LiveIndex) -> None:
    index._merge(index._claim(index._view.parts))


def _disk(index: LiveIndex, folder: Path) -> dict[str, object]:
    times = {}
    begun = time.perf_counter()
    index.save(1)
    times["saved"] = time.perf_counter() - begun
    index.change(drop=range(1, 1001))
    begun = time.perf_counter()
    index.save(2)
    times["saved again"] = time.perf_counter() - begun
    begun = time.perf_counter()
    reader = LiveIndex.open(folder, "pdq", 256, writable=False)
    reader.query(bytes(32), RADIUS)
    times["opened"] = time.perf_counter() - begun
    memory = index.memory()
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert len(reader) == len(index)
    return {
        "seconds": {name: round(took, 3) for name, took in times.items()},
        "bytes a row": {
            "memory": round(memory.total / len(index), 1),
            "disk": round(size / len(index), 1),
        },
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def report(found: dict[str, object]) -> str:
    """Return the figures as Markdown."""
    table = Table("Live index", ["phase", "figures"])
    for name, figures in found.items():
        table.rows.append([name, json.dumps(figures).strip("{}").replace('"', "")])
    return table.markdown()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, help="where to save (default: a temporary one)")
    parser.add_argument("--json", type=Path, help="where to write the figures as JSON")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        found = measure(asked.rows, Path(folder))
    print(machine())
    print(report(found))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
