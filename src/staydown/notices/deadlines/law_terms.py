"""From a regime of the directory to the terms of a clock."""

from collections.abc import Iterator, Sequence

from staydown.notices.deadlines.terms import Terms
from staydown.notices.directory.directory import ELSEWHERE, Directory
from staydown.notices.directory.records import Calendar, Regime


def terms_of(regime: Regime, directory: Directory, places: Sequence[str | None]) -> Terms:
    """Return the terms of a regime's time limit.

    ``places``: codes of the places whose days may count beside those of the law's own country:
    of the sender, of the one who must act. A place without a calendar takes that of what it
    belongs to, with its own public holidays; the Union alone stands for each of its members. A
    place that is not known (None, "ZZ", or nowhere in the directory) may be anywhere: every
    calendar there is, and the two ends of the world's clock (the calendar of ZZ).
    """
    calendars: dict[tuple[str, str | None, tuple[str, ...]], Calendar] = {}
    for place in (regime.jurisdiction, *places):
        for calendar in _calendars(place, directory):
            # Whose days and clocks are the same ends at the same moment.
            key = (calendar.jurisdiction, calendar.holidays_of, calendar.time_zones)
            calendars.setdefault(key, calendar)
    return Terms(
        law=regime.citation,
        obliges=regime.obliges,
        readings=regime.readings,
        calendars=tuple(calendars.values()),
        standing=regime.standing,
        hours_roll_in="US" if regime.jurisdiction.split("-")[0] == "US" else None,
    )


def _calendars(place: str | None, directory: Directory) -> Iterator[Calendar]:
    chain = () if place == ELSEWHERE else directory.chain(place)
    for code in chain:
        calendar = directory.calendars.get(code)
        if calendar is None:
            continue
        yield calendar
        if calendar.holidays_of is None and code in directory.jurisdictions:
            members = directory.jurisdictions[code].members
            # A member without a calendar is named by the chain; the Union itself is all of them.
            for member in chain[:1] if code != place else members:
                if member in members:
                    yield _member_calendar(member, calendar, directory)
        return
    for code, calendar in directory.calendars.items():
        if code == ELSEWHERE:
            yield calendar
        else:
            yield from _calendars(code, directory)


def _member_calendar(member: str, union: Calendar, directory: Directory) -> Calendar:
    known = directory.calendars.get(member)
    return known or union.model_copy(update={"holidays_of": member})
