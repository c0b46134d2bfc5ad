"""What a clock is made of, and what it shows."""

from dataclasses import dataclass
from datetime import datetime

from staydown.base.reasons import Reason
from staydown.base.records import Standing
from staydown.notices.directory.records import Calendar, Reading
from staydown.notices.vocabulary import ClockEvent, Obliges


@dataclass(frozen=True, slots=True)
class Terms:
    """A legal time limit: all its readings, and the calendars of the places where it may count.

    Without a reading that fixes a time, the clock shows that the law fixes none.
    """

    #: What the law is called: its citation.
    law: str
    obliges: Obliges
    readings: tuple[Reading, ...]
    #: One for each place whose days may count; several where it is not known which.
    calendars: tuple[Calendar, ...]
    standing: Standing
    #: Country code of calendars in which hours that end on a day off may run on: see ``counting``.
    hours_roll_in: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """An event and its moment (aware, any zone)."""

    event: ClockEvent
    at: datetime


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """One reading worked out. ``act_by`` ≤ ``wait_until``; both None: no fixed time, or not begun.

    ``act_by`` is never later than the law allows, ``wait_until`` never earlier; both in UTC.
    A reading that has not commenced has an ``act_by`` alone: nobody can be told to wait for it.
    """

    reading: Reading
    in_force: bool
    act_by: datetime | None
    wait_until: datetime | None
    #: How it was counted.
    says: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a clock shows at a moment."""

    state: str  # "not_started", "running", "paused", "over", "ended"
    #: What a platform is shown: the earliest of all readings. UTC.
    act_by: datetime | None
    #: What a sender is told to wait for: the latest of all readings. None: no date is certain.
    wait_until: datetime | None
    readings: tuple[ReadingShown, ...]
    #: What ended it: removed, refused, withdrawn.
    ended_by: ClockEvent | None
    #: For the one who must act, and for the one who waits; both say why when they differ.
    to_platform: tuple[Reason, ...]
    to_sender: tuple[Reason, ...]
