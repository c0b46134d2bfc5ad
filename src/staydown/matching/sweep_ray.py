"""A sweep on many machines: the same function as on one, run by workers of a Ray cluster.

One actor beside the database answers what the workers ask about the entries; each worker opens
files itself, so every machine must see them under the same path. What a worker says of a part comes
back to whoever saves it. Workers may die at any time: their parts are given to others.
"""

import logging
import os
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from staydown.base.blame import raised_here
from staydown.base.errors import StaydownError
from staydown.base.vocabulary import Kind
from staydown.fingerprint.model import find_model
from staydown.fingerprint.query import Query
from staydown.fingerprint.registry import picture_worker
from staydown.matching.limits import DEFAULT, MatchLimits
from staydown.matching.matcher import Found, KnownEntries
from staydown.matching.sweep import THREADS_A_PROCESS, PartResult, Sweeper
from staydown.matching.sweep_list import Part, Source
from staydown.media.limits import Limits
from staydown.net.http import HttpTransport

#: Opens what is listed, in the process of the actor that answers: a function at the top of a
#: module, and its arguments. What it returns gives the entries as of now.
Opener = Callable[..., Callable[[], KnownEntries]]

#: Workers that may die over one part before the sweep stops.
_MOST_TRIES = 5

#: How long to wait for a worker where there is none left, in seconds.
_NOBODY_SECONDS = 300.0

#: How long a count of entries is believed, in seconds.
_COUNT_SECONDS = 1.0


class SweepStopped(StaydownError):
    """A sweep that can't go on; what was done is saved."""


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker of a sweep needs to know. ``model``: a network of the operator's own.

    ``must_be_closed``: no file is opened on a machine that can't close decoders in.
    """

    source: Source
    limits: MatchLimits
    file_limits: Limits
    with_copy_codes: bool
    model: Path | None = None
    must_be_closed: bool = False


# --------------------------------------------------------------------------- in other processes


class Answerer:
    """The actor beside the database: answers what the workers ask about the entries."""

    def __init__(self, opener: Opener, arguments: tuple[object, ...]) -> None:
        self._current = opener(*arguments)

    def counts(self) -> dict[Kind, int]:
        """Return how many live entries of each kind there are."""
        entries = self._current()
        return {kind: entries.count(kind) for kind in Kind}

    def look_up(self, queries: Sequence[Query], limits: MatchLimits, almost: int) -> Found:
        """Answer as the entries here do."""
        return self._current().look_up(queries, limits, almost)


class AskedEntries:
    """The entries, as a worker sees them: every question goes to the actor that knows."""

    def __init__(self, ray: ModuleType, answerer: Any) -> None:
        self._ray = ray
        self._answerer = answerer
        self._counts: dict[Kind, int] = {}
        self._counted = float("-inf")

    def count(self, kind: Kind) -> int:
        """Return how many live entries of a kind there are, or were a moment ago."""
        if time.monotonic() - self._counted > _COUNT_SECONDS:
            self._counts = self._ray.get(self._answerer.counts.remote())
            self._counted = time.monotonic()
        return self._counts[kind]

    def look_up(
        self, queries: Sequence[Query], limits: MatchLimits = DEFAULT, almost: int = 0
    ) -> Found:
        """Look up all ``queries`` at once."""
        found: Found = self._ray.get(self._answerer.look_up.remote(queries, limits, almost))
        return found


class Worker:
    """The actor that looks at files, with one decoder process of its own."""

    def __init__(self, job: Job, answerer: Any) -> None:
        import ray

        model = find_model(job.model) if job.with_copy_codes else None
        closed = job.must_be_closed
        decoder = picture_worker(job.file_limits, 1, model, must_be_closed=closed)
        decoder.start()
        entries = AskedEntries(ray, answerer)
        transport = (
            HttpTransport(allow_private=job.source.private_hosts) if job.source.hosts else None
        )
        self._sweeper = Sweeper(
            job.source,
            decoder,
            lambda: entries,
            limits=job.limits,
            model=model,
            transport=transport,
        )

    def process_id(self) -> int:
        """Return the number of this worker's process: it is there and ready."""
        return os.getpid()

    def part(self, part: Part) -> PartResult:
        """Look at every file of a part."""
        return self._sweeper.part(part)


# --------------------------------------------------------------------------- the driver


@contextmanager
def connected(address: str) -> Iterator[ModuleType]:
    """Join a cluster, or with ``local`` start one on this machine alone. Raises SweepStopped."""
    if "://" in address:
        raise SweepStopped(
            "a sweep runs on a machine of the cluster itself: give --ray HOST:PORT, or auto"
        )
    # Nobody runs code here without the cluster's token. (That Ray reports nothing: base.unasked.)
    os.environ.setdefault("RAY_AUTH_MODE", "token")
    if address == "local":
        # Ray would find out the address of this machine by way of 8.8.8.8, and listen there: this
        # is how its own code for other systems is told to stay on loopback.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    try:
        import ray
    except ImportError as error:
        raise SweepStopped("--ray needs Ray: pip install 'staydown[ray]'") from error
    with ExitStack() as stack:
        options: dict[str, Any] = {}
        if address == "local":  # else Ray leaves the token in a file,
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
            # and its logs and sockets in folders that anybody on this machine may write to
            folder = tempfile.TemporaryDirectory(prefix="staydown-ray-", ignore_cleanup_errors=True)
            options = {
                "include_dashboard": False,
                "_node_ip_address": "127.0.0.1",
                "_temp_dir": str(Path(stack.enter_context(folder), "ray")),
            }
            _leave_out_reporter()
        # Ray tells of its troubles on standard output, which is for what came of the sweep.
        stack.enter_context(redirect_stdout(sys.stderr))
        try:
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **options)
        except Exception as error:  # Ray has no error of its own for this
            if raised_here(error):  # not for a cluster that doesn't answer
                raise
            raise SweepStopped(
                f"no Ray cluster answers there ({type(error).__name__}): check the address and the "
                "token (ray get-auth-token; RAY_AUTH_MODE=disabled for a cluster without one)"
            ) from error
        stack.callback(ray.shutdown)
        yield ray


def _leave_out_reporter() -> None:
    """Keep Ray from starting the process that, without a dashboard, only reports usage.

    Even where reporting is off it asks the addresses of three cloud providers what machine this is.
    """
    from ray._private.node import Node

    setattr(Node, "start_api_server", lambda *_, **__: None)  # noqa: B010 - mypy sees a method


def over_ray(
    ray: ModuleType,
    parts: Iterable[Part],
    job: Job,
    opener: tuple[Opener, tuple[object, ...]],
    stop: threading.Event,
    *,
    workers: int | None = None,
) -> Iterator[PartResult]:
    """Yield what came of each part, as they are ready; ``workers`` (all processors) look at once.

    Once ``stop`` is set no part is begun, and those begun are waited for. Raises SweepStopped.
    """
    answerer = _answerer(ray, *opener)
    crew = _Crew(ray, job, answerer)
    try:
        crew.start(workers or int(ray.cluster_resources().get("CPU", 1)))
        yield from crew.work(deque(), iter(parts), stop)
    finally:
        for actor in (*crew.actors, answerer):
            ray.kill(actor)


def _answerer(ray: Any, opener: Opener, arguments: tuple[object, ...]) -> Any:
    """Start the actor that knows the entries, on this machine: the database may be a file here."""
    here = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
        ray.get_runtime_context().get_node_id(), soft=False
    )
    # It only reads: it may be started again, and asked again.
    options = {"num_cpus": 0, "max_restarts": -1, "max_task_retries": -1, "max_concurrency": 16}
    actor = ray.remote(Answerer).options(**options, scheduling_strategy=here)
    answerer = actor.remote(opener, arguments)
    try:
        ray.get(answerer.counts.remote())
    except ray.exceptions.RayError as error:
        raise SweepStopped(f"what is listed cannot be loaded: {_cause(error)}") from error
    return answerer


@dataclass(slots=True)
class _Crew:
    """The workers of a sweep: those that are starting, and those that have something to do."""

    ray: Any
    job: Job
    answerer: Any
    actors: list[Any] = field(default_factory=list)
    #: Workers by what says that they are ready, and parts by what will hold their results.
    starting: dict[Any, Any] = field(default_factory=dict)
    running: dict[Any, tuple[Part, Any]] = field(default_factory=dict)
    #: A worker stands here once for each part that it could still take.
    free: deque[Any] = field(default_factory=deque)
    tries: Counter[int] = field(default_factory=Counter)
    #: Workers that died before they were ready, since the last one that was.
    stillborn: int = 0

    def start(self, count: int) -> None:
        """Ask the cluster for so many more workers."""
        kind = self.ray.remote(Worker).options(num_cpus=1, max_concurrency=THREADS_A_PROCESS)
        for _ in range(count):
            worker = kind.remote(self.job, self.answerer)
            self.actors.append(worker)
            self.starting[worker.process_id.remote()] = worker

    def work(
        self, again: deque[Part], parts: Iterator[Part], stop: threading.Event
    ) -> Iterator[PartResult]:
        """Hand out parts and yield their results; ``again`` are those whose worker died."""
        idle_since = time.monotonic()
        while True:
            while self.free and not stop.is_set():
                part = again.popleft() if again else next(parts, None)
                if part is None:
                    break
                worker = self.free.popleft()
                self.running[worker.part.remote(part)] = (part, worker)
            if self.running:
                idle_since = time.monotonic()
            elif self.free or stop.is_set():  # everything is done, or is not to be begun
                return
            elif time.monotonic() - idle_since > _NOBODY_SECONDS:
                raise SweepStopped("no worker starts on the cluster: are its processors taken?")
            done, _ = self.ray.wait([*self.starting, *self.running], timeout=1.0)
            for ref in done:
                result = self._taken(ref, again)
                if result is not None:
                    yield result

    def _taken(self, ref: Any, again: deque[Part]) -> PartResult | None:
        """Take in what is ready: a worker, the result of a part, or the news of a death."""
        errors = self.ray.exceptions
        # Its process died, or was ended for want of memory, or the machine is gone.
        deaths = (
            errors.RayActorError,
            errors.ObjectLostError,
            errors.OutOfMemoryError,
            errors.NodeDiedError,
        )
        if ref in self.starting:
            worker = self.starting.pop(ref)
            try:
                self.ray.get(ref)
            except errors.RayError as error:
                itself = getattr(error, "actor_init_failed", False)  # and would again
                self.stillborn += 1
                if (
                    itself
                    or not isinstance(error, deaths)
                    or self.stillborn > _MOST_TRIES * len(self.actors)
                ):
                    raise SweepStopped(f"a worker does not start: {_cause(error)}") from error
                self._replace(worker)
                return None
            self.stillborn = 0
            self.free.extend([worker] * THREADS_A_PROCESS)
            return None
        part, worker = self.running.pop(ref)
        try:
            result: PartResult = self.ray.get(ref)
        except deaths:
            self._replace(worker)
            self._give_again(part, again)
            return None
        except errors.RayError as error:
            raise SweepStopped(f"a worker cannot go on: {_cause(error)}") from error
        if worker in self.actors:
            self.free.append(worker)
        return result

    def _replace(self, worker: Any) -> None:
        """Ask for another worker in place of one that died, once."""
        if worker in self.actors:
            self.actors.remove(worker)
            self.free = deque(one for one in self.free if one is not worker)
            self.start(1)

    def _give_again(self, part: Part, again: deque[Part]) -> None:
        self.tries[part.number] += 1
        if self.tries[part.number] == _MOST_TRIES:
            raise SweepStopped(
                f"{_MOST_TRIES} workers died over one part of the list: "
                "give them more memory, or resume the sweep without --ray"
            )
        again.append(part)


def _cause(error: Exception) -> str:
    """Say what went wrong in another process: our own words, or the kind of fault alone."""
    cause = getattr(error, "cause", None) or error
    return str(cause) if isinstance(cause, StaydownError) else type(cause).__name__
