"""How many edited copies of videos are found, and whether unrelated ones are.

Every judged copy is a line of a file, so that a run that was stopped goes on where it was.
"""

import io
import json
import math
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.video_edits import EDITS, Edit, apply, start_of_clip
from benchmarks.video_sources import Pixels, read
from staydown.fingerprint.copy import copy_codes
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.registry import picture_worker
from staydown.fingerprint.value import PDQ_LISTING_QUALITY, Fingerprint, View
from staydown.fingerprint.video import VideoFingerprint, fingerprint_video
from staydown.matching.video import Segment, align, find_listed, find_still
from staydown.media.worker import PictureWorker

#: The two ways to look videos up.
BY_PDQ, WITH_CODES = "PDQ", "PDQ and copy codes"

#: Stills out of every source.
STILLS = 3

STILL_OF_LISTED = "still of a listed video"
LISTED_IN_VIDEO = "listed picture in a video"

#: Seconds that a segment may lie beside the clip's place.
_BESIDE = 3.0

Listed = Mapping[Path, VideoFingerprint]


@dataclass(frozen=True, slots=True)
class Judged:
    """One copy, or one still, held against all sources.

    ``found``: in its own source, ``placed``: at the right time, ``unrelated``: how many others it
    was held against, ``wrong``: those of them that matched.
    """

    source: str
    edit: str
    method: str
    found: bool
    placed: bool
    unrelated: int
    wrong: tuple[str, ...]


@dataclass(slots=True)
class Results:
    """What was judged so far, kept in a file of JSON lines."""

    path: Path
    judged: list[Judged] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path) -> "Results":
        """Read what an earlier run has written; a line that was cut off is left out."""
        results = cls(path)
        lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
        whole = [line for line in lines if line.endswith("\n")]
        path.write_text("".join(whole), "utf-8")
        for line in whole:
            item = json.loads(line)
            results.judged.append(Judged(**{**item, "wrong": tuple(item["wrong"])}))
        return results

    def add(self, judged: Sequence[Judged]) -> None:
        """Take in, and write down, what was judged of one copy."""
        self.judged += judged
        with self.path.open("a", encoding="utf-8") as file:
            file.write("".join(f"{json.dumps(asdict(one))}\n" for one in judged))

    def has(self, source: Path, edit: str) -> bool:
        """Whether an earlier run has judged this."""
        return any(one.source == source.name and one.edit == edit for one in self.judged)


def recall(
    sources: Sequence[Path],
    model: Path | None,
    results: Results,
    edits: Sequence[Edit] = EDITS,
) -> None:
    """Edit every source in every way and look the copies up; stills as well."""
    with picture_worker(model=model) as worker, tempfile.TemporaryDirectory() as folder:
        listed = {path: fingerprint(worker, path, model, views=False) for path in sources}
        stills = {path: list(stills_of(path, listed[path].seconds, model)) for path in sources}
        for number, path in enumerate(sources):
            for edit in edits:
                if results.has(path, edit.name):
                    continue
                copy = Path(folder) / f"copy{edit.suffix}"
                apply(edit, path, listed[path].seconds, copy, number)
                query = fingerprint(worker, copy, model)
                start = start_of_clip(edit, listed[path].seconds, number)
                end = start + (edit.seconds or listed[path].seconds)
                results.add(
                    [
                        _judged(path, edit.name, method, looked, listed, (start, end))
                        for method, looked in _methods(query)
                    ]
                )
            if not results.has(path, STILL_OF_LISTED):
                copy = Path(folder) / "copy.mp4"
                apply(EDITS[0], path, listed[path].seconds, copy, number)
                upload = fingerprint(worker, copy, model)
                results.add([*_stills(path, stills, listed), *_pictures(path, stills, upload)])
            print(f"{number + 1}/{len(sources)} {path.name}", flush=True)


def fingerprint(
    worker: PictureWorker, path: Path, model: Path | None, *, views: bool = True
) -> VideoFingerprint:
    """Return the fingerprint of a file, as a bank lists it or as an upload is looked up."""
    with worker.open_path(path) as file:
        return fingerprint_video(file, model, views=views)


def _methods(query: VideoFingerprint) -> Iterator[tuple[str, VideoFingerprint]]:
    if any(frame.copy for frame in query.frames):
        yield WITH_CODES, query
    frames = tuple(replace(frame, copy=None) for frame in query.frames)
    yield BY_PDQ, replace(query, frames=frames)


def _judged(  # noqa: PLR0917
    path: Path,
    name: str,
    method: str,
    query: VideoFingerprint,
    listed: Listed,
    place: tuple[float, float],
) -> Judged:
    own = align(query, listed[path])
    wrong = [
        f"{other.name}: {_words(segments[0])}"
        for other, reference in listed.items()
        if other != path and (segments := align(query, reference))
    ]
    placed = any(
        place[0] - _BESIDE <= one.reference_start and one.reference_end <= place[1] + _BESIDE
        for one in own
    )
    return Judged(path.name, name, method, bool(own), placed, len(listed) - 1, tuple(wrong))


def _words(one: Segment) -> str:
    return f"{one.frames} frames, {one.distance}, {one.median}, {one.kind} {one.view.label}"


# --------------------------------------------------------------------------- stills


def stills_of(path: Path, seconds: float, model: Path | None) -> Iterator[tuple[Fingerprint, ...]]:
    """The fingerprints of pictures taken out of a video at any time, scaled and saved as JPEG."""
    draw = random.Random(f"stills {path.name}")
    for _ in range(STILLS):
        at = draw.uniform(0, max(0.0, seconds - 1))
        for _, pixels in islice(read(path, at, seconds), 1):
            picture = _saved(pixels, draw)
            found = pdq(picture)
            if (found.quality or 0) >= PDQ_LISTING_QUALITY:
                yield (found, *([] if model is None else copy_codes([picture], str(model))))


def _saved(pixels: Pixels, draw: random.Random) -> Pixels:
    image = Image.fromarray(pixels)
    scale = draw.uniform(0.5, 1.2)
    image = image.resize((round(image.width * scale), round(image.height * scale)))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=draw.randint(55, 85))
    with Image.open(file) as opened:
        return np.asarray(opened.convert("RGB"))


def _stills(
    path: Path, stills: Mapping[Path, Sequence[tuple[Fingerprint, ...]]], listed: Listed
) -> Iterator[Judged]:
    """Stills of this video, looked up in all listed ones."""
    for still in stills[path]:
        for method, looks in _still_methods(still):
            queries = [(one, View()) for one in looks]
            wrong = [
                f"{other.name}: {seen[0].kind} {seen[0].distance}"
                for other, reference in listed.items()
                if other != path and (seen := find_still(queries, reference))
            ]
            found = bool(find_still(queries, listed[path]))
            pairs = len(listed) - 1
            yield Judged(path.name, STILL_OF_LISTED, method, found, found, pairs, tuple(wrong))


def _pictures(
    path: Path,
    stills: Mapping[Path, Sequence[tuple[Fingerprint, ...]]],
    upload: VideoFingerprint,
) -> Iterator[Judged]:
    """All stills, as if they were listed pictures, looked up in a copy of this video."""
    for method, looks in _still_methods(stills[path][0] if stills[path] else ()):
        kinds = {one.kind for one in looks}
        pictures = [
            (other, [one for one in still if one.kind in kinds])
            for other, several in stills.items()
            for still in several
        ]
        seen = find_listed([still for _, still in pictures], upload)
        wrong = tuple(
            f"{pictures[number][0].name}: {found[0].kind} {found[0].distance}"
            for number, found in seen.items()
            if pictures[number][0] != path
        )
        own = [number in seen for number, (other, _) in enumerate(pictures) if other == path]
        pairs = len(pictures) - len(own)
        for found in own:
            yield Judged(path.name, LISTED_IN_VIDEO, method, found, found, pairs, wrong)
            pairs, wrong = 0, ()  # the others are counted once


def _still_methods(
    still: Sequence[Fingerprint],
) -> Iterator[tuple[str, Sequence[Fingerprint]]]:
    if len(still) > 1:
        yield WITH_CODES, still
    if still:
        yield BY_PDQ, still[:1]


# --------------------------------------------------------------------------- the table


def interval(found: int, tried: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not tried:
        return 0.0, 1.0
    z, share = 1.96, found / tried
    middle = share + z * z / (2 * tried)
    width = z * math.sqrt(share * (1 - share) / tried + z * z / (4 * tried * tried))
    whole = 1 + z * z / tried
    return max(0.0, (middle - width) / whole), min(1.0, (middle + width) / whole)


def table(judged: Iterable[Judged]) -> str:
    """Return the results as Markdown: a table for each method, and what was missed or wrong."""
    methods: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        methods[one.method].append(one)
    return "\n".join(
        line for method in sorted(methods) for line in _method_table(method, methods[method])
    )


def _method_table(method: str, judged: Sequence[Judged]) -> Iterator[str]:
    edits: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        edits[one.edit].append(one)
    sources = len({one.source for one in judged})
    yield f"### {method}: {sources} sources\n"
    yield "| edit | found | share | 95 % interval | at the right place |"
    yield "|---|---|---|---|---|"
    for name, of_edit in edits.items():
        yield _row(name, of_edit, f"{sum(one.placed for one in of_edit)}")
    copies = [one for one in judged if one.edit not in {STILL_OF_LISTED, LISTED_IN_VIDEO}]
    yield _row("all copies of videos", copies, f"{sum(one.placed for one in copies)}")
    wrong = [f"{one.source}: {one.edit} in {what}" for one in judged for what in one.wrong]
    pairs = sum(one.unrelated for one in judged)
    yield f"\nUnrelated pairs: {pairs:,}; matched: {len(wrong)}.\n"
    yield from (f"- wrong: {one}" for one in wrong)
    missed = Counter(f"{one.source}: {one.edit}" for one in judged if not one.found)
    yield from (f"- missed: {one} ({times})" for one, times in missed.items())
    yield ""


def _row(name: str, judged: Sequence[Judged], placed: str) -> str:
    found, tried = sum(one.found for one in judged), len(judged)
    low, high = interval(found, tried)
    share = found / max(1, tried)
    return f"| {name} | {found} of {tried} | {share:.1%} | {low:.0%}–{high:.0%} | {placed} |"
