"""How long a time limit is: the earliest and the latest moment at which it may end.

Laws count differently, and most of those in the directory don't say how. So each limit is counted
twice, for every zone of a calendar:

*earliest*, to the moment: 48 hours are 48 hours; a day later is the same time of the next day; a
month later is the same time on the same date, or on the last day of a shorter month; a working day
later is the same time on the next day that is not certainly off.

*latest*, generously, after Regulation (EEC, Euratom) No 1182/71, Article 3: the hour or the day in
which it began doesn't count; a limit in days, working days or months ends with the last hour of
its last day; where that day is off, with the last hour of the next working day; and a limit of two
days or more holds at least two working days. Hours run through nights and weekends, but in the
United States, where Rule 6(a)(2)(C) of the Federal Rules of Civil Procedure has hours that end on
a day off run to the same time of the next day that isn't. It binds "any statute that does not
specify a method of computing time", and whether it binds a platform is open.

A law that counts the day on which it begins ("beginning with the day") is entered with one day
less. Moments are UTC; a time that the clocks skip or repeat counts as the earlier instant in the
first way, as the later in the second.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from staydown.notices.deadlines.days_off import certainly_off, possibly_off
from staydown.notices.directory.records import Calendar, Reading
from staydown.notices.vocabulary import Unit

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
#: No run of days off is as long; it ends the search in a calendar that has only such.
_LONGEST_BREAK = 60


def earliest_end(
    reading: Reading, start: datetime, calendar: Calendar, *, until: datetime | None = None
) -> datetime:
    """Return the earliest moment (UTC) at which the limit may end.

    ``start``: aware; where it is not certain, the first moment it may be, and ``until`` the last.
    Raises ValueError for a reading that fixes no time.
    """
    length, unit = _fixed(reading)
    start = start.astimezone(UTC)
    if unit is Unit.HOURS:
        return start + length * _HOUR
    ends: list[datetime] = []
    for zone in _zones(calendar):
        for begun in _starts(start, until, zone):
            last = _last_day(begun.date(), length, unit, calendar, certainly_off)
            ends += _instants(datetime.combine(last, begun.time()), zone)
    if unit is Unit.CALENDAR_DAYS:
        ends.append(start + length * _DAY)
    return min(ends)


def latest_end(
    reading: Reading,
    start: datetime,
    calendar: Calendar,
    *,
    since: datetime | None = None,
    hours_roll: bool = False,
) -> datetime:
    """Return the latest moment (UTC) at which the limit may end: see the module's text.

    ``start``: aware; where it is not certain, the last moment it may be, and ``since`` the first.
    ``hours_roll``: whether hours that end on a day off run on, as in the United States. Raises
    ValueError for a reading that fixes no time.
    """
    length, unit = _fixed(reading)
    start = start.astimezone(UTC)
    if unit is not Unit.HOURS:
        return max(_last_moment(zone, length, unit, start, calendar) for zone in _zones(calendar))
    first = min(start, (since or start).astimezone(UTC)) + length * _HOUR
    ends: list[datetime] = []
    for zone in _zones(calendar):
        end = _end_of_hour(start, zone) + length * _HOUR
        ends.append(end)
        if hours_roll:
            ends += _same_time_when_open(first, end, zone, calendar)
    return max(ends)


def end_of_open_day(moment: datetime, calendar: Calendar) -> datetime:
    """Return the end (UTC) of the day that ``moment`` ends or lies in, or of the next open one."""
    found: list[datetime] = []
    for zone in _zones(calendar):
        day = (moment.astimezone(UTC) - timedelta.resolution).astimezone(zone).date()
        found += _instants(datetime.combine(_open_day(day, calendar) + _DAY, time.min), zone)
    return max(found)


def _starts(start: datetime, until: datetime | None, zone: ZoneInfo) -> Iterator[datetime]:
    """Give the local times from which a limit may end soonest: ``start``, and later midnights.

    A month from 28 January at noon ends after one from 31 January at midnight, and a limit that
    begins on two days off may end on one working day. Two months hold every such case.
    """
    local = start.astimezone(zone).replace(tzinfo=None)
    yield local
    if until is not None:
        last = min(until.astimezone(UTC), start + 62 * _DAY).astimezone(zone).date()
        for days in range(1, (last - local.date()).days + 1):
            yield datetime.combine(local.date() + days * _DAY, time.min)


def _last_moment(
    zone: ZoneInfo, length: int, unit: Unit, start: datetime, calendar: Calendar
) -> datetime:
    first = start.astimezone(zone).date()
    last = _open_day(_last_day(first, length, unit, calendar, possibly_off), calendar)
    if unit is Unit.CALENDAR_DAYS and length > 1:
        while _working_days(first, last, calendar) < 2 and (last - first).days < _LONGEST_BREAK:
            last = _open_day(last + _DAY, calendar)
    return max(_instants(datetime.combine(last + _DAY, time.min), zone))


def _last_day(
    first: date, length: int, unit: Unit, calendar: Calendar, off: Callable[[date, Calendar], bool]
) -> date:
    """Return the day on which the limit ends, the first day not counted."""
    if unit is Unit.CALENDAR_DAYS:
        return first + length * _DAY
    if unit is Unit.CALENDAR_MONTHS:
        return _months_later(first, length)
    day = first
    for _ in range(length):
        day = _next(day + _DAY, calendar, off)
    return day


def _months_later(day: date, months: int) -> date:
    """Return the same date ``months`` later, or the last day of a month that has no such date."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _next(day: date, calendar: Calendar, off: Callable[[date, Calendar], bool]) -> date:
    """Return ``day``, or the first day after it that is not off."""
    for later in range(_LONGEST_BREAK):
        if not off(day + later * _DAY, calendar):
            return day + later * _DAY
    raise ValueError(f"the calendar of {calendar.jurisdiction} has no working day")


def _open_day(day: date, calendar: Calendar) -> date:
    return _next(day, calendar, possibly_off)


def _working_days(first: date, last: date, calendar: Calendar) -> int:
    """Count the working days after ``first`` up to ``last``."""
    days = (first + n * _DAY for n in range(1, (last - first).days + 1))
    return sum(not possibly_off(day, calendar) for day in days)


def _end_of_hour(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return when the local hour of ``moment`` is over; zones differ by halves and quarters."""
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    local = moment + offset
    return local.replace(minute=0, second=0, microsecond=0) + _HOUR - offset


def _same_time_when_open(
    first: datetime, last: datetime, zone: ZoneInfo, calendar: Calendar
) -> Iterator[datetime]:
    """Give the latest ends that hours may have which would end between two moments.

    One that ends on a day off ends at the same time of the next working day. If a day off ends
    between the two moments, that may be as late as the end of the working day.
    """
    day, end = first.astimezone(zone).date(), last.astimezone(zone)
    while day < end.date():
        open_day = _open_day(day, calendar)
        if open_day != day:
            yield from _instants(datetime.combine(open_day + _DAY, time.min), zone)
        day = max(open_day, day + _DAY)
    for moment in (first, last):
        local = moment.astimezone(zone)
        open_day = _open_day(local.date(), calendar)
        if open_day != local.date():
            yield from _instants(datetime.combine(open_day, local.time()), zone)


def _instants(local: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Give the one or two moments (UTC) that a local time may mean where clocks are changed."""
    return (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def _zones(calendar: Calendar) -> Iterator[ZoneInfo]:
    return (ZoneInfo(name) for name in calendar.time_zones)


def _fixed(reading: Reading) -> tuple[int, Unit]:
    if reading.length is None or reading.unit is None:
        raise ValueError("this reading of the law fixes no time")
    return reading.length, reading.unit
