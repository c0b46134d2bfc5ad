"""When a clock began, as far as anyone can tell, and when it stood still.

What happened is often known from one side only. A sender knows when a notice was sent, seldom when
it was received; a platform the other way round. So a clock has an earliest beginning, from which
the one who must act is shown a time, and a latest, from which the one who waits is.

*Received, not known when.* An electronic message counts as received once it can be retrieved at
the address that the addressee has named for it, which is presumed as it gets there (United Nations
Convention on the Use of Electronic Communications, Article 10(2); UNCITRAL Model Law on Electronic
Commerce, Article 15(2)). So both beginnings are the moment of sending, and the sentence says so.

*Valid, not known when.* A notice is valid from when it is received complete; that somebody found
it complete later moves the latest beginning only.

*Something was said to be missing.* That concerns a clock that starts with a valid notice. While it
isn't mended no date is certain. Afterwards it may be that the clock only stood still (the defect
was none in law), or that it starts anew (there was no valid notice before): the first is counted
for the one who must act, the second for the one who waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from staydown.notices.deadlines.terms import Happened
from staydown.notices.vocabulary import ClockEvent, StartsAt

#: The events that show when a clock began: the best evidence first.
_FOR_EARLIEST = {
    StartsAt.SENT: (ClockEvent.SENT, ClockEvent.RECEIVED, ClockEvent.VALID),
    StartsAt.RECEIVED: (ClockEvent.RECEIVED, ClockEvent.SENT, ClockEvent.VALID),
    StartsAt.VALID: (ClockEvent.RECEIVED, ClockEvent.SENT, ClockEvent.VALID),
    StartsAt.ORDER: (ClockEvent.ORDER,),
}
_FOR_LATEST = {
    StartsAt.SENT: (ClockEvent.SENT, ClockEvent.RECEIVED, ClockEvent.VALID),
    StartsAt.RECEIVED: (ClockEvent.RECEIVED, ClockEvent.VALID, ClockEvent.SENT),
    StartsAt.VALID: (ClockEvent.VALID, ClockEvent.RECEIVED, ClockEvent.SENT),
    StartsAt.ORDER: (ClockEvent.ORDER,),
}


#: What has to have happened before a clock can begin: nothing is received before it is sent.
_BEFORE = {
    StartsAt.SENT: (),
    StartsAt.RECEIVED: (ClockEvent.SENT,),
    StartsAt.VALID: (ClockEvent.SENT, ClockEvent.RECEIVED),
    StartsAt.ORDER: (),
}


@dataclass(frozen=True, slots=True)
class Pause:
    """From when something was said to be missing until it was mended (None: not yet). UTC."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Beginning:
    """``earliest`` ≤ ``latest``, UTC, and the events that they were taken from."""

    earliest: datetime
    latest: datetime
    by_earliest: ClockEvent
    by_latest: ClockEvent
    pauses: tuple[Pause, ...]


def beginning(starts: StartsAt, happened: Sequence[Happened]) -> Beginning | None:
    """Return when a clock that ``starts`` so began, or None if it has not.

    Of an event that happened twice the first counts for ``earliest``, the last for ``latest``.
    """
    first = _best(_FOR_EARLIEST[starts], happened)
    last = _best(_FOR_LATEST[starts], happened)
    if first is None or last is None:
        return None
    if starts is StartsAt.VALID:
        # It was complete by then, and may have been before.
        moments = _moments(happened, first) + _moments(happened, ClockEvent.VALID)
    else:
        moments = _moments(happened, first)
    latest = max(*_moments(happened, last), min(moments))
    for before in _BEFORE[starts]:
        # It cannot have begun before that, whatever day somebody noted for it.
        noted = _moments(happened, before)
        if noted and min(noted) > latest:
            latest, last = min(noted), before
    pauses = _pauses(happened) if starts is StartsAt.VALID else ()
    return Beginning(min(moments), latest, first, last, pauses)


def _best(order: Sequence[ClockEvent], happened: Sequence[Happened]) -> ClockEvent | None:
    known = {item.event for item in happened}
    return next((event for event in order if event in known), None)


def _moments(happened: Sequence[Happened], event: ClockEvent) -> list[datetime]:
    return [item.at.astimezone(UTC) for item in happened if item.event is event]


def _pauses(happened: Sequence[Happened]) -> tuple[Pause, ...]:
    """Pair what was said to be missing with what mended it, in the order of time."""
    said = [(at, False) for at in _moments(happened, ClockEvent.DEFECT_NOTIFIED)]
    mended = [(at, True) for at in _moments(happened, ClockEvent.DEFECT_MENDED)]
    pauses: list[Pause] = []
    since: datetime | None = None
    for at, is_mended in sorted(said + mended):
        if not is_mended:
            since = since or at
        elif since is not None:
            pauses.append(Pause(since, at))
            since = None
    return (*pauses, Pause(since, None)) if since is not None else tuple(pauses)
