"""Parts of a back catalogue against what is listed, with a real decoder process."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from staydown.base.vocabulary import GateAnswer, Kind
from staydown.fingerprint.exact import exact_of_path
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.registry import fingerprint_picture, picture_worker
from staydown.fingerprint.value import Fingerprint
from staydown.matching.in_memory import MemoryMatcher
from staydown.matching.rules import answer
from staydown.matching.sweep import PartResult, Sweeper, over_threads
from staydown.matching.sweep_list import Part, Source
from staydown.matching.sweep_source import CatalogueGone
from staydown.media.errors import DecoderUnavailable
from staydown.media.limits import Limits
from staydown.media.sequence import MOST_FRAMES
from staydown.media.worker import PictureWorker
from tests.matching.evidence import known
from tests.media.faced import BASE, DECOY, animation

SAMPLES = Path(__file__).parents[2] / "src/staydown/cli/samples"


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    """One decoder process; a picture may have 200 kB."""
    with picture_worker(Limits(file_bytes=200_000)) as running:
        yield running


def listing(*fingerprints: Fingerprint) -> MemoryMatcher:
    """A bank that lists these."""
    matcher = MemoryMatcher()
    matcher.update(known(f"e{number}", one) for number, one in enumerate(fingerprints))
    return matcher


def swept(folder: Path, worker: PictureWorker, matcher: MemoryMatcher, *names: bytes) -> PartResult:
    """What comes of one part."""
    sweeper = Sweeper(Source(os.fsencode(folder)), worker, lambda: matcher)
    return sweeper.part(Part(3, 96, names))


def test_matches_and_faults_are_told_by_their_place(tmp_path: Path, worker: PictureWorker) -> None:
    """A copy, another picture, and everything that is no picture: nothing stops the part."""
    for name in ("coffee", "moon"):
        shutil.copyfile(SAMPLES / f"{name}.jpg", tmp_path / f"{name}.jpg")
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "cut.jpg").write_bytes((SAMPLES / "moon.jpg").read_bytes()[:900])
    (tmp_path / "long.jpg").write_bytes(b"\xff\xd8\xff" + bytes(200_000))
    os.mkfifo(tmp_path / "pipe")
    coffee = fingerprint_picture((SAMPLES / "coffee.jpg").read_bytes(), worker)
    names = [b"moon.jpg", b"text.jpg", b"coffee.jpg", b"cut.jpg", b"long.jpg", b"pipe", b"gone"]
    result = swept(tmp_path, worker, listing(coffee), *names)
    assert (result.number, result.files) == (3, 7)
    (one,) = result.matched
    assert (one.place, one.reference, answer(one.findings)) == (98, "coffee.jpg", GateAnswer.HELD)
    assert result.faults == (
        (97, "not_a_picture"),
        (99, "truncated"),
        (100, "too_large"),
        (101, "not_a_file"),
        (102, "missing"),
    )


@pytest.mark.parametrize("kind", [Kind.MD5, Kind.SHA256])
@pytest.mark.parametrize("size", [1000, 300_000])
def test_a_file_of_any_sort_is_found_by_its_bytes(
    tmp_path: Path, worker: PictureWorker, kind: Kind, size: int
) -> None:
    """A video, say, and of any length, where a bank lists its MD5 or SHA-256."""
    (tmp_path / "video.mp4").write_bytes(b"v" * size)
    (tmp_path / "other.mp4").write_bytes(b"w" * size)
    same = exact_of_path(tmp_path / "video.mp4", [kind])[kind]
    result = swept(tmp_path, worker, listing(same), b"video.mp4", b"other.mp4")
    assert [(one.place, one.findings[0].evidence.kind) for one in result.matched] == [(96, kind)]
    assert [place for place, _ in result.faults] == [97]


def test_a_folder_that_went_away_is_no_folder_of_files_that_are_missing(
    tmp_path: Path, worker: PictureWorker
) -> None:
    """A mount that broke off: the files have still to be looked at when it is back."""
    names = [b"a.jpg", b"b/c.jpg"]
    (tmp_path / "other.jpg").touch()
    assert [code for _, code in swept(tmp_path, worker, listing(), *names).faults] == [
        "missing",
        "missing",
    ]
    (tmp_path / "other.jpg").unlink()
    for _ in range(2):  # the empty folder below a mount, then none
        with pytest.raises(CatalogueGone, match="--resume"):
            swept(tmp_path, worker, listing(), *names)
        if tmp_path.exists():
            tmp_path.rmdir()


def test_without_a_decoder_the_sweep_stops(tmp_path: Path) -> None:
    """The files are not to blame: they must not be counted as unreadable."""
    shutil.copyfile(SAMPLES / "moon.jpg", tmp_path / "moon.jpg")

    with (
        PictureWorker(warm=[(nowhere, {})]) as broken,
        pytest.raises(DecoderUnavailable),
    ):
        swept(tmp_path, broken, listing(), b"moon.jpg")


def nowhere() -> None:
    """What a decoder process does at its start, and fails at."""
    raise RuntimeError


# --------------------------------------------------------------------------- threads


def parts(count: int) -> Iterator[Part]:
    """So many parts."""
    return (Part(number, number, (b"x",)) for number in range(count))


def done(part: Part) -> PartResult:
    """What comes of one of them."""
    return PartResult(part.number, 1, (), ())


def run(
    count: int, function: Callable[[Part], PartResult], stop: threading.Event | None = None
) -> Iterator[PartResult]:
    """Work on them with three threads."""
    return over_threads(parts(count), function, 3, stop or threading.Event())


@pytest.mark.parametrize("count", [0, 1, 3, 50])
def test_every_part_is_worked_on_once(count: int) -> None:
    assert sorted(one.number for one in run(count, done)) == list(range(count))


def test_parts_are_taken_as_threads_are_free() -> None:
    """A list of any length is never read ahead of the work."""
    taken = 0

    def counted() -> Iterator[Part]:
        nonlocal taken
        for part in parts(1000):
            taken += 1
            yield part

    results = over_threads(counted(), done, 3, threading.Event())
    for _ in range(10):
        next(results)
    assert taken <= 10 + 2 * 3
    results.close()  # type: ignore[attr-defined]  # a generator


def test_once_told_to_stop_what_was_begun_is_finished() -> None:
    stop = threading.Event()
    results = run(1000, done, stop)
    first = next(results)
    stop.set()
    numbers = [first.number, *(one.number for one in results)]
    assert len(numbers) <= 7
    assert sorted(numbers) == list(range(len(numbers)))


def test_a_fault_of_ours_ends_the_run() -> None:
    def broken(part: Part) -> PartResult:
        if part.number == 5:
            raise DecoderUnavailable
        return done(part)

    with pytest.raises(DecoderUnavailable):
        list(run(1000, broken))


def test_other_pictures_of_a_file_are_swept_and_what_was_left_out_is_told(
    tmp_path: Path, worker: PictureWorker
) -> None:
    """A second frame is found; of a film in disguise the report says that there is more."""
    (tmp_path / "second.gif").write_bytes(animation("GIF", DECOY, BASE))
    frames = [Image.new("RGB", (8, 8), (place % 251, 0, 0)) for place in range(MOST_FRAMES + 9)]
    (tmp_path / "endless.png").write_bytes(animation("PNG", *frames, shown=20))
    matcher = listing(pdq(np.asarray(BASE)))
    result = swept(tmp_path, worker, matcher, b"second.gif", b"endless.png")
    (one,) = result.matched
    assert (one.place, one.findings[0].evidence.face.label) == (96, "frame_2")
    assert result.faults == ((97, "looked_at_in_part"),)
