"""Who of many that wait gets a decoder process: two lanes, and a fair order in each.

Cheap files never wait for dear ones: processes are kept free for them. Dear files have a process of
their own too, so that a crowd of cheap ones doesn't keep them out. Within a lane the order is that
of ``fair``. The places to wait in are few, since each holds a thread and a file; when they are
taken, whoever has most of them gives one up, and hears so at once.
"""

import itertools
import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from staydown.media.allowance import Look
from staydown.media.errors import Busy, DecoderUnavailable
from staydown.media.fair import FairOrder, Job
from staydown.media.process import DecoderProcess

#: How often a process that works on a cheap file is looked at, in seconds.
_LOOK_SECONDS = 0.05

#: How much cheaper files go before others, in each lane (``FairOrder.haste``): cheap ones cost so
#: little that none waits for long; a dear one must not be overtaken until its time is up.
_HASTE = {"cheap": 8.0, "dear": 1.0}

#: What a file counts for that cost a process, in seconds: another one has to start.
_LOST_PROCESS = 1.0

_MOST_RETRY_SECONDS = 30

#: How long a refused file is held back, in seconds. Whoever sends such files as fast as they
#: are answered would keep this machine busy with refusing them.
_REFUSED_SECONDS = 0.25


class Lane(Enum):
    """Where a file waits."""

    CHEAP = "cheap"
    DEAR = "dear"


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a file is opened: see ``fair``.

    ``since``: when it was asked for, and ``until``: when it is of no use any more, by
    ``time.monotonic``.
    """

    key: str = ""
    reference: str = field(default="", repr=False)
    since: float = 0.0
    until: float = math.inf


#: Nobody said for whom: it waits as long as it takes.
ANYBODY = Caller()


@dataclass(frozen=True, slots=True)
class Lanes:
    """How processes and places are shared. Seconds are processor seconds (``cost``)."""

    #: What a cheap file may cost by its header.
    cheap_seconds: float = 0.15
    #: What a cheap file may have cost in the end before it is taken for a dear one.
    overrun_seconds: float = 1.0
    #: Files that are worked on or wait.
    places: int = 18
    #: How many of them may be dear.
    dear_places: int = 9

    def dear_processes(self, processes: int, whole: int) -> int:
        """How many dear files may hold a process while so many of the ``whole`` are there.

        All but one, or of many all but two; a single one serves both lanes.
        """
        return 1 if whole == 1 else max(0, processes - (1 if whole < 3 else 2))


class Overran(Exception):
    """A file that was taken for a cheap one is stopped, to wait among the dear ones."""


@dataclass(eq=False, slots=True)
class _Waiter:
    job: Job
    lane: Lane
    caller: Caller
    woken: threading.Event = field(default_factory=threading.Event)
    child: DecoderProcess | None = None
    sent_away: bool = False


class Turns:
    """Gives out processes; thread-safe. Without ``lanes`` all wait in one, as long as it takes."""

    def __init__(self, children: Sequence[DecoderProcess], lanes: Lanes | None = None) -> None:
        self.lanes = lanes
        #: How many times slower than where the costs were measured this machine is.
        self.pace = 1.0
        self._children = list(children)
        # Last in, first out: a warm child is taken before one that was never started.
        self._idle = list(reversed(children))
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        self._orders = {lane: FairOrder(_HASTE[lane.value] if lanes else 1.0) for lane in Lane}
        self._waiters: dict[int, _Waiter] = {}
        self._running = dict.fromkeys(Lane, 0)
        self._refused = 0

    def lane_of(self, seconds: float) -> Lane:
        """Return the lane of a file that is thought to cost so much."""
        dear = self.lanes is not None and seconds > self.lanes.cheap_seconds
        return Lane.DEAR if dear else Lane.CHEAP

    def take(self, caller: Caller, seconds: float, lane: Lane | None = None) -> "Turn":
        """Wait for a process. Raises Busy when others were first for too long."""
        lane = lane or self.lane_of(seconds)
        waiter = _Waiter(
            Job(next(self._numbers), caller.key, caller.reference, seconds),
            lane,
            caller,
        )
        with self._changed:
            self._enter(waiter)
            self._give_out()
        left = caller.until - time.monotonic()
        try:
            waiter.woken.wait(None if left == math.inf else max(0.0, left))
        except BaseException:  # Ctrl-C: nobody is there to give back what would be given now
            self._withdraw(waiter)
            raise
        with self._changed:
            if waiter.child is None and not waiter.sent_away:
                self._leave(waiter)
            if waiter.child is None:
                raise Busy(costly=lane is Lane.DEAR, retry_after=self._retry_after(lane))
        return Turn(self, waiter.child, waiter.job, lane, caller)

    def give(self, turn: "Turn", measured: float) -> None:
        """Take a process back. One that was lost is started again before anybody gets it."""
        lost = self.lanes is not None and not turn.child.running
        with self._changed:
            self._running[turn.lane] -= 1
            self._orders[turn.lane].end(turn.job, measured + (_LOST_PROCESS if lost else 0.0))
            if not lost:
                self._idle.append(turn.child)
            self._give_out()
        if lost:
            threading.Thread(target=self._revive, args=(turn.child,), daemon=True).start()

    def refuse(self) -> None:
        """Hold the answer on a refused file back for a moment, where there is a place for it."""
        with self._changed:
            if self.lanes is None or self._held(Lane.DEAR) >= self.lanes.dear_places:
                return
            self._refused += 1
        try:
            time.sleep(_REFUSED_SECONDS)
        finally:
            with self._changed:
                self._refused -= 1

    def becomes_dear(self, turn: "Turn") -> bool:
        """Take a running file out of the cheap lane, if the other has a process left for it."""
        with self._changed:
            if self._running[Lane.DEAR] >= self._most_dear():
                return False
            self._running[Lane.CHEAP] -= 1
            self._running[Lane.DEAR] += 1
            self._orders[Lane.CHEAP].end(turn.job, turn.job.seconds)
            turn.lane = Lane.DEAR
            self._give_out()
            return True

    def all_children(self) -> list[DecoderProcess]:
        """Wait until no process is at work and take them all; ``return_all`` gives them back."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._idle) == len(self._children))
            taken, self._idle = self._idle, []
            return taken

    def return_all(self, taken: Sequence[DecoderProcess]) -> None:
        """Give back what ``all_children`` took."""
        with self._changed:
            self._idle = list(taken)
            self._give_out()

    def _enter(self, waiter: _Waiter) -> None:
        order = self._orders[waiter.lane]
        order.add(waiter.job)
        self._waiters[waiter.job.number] = waiter
        if self.lanes is None:
            return
        dear = waiter.lane is Lane.DEAR
        places = self.lanes.dear_places if dear else self.lanes.places - self._held(Lane.DEAR)
        at_once = self._free(waiter.lane) and len(order.waiting) == 1
        if self._held(waiter.lane) <= places or at_once:
            return
        surplus = order.surplus()
        if surplus is not None:
            self._send_away(self._waiters[surplus.number])

    def _held(self, lane: Lane) -> int:
        """How many places are taken."""
        more = self._refused if lane is Lane.DEAR else 0
        return self._running[lane] + len(self._orders[lane].waiting) + more

    def _send_away(self, waiter: _Waiter) -> None:
        waiter.sent_away = True
        self._leave(waiter)
        waiter.woken.set()

    def _withdraw(self, waiter: _Waiter) -> None:
        with self._changed:
            if waiter.child is not None:
                self._running[waiter.lane] -= 1
                self._idle.append(waiter.child)
                self._give_out()
            elif not waiter.sent_away:
                self._leave(waiter)

    def _leave(self, waiter: _Waiter) -> None:
        self._orders[waiter.lane].drop(waiter.job)
        del self._waiters[waiter.job.number]

    def _free(self, lane: Lane) -> bool:
        if not self._idle:
            return False
        return lane is Lane.CHEAP or self._running[Lane.DEAR] < self._most_dear()

    def _give_out(self) -> None:
        while self._idle and (lane := self._next_lane()) is not None:
            order = self._orders[lane]
            job = order.first()
            if job is None:
                return
            waiter = self._waiters[job.number]
            if self._too_late(waiter):
                self._send_away(waiter)
                continue
            order.begin(job)
            del self._waiters[job.number]
            self._running[lane] += 1
            waiter.child = self._idle.pop()
            waiter.woken.set()
        self._changed.notify_all()

    def _next_lane(self) -> Lane | None:
        """Each lane has one process for sure; beyond that the cheap one goes first."""
        cheap = bool(self._orders[Lane.CHEAP].waiting)
        dear = bool(self._orders[Lane.DEAR].waiting)
        dear = dear and self._running[Lane.DEAR] < self._most_dear()
        if cheap and (self._running[Lane.CHEAP] == 0 or not dear or self._running[Lane.DEAR] > 0):
            return Lane.CHEAP
        return Lane.DEAR if dear else None

    def _most_dear(self) -> int:
        if self.lanes is None:
            return 0
        there = len(self._idle) + sum(self._running.values())  # others are being started again
        return self.lanes.dear_processes(there, len(self._children))

    def _too_late(self, waiter: _Waiter) -> bool:
        """Say whether a file would be stopped half-way, and was not alone in coming that late."""
        whole = waiter.caller.until - waiter.caller.since
        left = waiter.caller.until - time.monotonic()
        return left < min(waiter.job.seconds * self.pace, whole / 2)

    def _retry_after(self, lane: Lane) -> int:
        ahead = sum(job.seconds for job in self._orders[lane].waiting) * self.pace
        return min(_MOST_RETRY_SECONDS, max(1, math.ceil(ahead)))

    def _revive(self, child: DecoderProcess) -> None:
        try:
            child.start()
        except DecoderUnavailable:
            pass  # whoever gets it next tries again, and is told
        finally:
            with self._changed:
                self._idle.insert(0, child)
                self._give_out()


class Turn:
    """One file's hold on a process, until ``end`` or ``let_go``."""

    def __init__(
        self, turns: Turns, child: DecoderProcess, job: Job, lane: Lane, caller: Caller
    ) -> None:
        self.child = child
        self.job = job
        self.lane = lane
        self.caller = caller
        self._turns = turns
        self._before: float | None = None
        self._begin()

    @property
    def most(self) -> float | None:
        """What the file may cost by the decoder's own reading of its header."""
        lanes = self._turns.lanes
        return lanes.cheap_seconds if lanes is not None and self.lane is Lane.CHEAP else None

    @property
    def watch(self) -> Look | None:
        """What looks on while the process works; nobody where there are no lanes."""
        return None if self._turns.lanes is None else self._look

    @property
    def since(self) -> float:
        """When the file got its process, by ``time.monotonic``."""
        return self._since

    @property
    def whole_seconds(self) -> float:
        """How long the caller gives the answer, waiting included."""
        return self.caller.until - self.caller.since

    def requeue(self) -> None:
        """Wait again, among the dear files. Raises Busy."""
        seconds = max(self.job.seconds, 2 * self.worked())
        self._turns.give(self, self.worked())
        self._ended = True
        again = self._turns.take(self.caller, seconds, Lane.DEAR)
        self.child, self.job, self.lane = again.child, again.job, again.lane
        self._begin()

    def let_go(self) -> None:
        """Have the process drop what it keeps of the file, and give it back."""
        try:
            if not self._ended:  # it may be another file's already
                self.child.forget()
        finally:
            self.end()

    def end(self) -> None:
        """Give the process back."""
        if not self._ended:
            self._ended = True
            self._turns.give(self, self.worked())

    def worked(self) -> float:
        """Processor seconds that the process has worked on this file, as last seen."""
        if self.child.running:
            worked = self.child.worked()
            if self._before is None or worked < self._before:
                self._before = worked  # it was started since, which is not the file's fault
            self._spent = worked - self._before
        return self._spent

    def _begin(self) -> None:
        self._ended = False
        self._spent = 0.0
        self._since = time.monotonic()
        self._before = self.child.worked() if self.child.running else None

    def _look(self) -> float:
        """Take a file that has cost too much for a cheap one out of the lane. Raises Overran."""
        lanes = self._turns.lanes
        if lanes is None or self.lane is Lane.DEAR:
            self.worked()
            return math.inf if lanes is None else 1.0
        over = self.worked() > lanes.overrun_seconds * self._turns.pace
        if over and not self._turns.becomes_dear(self):
            raise Overran
        return _LOOK_SECONDS
