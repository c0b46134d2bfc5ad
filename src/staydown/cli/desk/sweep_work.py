"""Running a sweep at a desk: on this machine's processors, or on a cluster's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from staydown.base.errors import SettingsError
from staydown.base.vocabulary import Kind
from staydown.cli.desk.options import open_desk
from staydown.cli.parallel_map import processors
from staydown.cli.site import stop_when_told
from staydown.fingerprint.kinds import BY_NETWORK
from staydown.fingerprint.registry import picture_worker
from staydown.matching.matcher import KnownEntries
from staydown.matching.sweep import THREADS_A_PROCESS, PartResult, Sweeper, over_threads
from staydown.matching.sweep_list import Source, SweepList
from staydown.media.limits import Limits
from staydown.net.http import HttpTransport

if TYPE_CHECKING:
    from staydown.review.api import LiveMatcher
    from staydown.web.desk_site.process import Desk

#: What one file may cost: as an upload, though here nobody waits for the answer.
LIMITS = Limits(seconds=20.0)


def open_entries(settings_file: str) -> Callable[[], KnownEntries]:
    """Load what is listed in a process of its own, on the machine of the database."""
    live = open_desk(Path(settings_file)).open_matcher(reads_only=True)
    live.refresh()
    return live.refresh


def check_listed(live: "LiveMatcher", model: Path | None) -> None:
    """Say beforehand what a sweep can't find. Raises SettingsError where that is everything."""
    from staydown.review import api

    matcher = live.refresh()
    if not any(matcher.count(kind) for kind in Kind):
        raise SettingsError("no bank lists anything yet: run staydown desk tick first")
    if any(bank.caught_up_at is None for bank in api.bank_lines()):
        click.echo("A bank was not read to its end yet: not all that it lists is known.", err=True)
    if model is None and any(map(matcher.count, BY_NETWORK)):
        click.echo(
            "Banks list copy codes, and the network that makes them is not here: "
            "copies that only they find are passed over (docs/models.md).",
            err=True,
        )


@dataclass(frozen=True, slots=True)
class How:
    """What the command line says of how to work. ``ray`` is a cluster's address, if any."""

    settings_file: Path
    processes: int | None = None
    ray: str | None = None


@contextmanager
def results(
    desk: "Desk", files: SweepList, done: bytearray, how: How
) -> Iterator[Iterator[PartResult]]:
    """Work on the parts that are not done. Once the process is told to end, no part is begun."""
    model = desk.settings.copy_network()
    live = desk.open_matcher(reads_only=True)
    check_listed(live, model)
    parts = files.left(done)
    if how.ray is None:
        closed = desk.settings.require_sandbox
        with _sweeper(files.source, live, model, how, must_be_closed=closed) as sweeper:
            threads = (how.processes or processors()) * THREADS_A_PROCESS
            yield over_threads(parts, sweeper.part, threads, stop_when_told())
        return
    from staydown.matching.sweep_ray import Job, connected, over_ray

    with connected(how.ray) as ray:
        settings = desk.settings
        job = Job(
            files.source,
            live.limits,
            LIMITS,
            model is not None,
            settings.copy_model,
            settings.require_sandbox,
        )
        opener = (open_entries, (str(how.settings_file.resolve()),))
        stop = stop_when_told()  # Ray has set handlers of its own before
        yield over_ray(ray, parts, job, opener, stop, workers=how.processes)


@contextmanager
def _sweeper(
    source: Source, live: "LiveMatcher", model: Path | None, how: How, *, must_be_closed: bool
) -> Iterator[Sweeper]:
    """Start decoder processes on this machine, and what uses them."""
    transport = HttpTransport(allow_private=source.private_hosts) if source.hosts else None
    processes = how.processes or processors()
    with picture_worker(LIMITS, processes, model, must_be_closed=must_be_closed) as worker:
        worker.start()
        yield Sweeper(
            source, worker, live.refresh, limits=live.limits, model=model, transport=transport
        )
