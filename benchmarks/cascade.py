"""How long one upload takes from its bytes to the answer, and a folder from end to end.

    python -m benchmarks.cascade --corpus CACHE [--pictures 40] [--rounds 5] [--skip-folder]

``--corpus`` is the folder that ``benchmarks.corpus`` fills. Everything runs on one core: this
process and its decoder are held to it. The bank lists as many pictures as there are photographs,
PDQ and copy code, none of them the uploads': so every upload goes through the whole cascade, which
is what nearly all uploads do. A figure is a percentile over all pictures and rounds.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from threatexchange.signal_type.pdq.signal import PdqSignal

from benchmarks.corpus import Role, Source, of_role, read_manifest
from benchmarks.edits import EDITS
from benchmarks.edits.kit import load
from benchmarks.fingerprint import Table, machine
from benchmarks.recall.queries import props_of
from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.model import CopyUnavailable, find_model
from staydown.fingerprint.registry import fingerprint_kinds, picture_worker
from staydown.matching.cascade import examine
from staydown.matching.in_memory import Known, MemoryMatcher
from staydown.media.form import Form
from staydown.media.worker import PictureWorker

PIXELS = 1_000_000
SCREENSHOTS = ("phone_gallery", "phone_feed", "phone_chat")

#: Files of the folder that is hashed as a whole.
FOLDER_FILES = 400


def one_megapixel(picture: Image.Image) -> bytes:
    """Return the picture as a JPEG of one megapixel, its proportions kept."""
    factor = (PIXELS / (picture.width * picture.height)) ** 0.5
    size = (round(picture.width * factor), round(picture.height * factor))
    buffer = io.BytesIO()
    picture.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def screenshots(sources: Sequence[Source], cache: Path) -> list[bytes]:
    """Return one-megapixel screenshots of the photographs, as the recall benchmark draws them."""
    props = props_of(read_manifest(), cache)
    edits = [edit for edit in EDITS if edit.name in SCREENSHOTS]
    made = []
    for number, source in enumerate(sources):
        edit = edits[number % len(edits)]
        shot = edit.apply(load(source.place(cache), 1600), f"cascade/{number}", props)
        with Image.open(io.BytesIO(shot)) as image:
            made.append(one_megapixel(image))
    return made


def bank_of(
    sources: Sequence[Source], cache: Path, worker: PictureWorker, model: Path | None
) -> MemoryMatcher:
    """Return a matcher with PDQ and copy code of pictures that are not uploaded."""
    matcher = MemoryMatcher()
    kinds = (Kind.PDQ,) if model is None else (Kind.PDQ, Kind.COPY1)
    for number, source in enumerate(sources):
        data = one_megapixel(load(source.place(cache), 1600))
        made = fingerprint_kinds(data, worker, kinds, model=model)
        matcher.update(
            Known("bank", f"{number} {one.kind}", EntryState.LISTED, one, str(number))
            for one in made
        )
    return matcher


def timed(
    uploads: Sequence[bytes],
    worker: PictureWorker,
    matcher: MemoryMatcher,
    model: Path | None,
    rounds: int,
) -> list[float]:
    """Return the milliseconds of every upload in every round."""
    taken = []
    for _ in range(rounds):
        for data in uploads:
            start = time.perf_counter()
            with worker.open(data, Form.QUICK_COLOUR) as file:
                examine(file, matcher, model=model)
            taken.append(1000 * (time.perf_counter() - start))
    return taken


def cascade(cache: Path, pictures: int, rounds: int, model: Path | None) -> Table:
    """Upload to answer, one core, nothing found."""
    packages = read_manifest()
    listed = of_role(packages, Role.LISTED)
    strangers = [one for one in of_role(packages, Role.UNLISTED) if not one.scene][:pictures]
    plain = [one_megapixel(load(one.place(cache), 4096)) for one in strangers]
    shots = screenshots(strangers, cache)
    table = Table(
        f"Upload of 1 MP to answer, one core, {len(listed)} pictures listed, none alike",
        ["upload", "uploads × rounds", "copy code", "p50, ms", "p90, ms", "p99, ms"],
    )
    with picture_worker(model=model) as worker:
        matcher = bank_of(listed, cache, worker, model)
        for name, uploads in (("photograph", plain), ("screenshot", shots)):
            for used in dict.fromkeys((model, None)):
                timed(uploads[:3], worker, matcher, used, 1)
                taken = timed(uploads, worker, matcher, used, rounds)
                shares = [f"{np.percentile(taken, share):.0f}" for share in (50, 90, 99)]
                yes = "no" if used is None else "yes"
                table.rows.append([name, f"{len(uploads)} × {rounds}", yes, *shares])
    return table


def folder(cache: Path) -> Table:
    """``staydown hash --recursive`` on all cores, beside a loop over the peer's function on one."""
    strangers = of_role(read_manifest(), Role.UNLISTED)
    table = Table(
        f"A folder of {FOLDER_FILES} JPEGs of 1 MP to PDQ",
        ["program", "seconds", "files a second"],
    )
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for number in range(FOLDER_FILES):
            source = strangers[number % len(strangers)]
            target = place / f"{number % 20:02}" / f"{number:04}.jpg"
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(one_megapixel(load(source.place(cache), 1600)))
        command = [sys.executable, "-m", "staydown", "hash", "--recursive", name]
        ours = seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
        files = sorted(place.rglob("*.jpg"))
        theirs = seconds(lambda: [PdqSignal.hash_from_file(file) for file in files])
    cores = os.cpu_count()
    for program, taken in (
        (f"staydown hash, {cores} cores", ours),
        ("threatexchange, a loop", theirs),
    ):
        table.rows.append([program, f"{taken:.1f}", f"{FOLDER_FILES / taken:.0f}"])
    return table


def seconds(task: Callable[[], object]) -> float:
    """Return how long ``task`` takes on the wall clock."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--skip-folder", action="store_true")
    given = parser.parse_args()
    try:
        model = find_model()
    except CopyUnavailable as missing:
        model = None
        print(missing, file=sys.stderr)
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    tables = [] if given.skip_folder else [folder(given.corpus)]
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # its decoder inherits it
    tables.append(cascade(given.corpus, given.pictures, given.rounds, model))
    for table in tables:
        print(f"\n{table.markdown()}")


if __name__ == "__main__":
    main()
