"""What a clock has to say, to the one who must act and to the one who waits.

Both are told the law, its source and the day it was checked. Where the two are told different
moments, both are told why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from staydown.base.reasons import Reason, reasons
from staydown.notices.deadlines.interpretation import WorkedOut
from staydown.notices.deadlines.limits import (
    doubts_of,
    duty,
    event,
    length,
    source,
    start,
    to_the_minute,
)
from staydown.notices.deadlines.terms import Happened, Terms
from staydown.notices.directory.records import Reading
from staydown.notices.vocabulary import ClockEvent, StartsAt, Unit

_say = reasons("notices.deadlines")


@dataclass(frozen=True, slots=True)
class Findings:
    """What the reasons are made from: see ``terms.Shown`` for the fields."""

    terms: Terms
    worked: Sequence[WorkedOut]
    state: str
    act_by: datetime | None
    wait_until: datetime | None
    end: Happened | None
    #: What would have ended it, but lies before everything else that happened.
    too_early: Happened | None = None


def of_reading(worked: WorkedOut, terms: Terms) -> tuple[Reason, ...]:
    """Return how one reading was counted."""
    reading = worked.reading
    said = [_say("reading.label", label=reading.label.rstrip("."))]
    if not worked.applies:
        said.append(_outside(reading))
    elif reading.length is None:
        pass
    elif worked.beginning is None:
        said.append(_say("reading.not_begun"))
    elif worked.paused is not None:
        said.append(_say("reading.paused", since=to_the_minute(worked.paused)))
    elif worked.earliest is not None and worked.latest is not None:
        earliest, latest = to_the_minute(worked.earliest), to_the_minute(worked.latest, up=True)
        said.append(_say("reading.ends", earliest=earliest, latest=latest))
    return (*said, *doubts_of(reading), source(terms, [reading]))


def of_platform(found: Findings) -> tuple[Reason, ...]:
    """Return what the one who must act is told."""
    said = _settled(found)
    if said:
        pass
    elif found.state == "paused":
        said = [*_paused(found.worked), *_if_complete(found.worked)]
    elif found.act_by is None:
        said = [_say("act.soon", duty=duty(found.terms.obliges))]
    else:
        said = [_act_by(found, found.act_by)]
        if found.act_by != found.wait_until:
            said += [_say("act.earliest_end"), *_why(found)]
        if any(item.unpaused != item.earliest for item in found.worked if item.applies):
            said += _if_complete(found.worked)
    return _with_source(said, found)


def _act_by(found: Findings, moment: datetime) -> Reason:
    strict = next(item.reading for item in found.worked if item.act_by == moment)
    return _say(
        "act.by",
        moment=to_the_minute(moment),
        length=length(strict),
        start=start(strict.starts),
        duty=duty(found.terms.obliges),
    )


def of_sender(found: Findings) -> tuple[Reason, ...]:
    """Return what the one who waits is told."""
    said = _settled(found)
    if said:
        pass
    elif found.state == "paused":
        said = [*_paused(found.worked), _say("wait.add_or_explain")]
        if any(item.paused and item.latest and item.paused > item.latest for item in found.worked):
            said.append(_say("wait.said_too_late"))
    elif found.wait_until is None and found.act_by is None:
        said = [_say("wait.no_time_fixed")]
    elif found.wait_until is None:
        said = [_say("wait.no_date")]
        if found.act_by:
            said.append(_say("wait.due_from", moment=to_the_minute(found.act_by)))
        said += _why(found)
    else:
        said = _waiting(found, found.wait_until)
    return _with_source(said, found)


def _waiting(found: Findings, until: datetime) -> list[Reason]:
    over = found.state == "over"
    moment, obliged = to_the_minute(until, up=True), duty(found.terms.obliges)
    said = [_say("wait.over" if over else "wait.until", duty=obliged, moment=moment)]
    if found.act_by != found.wait_until:
        said += [_say("wait.latest_end"), *_why(found)]
    return said if over else [*said, _say("wait.need_not_wait")]


def _settled(found: Findings) -> list[Reason]:
    """Return what there is to say of a clock that has ended or not begun; else nothing."""
    if found.end is not None:
        return [_say(f"ended.{found.end.event}", moment=to_the_minute(found.end.at))]
    return [_not_started(found.worked)] if found.state == "not_started" else []


def _with_source(said: Sequence[Reason], found: Findings) -> tuple[Reason, ...]:
    doubts = [] if found.end is not None else _doubts(found)
    early = found.too_early
    if early is not None and found.end is None:
        moment = to_the_minute(early.at)
        doubts.insert(0, _say(f"ended_before_all.{early.event}", moment=moment))
    readings = [item.reading for item in found.worked if item.applies]
    return (*said, *doubts, source(found.terms, readings))


def _not_started(worked: Sequence[WorkedOut]) -> Reason:
    orders = [item for item in worked if item.reading.starts is StartsAt.ORDER]
    if orders and len(orders) == len(worked):
        return _say("not_started.order")
    return _say("not_started.nothing_sent")


def _paused(worked: Sequence[WorkedOut]) -> list[Reason]:
    since = min(item.paused for item in worked if item.paused is not None)
    return [_say("paused.since", moment=to_the_minute(since))]


def _if_complete(worked: Sequence[WorkedOut]) -> list[Reason]:
    """Say when the time ends if the notice was complete from the start: nothing stops it then."""
    ends = [item.unpaused for item in worked if item.applies and item.unpaused]
    return [_say("act.if_complete", moment=to_the_minute(min(ends)))] if ends else []


def _outside(reading: Reading) -> Reason:
    if reading.in_force_from is not None and reading.in_force_until is None:
        return _say("reading.counts_from", day=reading.in_force_from)
    return _say("reading.did_not_count")


def _why(found: Findings) -> list[Reason]:
    """Return why the earliest and the latest end differ, each reason once."""
    open_readings = [item for item in found.worked if item.applies]
    said = []
    if len(open_readings) > 1:
        named = tuple(item.reading.label.rstrip(".") for item in open_readings)
        said.append(_say("why.several_readings", readings=named))
    fixed = [item for item in open_readings if item.earliest is not None]
    said += [_counting(item.reading.unit) for item in fixed]
    if found.terms.hours_roll_in and any(_ran_on(item) for item in fixed):
        said.append(_say("why.hours_run_on"))
    in_days = any(item.reading.unit is not Unit.HOURS for item in fixed)
    if in_days and _many_places(found.terms):
        said.append(_say("why.places"))
    said += [reason for item in fixed for reason in _began(item)]
    return list(dict.fromkeys(said))


def _ran_on(worked: WorkedOut) -> bool:
    """Whether hours were let run over a day off: by more than the hour that doesn't count."""
    if worked.earliest is None or worked.latest is None or worked.beginning is None:
        return False
    counted = (
        worked.latest - worked.beginning.latest - (worked.earliest - worked.beginning.earliest)
    )
    return worked.reading.unit is Unit.HOURS and counted > timedelta(hours=1)


def _many_places(terms: Terms) -> bool:
    return len(terms.calendars) > 1 or any(len(c.time_zones) > 1 for c in terms.calendars)


def _counting(unit: Unit | None) -> Reason:
    return _say("why.hour_not_counted" if unit is Unit.HOURS else "why.day_not_counted")


def _began(worked: WorkedOut) -> list[Reason]:
    begun = worked.beginning
    if begun is None:
        return []
    if any(pause.until is not None for pause in begun.pauses):
        return [_say("why.paused_before")]
    if begun.earliest == begun.latest:
        return []
    return [
        _say(
            "why.two_starts",
            first_event=event(begun.by_earliest),
            first=to_the_minute(begun.earliest),
            second_event=event(begun.by_latest),
            second=to_the_minute(begun.latest),
        )
    ]


def _doubts(found: Findings) -> list[Reason]:
    """Return what else is in doubt: beginnings that are presumed, and what is not confirmed."""
    open_readings = [item for item in found.worked if item.applies]
    fixed = [item for item in open_readings if item.earliest is not None]
    said = [reason for item in fixed for reason in _presumed(item)]
    said += [doubt for item in open_readings for doubt in doubts_of(item.reading)]
    if not found.terms.standing.confirmed:
        said.append(_say("doubt.law"))
    return list(dict.fromkeys(said))


def _presumed(worked: WorkedOut) -> list[Reason]:
    begun = worked.beginning
    if begun is None or begun.by_latest is ClockEvent.ORDER:
        return []
    if worked.reading.starts is StartsAt.SENT:
        known = begun.by_earliest is ClockEvent.SENT
        return [] if known else [_say("why.sending_unknown")]
    if begun.by_earliest is begun.by_latest is ClockEvent.SENT:
        return [_say("why.receipt_unknown")]
    return []
