"""The one rule that slows tries, as tables and properties, for whatever lanes there are."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.accounts import throttle_rules
from staydown.accounts.throttle_rules import LONGEST_WAIT, Lane, Limit, Marks, admit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MOMENTS = st.integers(-500_000_000, 10_000_000_000).map(lambda s: NOW + timedelta(seconds=s))
LANES = st.builds(
    Lane,
    st.integers(0, 100),
    st.integers(1, 90_000).map(lambda ms: timedelta(milliseconds=ms)),
    st.text("abc", min_size=1, max_size=2),
    forgiving=st.booleans(),
)
LIMITS = st.builds(
    Limit,
    st.just("tried"),
    st.lists(LANES, min_size=1, max_size=4, unique_by=lambda lane: lane.name).map(tuple),
)
MARKS = st.dictionaries(st.text("abc", min_size=1, max_size=2), MOMENTS, max_size=4)

TWO = Lane(2, timedelta(seconds=10), "two")
THREE = Lane(3, timedelta(seconds=30), "three")
BOTH = Limit("both", (TWO, THREE))


@given(LIMITS, MARKS, MOMENTS, st.integers(1, 200))
def test_a_refusal_uses_nothing_up_and_tells_of_no_more_than_a_minute(
    limit: Limit, marks: Marks, now: datetime, count: int
) -> None:
    found = admit(limit, marks, now, count=count)
    if found.lane is None:
        assert timedelta(0) < found.wait <= LONGEST_WAIT
        assert all(found.marks[name] <= mark for name, mark in marks.items())
    else:
        assert found.wait == timedelta(0)
        assert found.marks[found.lane.name] > now


@given(LIMITS, MARKS, MOMENTS)
def test_whatever_the_clock_did_a_try_passes_once_the_lanes_are_whole(
    limit: Limit, marks: Marks, now: datetime
) -> None:
    after = admit(limit, marks, now).marks
    whole = max(lane.whole for lane in limit.lanes)
    found = admit(limit, after, now + whole)
    assert (found.lane is None) == all(lane.burst == 0 for lane in limit.lanes)


@given(LIMITS, st.integers(1, 50))
def test_what_is_rolled_back_can_be_taken_again(limit: Limit, count: int) -> None:
    marks = {lane.name: NOW for lane in limit.lanes}
    found = admit(limit, marks, NOW, count=count)
    if found.lane is not None:
        assert throttle_rules.rolled_back(found.marks, found.lane, count) == marks


def test_lanes_are_used_in_their_order_and_only_those_that_are_open() -> None:
    marks: Marks = {}
    names = []
    for opened in ((TWO,), (TWO, THREE), (TWO,), (TWO, THREE), (THREE,), None, None):
        found = admit(BOTH, marks, NOW, opened)
        marks = found.marks
        names.append(None if found.lane is None else found.lane.name)
    assert names == ["two", "two", None, "three", "three", "three", None]


def test_a_try_that_was_right_takes_the_slips_with_it_and_leaves_other_lanes() -> None:
    marks = {"two": NOW + TWO.whole, "three": NOW + 2 * THREE.interval}
    after = throttle_rules.released(BOTH, marks, THREE, NOW)
    assert after == {"two": NOW, "three": NOW + THREE.interval}


@pytest.mark.parametrize(("forgiving", "passes"), [(False, False), (True, True)])
def test_a_mark_in_the_far_future_is_used_up_or_forgiven(forgiving: bool, passes: bool) -> None:
    lane = Lane(2, timedelta(seconds=10), "one", forgiving=forgiving)
    found = admit(Limit("one", (lane,)), {"one": NOW + timedelta(days=365)}, NOW)
    assert (found.lane is lane) is passes
    assert found.marks["one"] <= NOW + lane.whole


def test_an_endless_lane_counts_up_to_what_it_holds_and_refuses_nothing() -> None:
    lane = Lane(2, timedelta(seconds=10), "one", endless=True)
    marks: Marks = {}
    for _ in range(5):
        found = admit(Limit("one", (lane,)), marks, NOW)
        assert found.lane is lane
        marks = found.marks
    assert throttle_rules.used(marks, lane, NOW) == 2


@pytest.mark.parametrize(
    ("wait", "seconds"), [(0, 1), (0.2, 1), (1, 1), (1.001, 2), (31_535_951, 60)]
)
def test_waits_are_told_in_whole_seconds_rounded_up(wait: float, seconds: int) -> None:
    assert throttle_rules.wait_seconds(timedelta(seconds=wait)) == seconds
