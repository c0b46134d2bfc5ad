"""How fast a back catalogue is swept, with one decoder process and with several.

    python -m benchmarks.sweep --corpus CACHE [--files 500] [--processes 1,2] [--listed 100000]

``--corpus`` is the folder that ``benchmarks.corpus`` fills; its photographs are made into JPEGs of
one megapixel, as a platform would keep them. The bank lists random PDQs, and with ``--copy-codes``
random copy codes as many: nothing matches, so every file goes through the whole cascade, which is
what nearly all files do. The numbers of processes take turns over the same pieces of the list, so
that a busy machine is as busy for each. A file's processor time is that of everything: this
process and the decoders.
"""

import argparse
import itertools
import json
import os
import resource
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.corpus import Role, of_role, read_manifest
from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.model import find_model
from staydown.fingerprint.registry import picture_worker
from staydown.fingerprint.value import BITS, Fingerprint
from staydown.matching.in_memory import Known, MemoryMatcher
from staydown.matching.sweep import THREADS_A_PROCESS, Sweeper, over_threads
from staydown.matching.sweep_list import Part, Source
from staydown.media.limits import Limits

_PIXELS = 1_000_000

#: Files that one number of processes works on before the next has its turn, in parts of eight.
_PIECE, _PART = 64, 8


def pictures(cache: Path, folder: Path, files: int) -> list[bytes]:
    """Write so many one-megapixel JPEGs; where photographs run out, parts of them follow."""
    sources = of_role(read_manifest(), Role.LISTED, Role.UNLISTED)
    places = [source.place(cache) for source in sources]
    names = []
    for number in range(files):
        turn, which = divmod(number, len(places))
        with Image.open(places[which]) as opened:
            picture = opened.convert("RGB")
        edge = turn * 0.03  # a crop of its own at each turn
        width, height = picture.size
        picture = picture.crop((round(edge * width), round(edge * height), width, height))
        factor = (_PIXELS / (picture.width * picture.height)) ** 0.5
        size = (round(picture.width * factor), round(picture.height * factor))
        name = f"{number:05}.jpg"
        picture.resize(size, Image.Resampling.LANCZOS).save(folder / name, quality=85)
        names.append(name.encode())
    return names


def bank(listed: int, kinds: Sequence[Kind]) -> MemoryMatcher:
    """Return a bank of random fingerprints."""
    random = np.random.default_rng(7)
    matcher = MemoryMatcher()
    for kind in kinds:
        bits = random.bytes(listed * BITS[kind] // 8)
        size = BITS[kind] // 8
        matcher.update(
            Known(
                "bank",
                f"{kind.value} {number}",
                EntryState.LISTED,
                Fingerprint(kind, bits[number * size : (number + 1) * size], 80),
            )
            for number in range(listed)
        )
    return matcher


def measure(
    folder: Path,
    names: Sequence[bytes],
    counts: Sequence[int],
    matcher: MemoryMatcher,
    model: Path | None,
) -> dict[int, list[float]]:
    """Return the seconds of each piece of the list, for each number of processes."""
    seconds: dict[int, list[float]] = {count: [] for count in counts}
    workers = {count: picture_worker(Limits(), count, model) for count in counts}
    source = Source(os.fsencode(folder))
    try:
        for worker in workers.values():
            worker.start()
        for start in range(0, len(names), _PIECE):
            piece = names[start : start + _PIECE]
            for count, worker in workers.items():
                sweeper = Sweeper(source, worker, lambda: matcher, model=model)
                parts = [
                    Part(number, 0, tuple(piece[place : place + _PART]))
                    for number, place in enumerate(range(0, len(piece), _PART))
                ]
                threads = count * THREADS_A_PROCESS
                began = time.perf_counter()
                results = list(over_threads(parts, sweeper.part, threads, threading.Event()))
                seconds[count].append(time.perf_counter() - began)
                assert not any(result.faults or result.matched for result in results)
    finally:
        for worker in workers.values():
            worker.close()
    return seconds


def processor_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--processes", default="1,2")
    parser.add_argument("--listed", type=int, default=100_000)
    parser.add_argument("--copy-codes", action="store_true")
    given = parser.parse_args()
    counts = [int(word) for word in given.processes.split(",")]
    kinds = [Kind.PDQ, *([Kind.COPY1] if given.copy_codes else [])]
    model = find_model(None) if given.copy_codes else None
    matcher = bank(given.listed, kinds)
    with tempfile.TemporaryDirectory() as place:
        names = pictures(given.corpus, Path(place), given.files)
        before = processor_seconds()
        seconds = measure(Path(place), names, counts, matcher, model)
        used = processor_seconds() - before
    rates = {str(count): round(len(names) / sum(seconds[count]), 2) for count in counts}
    pairs = itertools.pairwise(counts)
    gains = {
        f"{more} to {fewer}": round(
            float(np.median(np.array(seconds[fewer]) / np.array(seconds[more]))), 2
        )
        for fewer, more in pairs
    }
    told = {
        "files": len(names),
        "listed": {kind.value: matcher.count(kind) for kind in kinds},
        "files_per_second": rates,
        "gain_median": gains,
        "processor_seconds_per_file": round(used / (len(names) * len(counts)), 4),
        "load": os.getloadavg(),
    }
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
