"""Deadlines in a calendar: when, and that they tell nothing."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from staydown.notices.deadlines.entries import DeadlineEntry
from staydown.notices.deadlines.ical import to_ical
from staydown.notices.deadlines.overdue import overdue
from staydown.notices.deadlines.terms import Happened
from staydown.notices.vocabulary import ClockEvent
from tests.notices.deadlines.making import calendar, reading, terms

SENT = datetime(2026, 11, 20, 10, 20, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
HERE = calendar("ZZ", "UTC")


def entry(
    ref: str, length: int | None = 48, title: str = "", at: datetime = SENT,
    **events: datetime,
) -> DeadlineEntry:  # fmt: skip
    happened = [Happened(ClockEvent.SENT, at)]
    happened += [Happened(ClockEvent(name), moment) for name, moment in events.items()]
    return DeadlineEntry(ref, title, terms(reading(length), calendars=(HERE,)), tuple(happened))


def events_of(made: bytes) -> list[dict[str, object]]:
    found = Calendar.from_ical(made)
    return [
        {"at": one.decoded("dtstart"), "title": str(one["summary"]), "uid": str(one["uid"])}
        for one in found.walk("VEVENT")
    ]


def test_an_event_lies_where_the_time_is_over_for_certain() -> None:
    (event,) = events_of(to_ical([entry("a")], NOW))
    assert event["at"] == datetime(2026, 11, 22, 11, tzinfo=UTC)
    assert event["title"] == "Look again"


def test_where_no_date_is_certain_one_looks_again_in_a_week() -> None:
    (event,) = events_of(to_ical([entry("a", None)], NOW))
    assert event["at"] == datetime(2026, 11, 27, 10, 21, tzinfo=UTC)


def test_what_has_ended_is_not_in_it() -> None:
    assert events_of(to_ical([entry("a", removed=NOW)], NOW)) == []


def test_each_event_has_an_alarm_and_is_private() -> None:
    (event,) = Calendar.from_ical(to_ical([entry("a")], NOW)).walk("VEVENT")
    assert str(event["class"]) == "PRIVATE"
    (alarm,) = event.walk("VALARM")
    assert str(alarm["description"]) == "Look again"
    assert alarm.decoded("trigger") == timedelta(0)


def test_an_identifier_stays_the_same_when_more_happens_and_says_nothing() -> None:
    before = events_of(to_ical([entry("example-site")], NOW))
    after = events_of(to_ical([entry("example-site", received=NOW)], NOW + timedelta(days=1)))
    assert before[0]["uid"] == after[0]["uid"]
    assert "example" not in str(before[0]["uid"])
    other = events_of(to_ical([entry("example-site", at=SENT + timedelta(minutes=1))], NOW))
    assert other[0]["uid"] != before[0]["uid"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=300), max_size=3, unique=True), st.booleans())
def test_no_title_breaks_out_of_its_line(titles: list[str], plain: bool) -> None:
    entries = [entry(f"id-{n}", title=title) for n, title in enumerate(titles)]
    made = to_ical(entries, NOW, plain=plain)
    assert made.count(b"BEGIN:VEVENT\r\n") == len(titles)
    assert len(events_of(made)) == len(titles)
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    if not plain:
        neutral = to_ical([entry(f"id-{n}") for n in range(len(titles))], NOW)
        assert made == neutral


def test_plain_words_are_for_those_who_ask() -> None:
    made = to_ical([entry("a", title="First letter")], NOW, plain=True)
    assert b"SUMMARY:First letter" in made
    assert b"to take it down may be over: Example Act s. 1" in made
    quiet = to_ical([entry("a", title="First letter")], NOW)
    for word in (b"letter", b"Act", b"DESCRIPTION:The", b"http", b"taydown"):
        assert word not in quiet


def test_what_is_over_is_listed_longest_first_and_nothing_else_is() -> None:
    entries = [
        entry("running", 72),
        entry("over", 2),
        entry("no-date", None),
        entry("long-over", 1),
        entry("refused", 1, refused=SENT + timedelta(minutes=5)),
    ]
    assert [one.id for one in overdue(entries, NOW)] == ["long-over", "over"]


def test_nothing_is_over_at_the_very_moment_it_ends() -> None:
    at_the_end = datetime(2026, 11, 20, 13, tzinfo=UTC)
    assert overdue([entry("a", 2)], at_the_end) == ()
    assert len(overdue([entry("a", 2)], at_the_end + timedelta(microseconds=1))) == 1


def test_moments_of_any_zone_are_in_utc_so_that_no_zone_has_to_be_described() -> None:
    here = timezone(timedelta(hours=5, minutes=30))
    made = to_ical([entry("a", None, at=SENT.astimezone(here))], NOW.astimezone(here))
    assert b"TZID" not in made
    assert b"DTSTART:20261127T102100Z" in made
    assert b"DTSTAMP:20261121T000000Z" in made
