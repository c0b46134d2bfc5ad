"""The rules that slow guesses, as tables and properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.bank import brakes
from staydown.bank.brakes import EXTRA, PACE, Lane, Marks

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MOMENTS = st.integers(-500_000_000, 10_000_000_000).map(lambda s: NOW + timedelta(seconds=s))


@given(MOMENTS, MOMENTS, MOMENTS, st.booleans())
def test_nobody_is_told_to_wait_for_more_than_a_minute(
    pace: datetime, extra: datetime, now: datetime, waited: bool
) -> None:
    _, lane, wait = brakes.admit(Marks(pace, extra), now, extra=waited)
    assert (lane is None) == (wait > timedelta(0))
    assert timedelta(0) <= wait <= brakes.LONGEST_WAIT
    assert 1 <= brakes.wait_seconds(wait) <= 60


@given(st.lists(st.booleans(), max_size=300))
def test_refused_tries_move_no_mark(wants: list[bool]) -> None:
    marks = Marks(NOW, NOW)
    for extra in wants:
        after, lane, _ = brakes.admit(marks, NOW, extra=extra)
        assert (after == marks) == (lane is None)
        marks = after


@pytest.mark.parametrize(
    ("pace_used", "extra_used", "waited", "lane"),
    [
        (0, 0, False, Lane.PACE),
        (4, 0, False, Lane.PACE),
        (5, 0, False, None),
        (4, 0, True, Lane.PACE),
        (5, 0, True, Lane.EXTRA),
        (5, 3599, True, Lane.EXTRA),
        (5, 3600, True, None),
        (0, 3600, True, Lane.PACE),
    ],
)
def test_which_lane_a_try_is_taken_from(
    pace_used: int, extra_used: int, waited: bool, lane: Lane | None
) -> None:
    marks = Marks(NOW + pace_used * PACE.interval, NOW + extra_used * EXTRA.interval)
    assert brakes.admit(marks, NOW, extra=waited)[1] is lane


def test_an_hour_of_tries_each_second_leaves_room_for_whoever_waited() -> None:
    marks, now = Marks(NOW, NOW), NOW
    for second in range(3600):
        now = NOW + timedelta(seconds=second)
        marks, _, _ = brakes.admit(marks, now, extra=True)
    assert brakes.admit(marks, now, extra=True)[1] is Lane.EXTRA


@pytest.mark.parametrize(
    ("age", "wait"),
    [(-1, None), (0, 30), (10, 20), (30, 0), (599, 0), (600, 0), (601, None), (-31_535_951, None)],
)
def test_a_ticket_waits_then_is_good_for_minutes(age: int, wait: int | None) -> None:
    left = brakes.ticket_wait(NOW - timedelta(seconds=age), NOW)
    assert left == (None if wait is None else timedelta(seconds=wait))


@pytest.mark.parametrize(
    ("wait", "seconds"), [(0, 1), (0.2, 1), (1, 1), (1.001, 2), (31_535_951, 60)]
)
def test_waits_are_told_in_whole_seconds_rounded_up(wait: float, seconds: int) -> None:
    assert brakes.wait_seconds(timedelta(seconds=wait)) == seconds
