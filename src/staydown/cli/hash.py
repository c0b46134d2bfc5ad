"""``staydown hash``: the fingerprints of files, made on this machine alone."""

import errno
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click

from staydown.base.vocabulary import Kind
from staydown.cli.damage import damage_record
from staydown.cli.exit_codes import let_go_of_output
from staydown.cli.file_tree import walk
from staydown.cli.fingerprinting import NAMES, Made, Maker
from staydown.cli.in_videos import DAMAGED, film_damage_record
from staydown.cli.options import chosen_model, copy_model_option
from staydown.cli.output import complain, escaped, json_line, named, write
from staydown.cli.parallel_map import in_order, processors
from staydown.cli.plain import TOO_PLAIN, is_plain, made_of_plain
from staydown.cli.progress import Progress
from staydown.fingerprint.kinds import BY_NETWORK, MAIN, VPDQ
from staydown.fingerprint.registry import picture_worker
from staydown.media.limits import Limits

_FIRST_ALONE = (
    "this file holds several pictures, and only the first was taken: "
    "--every-frame takes those that differ"
)


def _kinds(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """Read a list with commas; the order is ours, so that lines come alike."""
    asked = {word.strip().lower() for word in value.split(",")}
    unknown = sorted(asked - set(NAMES))
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(NAMES)}")
    return tuple(kind for kind in NAMES if kind in asked)


@click.command("hash")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=bytes), metavar="FILE…")
@click.option("-r", "--recursive", is_flag=True, help="Take every picture in a folder and below.")
@click.option(
    "--kinds",
    default="pdq",
    show_default=True,
    callback=_kinds,
    metavar="KIND,…",
    help=f"Fingerprints to make: {', '.join(NAMES)}.",
)
@click.option("--exact", is_flag=True, help="Decode at full size: slower, the peers' very bits.")
@click.option(
    "--every-frame",
    is_flag=True,
    help="Of a file with several pictures, all that differ, not the first alone.",
)
@copy_model_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def hash_files(
    files: tuple[bytes, ...],
    *,
    recursive: bool,
    kinds: tuple[str, ...],
    exact: bool,
    every_frame: bool,
    copy_model: Path | None,
    as_json: bool,
) -> None:
    """Print the fingerprints of each FILE; - reads one from standard input.

    A line is: pdq, 64 hex digits, quality (0 to 100; - where a kind has none), the file's name. A
    video has a line for each frame that was kept. The name of a file that holds control characters
    is escaped, and its line begins with a backslash. A file that fails gets one line on standard
    error, and the others are still printed; the exit code is then 1. So does a picture of which
    less than 95 % of the rows can be read; one with more is printed, and said to be damaged. So is
    what can be shown of a damaged video, and the exit code is 1 as well.

    Of an animation, or another file with several pictures, the first is taken, as partners do, and
    you are told so. With --every-frame up to 8 that differ are; JSON says which is which (face).

    Lines come in the order of the files, folders in the order of their names. In a folder, links
    and files that are no pictures (or videos, with the kind vpdq) are passed over.
    """
    model = chosen_model(copy_model, needed=True) if not set(BY_NETWORK).isdisjoint(kinds) else None
    maker = Maker(kinds, exact=exact, model=model, every_frame=every_frame)
    try:
        failed = _print_all(files, maker, recursive=recursive, as_json=as_json)
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader went away: click ends quietly
            raise
        let_go_of_output()
        raise click.ClickException(f"cannot write: {error.strerror}") from error
    if failed:
        raise SystemExit(1)


def _print_all(files: tuple[bytes, ...], maker: Maker, *, recursive: bool, as_json: bool) -> bool:
    """Print what comes of each file. Return whether one failed."""
    failed = False
    passed_over = plain = 0
    with Progress() as progress:
        for made in _results(files, maker, recursive=recursive):
            progress.step()
            if made.passed_over:
                passed_over += 1
                continue
            progress.hide()
            if made.fault:
                failed = True
                complain(made.fault, made.name)
            elif made.damage.any:
                complain(made.damage.words, made.name)
            if made.first_alone:
                complain(_FIRST_ALONE, made.name)
            plain += made_of_plain(made)
            for line in _json_lines(made) if as_json else _lines(made):
                write(line)
    if plain:
        complain(
            f"note: too plain to be told from other pictures: {plain}. Banks don't list them, and "
            "nothing is found by them"
        )
    if passed_over:
        complain(f"{passed_over} in folders passed over: links, or nothing to make these kinds of")
    return failed


def _results(files: tuple[bytes, ...], maker: Maker, *, recursive: bool) -> Iterator[Made]:
    """Hash the files side by side and give the results in the order of the files."""
    processes = processors()
    with picture_worker(Limits(), processes, maker.model) as worker:
        found = walk(files, folders=recursive)
        yield from in_order(lambda one: maker.make(one, worker), found, processes)


def _lines(made: Made) -> Iterator[bytes]:
    """One line for each fingerprint, and for each frame of a video."""
    safe = escaped(made.name)
    mark = b"\\" if safe != made.name else b""
    for kind, value, quality in _values(made):
        yield mark + f"{kind} {value} {'-' if quality is None else quality} ".encode() + safe


def _values(made: Made) -> Iterator[tuple[str, str, int | None]]:
    further = chain.from_iterable(one.fingerprints for one in made.others)
    for fingerprint in (*made.fingerprints, *further):
        yield fingerprint.kind.value, fingerprint.hex, fingerprint.quality
    if made.video is None:
        return
    for frame, line in zip(made.video.frames, made.video.lines().splitlines(), strict=True):
        yield VPDQ, line, frame.pdq.quality
    for frame in made.video.frames:
        if frame.copy is not None:
            value = f"{frame.number},{frame.copy.hex},{frame.seconds:.3f}"
            yield frame.copy.kind.value, value, None


def _json_lines(made: Made) -> Iterator[bytes]:
    file = named("file", made.name)
    for record in _records(made):
        yield json_line({**file, **record})


def _records(made: Made) -> Iterator[dict[str, object]]:
    """One record for each fingerprint of a file, or one that says why it has none."""
    if made.fault and made.code != DAMAGED:
        yield {"error": made.code, "message": made.fault}
    damaged = damage_record(made.damage)
    for fingerprint in made.fingerprints:
        kind = fingerprint.kind.value
        yield {
            "kind": kind,
            kind: fingerprint.hex,
            "quality": fingerprint.quality,
            **({TOO_PLAIN: True} if fingerprint.kind is MAIN and is_plain(fingerprint) else {}),
            **damaged,
        }
    for one in made.others:
        for fingerprint in one.fingerprints:
            kind, face = fingerprint.kind.value, one.face.label
            record = {"kind": kind, kind: fingerprint.hex, "quality": fingerprint.quality}
            yield {**record, "face": face}
    if made.video is None:
        return
    yield {
        "kind": VPDQ,
        VPDQ: made.video.lines(),
        "seconds": round(made.video.seconds, 3),
        **film_damage_record(made.video.damage),
    }
    codes = [
        {"frame": frame.number, "seconds": round(frame.seconds, 3), "copy1": frame.copy.hex}
        for frame in made.video.frames
        if frame.copy is not None
    ]
    if codes:
        yield {"kind": Kind.COPY1.value, "frames": codes}
