"""What a clock shows at a moment: pure; the same for whoever must act and whoever waits."""

from collections.abc import Sequence
from datetime import UTC, datetime

from staydown.base.errors import StaydownError
from staydown.notices.deadlines.clock_reasons import Findings, of_platform, of_reading, of_sender
from staydown.notices.deadlines.interpretation import WorkedOut, work_out
from staydown.notices.deadlines.terms import Happened, ReadingShown, Shown, Terms
from staydown.notices.vocabulary import ClockEvent

_ENDS = frozenset({ClockEvent.REMOVED, ClockEvent.REFUSED, ClockEvent.WITHDRAWN})
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class BadMoment(StaydownError):
    """A moment without a time zone, or one that no notice of ours can have."""


def show(terms: Terms, happened: Sequence[Happened], now: datetime) -> Shown:
    """Work out what the clock shows at ``now``.

    All moments are aware; what is listed counts as happened, even when it lies after ``now``. What
    ends a clock ends none that began only later.
    ``act_by`` is the earliest end of any reading that may be law, also of one that isn't confirmed
    or has not commenced. ``wait_until`` is the latest end of all of them, and None as soon as one
    that is in force fixes no time or has not begun, none is in force, or something that was said
    to be missing has not been added.

    Raises BadMoment for a moment without a time zone, or not between the years 2000 and 2100.
    """
    for moment in (now, *(item.at for item in happened)):
        _check(moment)
    ends = [item for item in happened if item.event in _ENDS]
    others = [item.at for item in happened if item.event not in _ENDS]
    # What was removed or refused before a notice was even sent ended another one.
    later = [item for item in ends if not others or item.at >= min(others)]
    end = min(later, key=lambda item: item.at, default=None)
    too_early = min(ends, key=lambda item: item.at, default=None) if end is None else None
    worked = [work_out(reading, terms, happened, now) for reading in terms.readings]
    act_by = min((item.act_by for item in worked if item.act_by is not None), default=None)
    wait_until = _wait_until(worked)
    state = "ended" if end is not None else _state(worked, happened, wait_until, now)
    found = Findings(terms, worked, state, act_by, wait_until, end, too_early)
    return Shown(
        state=state,
        act_by=act_by,
        wait_until=wait_until,
        readings=tuple(_shown(item, terms) for item in worked),
        ended_by=end.event if end else None,
        to_platform=of_platform(found),
        to_sender=of_sender(found),
    )


def _check(moment: datetime) -> None:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise BadMoment("a time needs its zone: write 2026-11-22T10:20+01:00, or Z for UTC")
    if not _FIRST <= moment < _LAST:
        raise BadMoment("a time lies between the years 2000 and 2100: look at the year again")


def _wait_until(worked: Sequence[WorkedOut]) -> datetime | None:
    in_force = [item for item in worked if item.in_force]
    if not in_force or any(item.wait_until is None for item in in_force):
        return None
    # One that is law, but perhaps not in force, may be so: never tell an earlier date than its.
    return max(item.latest for item in worked if item.applies and item.latest is not None)


def _state(
    worked: Sequence[WorkedOut],
    happened: Sequence[Happened],
    wait_until: datetime | None,
    now: datetime,
) -> str:
    begun = any(item.beginning is not None for item in worked) or (not worked and bool(happened))
    if not begun:
        return "not_started"
    if any(item.paused is not None for item in worked if item.applies):
        return "paused"
    return "over" if wait_until is not None and now > wait_until else "running"


def _shown(worked: WorkedOut, terms: Terms) -> ReadingShown:
    return ReadingShown(
        worked.reading, worked.in_force, worked.act_by, worked.wait_until,
        of_reading(worked, terms),
    )  # fmt: skip
