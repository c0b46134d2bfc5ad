"""Lawful ends worked out slowly, one hour or day after another, without the code under test.

Each function follows one way in which a law may count. Nothing here is shared with the package:
holidays are asked of the ``holidays`` package directly, days end when a clock is seen to show the
next date, months are walked on a calendar sheet.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from staydown.notices.directory.records import Calendar, Reading

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
STEP = timedelta(minutes=15)


@cache
def _list(country: str, part: str | None, observed: bool) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=part, observed=observed)


@cache
def lists_of(country: str | None, part: str | None) -> tuple[holidays.HolidayBase | None, ...]:
    """Return the lists of holidays that somebody may hold to be the right one."""
    if country is None or country not in holidays.list_supported_countries():
        return (None,)
    parts = _list(country, None, True).subdivisions
    if part in parts:
        return _list(country, part, True), _list(country, part, False)
    some = (None, *parts[:: max(1, len(parts) // 2)])
    return tuple(_list(country, one, seen) for one in some for seen in (True, False))


@cache
def _end_of(zone: ZoneInfo, day: date) -> datetime:
    """Walk until the clock shows a later date: that moment is the end of ``day``."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    while moment.astimezone(zone).date() <= day:
        moment += STEP
    return moment


@cache
def _at(zone: ZoneInfo, day: date, like: datetime) -> datetime:
    """Walk until the clock shows ``like``'s time on ``day``; past it where it is skipped."""
    wall = like.astimezone(zone).time()
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY
    moment += timedelta(minutes=wall.minute, seconds=wall.second) % STEP
    moment += timedelta(microseconds=wall.microsecond)
    while (moment.astimezone(zone).date(), moment.astimezone(zone).time()) < (day, wall):
        moment += STEP
    return moment


class Sheet:
    """One calendar as one party reads it: a zone, a weekend, a list of holidays."""

    def __init__(
        self, zone: str, weekend: tuple[int, ...], listed: holidays.HolidayBase | None
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.weekend = weekend
        self.listed = listed

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def off(self, day: date) -> bool:
        return day.weekday() in self.weekend or (self.listed is not None and day in self.listed)

    def end_of(self, day: date) -> datetime:
        return _end_of(self.zone, day)

    def at(self, day: date, like: datetime) -> datetime:
        return _at(self.zone, day, like)

    def rolled(self, day: date) -> date:
        while self.off(day):
            day += DAY
        return day

    def worked(self, day: date, days: int) -> date:
        """Walk ``days`` working days on."""
        while days:
            day += DAY
            days -= not self.off(day)
        return day

    def months(self, day: date, months: int) -> date:
        """Turn ``months`` sheets, and take the same date or the last there is."""
        year, month = day.year, day.month
        for _ in range(months):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        number = day.day
        while True:
            try:
                return date(year, month, number)
            except ValueError:
                number -= 1

    def end_of_hour(self, moment: datetime) -> datetime:
        """Walk minute by minute until the local clock shows a full hour."""
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        while moment.astimezone(self.zone).minute:
            moment += timedelta(minutes=1)
        return moment


def sheets(calendar: Calendar) -> Iterator[Sheet]:
    """Give the calendar as each party may read it."""
    for zone in calendar.time_zones:
        for listed in lists_of(calendar.holidays_of, calendar.subdivision):
            yield Sheet(zone, calendar.weekend, listed)


def lawful_ends(reading: Reading, start: datetime, calendar: Calendar) -> list[datetime]:
    """Return the ends that one or the other law would give the limit."""
    return [end for sheet in sheets(calendar) for end in ends_on(sheet, reading, start)]


def ends_on(sheet: Sheet, reading: Reading, start: datetime) -> Iterator[datetime]:
    """Give the ends on one sheet: to the moment, by whole days, and rolled over days off."""
    assert reading.length is not None
    length, first = reading.length, sheet.day(start)
    if reading.unit == "hours":
        for begun in (start, sheet.end_of_hour(start)):
            end = begun
            for _ in range(length):
                end += HOUR
            yield end
        return
    if reading.unit == "working_days":
        last = sheet.worked(first, length)
    elif reading.unit == "calendar_months":
        last = sheet.months(first, length)
    else:
        last = first
        for _ in range(length):
            last += DAY
        end = start
        for _ in range(24 * length):
            end += HOUR
        yield end
    yield sheet.at(last, start)
    yield sheet.end_of(last)
    rolled = sheet.rolled(last)
    yield sheet.end_of(rolled)
    if reading.unit == "calendar_days" and length >= 2:
        days = [first + n * DAY for n in range(1, (rolled - first).days + 1)]
        while sum(not sheet.off(day) for day in days) < 2:
            days.append(days[-1] + DAY)
        yield sheet.end_of(sheet.rolled(days[-1]))


def rolled_hours(reading: Reading, start: datetime, calendar: Calendar) -> list[datetime]:
    """Return where hours end by Rule 6(a)(2) of the Federal Rules of Civil Procedure."""
    found = []
    for sheet in sheets(calendar):
        end = start
        for _ in range(reading.length or 0):
            end += HOUR
        day = sheet.day(end)
        found.append(end if not sheet.off(day) else sheet.at(sheet.rolled(day), end))
    return found
