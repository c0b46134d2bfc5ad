"""Videos: how many edited copies are found, how many unrelated ones are, and how fast.

    python -m benchmarks.video recall --corpus FOLDER --cache FOLDER [--sources 44]
        [--model FILE] [--results FILE]
    python -m benchmarks.video speed FILE...

``recall`` builds the source videos out of the photographs of ``benchmarks.corpus`` (each in one
video only) and sample clips, both fetched where they are missing, lists their fingerprints, edits
each of them in every way of ``video_edits`` and looks the copies up. Every copy is also held
against all other sources: those pairs are the unrelated ones. What was judged goes to RESULTS
(``CACHE/results.jsonl``) line by line; a run that was stopped goes on there. ``speed`` measures
this program, and the ``vpdq`` package where it can be imported, in processor seconds of one
process.
"""

import argparse
import importlib
import math
import time
from collections.abc import Iterator
from pathlib import Path

import av

from benchmarks.video_recall import Results, recall, table
from benchmarks.video_sources import build
from staydown.fingerprint.video_tasks import video_look


def speed(path: Path, repeats: int = 3) -> Iterator[tuple[str, float, int]]:
    """Processor seconds (the least of some runs) and frames, of this program and its peer."""

    def ours() -> int:
        frames, part = 0, 0
        with path.open("rb") as file:
            while True:
                answer = video_look(file, model=None, views=False, part=part)
                if not isinstance(answer, dict) or not isinstance(answer["frames"], list):
                    raise TypeError
                frames, part = frames + len(answer["frames"]), part + 1
                if answer["last"]:
                    return frames

    ways = {"staydown": ours}
    try:
        peer = importlib.import_module("vpdq")
        ways["vpdq"] = lambda: len(peer.computeHash(str(path), seconds_per_hash=1))
    except ImportError:
        pass
    ours()  # loads the machine code
    least: dict[str, tuple[float, int]] = {}
    for _ in range(repeats):
        for name, way in ways.items():
            before = time.process_time()
            frames = way()
            spent = time.process_time() - before
            least[name] = min(least.get(name, (math.inf, 0)), (spent, frames))
    for name, (spent, frames) in least.items():
        yield name, spent, frames


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    commands = parser.add_subparsers(dest="command", required=True)
    recalling = commands.add_parser("recall")
    for name in ("--corpus", "--cache"):
        recalling.add_argument(name, type=Path, required=True)
    for name in ("--model", "--results"):
        recalling.add_argument(name, type=Path)
    recalling.add_argument("--sources", type=int, default=44)
    commands.add_parser("speed").add_argument("files", type=Path, nargs="+")
    return parser.parse_args()


def main() -> None:
    """Run from the command line."""
    given = _arguments()
    if given.command == "recall":
        sources = build(given.corpus, given.cache, given.sources)
        results = Results.load(given.results or given.cache / "results.jsonl")
        recall(sources, given.model, results)
        print(table(results.judged))
        return
    for path in given.files:
        with av.open(str(path)) as container:
            length = (container.duration or 0) / 1e6
        for name, spent, frames in speed(path):
            print(
                f"{path.name}: {name}: {spent:.2f} s, {length / spent:.0f} × real time, "
                f"{frames} frames"
            )


if __name__ == "__main__":
    main()
