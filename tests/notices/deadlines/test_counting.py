"""How long a limit is: tables by hand, and every end against a slow count."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.notices.deadlines.counting import earliest_end, latest_end
from staydown.notices.vocabulary import Unit
from tests.notices.deadlines import slow
from tests.notices.deadlines.making import calendar, limits, moments, reading, shipped

VECTORS = Path(__file__).parents[2] / "vectors/deadlines/counting.toml"
CASES: list[dict[str, Any]] = tomllib.loads(VECTORS.read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_limit_ends_as_counted_by_hand(case: dict[str, Any]) -> None:
    limit = reading(case["length"], Unit(case["unit"]))
    place = calendar(case["code"], *case["zones"], holidays_of=case.get("holidays_of"))
    roll = case.get("hours_roll", False)
    assert earliest_end(limit, case["start"], place) == case["earliest"]
    assert latest_end(limit, case["start"], place, hours_roll=roll) == case["latest"]


@settings(max_examples=1200, deadline=None)
@given(st.data())
def test_no_lawful_end_lies_outside_the_two_that_are_shown(data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(shipped()))
    start = data.draw(moments(place))
    limit = data.draw(limits())
    ends = slow.lawful_ends(limit, start, place)
    earliest, latest = earliest_end(limit, start, place), latest_end(limit, start, place)
    assert earliest <= min(ends)
    assert latest >= max(ends)
    weekends_only = [slow.Sheet(zone, place.weekend, None) for zone in place.time_zones]
    soonest = min(end for sheet in weekends_only for end in slow.ends_on(sheet, limit, start))
    an_hour = timedelta(hours=1)  # where the clocks skip the time, the sooner reading of it counts
    assert earliest >= soonest - an_hour, "never sooner than any law would have it"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_hours_that_run_over_days_off_end_no_sooner_than_the_federal_rules_say(
    data: st.DataObject,
) -> None:
    place = next(one for one in shipped() if one.jurisdiction == "US")
    start = data.draw(moments(place))
    limit = reading(data.draw(st.integers(1, 100)))
    ends = slow.rolled_hours(limit, start, place)
    assert latest_end(limit, start, place, hours_roll=True) >= max(ends)
    assert earliest_end(limit, start, place) <= min(ends)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_limit_that_begins_later_ends_no_sooner(data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(shipped()))
    start = data.draw(moments(place))
    later = start + timedelta(minutes=data.draw(st.integers(0, 60 * 24 * 40)))
    limit = data.draw(limits())
    if limit.unit is not Unit.WORKING_DAYS:
        # Two limits that begin on two days off may end at two times of one working day.
        day = timedelta(days=1)
        assert earliest_end(limit, start, place) <= earliest_end(limit, later, place) + day
    assert latest_end(limit, start, place) <= latest_end(limit, later, place)


def test_a_machine_elsewhere_counts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    place = calendar("DE", "Europe/Berlin", holidays_of="DE")
    start = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    ends = []
    for zone in ("Pacific/Kiritimati", "America/Adak", "UTC"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        limit = reading(1, Unit.CALENDAR_MONTHS)
        ends.append((earliest_end(limit, start, place), latest_end(limit, start, place)))
    monkeypatch.undo()
    time.tzset()
    assert len(set(ends)) == 1


def test_a_reading_without_a_time_and_a_calendar_without_work_are_refused() -> None:
    place = calendar("DE", "Europe/Berlin")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="fixes no time"):
        earliest_end(reading(None), start, place)
    idle = place.model_copy(update={"weekend": (0, 1, 2, 3, 4, 5, 6)})
    with pytest.raises(ValueError, match="no working day"):
        latest_end(reading(1, Unit.WORKING_DAYS), start, idle)


def test_holidays_that_only_some_keep_or_whose_date_is_estimated_only_lengthen() -> None:
    """The end of Ramadan 2031 is an estimate; 8 March is a holiday in Berlin only."""
    from staydown.notices.deadlines.days_off import certainly_off, possibly_off

    emirates = calendar("AE", "Asia/Dubai", holidays_of="AE")
    germany = calendar("DE", "Europe/Berlin", holidays_of="DE")
    days = [date(2031, 1, 1) + timedelta(days=n) for n in range(365)]
    unsure = [day for day in days if possibly_off(day, emirates) != certainly_off(day, emirates)]
    assert len(unsure) >= 5
    assert all(possibly_off(day, emirates) for day in unsure)
    assert possibly_off(date(2027, 3, 8), germany)
    assert not certainly_off(date(2027, 3, 8), germany)
    berlin = germany.model_copy(update={"subdivision": "BE"})
    assert certainly_off(date(2027, 3, 8), berlin)
