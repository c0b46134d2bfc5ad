"""Readings, calendars and moments for the tests of clocks."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from staydown.base.records import Standing
from staydown.notices.deadlines.terms import Terms
from staydown.notices.directory.reading import load_directory
from staydown.notices.directory.records import Calendar, Reading
from staydown.notices.vocabulary import Obliges, StartsAt, Unit

_LONGEST = {
    Unit.HOURS: 100, Unit.CALENDAR_DAYS: 20, Unit.CALENDAR_MONTHS: 14, Unit.WORKING_DAYS: 12,
}  # fmt: skip
_DAY = timedelta(days=1)


def reading(
    length: int | None, unit: Unit | None = Unit.HOURS, starts: StartsAt = StartsAt.RECEIVED,
    **more: object,
) -> Reading:  # fmt: skip
    """Make a reading that is confirmed and in force unless ``more`` says otherwise."""
    unit = None if length is None else unit
    fields = {"label": "A limit", "confirmed": True, "source": "https://law.example.org"} | more
    return Reading.model_validate(fields | {"length": length, "unit": unit, "starts": starts})


def calendar(code: str, *zones: str, holidays_of: str | None = None) -> Calendar:
    """Make a calendar with a weekend of Saturday and Sunday."""
    return Calendar(
        id=code.lower(), checked=date(2026, 11, 22), confirmed=False, why="Made for a test.",
        jurisdiction=code, holidays_of=holidays_of, weekend=(5, 6), time_zones=zones,
    )  # fmt: skip


def terms(*readings: Reading, calendars: tuple[Calendar, ...], confirmed: bool = True) -> Terms:
    """Make the terms of an invented law."""
    why = "" if confirmed else "Nobody saw it."
    standing = Standing(date(2026, 11, 22), confirmed, "https://law.example.org", why)
    return Terms("Example Act s. 1", Obliges.REMOVAL, readings, calendars, standing)


def shipped() -> tuple[Calendar, ...]:
    """Return every calendar of the directory."""
    return tuple(load_directory().calendars.values())


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """Return when the clocks of a zone are changed from 2024 to 2028, to the quarter of an hour."""
    found, step = [], timedelta(days=1)
    moment, last = datetime(2024, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    place = ZoneInfo(zone)
    while moment < last:
        if moment.astimezone(place).utcoffset() != (moment + step).astimezone(place).utcoffset():
            inner = moment
            while inner.astimezone(place).utcoffset() == moment.astimezone(place).utcoffset():
                inner += timedelta(minutes=15)
            found.append(inner)
        moment += step
    return tuple(found)


@st.composite
def moments(draw: st.DrawFn, place: Calendar) -> datetime:
    """Draw a moment, often one near which the clocks change, or a month or leap year ends."""
    zone = draw(st.sampled_from(place.time_zones))
    near = draw(st.sampled_from(["change", "month", "any"]))
    if near == "change" and changes(zone):
        base = draw(st.sampled_from(changes(zone))) - draw(st.integers(0, 40)) * _DAY
        return base + timedelta(seconds=draw(st.integers(-7200, 7200)))
    if near == "month":
        day = draw(st.sampled_from([(1, 31), (2, 28), (2, 29), (3, 31), (8, 31), (12, 31)]))
        year = draw(st.sampled_from([2024, 2028]))
        base = datetime(year, *day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        return base + timedelta(seconds=draw(st.integers(0, 86399)))
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 150_000_000)))


@st.composite
def limits(draw: st.DrawFn, starts: StartsAt = StartsAt.RECEIVED) -> Reading:
    """Draw a reading that fixes a time, of any unit."""
    unit = draw(st.sampled_from(Unit))
    return reading(draw(st.integers(1, _LONGEST[unit])), unit, starts)
