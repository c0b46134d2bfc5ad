"""How tries are slowed, as plain functions: marks, a moment and what a try may use in, a decision
out.

A limit has lanes, in order: a try is taken from the first that is open to it and has room. Which
are open is for whoever counts to say: some to everybody, some to who waited, worked or was lucky.
Nobody is ever locked out: each lane fills again with time (``base.allowance``), and no wait that
is told is longer than a minute.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from staydown.base.allowance import Allowance, give_back, in_use, spend

#: Nobody is ever told to wait for longer.
LONGEST_WAIT = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Lane(Allowance):
    """An allowance with a name of its own within its limit.

    ``forgiving``: a mark that a wrong clock left in the far future counts for nothing; else it
    counts as an allowance that was used up just now. ``endless``: what is taken is counted, up to
    what the lane holds, and never refused: its price keeps it from being used up.
    """

    name: str
    forgiving: bool = False
    endless: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """What is counted, and its lanes. A try that turned out to be right makes the first whole."""

    scope: str
    lanes: tuple[Lane, ...]


#: Where the lanes of a subject are, by their names. One that is missing is whole.
Marks = Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a try: the lane it was taken from; None: it may come back after ``wait``.

    The marks are to be kept after a refusal too: those that a wrong clock left are put right there.
    """

    marks: Marks
    lane: Lane | None
    wait: timedelta


def admit(
    limit: Limit,
    marks: Marks,
    now: datetime,
    opened: Collection[Lane] | None = None,
    count: int = 1,
) -> Decision:
    """Decide about ``count`` together. ``opened``: the lanes that they may use; None: all."""
    after, wait = dict(marks), LONGEST_WAIT
    for lane in limit.lanes:
        if opened is not None and lane not in opened:
            continue
        mark = _mark(marks, lane, now)
        moved, longer = spend(mark, now, lane, count)
        if longer and lane.endless:
            moved, longer = now + lane.whole, timedelta(0)
        if not longer:
            return Decision(after | {lane.name: moved}, lane, longer)
        if moved < mark:
            after[lane.name] = moved
        wait = min(wait, longer)
    return Decision(after, None, wait)


def rolled_back(marks: Marks, lane: Lane, count: int = 1) -> Marks:
    """Return the marks as they are without what was taken and turned out not to count."""
    if lane.name not in marks:
        return marks
    return {**marks, lane.name: give_back(marks[lane.name], lane, count)}


def released(limit: Limit, marks: Marks, lane: Lane, now: datetime) -> Marks:
    """Return the marks after a try that was right: without it, and without the slips before it."""
    return {**rolled_back(marks, lane), limit.lanes[0].name: now}


def used(marks: Marks, lane: Lane, now: datetime) -> int:
    """Return how many of a lane are in use. What a wrong clock left counts for nothing."""
    return in_use(marks.get(lane.name, now), now, lane)


def wait_seconds(wait: timedelta) -> int:
    """Return whole seconds, rounded up: at least 1, and never more than the longest wait."""
    return max(1, -(-min(wait, LONGEST_WAIT) // timedelta(seconds=1)))


def _mark(marks: Marks, lane: Lane, now: datetime) -> datetime:
    mark = marks.get(lane.name, now)
    return now if lane.forgiving and mark > now + lane.whole else mark
