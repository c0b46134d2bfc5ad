"""``python -m benchmarks.recall --corpus CACHE [--sample N] [--processes N] …``."""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.corpus import Role, fetch, of_role, read_manifest
from benchmarks.edits import EDITS
from benchmarks.recall.methods import Bench, Listing
from benchmarks.recall.queries import Upload, as_file, props_of, uploads
from benchmarks.recall.record import Answer, Asked, Record, digest_of_code
from benchmarks.recall.report import Case, Report, write
from staydown.base.vocabulary import Kind
from staydown.fingerprint.model import CopyUnavailable, find_model
from staydown.fingerprint.registry import fingerprint_kinds, picture_worker
from staydown.fingerprint.value import Fingerprint
from staydown.media.worker import PictureWorker

#: Part of every edit's seed: another one draws everything anew.
SEED = "1"


@dataclass(frozen=True)
class Options:
    """What the command line says, as every process needs it."""

    corpus: Path
    sample: int
    seed: str
    model: Path | None
    listings: tuple[Listing, ...] = ()


_options: list[Options] = []


@cache
def _worker() -> PictureWorker:
    return picture_worker(processes=1, model=_options[0].model)


@cache
def _bench() -> Bench:
    return Bench(_options[0].listings, _options[0].model)


def _start(options: Options) -> None:
    _options[:] = [options]


def _list(options: Options, record: Record) -> tuple[Listing, ...]:
    """Fingerprint the bank's pictures, at full size, as they are listed."""
    kinds = (Kind.PDQ,) if options.model is None else (Kind.PDQ, Kind.COPY1)
    found = []
    for source in of_role(read_manifest(), Role.LISTED):
        name = f"listed/{source.sha256}"
        answers = record.answers(name)
        if any(kind.value not in answers for kind in kinds):
            made = fingerprint_kinds(
                as_file(source, options.corpus), _worker(), kinds, model=options.model
            )
            for one in made:
                answers[one.kind.value] = ([one.hex, one.quality], 0.0)
            record.keep(name, answers)
        first, *rest = (Fingerprint.parse(kind, *answers[kind.value][0]) for kind in kinds)
        found.append(Listing(source.sha256, source.scene, first, rest[0] if rest else None))
    return tuple(found)


def _ask(upload: Upload, answers: dict[str, Answer]) -> tuple[Case, dict[str, Answer], bool]:
    """Ask every method about one upload; also return what the decoder said, and if it's new."""
    options, bench = _options[0], _bench()
    props = props_of(read_manifest(), options.corpus)
    file = Asked(answers, lambda: upload.data(options.corpus, props, options.seed), _worker)
    try:
        verdicts = {name: method(file) for name, method in bench.methods.items()}
        near = bench.nearest(file, upload.truth)
    finally:
        file.close()
    case = Case(
        upload.edit, upload.source.sha256, upload.source.scene, upload.truth, verdicts, near
    )
    return case, answers, file.misses > 0


def _all_cases(
    options: Options, record: Record, wanted: list[Upload], processes: int
) -> Iterator[Case]:
    known = [record.answers(upload.name) for upload in wanted]
    start = time.monotonic()
    for done, (case, answers, new) in enumerate(_asked(options, wanted, known, processes), 1):
        if new:
            record.keep(f"{case.edit}/{case.picture}", answers)
        if done % 50 == 0 or done == len(wanted):
            spent = time.monotonic() - start
            print(f"\r{done} of {len(wanted)} uploads, {spent:.0f} s", end="", file=sys.stderr)
        yield case
    print(file=sys.stderr)


def _asked(
    options: Options, wanted: list[Upload], known: list[dict[str, Answer]], processes: int
) -> Iterable[tuple[Case, dict[str, Answer], bool]]:
    if processes == 1:
        yield from map(_ask, wanted, known)
        return
    with ProcessPoolExecutor(processes, initializer=_start, initargs=(options,)) as pool:
        yield from pool.map(_ask, wanted, known, chunksize=8)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recall", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder for the photographs")
    parser.add_argument("--sample", type=int, default=40, help="pictures for each edit; 0: all")
    parser.add_argument("--processes", type=int, default=1, help="times are fair with 1 only")
    parser.add_argument("--edits", default="", help="only these edits or families, by comma")
    parser.add_argument("--seed", default=SEED)
    parser.add_argument("--model", type=Path, help="the copy code's network")
    parser.add_argument("--no-copy", action="store_true", help="PDQ alone")
    parser.add_argument("--keep-record", action="store_true", help="also if the code has changed")
    parser.add_argument("--record", type=Path, help="folder of raw answers; else in the corpus's")
    parser.add_argument("--output", type=Path, help="folder for recall.md, recall.json, recall.svg")
    return parser


def main() -> None:
    """Run what the command line says."""
    given = _parser().parse_args()
    packages = read_manifest()
    fetch(packages, given.corpus)
    model = None
    if not given.no_copy:
        try:
            model = find_model(given.model)
        except CopyUnavailable as error:
            print(f"no copy codes: {error}", file=sys.stderr)
    folder = given.record or given.corpus / "recall"
    version = "kept" if given.keep_record else digest_of_code()
    record = Record(folder / f"{version}-{given.seed}.jsonl")
    options = Options(given.corpus.resolve(), given.sample, given.seed, model)
    _start(options)
    options = Options(**{**options.__dict__, "listings": _list(options, record)})
    _start(options)
    names = set(filter(None, given.edits.split(",")))
    edits = [edit for edit in EDITS if not names or edit.name in names or edit.family in names]
    wanted = list(uploads(packages, given.sample, edits))
    report = Report(list(_all_cases(options, record, wanted, given.processes)), options.listings)
    print(report.markdown())
    if given.output is not None:
        write(report, given.output)
        print(json.dumps({"written": str(given.output)}), file=sys.stderr)


if __name__ == "__main__":
    main()
