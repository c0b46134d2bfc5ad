"""Videos: how many edited copies are found, how many unrelated ones are, and how fast.

    python -m benchmarks.video recall --photos FOLDER --cache FOLDER [--wheels FOLDER]
        [--sources 40] [--model FILE] [--json FILE]
    python -m benchmarks.video speed FILE...

``recall`` builds the source videos out of photographs (each photograph in one video only), lists
their fingerprints, edits each of them in every way of ``video_edits`` and looks the copies up.
Every copy is also held against all other sources: those pairs are the unrelated ones. ``speed``
measures this program, and the ``vpdq`` package where it can be imported, in processor seconds of
one process.
"""

import argparse
import importlib
import json
import math
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av

from benchmarks.video_edits import EDITS, Edit, apply, start_of_clip
from benchmarks.video_sources import build
from staydown.fingerprint.value import View
from staydown.fingerprint.video import VideoFingerprint, fingerprint_video
from staydown.fingerprint.video_look import video_look
from staydown.matching.video import align, find_pictures, find_still
from staydown.media.worker import PictureWorker


@dataclass(slots=True)
class Score:
    """Of one edit: how many copies there were, were found, and were found at the right place."""

    tried: int = 0
    found: int = 0
    placed: int = 0


@dataclass(slots=True)
class Result:
    """What was measured."""

    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    unrelated: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def interval(found: int, tried: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not tried:
        return 0.0, 1.0
    z, share = 1.96, found / tried
    middle = share + z * z / (2 * tried)
    width = z * math.sqrt(share * (1 - share) / tried + z * z / (4 * tried * tried))
    return (middle - width) / (1 + z * z / tried), (middle + width) / (1 + z * z / tried)


def recall(sources: list[Path], model: Path | None, edits: tuple[Edit, ...] = EDITS) -> Result:
    """Edit every source in every way and look the copies up."""
    result = Result()
    with PictureWorker() as worker, tempfile.TemporaryDirectory() as folder:
        listed = {path: _listed(worker, path, model) for path in sources}
        for number, path in enumerate(sources):
            for edit in edits:
                copy = Path(folder) / f"copy{edit.suffix}"
                apply(edit, path, listed[path].seconds, copy, number)
                with worker.open_path(copy) as file:
                    query = fingerprint_video(file, model)
                _judge(result, edit, number, query, path, listed)
            _stills(result, path, listed)
            print(f"{number + 1}/{len(sources)} {path.name}", flush=True)
    return result


def _listed(worker: PictureWorker, path: Path, model: Path | None) -> VideoFingerprint:
    with worker.open_path(path) as file:
        return fingerprint_video(file, model, views=False)


def _judge(  # noqa: PLR0917
    result: Result,
    edit: Edit,
    number: int,
    query: VideoFingerprint,
    path: Path,
    listed: dict[Path, VideoFingerprint],
) -> None:
    score = result.scores[edit.name]
    score.tried += 1
    start = start_of_clip(edit, listed[path].seconds, number)
    end = start + (edit.seconds or listed[path].seconds)
    for other, reference in listed.items():
        segments = align(query, reference)
        if other == path:
            score.found += bool(segments)
            score.placed += any(
                start - 3 <= one.reference_start and one.reference_end <= end + 3
                for one in segments
            )
            if not segments:
                result.missed.append(f"{path.name}: {edit.name}")
            continue
        result.unrelated += 1
        if segments:
            best = segments[0]
            result.wrong.append(
                f"{path.name}: {edit.name} in {other.name}: {best.frames} frames, "
                f"{best.distance}, {best.median}, {best.kind} {best.view.label}"
            )


def _stills(result: Result, path: Path, listed: dict[Path, VideoFingerprint]) -> None:
    """Stills of the listed video, and of others, looked up in it; and the other way round."""
    draw = random.Random(path.name)
    own = listed[path]
    for frame in draw.sample(own.frames, min(3, len(own.frames))):
        if (frame.pdq.quality or 0) < 50:
            continue
        for other, reference in listed.items():
            seen = find_still([(frame.pdq, View())], reference)
            inside = find_pictures([frame.pdq], reference)
            if other == path:
                score = result.scores["still of a listed video"]
                score.tried, score.found = score.tried + 1, score.found + bool(seen)
                score = result.scores["listed picture in a video"]
                score.tried, score.found = score.tried + 1, score.found + bool(inside)
            elif seen or inside:
                result.wrong.append(f"{path.name}: still in {other.name}")


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


def _report(result: Result) -> str:
    lines = [
        "| edit | found | share | 95 % interval | at the right place |",
        "|---|---|---|---|---|",
    ]
    for name, score in result.scores.items():
        low, high = interval(score.found, score.tried)
        lines.append(
            f"| {name} | {score.found} of {score.tried} | {score.found / score.tried:.1%} "
            f"| {low:.0%}–{high:.0%} | {score.placed} |"
        )
    tried = sum(score.tried for score in result.scores.values())
    found = sum(score.found for score in result.scores.values())
    lines += ["", f"All: {found} of {tried}, {found / max(1, tried):.1%}."]
    lines += [f"Unrelated pairs: {result.unrelated}, matched: {len(result.wrong)}."]
    return "\n".join([*lines, *(f"missed: {one}" for one in result.missed), *result.wrong])


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    commands = parser.add_subparsers(dest="command", required=True)
    recalling = commands.add_parser("recall")
    for name in ("--photos", "--cache"):
        recalling.add_argument(name, type=Path, required=True)
    for name in ("--wheels", "--model", "--json"):
        recalling.add_argument(name, type=Path)
    recalling.add_argument("--sources", type=int, default=40)
    commands.add_parser("speed").add_argument("files", type=Path, nargs="+")
    given = parser.parse_args()
    if given.command == "speed":
        for path in given.files:
            with av.open(str(path)) as container:
                length = (container.duration or 0) / 1e6
            for name, spent, frames in speed(path):
                print(
                    f"{path.name}: {name}: {spent:.2f} s, {length / spent:.0f} × real time, "
                    f"{frames} frames"
                )
        return
    result = recall(build(given.photos, given.cache, given.sources, given.wheels), given.model)
    print(_report(result))
    if given.json:
        scores = {name: [s.found, s.tried, s.placed] for name, s in result.scores.items()}
        given.json.write_text(
            json.dumps({"scores": scores, "unrelated": result.unrelated, "wrong": result.wrong})
        )


if __name__ == "__main__":
    main()
