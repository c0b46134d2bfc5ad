"""The threads that run views, and the queue before them: each address gets its turn.

Requests come here whole and leave as whole answers, so a thread never waits for a network.
"""

import asyncio
import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")
Item = TypeVar("Item")


class FairQueue(Generic[Item]):
    """A queue in which one address with many requests doesn't delay another with few.

    Thread-safe. Addresses take turns; within each, first come, first served.
    """

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._waiting: OrderedDict[str | None, deque[Item]] = OrderedDict()

    def put(self, share: str | None, item: Item) -> None:
        """Queue an item of one share."""
        with self._ready:
            self._waiting.setdefault(share, deque()).append(item)
            self._ready.notify()

    def take(self) -> Item:
        """Return the next item; waits for one."""
        with self._ready:
            while not self._waiting:
                self._ready.wait()
            share, items = self._waiting.popitem(last=False)
            item = items.popleft()
            if items:
                self._waiting[share] = items  # behind everybody else
            return item

    def drop(self, share: str | None, item: Item) -> bool:
        """Take an item out that nobody wants any more. False where it was taken already."""
        with self._ready:
            items = self._waiting.get(share)
            if items is None or item not in items:
                return False
            items.remove(item)
            if not items:
                del self._waiting[share]
            return True


class Unwanted(Exception):
    """Whoever asked is gone."""


@dataclass(slots=True, eq=False)
class _Job:
    work: Callable[[], Any]
    wanted: Callable[[], bool]
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[Any]" = field(repr=False)


class Workers:
    """A fixed number of threads. One that dies is replaced, and the log says so."""

    def __init__(self, count: int) -> None:
        self._queue: FairQueue[_Job] = FairQueue()
        self._count = count
        self._busy = 0
        self._lock = threading.Lock()

    @property
    def busy(self) -> int:
        """How many threads are at work."""
        return self._busy

    def start(self) -> None:
        """Start the threads. They end with the process: none holds it open."""
        for _ in range(self._count):
            threading.Thread(target=self._live, name="worker", daemon=True).start()

    async def run(
        self,
        work: Callable[[], T],
        share: str | None,
        wanted: Callable[[], bool],
        waiting: Callable[[Callable[[], None] | None], None] | None = None,
    ) -> T:
        """Run ``work`` in one of the threads and return what it returns, or raise what it raises.

        ``waiting`` is told how the work is given up before a thread has it, and None once that is
        over. Raises Unwanted where it was, or where ``wanted()`` is no longer true when its turn
        comes.
        """
        loop = asyncio.get_running_loop()
        job = _Job(work, wanted, loop, loop.create_future())
        self._queue.put(share, job)
        if waiting is not None:
            waiting(partial(self._give_up, share, job))
        try:
            result: T = await job.done
        finally:
            if waiting is not None:
                waiting(None)
        return result

    def _give_up(self, share: str | None, job: _Job) -> None:
        """Let a job go, with all that it holds, unless a thread has it."""
        if self._queue.drop(share, job):
            _settle(job.done, None, Unwanted())

    def _live(self) -> None:
        try:
            while True:
                self._next()
        except BaseException:
            log.critical("a worker thread died and is replaced", exc_info=True)
            threading.Thread(target=self._live, name="worker", daemon=True).start()

    def _next(self) -> None:
        job = self._queue.take()
        with self._lock:
            self._busy += 1
        try:
            outcome: tuple[Any, BaseException | None] = _outcome(job)
        finally:
            with self._lock:
                self._busy -= 1
        with suppress(RuntimeError):  # the site has stopped, and nobody waits for this any more
            job.loop.call_soon_threadsafe(_settle, job.done, *outcome)


def _outcome(job: _Job) -> tuple[Any, BaseException | None]:
    if not job.wanted():
        return None, Unwanted()
    try:
        return job.work(), None
    except BaseException as error:  # also SystemExit: a view must end neither thread nor site
        if isinstance(error, Exception) and not isinstance(error, StopIteration):
            return None, error
        stopped = RuntimeError("the application tried to end the process")
        stopped.__cause__ = error
        return None, stopped


def _settle(done: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)
