"""What a clock says in words, to the one who must act and to the one who waits.

Both sentences name the law, its source and the day it was checked. Where the two are told
different moments, both say why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from staydown.notices.deadlines.in_words import (
    EVENTS,
    day_in_words,
    doubt_of,
    length_in_words,
    moment_in_words,
    obliges_in_words,
    source_in_words,
    starts_in_words,
)
from staydown.notices.deadlines.terms import Happened, Terms
from staydown.notices.deadlines.worked_out import WorkedOut
from staydown.notices.directory.records import Reading
from staydown.notices.words import ClockEvent, StartsAt, Unit


@dataclass(frozen=True, slots=True)
class Findings:
    """What the sentences are made from: see ``terms.Shown`` for the fields."""

    terms: Terms
    worked: Sequence[WorkedOut]
    state: str
    act_by: datetime | None
    wait_until: datetime | None
    end: Happened | None
    #: What would have ended it, but lies before everything else that happened.
    too_early: Happened | None = None


def of_reading(worked: WorkedOut, terms: Terms) -> str:
    """Return how one reading was counted."""
    reading = worked.reading
    said = [f"{reading.label.rstrip('.')}."]
    if not worked.applies:
        said.append(_outside(reading))
    elif reading.length is None:
        pass
    elif worked.beginning is None:
        said.append("It has not begun.")
    elif worked.paused is not None:
        said.append(f"It may stand still since {moment_in_words(worked.paused)}.")
    elif worked.earliest is not None and worked.latest is not None:
        said.append(f"It ends on {moment_in_words(worked.earliest)} at the earliest")
        said[-1] += f", on {moment_in_words(worked.latest, up=True)} at the latest."
    said += [doubt_of(reading), source_in_words(terms, [reading])]
    return " ".join(part for part in said if part)


def of_platform(found: Findings) -> str:
    """Return the sentence for the one who must act."""
    duty = obliges_in_words(found.terms.obliges)
    said = _settled(found)
    if said:
        pass
    elif found.state == "paused":
        said = [*_paused(found.worked), *_if_complete(found.worked)]
    elif found.act_by is None:
        said = [f"The law fixes no time {duty}. Act soon."]
    else:
        strict = next(item.reading for item in found.worked if item.act_by == found.act_by)
        limit = f"{length_in_words(strict)} {starts_in_words(strict.starts)}"
        said = [f"Act by {moment_in_words(found.act_by)}: {limit}, {duty}."]
        if found.act_by != found.wait_until:
            said += ["This is the earliest end that the law may have.", *_why(found)]
        if any(item.unpaused != item.earliest for item in found.worked if item.applies):
            said += _if_complete(found.worked)
    return _with_source(said, found)


def of_sender(found: Findings) -> str:
    """Return the sentence for the one who waits."""
    duty = obliges_in_words(found.terms.obliges)
    said = _settled(found)
    if said:
        pass
    elif found.state == "paused":
        said = [*_paused(found.worked), "No date is certain until you add it, or say why not."]
        if any(item.paused and item.latest and item.paused > item.latest for item in found.worked):
            said.append("It was said after the time was over. You may tell a regulator so.")
    elif found.wait_until is None and found.act_by is None:
        said = ["No date is certain: the law fixes no time. You can ask again whenever you wish."]
    elif found.wait_until is None:
        due = f"It may be due from {moment_in_words(found.act_by)}." if found.act_by else ""
        said = ["No date is certain.", due, *_why(found)]
    else:
        is_over = "was over" if found.state == "over" else "is over"
        said = [f"The time {duty} {is_over} on {moment_in_words(found.wait_until, up=True)}."]
        if found.act_by != found.wait_until:
            said += ["This is the latest end that the law may have.", *_why(found)]
        if found.state != "over":
            said.append("You need not wait to get help, or to take another way.")
    return _with_source(said, found)


def _settled(found: Findings) -> list[str]:
    """Return what there is to say of a clock that has ended or not begun; else nothing."""
    if found.end is not None:
        return [_ended(found.end)]
    return [_not_started(found.worked)] if found.state == "not_started" else []


def _with_source(said: Sequence[str], found: Findings) -> str:
    doubts = [] if found.end is not None else _doubts(found)
    if found.too_early is not None and found.end is None:
        doubts.insert(0, _before_all(found.too_early))
    readings = [item.reading for item in found.worked if item.applies]
    return " ".join(
        part for part in (*said, *doubts, source_in_words(found.terms, readings)) if part
    )


def _ended(end: Happened) -> str:
    return f"{_ENDED[end.event]} on {moment_in_words(end.at)}, so no time runs any more."


def _before_all(end: Happened) -> str:
    return (
        f"{_ENDED[end.event]} on {moment_in_words(end.at)}, which is before all the "
        "rest, so it does not end the time. If a day is wrong, put it right."
    )


_ENDED = {
    ClockEvent.REMOVED: "It was taken down",
    ClockEvent.REFUSED: "The request was refused",
    ClockEvent.WITHDRAWN: "The request was withdrawn",
}


def _not_started(worked: Sequence[WorkedOut]) -> str:
    orders = [item for item in worked if item.reading.starts is StartsAt.ORDER]
    if orders and len(orders) == len(worked):
        return "The time begins only when the authority gives its order."
    return "The time has not begun: nothing is known to have been sent."


def _paused(worked: Sequence[WorkedOut]) -> list[str]:
    since = min(item.paused for item in worked if item.paused is not None)
    return [
        f"Something was said to be missing on {moment_in_words(since)}. The clock may stand still."
    ]


def _if_complete(worked: Sequence[WorkedOut]) -> list[str]:
    """Say when the time ends if the notice was complete from the start: nothing stops it then."""
    ends = [item.unpaused for item in worked if item.applies and item.unpaused]
    if not ends:
        return []
    return [f"If nothing was missing, the clock never stopped, to {moment_in_words(min(ends))}."]


def _outside(reading: Reading) -> str:
    if reading.in_force_from is not None and reading.in_force_until is None:
        return f"It counts only from {day_in_words(reading.in_force_from)}."
    return "It did not count at that time."


def _why(found: Findings) -> list[str]:
    """Return why the earliest and the latest end differ: each reason in a sentence."""
    open_readings = [item for item in found.worked if item.applies]
    said = []
    if len(open_readings) > 1:
        named = "; ".join(item.reading.label.rstrip(".") for item in open_readings)
        said.append(f"The law can be read in more than one way: {named}.")
    fixed = [item for item in open_readings if item.earliest is not None]
    said += [_counting(item.reading.unit) for item in fixed]
    if found.terms.hours_roll_in and any(_ran_on(item) for item in fixed):
        said.append(
            "Hours that end on a day off may run to the same time of the next working day "
            "(Fed. R. Civ. P. 6(a)(2)(C))."
        )
    in_days = any(item.reading.unit is not Unit.HOURS for item in fixed)
    if in_days and _many_places(found.terms):
        said.append("It is not certain which place's days and clocks count.")
    said += [_began(item) for item in fixed]
    return [reason for reason in dict.fromkeys(said) if reason]


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


def _counting(unit: Unit | None) -> str:
    if unit is Unit.HOURS:
        return "Some laws do not count the hour in which the time begins."
    return (
        "Some laws do not count the day on which the time begins, let the last day run to its "
        "end, and move it where it is a day off (as Regulation 1182/71, Article 3, does)."
    )


def _began(worked: WorkedOut) -> str:
    begun = worked.beginning
    if begun is None:
        return ""
    if any(pause.until is not None for pause in begun.pauses):
        return (
            "Something was said to be missing and was added: the clock may have stood still "
            "meanwhile, or have begun anew."
        )
    if begun.earliest != begun.latest:
        return (
            f"It was {EVENTS[begun.by_earliest]} on {moment_in_words(begun.earliest)} and "
            f"{EVENTS[begun.by_latest]} on {moment_in_words(begun.latest)}; the time may begin "
            "with either."
        )
    return ""


def _doubts(found: Findings) -> list[str]:
    """Return what else is in doubt: beginnings that are presumed, and what is not confirmed."""
    open_readings = [item for item in found.worked if item.applies]
    said = [_presumed(item) for item in open_readings if item.earliest is not None]
    said += [doubt_of(item.reading) for item in open_readings]
    if not found.terms.standing.confirmed:
        said.append("The law is not confirmed.")
    return [doubt for doubt in dict.fromkeys(said) if doubt]


def _presumed(worked: WorkedOut) -> str:
    begun = worked.beginning
    if begun is None or begun.by_latest is ClockEvent.ORDER:
        return ""
    if worked.reading.starts is StartsAt.SENT:
        if begun.by_earliest is ClockEvent.SENT:
            return ""
        return "When it was sent is not known: the time may end sooner."
    if begun.by_earliest is begun.by_latest is ClockEvent.SENT:
        return (
            "When it was received is not known; it counts as received once it got to the address "
            "or form named for it. If it came later, the time ends later."
        )
    return ""
