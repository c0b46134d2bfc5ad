"""``staydown desk sweep``: an existing catalogue against everything that the banks list."""

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from staydown.base.errors import SettingsError
from staydown.cli.desk.options import open_desk, settings_option
from staydown.cli.desk.sweep_folder import SweepFolder
from staydown.cli.desk.sweep_progress import SweepProgress, in_part, reasons, unread
from staydown.cli.desk.sweep_work import How, results
from staydown.cli.file_tree import walk
from staydown.cli.progress import Progress
from staydown.matching.sweep_list import Source, SweepList, named_in, write_list
from staydown.review.records import SweepRun
from staydown.review.settings import preview_allowed

if TYPE_CHECKING:
    from staydown.web.desk_site.process import Desk

_DONE, _STOPPED = 0, 1

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?")


@click.command()
@click.argument("source", required=False, type=click.Path(path_type=bytes, exists=True))
@click.option("--name", help="What the sweep is called; otherwise the time of its start.")
@click.option("--resume", metavar="NAME", help="Go on with a sweep that was stopped.")
@click.option(
    "--host", "hosts", multiple=True, help="A host whose addresses may be fetched; repeatable."
)
@click.option("--private-hosts", is_flag=True, help="The hosts lie in a private network.")
@click.option(
    "--preview", default="", metavar="URL", help="Where previews lie: the name is put after it."
)
@click.option(
    "--processes", type=click.IntRange(1), help="Files opened at once; otherwise one a processor."
)
@click.option("--ray", "ray_address", metavar="ADDRESS", help="Use the machines of a Ray cluster.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
@settings_option
def sweep(
    *,
    source: bytes | None,
    name: str | None,
    resume: str | None,
    hosts: tuple[str, ...],
    private_hosts: bool,
    preview: str,
    processes: int | None,
    ray_address: str | None,
    as_json: bool,
    settings_file: Path,
) -> None:
    """Hold a catalogue against what the banks list. What matches becomes an item.

    SOURCE is a folder, or a text file with a path or an https address on each line. The list of
    files is written down first; a sweep that was stopped, or whose machine died, goes on with
    --resume. The exit code is 1 when it stopped before its end.
    """
    if (source is None) == (resume is None):
        raise click.UsageError("give a SOURCE, or --resume NAME")
    desk = open_desk(settings_file)
    new = source is not None
    called = resume or name or f"{desk.clock.now():%Y-%m-%d-%H%M%S}"
    folder = SweepFolder(settings_file, called)
    with folder.held(new=new):
        if source is not None:
            what = _described(desk, source, _checked_hosts(hosts), private_hosts, preview)
            run, files = _begun(desk, folder, called, source, what)
        else:
            run, files = _resumed(folder, called)
        started = time.monotonic()
        how = How(settings_file, processes, ray_address)
        progress, finished = _swept(desk, run, files, how)
        folder.report(run, files)
    seconds = time.monotonic() - started
    _tell(run, folder, progress, finished=finished, seconds=seconds, as_json=as_json)
    raise SystemExit(_DONE if finished else _STOPPED)


def _checked_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    lower = tuple(host.lower() for host in hosts)
    if not all(_HOST.fullmatch(host) for host in lower):
        raise click.BadParameter("a host is like media.example or media.example:8443")
    return lower


def _described(
    desk: "Desk", source: bytes, hosts: tuple[str, ...], private_hosts: bool, preview: str
) -> Source:
    """Return where the names will come from. Raises SettingsError."""
    if preview and not preview_allowed(preview, desk.settings.preview_origin):
        raise SettingsError("--preview must lie at the preview_origin that the settings name")
    top = os.path.realpath(source)  # a link that is named is followed
    folder = os.path.isdir(top)  # noqa: PTH112 - a Path cannot hold odd bytes
    if folder and hosts:
        raise SettingsError("--host is for a list of addresses, and this is a folder")
    root = top if folder else os.path.dirname(top)  # noqa: PTH120
    return Source(root, folder, hosts, private_hosts, preview)


def _begun(
    desk: "Desk", folder: SweepFolder, name: str, source: bytes, what: Source
) -> tuple[SweepRun, SweepList]:
    """Write the list and begin. Raises SettingsError, NameTaken, ListUnusable."""
    from staydown.accounts.errors import NameTaken
    from staydown.review import api
    from staydown.review.errors import NotHere

    try:
        api.find_sweep(name)
    except NotHere:
        pass
    else:
        raise NameTaken("there is a sweep of this name: choose another, or --resume it")
    names = _below(what.root) if what.folder else named_in(Path(os.fsdecode(source)))
    try:
        files = write_list(folder.list, what, names)
    except OSError as error:
        raise SettingsError(f"the list cannot be written: {error.strerror}") from error
    run = api.start_sweep(
        name, list_digest=files.digest, files=files.files, parts=files.parts, clock=desk.clock
    )
    return run, files


def _below(top: bytes) -> Iterator[bytes]:
    """Yield every file below a folder, by its name from there on."""
    passed = 0
    prefix = top.rstrip(b"/") + b"/"
    with Progress("files listed") as progress:
        for found in walk([top], folders=True):
            if found.name == top:
                raise SettingsError("the folder cannot be read")
            if found.regular:  # a folder that can't be opened too: it is counted in its turn
                progress.step()
                yield found.name.removeprefix(prefix)
            else:
                passed += 1
    if passed:
        click.echo(f"Passed over: {passed:,} links and special files.", err=True)


def _resumed(folder: SweepFolder, name: str) -> tuple[SweepRun, SweepList]:
    from staydown.review import api

    run = api.find_sweep(name)
    return run, folder.written(run)


def _swept(desk: "Desk", run: SweepRun, files: SweepList, how: How) -> tuple[SweepProgress, bool]:
    """Work on what is left, and save it part by part. Return what came of it, and if it is all."""
    from staydown.review import api

    progress = SweepProgress(run.files, api.sweep_counts(run))
    done = api.parts_done(run)
    if not all(done):
        try:
            with results(desk, files, done, how) as ready:
                progress.begin()
                for result in ready:
                    saved = api.save_part(run, result, desk.clock, desk.settings.preview_origin)
                    if saved is not None:
                        progress.add(saved)
        finally:
            progress.end()
    return progress, api.finish_sweep(run, desk.clock)


def _tell(
    run: SweepRun,
    folder: SweepFolder,
    progress: SweepProgress,
    *,
    finished: bool,
    seconds: float,
    as_json: bool,
) -> None:
    """Print what came of the sweep so far."""
    counts = progress.counts
    if as_json:
        record = {
            "name": run.name,
            "finished": finished,
            "files": run.files,
            "done": counts.files,
            "held": counts.held,
            "flagged": counts.flagged,
            "items": counts.items,
            "unreadable": dict(unread(counts.faults)),
            "in_part": dict(in_part(counts.faults)),
            "seconds": round(seconds, 3),
            "files_per_second": round(progress.rate, 2),
            "folder": str(folder.path),
        }
        click.echo(json.dumps(record))
        return
    click.echo(f"{run.name}: {progress.words()}")
    if not_at_all := unread(counts.faults):
        click.echo(f"Not looked at: {reasons(not_at_all)} (see {folder.unreadable})")
    if partly := in_part(counts.faults):
        click.echo(f"Looked at in part: {reasons(partly)} (see {folder.in_part})")
    click.echo(f"Items opened: {counts.items:,} (see {folder.matches})")
    if not finished:
        click.echo(f"It is not at its end: staydown desk sweep --resume {run.name}")
