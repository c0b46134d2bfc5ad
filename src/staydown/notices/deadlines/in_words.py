"""A time limit in plain words: how long, by which law, who says so, and what is in doubt."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from staydown.notices.deadlines.terms import Terms
from staydown.notices.directory.records import Reading
from staydown.notices.words import ClockEvent, Obliges, StartsAt, Unit

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_UNITS = {
    Unit.HOURS: "hour",
    Unit.CALENDAR_DAYS: "day",
    Unit.CALENDAR_MONTHS: "month",
    Unit.WORKING_DAYS: "working day",
}
_STARTS = {
    StartsAt.SENT: "from sending",
    StartsAt.RECEIVED: "from receipt",
    StartsAt.VALID: "from a valid request",
    StartsAt.ORDER: "from an order of the authority",
}
_OBLIGES = {
    Obliges.REMOVAL: "to take it down",
    Obliges.ANSWER: "to answer",
    Obliges.DECISION: "to decide",
}
EVENTS = {
    ClockEvent.SENT: "sent",
    ClockEvent.RECEIVED: "received",
    ClockEvent.VALID: "found complete",
    ClockEvent.ORDER: "ordered",
    ClockEvent.DEFECT_NOTIFIED: "said to be incomplete",
    ClockEvent.DEFECT_MENDED: "completed",
    ClockEvent.REMOVED: "taken down",
    ClockEvent.REFUSED: "refused",
    ClockEvent.WITHDRAWN: "withdrawn",
}


def terms_in_words(terms: Terms, today: date) -> str:
    """Return the limit in a sentence, with the law, the day it was checked, and every doubt.

    "48 hours from a valid request, to take it down (47 U.S.C. 223a(a)(3), checked 22 November
    2026)."
    """
    current = [reading for reading in terms.readings if applies_on(reading, today)]
    fixed = [reading for reading in current if reading.length is not None]
    sure = [reading for reading in fixed if reading.commenced]
    checked = f"({terms.law}, checked {day_in_words(terms.standing.checked)})"
    if not sure:
        said = f"No fixed time is in force {checked}."
    else:
        said = f"{_lengths(sure)}, {_OBLIGES[terms.obliges]} {checked}."
        if len(sure) > 1:
            said += " The law can be read in more than one way."
    return " ".join([said, *_doubts(terms, current, today)])


def _lengths(readings: Sequence[Reading]) -> str:
    """Return "2 hours or 24 hours from receipt"; each with its start where they differ."""
    if len({reading.starts for reading in readings}) == 1:
        named = " or ".join(length_in_words(reading) for reading in readings)
        return f"{named} {_STARTS[readings[0].starts]}"
    return " or ".join(f"{length_in_words(item)} {_STARTS[item.starts]}" for item in readings)


def _doubts(terms: Terms, readings: Sequence[Reading], today: date) -> list[str]:
    doubts = [doubt_of(reading) for reading in readings]
    if not terms.standing.confirmed:
        doubts.append(_because("The law is not confirmed", terms.standing.why))
    if terms.standing.is_stale(today):
        doubts.append(f"This should have been checked again by {day_in_words(terms.standing.due)}.")
    return [doubt for doubt in dict.fromkeys(doubts) if doubt]


def doubt_of(reading: Reading) -> str:
    """Return what is in doubt about a reading, in a sentence; "" if nothing is."""
    named = length_in_words(reading)
    if not reading.commenced:
        return _because(f"A limit of {named} is law, but it is not known to be in force", "")
    if not reading.confirmed:
        subject = "That no time is fixed" if reading.length is None else f"The limit of {named}"
        return _because(f"{subject} is not confirmed", reading.why)
    return ""


def _because(said: str, why: str) -> str:
    return f"{said}: {why.rstrip('.')}." if why else f"{said}."


def applies_on(reading: Reading, day: date) -> bool:
    """Whether the reading's time of being law covers ``day``."""
    begun = reading.in_force_from is None or reading.in_force_from <= day
    return begun and (reading.in_force_until is None or day <= reading.in_force_until)


def length_in_words(reading: Reading) -> str:
    """Return "48 hours", "1 month", or "no fixed time"."""
    if reading.length is None or reading.unit is None:
        return "no fixed time"
    return f"{reading.length} {_UNITS[reading.unit]}{'' if reading.length == 1 else 's'}"


def starts_in_words(starts: StartsAt) -> str:
    """Return "from a valid request" and the like."""
    return _STARTS[starts]


def obliges_in_words(obliges: Obliges) -> str:
    """Return "to take it down" and the like."""
    return _OBLIGES[obliges]


def source_in_words(terms: Terms, readings: Sequence[Reading]) -> str:
    """Return the law, its sources and the day it was checked, in a sentence."""
    named = [reading.source or terms.standing.source for reading in readings]
    sources = [source for source in dict.fromkeys(named or [terms.standing.source]) if source]
    said = f"Source: {', '.join(sources)}" if sources else "No source was found"
    return f"{terms.law}. {said} (checked {day_in_words(terms.standing.checked)})."


def day_in_words(day: date) -> str:
    """Return "22 November 2026", whatever the machine's language."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_in_words(moment: datetime, *, up: bool = False) -> str:
    """Return "22 November 2026, 10:20 UTC", cut to the minute, or ``up`` to the next."""
    moment = moment.astimezone(UTC)
    whole = moment.replace(second=0, microsecond=0)
    if up and whole < moment:
        whole += timedelta(minutes=1)
    return f"{day_in_words(whole.date())}, {whole:%H:%M} UTC"
