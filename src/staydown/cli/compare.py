"""``staydown compare``: why two files match, or why they don't, in words and numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from staydown.base.vocabulary import GateAnswer
from staydown.cli.comparison import Comparison, Row, compare, damage_of, look, same_bytes
from staydown.cli.exit_codes import answered
from staydown.cli.in_videos import DAMAGED, damage_words
from staydown.cli.media_file import MediaFile, fault_of, look_at
from staydown.cli.options import chosen_model, copy_model_option
from staydown.cli.output import complain, escaped, json_line, named, write
from staydown.cli.plain import TOO_PLAIN
from staydown.fingerprint.registry import picture_worker
from staydown.media.errors import MediaError, NotAPicture
from staydown.media.limits import Limits

_MATCH, _NONE, _FAULT = 0, 1, 2


@click.command("compare")
@click.argument("first", type=click.Path(path_type=bytes))
@click.argument("second", type=click.Path(path_type=bytes))
@copy_model_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compare_files(first: bytes, second: bytes, *, copy_model: Path | None, as_json: bool) -> None:
    """Explain in words and numbers why two files match, or why they don't.

    Each is looked up as an upload would be if a bank listed the other: turned, mirrored, trimmed,
    cut out, levelled and squared, by PDQ and, with its network, by copy code.

    The exit code is 0 when they match, 1 when they don't, 2 when both are too plain to tell, one
    could not be looked at (or, of a damaged video, only a part that doesn't match), or the answer
    not be written.
    """
    with answered():
        model = chosen_model(copy_model, needed=False)
        found = _compared(first, second, model)
        for line in _json(first, second, found) if as_json else _text(first, second, found):
            write(line)
    raise SystemExit(_code(found))


def _code(found: Comparison) -> int:
    if found.action is not GateAnswer.ALLOWED:
        return _MATCH
    return _FAULT if found.damaged or all(found.plain) else _NONE


def _compared(first: bytes, second: bytes, model: Path | None) -> Comparison:
    """Look at both files, the same bytes only once. Raises StaydownError."""
    names = (first, second)
    with picture_worker(Limits(), 1, model) as worker:
        files = [_known(name, worker.limits) for name in names]
        same = same_bytes(files[0], files[1])
        if same is not None:
            return same
        looks = []
        for name, file in zip(names, files, strict=True):
            with _faults_told(name):
                looks.append(look(file, worker, model))
                if (damage := damage_of(looks[-1])) is not None:
                    complain(damage_words(damage), name)
        return compare(looks[0], looks[1])


@contextmanager
def _faults_told(name: bytes) -> Iterator[None]:
    """End the command with a line about the file that could not be looked at."""
    try:
        yield
    except (MediaError, OSError) as error:
        complain(fault_of(error)[1], name)
        raise SystemExit(_FAULT) from None


def _known(name: bytes, limits: Limits) -> MediaFile:
    with _faults_told(name):
        file = look_at(name, limits)
        if not (file.picture or file.video):
            raise NotAPicture
        return file


def _text(first: bytes, second: bytes, found: Comparison) -> Iterator[bytes]:
    for word, name, quality in zip(
        ("first ", "second"), (first, second), found.quality, strict=True
    ):
        about = "" if quality is None else f" (PDQ quality {quality})"
        yield word.encode() + b"  " + escaped(name) + about.encode()
    yield b""
    if found.action is GateAnswer.ALLOWED:
        yield _no_match(found.plain).encode()
    else:
        yield f"{found.action.value}: {found.reason}".encode()
    yield b""
    yield from map(_row_text, found.rows)
    yield b""
    yield b"Different pictures differ in about half of the bits."


def _no_match(plain: tuple[bool, bool]) -> str:
    if all(plain):
        return "this can't be told: both are too plain to be told from other pictures"
    which = next((word for word, so in zip(("first", "second"), plain, strict=True) if so), None)
    return "no match: " + (
        f"the {which} is too plain to be told from other pictures, so no copy of it can be found"
        if which
        else "nothing comes close enough"
    )


def _row_text(row: Row) -> bytes:
    limits = ""
    if row.hold is not None:
        limits = f"   holds up to {row.hold}"
        limits += f", flags up to {row.flag}" if row.flag != row.hold else ""
    return f"{row.kind:<7} {row.distance:>5,} of {row.bits:>5,}{limits:<37}   {row.words}".encode()


def _json(first: bytes, second: bytes, found: Comparison) -> Iterator[bytes]:
    record: dict[str, object] = {
        **named("file", first),
        **named("ref", second),
        "action": found.action.value,
        "reason": found.reason,
        **({DAMAGED: True} if found.damaged else {}),
        "compared": [asdict(row) for row in found.rows],
    }
    plain = [word for word, so in zip(("file", "ref"), found.plain, strict=True) if so]
    if plain:
        record[TOO_PLAIN] = plain
    if found.segments:
        record["segments"] = found.segments
    yield json_line(record)
