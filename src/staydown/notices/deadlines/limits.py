"""What there is to say of a time limit: how long, by which law, who says so, what is in doubt."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from staydown.base.reasons import Reason, reasons
from staydown.base.records import Standing
from staydown.notices.deadlines.terms import Terms
from staydown.notices.directory.records import Reading
from staydown.notices.vocabulary import ClockEvent, Obliges, StartsAt

_say = reasons("notices.deadlines")


def limit_reasons(terms: Terms, today: date) -> tuple[Reason, ...]:
    """Return the limit with the law, the day it was checked, and every doubt.

    "48 hours from a valid request, to take it down (47 U.S.C. 223a(a)(3), checked 22 November
    2026)."
    """
    current = [reading for reading in terms.readings if applies_on(reading, today)]
    fixed = [reading for reading in current if reading.length is not None]
    sure = [reading for reading in fixed if reading.commenced]
    law, checked = terms.law, terms.standing.checked
    if not sure:
        said = [_say("none_in_force", law=law, checked=checked)]
    elif len({reading.starts for reading in sure}) == 1:
        said = [
            _say(
                "fixed_from_one_start",
                lengths=tuple(length(reading) for reading in sure),
                start=start(sure[0].starts),
                duty=duty(terms.obliges),
                law=law,
                checked=checked,
            )
        ]
    else:
        lengths = tuple(
            _say("length_from", length=length(reading), start=start(reading.starts))
            for reading in sure
        )
        said = [_say("fixed", lengths=lengths, duty=duty(terms.obliges), law=law, checked=checked)]
    if len(sure) > 1:
        said.append(_say("several_readings"))
    return (*said, *_doubts(terms, current, today))


def _doubts(terms: Terms, readings: Sequence[Reading], today: date) -> list[Reason]:
    doubts = [doubt for reading in readings for doubt in doubts_of(reading)]
    if not terms.standing.confirmed:
        doubts.append(_law_not_confirmed(terms.standing))
    if terms.standing.is_stale(today):
        doubts.append(_say("doubt.check_due", due=terms.standing.due))
    return list(dict.fromkeys(doubts))


def _law_not_confirmed(standing: Standing) -> Reason:
    why = standing.why.rstrip(".") if isinstance(standing.why, str) else standing.why
    return _say("doubt.law_because", why=why) if why else _say("doubt.law")


def doubts_of(reading: Reading) -> tuple[Reason, ...]:
    """Return what is in doubt about a reading."""
    if not reading.commenced:
        return (_say("doubt.limit_not_commenced", length=length(reading)),)
    if reading.confirmed:
        return ()
    why = reading.why.rstrip(".")
    if reading.length is None:
        return (_say("doubt.no_limit_because", why=why) if why else _say("doubt.no_limit"),)
    named = length(reading)
    if why:
        return (_say("doubt.limit_because", length=named, why=why),)
    return (_say("doubt.limit", length=named),)


def applies_on(reading: Reading, day: date) -> bool:
    """Whether the reading's time of being law covers ``day``."""
    begun = reading.in_force_from is None or reading.in_force_from <= day
    return begun and (reading.in_force_until is None or day <= reading.in_force_until)


def length(reading: Reading) -> Reason:
    """Return "48 hours", "1 month", or "no fixed time"."""
    if reading.length is None or reading.unit is None:
        return _say("length.none")
    return _say(f"length.{reading.unit}", n=reading.length)


def start(starts: StartsAt) -> Reason:
    """Return "from a valid request" and the like."""
    return _say(f"start.{starts}")


def duty(obliges: Obliges) -> Reason:
    """Return "to take it down" and the like."""
    return _say(f"duty.{obliges}")


def event(happened: ClockEvent) -> Reason:
    """Return "taken down" and the like."""
    return _say(f"event.{happened}")


def source(terms: Terms, readings: Sequence[Reading]) -> Reason:
    """Return the law, its sources and the day it was checked."""
    named = [reading.source or terms.standing.source for reading in readings]
    sources = tuple(each for each in dict.fromkeys(named or [terms.standing.source]) if each)
    if not sources:
        return _say("source.unknown", law=terms.law, checked=terms.standing.checked)
    return _say("source.known", law=terms.law, sources=sources, checked=terms.standing.checked)


def to_the_minute(moment: datetime, *, up: bool = False) -> datetime:
    """Return a moment in UTC, cut to the minute, or raised to the next if it isn't whole.

    Whoever waits is never told an earlier minute than the law's, nor a later one whoever must act.
    """
    moment = moment.astimezone(UTC)
    whole = moment.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=1) if up and whole < moment else whole
