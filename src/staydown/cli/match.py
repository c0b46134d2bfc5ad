"""``staydown match``: which of these files are copies of those, on this machine alone."""

from collections.abc import Iterator
from pathlib import Path

import click

from staydown.cli.examine import Examiner, Looked
from staydown.cli.exit_codes import answered
from staydown.cli.file_tree import walk
from staydown.cli.in_videos import DAMAGED, film_damage_record
from staydown.cli.options import chosen_model, copy_model_option
from staydown.cli.output import complain, json_line, named, write
from staydown.cli.parallel_map import in_order, processors
from staydown.cli.plain import REFERENCE, TOO_PLAIN, made_of_plain
from staydown.cli.progress import Progress
from staydown.cli.references import References, reference_maker
from staydown.fingerprint.registry import picture_worker
from staydown.matching.looked_at import LookedAt
from staydown.matching.reasons import LEFT_OUT_WORDS
from staydown.media.limits import Limits
from staydown.media.worker import PictureWorker

_MATCHED, _NOTHING, _FAULT = 0, 1, 2


@click.command("match")
@click.option(
    "--against",
    "references",
    multiple=True,
    required=True,
    type=click.Path(path_type=bytes),
    metavar="REF",
    help="A file or folder to match against; may be given more than once.",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=bytes), metavar="FILE…")
@copy_model_option
@click.option("--json", is_flag=True, expose_value=False, help="Print JSON, as without it.")
def match_files(
    references: tuple[bytes, ...], files: tuple[bytes, ...], *, copy_model: Path | None
) -> None:
    """Say which FILEs are copies of a REF, and why. Files or folders, pictures and videos.

    One JSON object a line for each match: file, ref, action (held or flagged, as an upload gate
    would answer), kind, distance, view, face (which picture of the file: a frame, or as some
    programs show it), reason, segments where a video takes part, and looked_at: what of the file
    was examined. Of a video that is damaged, what can be shown of it is looked at, and damaged,
    seen_seconds and of_seconds say so. The search for a file ends as soon as something would hold
    it.

    A REF that is too plain to be told from other pictures finds nothing but the very same file: it
    has a line of its own (ref, error, message), and one on standard error.

    The exit code is 0 when something matched, 1 when nothing did, and 2 when nothing did but a REF
    is too plain or a file could not be looked at, or only in part, or the command is wrong or could
    not write its answer.
    """
    with answered():
        model = chosen_model(copy_model, needed=False)
        raise SystemExit(_match(references, files, model))


def _match(references: tuple[bytes, ...], files: tuple[bytes, ...], model: Path | None) -> int:
    """Print the matches. Return the exit code."""
    processes = processors()
    matched = failed = False
    with picture_worker(Limits(), processes, model) as worker:
        against, failed = _referred(references, model, worker)
        examiner = Examiner(against, model)
        found = walk(files, folders=True)
        with Progress("files matched") as progress:
            for looked in in_order(lambda one: examiner.look(one, worker), found, processes):
                progress.step()
                if looked.passed_over:
                    continue
                progress.hide()
                if looked.fault:
                    failed = True
                    complain(looked.fault, looked.name)
                elif looked.looked_at is not None:
                    failed = failed or looked.looked_at.damage.any
                    _say_left_out(looked.looked_at, looked.name)
                for line in _lines(looked):
                    matched = True
                    write(line)
    if matched:
        return _MATCHED
    return _FAULT if failed else _NOTHING


def _referred(
    names: tuple[bytes, ...], model: Path | None, worker: PictureWorker
) -> tuple[References, bool]:
    """Fingerprint the references. Return them, and whether one is of no use."""
    references, plain = References(), 0
    maker = reference_maker(model)
    failed = False
    found = walk(names, folders=True)
    with Progress("references read") as progress:
        for made in in_order(lambda one: maker.make(one, worker), found, processors()):
            progress.step()
            if made.fault:
                failed = True
                progress.hide()
                complain(made.fault, made.name)
            if not made.passed_over and (not made.fault or made.code == DAMAGED):
                references.add(made)
                if made_of_plain(made):
                    plain, failed = plain + 1, True
                    progress.hide()
                    _tell_plain(made.name)
    if not references.names:
        raise click.UsageError("there is no picture or video to match against")
    if plain == len(references.names):
        complain("nothing can be found like this: each file to match against is too plain")
    return references, failed


def _tell_plain(name: bytes) -> None:
    """Say that no copy of a reference can be found, to people and to programs."""
    complain(REFERENCE, name)
    write(json_line({**named("ref", name), "error": TOO_PLAIN, "message": REFERENCE}))


def _say_left_out(looked_at: LookedAt, name: bytes) -> None:
    """Say on standard error whether a file is damaged, and what of it wasn't looked at."""
    if looked_at.damage.any:
        complain(looked_at.damage.words, name)
    left = [LEFT_OUT_WORDS[word] for word in looked_at.left_out if word in LEFT_OUT_WORDS]
    if left:
        complain(f"not all of it was looked at: {', '.join(left)}", name)


def _lines(looked: Looked) -> Iterator[bytes]:
    for match in looked.matches:
        record: dict[str, object] = {
            **named("file", looked.name),
            **named("ref", match.ref),
            "action": match.action.value,
            "kind": match.kind,
            "distance": match.distance,
            "view": match.view,
            "face": match.face,
            "reason": match.reason,
        }
        record |= film_damage_record(match.damaged)
        if match.segments:
            record["segments"] = match.segments
        if looked.looked_at is not None:
            record["looked_at"] = looked.looked_at.plain()
        yield json_line(record)
