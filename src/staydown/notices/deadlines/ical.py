"""Deadlines as an iCalendar file (RFC 5545) that says nothing to whoever else looks.

Calendars are shared, synchronised and shown on locked screens. So an event is called "Look again"
unless its owner wants plain words, it is private and alone (no attendee, no place, no address), and
neither the file nor its identifiers name this software, a site or a person.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from icalendar import Alarm, Calendar, Event

from staydown.base.reasons import reasons
from staydown.base.wording import text
from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.entries import DeadlineEntry
from staydown.notices.deadlines.limits import duty
from staydown.notices.deadlines.terms import Shown
from staydown.notices.vocabulary import ClockEvent

_say = reasons("notices.deadlines")

_NEUTRAL = "Look again"
#: When to look again where no date is certain. Ours: no law says so.
_LOOK_AGAIN_AFTER = timedelta(days=7)
_LENGTH = timedelta(minutes=15)
_MAX_TITLE = 200


def to_ical(entries: Sequence[DeadlineEntry], now: datetime, *, plain: bool = False) -> bytes:
    """Return a calendar of when to look again: one event with an alarm for each open entry.

    The event lies where the time is over for certain, or a week after the last thing happened
    where no date is. ``plain``: use the titles of the entries and name the law. ``now``: aware.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Calendar//EN")
    for entry in entries:
        shown = show(entry.terms, entry.happened, now)
        if shown.state not in {"ended", "not_started"}:
            calendar.add_component(_event(entry, shown, now, plain=plain))
    made: bytes = calendar.to_ical()
    return made


def _event(entry: DeadlineEntry, shown: Shown, now: datetime, *, plain: bool) -> Event:
    title = _title(entry.title) if plain else _NEUTRAL
    at = _look_again(entry, shown)
    event = Event()
    event.add("uid", _uid(entry))
    event.add("dtstamp", now)
    event.add("dtstart", at)
    event.add("dtend", at + _LENGTH)
    event.add("summary", title)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if plain:
        event.add(
            "description",
            text(_say("calendar.description", duty=duty(entry.terms.obliges), law=entry.terms.law)),
        )
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta())
    event.add_component(alarm)
    return event


def _look_again(entry: DeadlineEntry, shown: Shown) -> datetime:
    """Return the moment in UTC, up to the next whole minute."""
    last = max(item.at for item in entry.happened)
    at = (shown.wait_until or last + _LOOK_AGAIN_AFTER).astimezone(UTC)
    minute = at.replace(second=0, microsecond=0)
    return minute if minute == at else minute + timedelta(minutes=1)


def _uid(entry: DeadlineEntry) -> str:
    """Return the same meaningless identifier whenever the same entry is exported."""
    # By the moment of sending where it is known: an event noted later may be an earlier one.
    sent = [item.at for item in entry.happened if item.event is ClockEvent.SENT]
    first = min(sent or [item.at for item in entry.happened])
    return sha256(f"{entry.id}\n{first.timestamp()}".encode()).hexdigest()[:32]


def _title(title: str) -> str:
    """Return a title on one line and bounded; the neutral one in place of an empty one."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    return shown[:_MAX_TITLE] or _NEUTRAL
