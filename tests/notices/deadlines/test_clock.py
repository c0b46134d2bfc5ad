"""What a clock shows: the laws of the directory by hand, and any law against a slow count."""

import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.base.wording import texts
from staydown.notices.deadlines.clock import BadMoment, show
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.deadlines.terms import Happened, Shown
from staydown.notices.directory.reading import load_directory
from staydown.notices.directory.records import Calendar, Reading
from staydown.notices.vocabulary import ClockEvent, StartsAt, Unit
from tests.base.lines import lines_of
from tests.notices.deadlines import slow
from tests.notices.deadlines.making import (
    calendar,
    limits,
    moments,
    reading,
    shipped,
    terms,
)

VECTORS = Path(__file__).parents[2] / "vectors/deadlines/clocks.toml"
CASES: list[dict[str, Any]] = tomllib.loads(VECTORS.read_text("utf-8"))["case"]
MINUTES = st.integers(0, 60 * 24 * 4).map(lambda n: timedelta(minutes=n))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_the_clock_of_a_law_shows_what_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    directory = load_directory()
    law = terms_of(directory.regimes[case["regime"]], directory, case.get("places", []))
    happened = [Happened(ClockEvent(event), at) for event, at in case["happened"].items()]
    shown = show(law, happened, case["now"])
    assert shown.state == case["state"]
    assert (shown.act_by, shown.wait_until) == (case.get("act_by"), case.get("wait_until"))
    assert shown.ended_by == case.get("ended_by")
    for expected, found in zip(case.get("readings", []), shown.readings, strict=False):
        assert found.in_force == expected["in_force"]
        assert found.act_by == expected.get("act_by")
        assert found.wait_until == expected.get("wait_until")
    for part in case.get("platform_says", []):
        assert re.search(re.escape(part).replace(r"\|", "|"), texts(shown.to_platform))
    for part in case.get("sender_says", []):
        assert re.search(re.escape(part).replace(r"\|", "|"), texts(shown.to_sender))
    for sentence in (texts(shown.to_platform), texts(shown.to_sender)):
        assert law.law in sentence
        assert "checked 22 November 2026" in sentence


@st.composite
def histories(draw: st.DrawFn, first: datetime) -> dict[ClockEvent, datetime]:
    """Draw what may have happened to a notice, in the order in which it does."""
    order = [
        ClockEvent.SENT, ClockEvent.RECEIVED, ClockEvent.DEFECT_NOTIFIED,
        ClockEvent.DEFECT_MENDED, ClockEvent.VALID,
    ]  # fmt: skip
    happened, at = {}, first
    for event in order:
        happened[event] = at
        at += draw(MINUTES)
    if draw(st.booleans()):
        del happened[ClockEvent.DEFECT_NOTIFIED], happened[ClockEvent.DEFECT_MENDED]
    elif draw(st.booleans()):
        happened[ClockEvent.VALID] = happened[ClockEvent.RECEIVED] + draw(MINUTES)
    return happened


def lawful(
    limit: Reading, happened: dict[ClockEvent, datetime], place: Calendar, roll: bool
) -> list[datetime]:
    """Return the ends that a court could find: by when it began, and what a defect did."""

    def ends(start: datetime) -> list[datetime]:
        found = slow.lawful_ends(limit, start, place)
        return found + (slow.rolled_hours(limit, start, place) if roll else [])

    if limit.starts is StartsAt.SENT:
        return ends(happened[ClockEvent.SENT])
    received = happened[ClockEvent.RECEIVED]
    if limit.starts is StartsAt.RECEIVED:
        return ends(received)
    if ClockEvent.DEFECT_MENDED not in happened:
        return ends(received) + ends(happened[ClockEvent.VALID])
    said, mended = happened[ClockEvent.DEFECT_NOTIFIED], happened[ClockEvent.DEFECT_MENDED]
    ran, still = ends(received), mended - said
    found = ends(mended) + [end + still if end > said else end for end in ran]
    return found + (ends(received + still) if min(ran) > said else [])


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_what_is_shown_is_never_later_and_what_is_told_never_earlier_than_the_law(
    data: st.DataObject,
) -> None:
    """Also with two readings, one perhaps not in force, and less known than has happened."""
    places = data.draw(st.lists(st.sampled_from(shipped()), min_size=1, max_size=2))
    where = data.draw(st.sampled_from(places))
    happened = data.draw(histories(data.draw(moments(where))))
    starts = data.draw(st.sampled_from([StartsAt.SENT, StartsAt.RECEIVED, StartsAt.VALID]))
    readings = data.draw(st.lists(limits(starts), min_size=1, max_size=2))
    true = data.draw(st.sampled_from(readings))
    others = [
        one if one is true else one.model_copy(update={"commenced": data.draw(st.booleans())})
        for one in readings
    ]
    law = terms(*others, calendars=tuple(places))
    roll = where.jurisdiction == "US" and true.unit is Unit.HOURS
    if roll:
        law = type(law)(law.law, law.obliges, law.readings, law.calendars, law.standing, "US")
    known = [Happened(event, at) for event, at in happened.items()]
    shown = show(law, known, happened[ClockEvent.VALID])
    ends = lawful(true, happened, where, roll)
    assert shown.act_by is not None
    assert shown.act_by <= min(ends)
    assert shown.wait_until is not None
    assert shown.wait_until >= max(ends)
    for part in shown.readings:
        assert part.act_by is not None
        assert part.wait_until is None or part.act_by <= part.wait_until
        assert (part.wait_until is None) == (not part.in_force)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_sender_who_knows_less_is_never_shown_a_later_time_to_act(data: st.DataObject) -> None:
    """Whoever knows only when a notice was sent counts from then for the one who must act."""
    place = data.draw(st.sampled_from(shipped()))
    sent = data.draw(moments(place))
    received = sent + data.draw(MINUTES)
    limit = data.draw(limits(data.draw(st.sampled_from([StartsAt.RECEIVED, StartsAt.VALID]))))
    law = terms(limit, calendars=(place,))
    less = show(law, [Happened(ClockEvent.SENT, sent)], received)
    assert less.act_by is not None
    assert "why.receipt_unknown" in lines_of(less.to_sender)
    hours = limit.unit is Unit.HOURS
    more = [Happened(ClockEvent.SENT, sent), Happened(ClockEvent.RECEIVED, received)]
    full = show(law, more, received)
    assert full.act_by is not None
    assert less.wait_until is not None
    assert full.wait_until is not None
    assert full.wait_until >= less.wait_until
    if hours:
        assert less.act_by <= full.act_by


EVENTS = st.builds(
    Happened,
    st.sampled_from(ClockEvent),
    st.datetimes(datetime(2026, 1, 2), datetime(2027, 12, 30)).map(  # noqa: DTZ001
        lambda at: at.replace(tzinfo=UTC)
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_events_in_any_order_are_shown_without_a_fault(data: st.DataObject) -> None:
    regimes = load_directory().regimes
    regime = regimes[data.draw(st.sampled_from(sorted(regimes)))]
    happened = data.draw(st.lists(EVENTS, max_size=6))
    now = data.draw(EVENTS).at
    shown = show(terms_of(regime, load_directory(), ["IN"]), happened, now)
    assert shown.state in {"not_started", "running", "paused", "over", "ended"}
    assert_consistent(shown, now)


@pytest.mark.parametrize("year", [2000, 2099])
def test_a_year_whose_feasts_nobody_has_worked_out_is_counted_all_the_same(year: int) -> None:
    directory = load_directory()
    law = terms_of(directory.regimes["eu-gdpr-17"], directory, ["IN"])
    at = datetime(year, 6, 15, 12, tzinfo=UTC)
    shown = show(law, [Happened(ClockEvent.RECEIVED, at)], at)
    assert shown.act_by == at.replace(month=7)
    assert_consistent(shown, at)


def assert_consistent(shown: Shown, now: datetime) -> None:
    """Check what holds of everything that is shown."""
    if shown.act_by is not None and shown.wait_until is not None:
        assert shown.act_by <= shown.wait_until
    if shown.state in {"not_started", "paused"}:
        assert shown.wait_until is None
    if shown.state == "over":
        assert shown.wait_until is not None
        assert shown.wait_until < now
    if shown.act_by != shown.wait_until and shown.state in {"running", "over"}:
        assert "act.earliest_end" in lines_of(shown.to_platform)
        assert texts(shown.to_sender) != texts(shown.to_platform)
    for sentence in (texts(shown.to_platform), texts(shown.to_sender)):
        assert "None" not in sentence
        assert "  " not in sentence


def test_a_law_that_is_not_confirmed_says_so_to_both() -> None:
    place = calendar("ZZ", "UTC")
    law = terms(reading(24, confirmed=False, why="Press only"), calendars=(place,), confirmed=False)
    at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    shown = show(law, [Happened(ClockEvent.RECEIVED, at)], at)
    for sentence in (texts(shown.to_platform), texts(shown.to_sender)):
        assert "The deadline of 24 hours is not confirmed: Press only." in sentence
        assert "The law is not confirmed." in sentence


def test_a_longer_limit_that_may_have_commenced_is_waited_for() -> None:
    law = terms(reading(24), reading(72, commenced=False), calendars=(calendar("ZZ", "UTC"),))
    at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    shown = show(law, [Happened(ClockEvent.RECEIVED, at)], at)
    assert shown.act_by == at + timedelta(hours=24)
    assert shown.wait_until == at + timedelta(hours=73)


def test_a_law_without_readings_runs_without_a_date() -> None:
    at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    shown = show(terms(calendars=()), [Happened(ClockEvent.SENT, at)], at)
    assert (shown.state, shown.act_by, shown.wait_until) == ("running", None, None)
    assert "act.soon" in lines_of(shown.to_platform)
    assert show(terms(calendars=()), [], at).state == "not_started"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 1),  # noqa: DTZ001
        datetime(1999, 12, 31, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
    ],
)
def test_a_moment_that_cannot_be_is_refused(moment: datetime) -> None:
    law = terms(reading(24), calendars=(calendar("ZZ", "UTC"),))
    with pytest.raises(BadMoment):
        show(law, [Happened(ClockEvent.SENT, moment)], datetime(2026, 1, 1, tzinfo=UTC))


def test_an_end_before_everything_else_ended_another_notice() -> None:
    at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    law = terms(reading(24), calendars=(calendar("ZZ", "UTC"),))
    happened = [Happened(ClockEvent.REMOVED, at - timedelta(days=9)), Happened(ClockEvent.SENT, at)]
    shown = show(law, happened, at)
    assert (shown.state, shown.ended_by) == ("running", None)
    for sentence in (texts(shown.to_platform), texts(shown.to_sender)):
        assert (
            "It was taken down on 11 November 2026, 10:00 UTC. That's before everything else"
            in sentence
        )
    again = show(law, [*happened, Happened(ClockEvent.REFUSED, at + timedelta(hours=1))], at)
    assert (again.state, again.ended_by) == ("ended", ClockEvent.REFUSED)
    assert show(law, happened[:1], at).state == "ended"


@pytest.mark.parametrize("starts", [StartsAt.RECEIVED, StartsAt.VALID])
@pytest.mark.parametrize("early", [ClockEvent.RECEIVED, ClockEvent.VALID])
def test_nobody_is_told_it_is_over_by_an_event_before_the_notice_was_sent(
    starts: StartsAt, early: ClockEvent
) -> None:
    at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    law = terms(reading(24, starts=starts), calendars=(calendar("ZZ", "UTC"),))
    happened = [Happened(early, at - timedelta(days=9)), Happened(ClockEvent.SENT, at)]
    shown = show(law, happened, at)
    assert shown.state == "running"
    assert shown.wait_until == at + timedelta(hours=25)
    assert shown.act_by is not None
    assert shown.act_by <= at + timedelta(hours=24)
