"""One reading of a time limit, worked out from what has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from staydown.notices.deadlines.counting import earliest_end, end_of_open_day, latest_end
from staydown.notices.deadlines.start_events import Beginning, Pause, beginning
from staydown.notices.deadlines.terms import Happened, Terms
from staydown.notices.directory.records import Calendar, Reading
from staydown.notices.vocabulary import Unit


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """``earliest`` and ``latest``: None where the reading fixes no time, or has not begun. UTC.

    ``applies``: it may have been law when it began. ``paused``: since when something is said to
    be missing that is not mended. ``unpaused``: the earliest end if it never stood still.
    """

    reading: Reading
    beginning: Beginning | None
    applies: bool
    earliest: datetime | None = None
    latest: datetime | None = None
    paused: datetime | None = None
    unpaused: datetime | None = None

    @property
    def in_force(self) -> bool:
        """Whether it is law that has commenced."""
        return self.applies and self.reading.commenced

    @property
    def act_by(self) -> datetime | None:
        """What the one who must act is shown of it."""
        return self.earliest if self.applies and self.paused is None else None

    @property
    def wait_until(self) -> datetime | None:
        """What the one who waits is told of it."""
        return self.latest if self.in_force and self.paused is None else None


def work_out(
    reading: Reading, terms: Terms, happened: Sequence[Happened], now: datetime
) -> WorkedOut:
    """Work out one reading. Whether it is law is asked of when it began, or else of ``now``."""
    begun = beginning(reading.starts, happened)
    if begun is None:
        return WorkedOut(reading, None, _applies(reading, terms, now, now))
    applies = _applies(reading, terms, begun.earliest, begun.latest)
    if reading.length is None or not terms.calendars:
        return WorkedOut(reading, begun, applies)
    paused = next((pause.since for pause in begun.pauses if pause.until is None), None)
    return WorkedOut(
        reading,
        begun,
        applies,
        earliest=min(_earliest(reading, begun, calendar) for calendar in terms.calendars),
        latest=max(_latest(reading, begun, terms, calendar) for calendar in terms.calendars),
        paused=paused,
        unpaused=min(
            earliest_end(reading, begun.earliest, calendar, until=begun.latest)
            for calendar in terms.calendars
        ),
    )


def _earliest(reading: Reading, begun: Beginning, calendar: Calendar) -> datetime:
    """Return the earliest end: as if a clock that was stopped ran on, or began anew if sooner."""
    end = earliest_end(reading, begun.earliest, calendar, until=begun.latest)
    start = begun.earliest
    for pause in begun.pauses:
        if pause.until is None or pause.since >= end:
            break
        still = _stood_still(pause, pause.until, begun.earliest)
        start += still
        end = min(end + still, earliest_end(reading, start, calendar, until=pause.until))
    return end


def _latest(reading: Reading, begun: Beginning, terms: Terms, calendar: Calendar) -> datetime:
    """Return the latest end: as if the clock began anew, or ran on if that is later.

    It begins anew even when nothing was said until the time was over: what was never complete
    never started it.
    """
    roll = calendar.jurisdiction.split("-")[0] == terms.hours_roll_in
    first = begun.earliest
    ends = []
    for start in {first, begun.latest}:
        end = latest_end(reading, start, calendar, since=first, hours_roll=roll)
        for pause in begun.pauses:
            if pause.until is None:
                break
            ran_on = end
            if pause.since < end:
                ran_on += _stood_still(pause, pause.until, start)
                if reading.unit is not Unit.HOURS:
                    ran_on = end_of_open_day(ran_on, calendar)
            anew = max(pause.until, begun.latest)
            end = max(ran_on, latest_end(reading, anew, calendar, since=first, hours_roll=roll))
        ends.append(end)
    return max(ends)


def _stood_still(pause: Pause, until: datetime, begun: datetime) -> timedelta:
    return max(until, begun) - max(pause.since, begun)


def _applies(reading: Reading, terms: Terms, first: datetime, last: datetime) -> bool:
    """Whether the reading may be law on a day between two moments, where its days count."""
    days: set[date] = set()
    for calendar in terms.calendars:
        for name in calendar.time_zones:
            zone = ZoneInfo(name)
            days |= {first.astimezone(zone).date(), last.astimezone(zone).date()}
    days = days or {first.date(), last.date()}
    if reading.in_force_from is not None and max(days) < reading.in_force_from:
        return False
    return reading.in_force_until is None or min(days) <= reading.in_force_until
