"""The rules that slow guesses, as tables and properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.accounts.throttle_rules import LONGEST_WAIT, Decision, Lane, Marks, admit
from staydown.bank import brakes, prices
from staydown.bank.brakes import PACE, PAID, PINS, WAITED
from staydown.exchange.puzzle import UNIT

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MOMENTS = st.integers(-500_000_000, 10_000_000_000).map(lambda s: NOW + timedelta(seconds=s))
WORK = st.integers(0, prices.TOP * UNIT)
START = {"pace": NOW, "waited": NOW, "paid": NOW}


def decide(marks: Marks, now: datetime, *, waited: bool = False, work: int = 0) -> Decision:
    """Decide about a try at a PIN."""
    price = brakes.price(marks, now)
    return admit(PINS, marks, now, brakes.open_lanes(waited=waited, work=work, price=price))


@given(st.fixed_dictionaries(dict.fromkeys(START, MOMENTS)), MOMENTS, st.booleans(), WORK)
def test_nobody_is_told_to_wait_for_more_than_a_minute(
    marks: Marks, now: datetime, waited: bool, work: int
) -> None:
    found = decide(marks, now, waited=waited, work=work)
    assert (found.lane is None) == (found.wait > timedelta(0))
    assert timedelta(0) <= found.wait <= LONGEST_WAIT
    assert UNIT <= brakes.price(marks, now) <= prices.TOP * UNIT


@given(st.lists(st.tuples(st.booleans(), WORK), max_size=300))
def test_refused_tries_move_no_mark(wants: list[tuple[bool, int]]) -> None:
    marks: Marks = START
    for waited, work in wants:
        found = decide(marks, NOW, waited=waited, work=work)
        assert (found.marks == marks) == (found.lane is None)
        marks = found.marks


@pytest.mark.parametrize(
    ("used", "waited", "units", "lane"),
    [
        ((0, 0, 0), False, 0, PACE),
        ((4, 0, 0), False, 0, PACE),
        ((4, 0, 0), True, 32, PACE),
        ((5, 0, 0), False, 0, None),
        ((5, 0, 0), True, 0, WAITED),
        ((5, 359, 0), True, 0, WAITED),
        ((5, 360, 0), True, 0, None),
        ((5, 0, 0), False, 1, PAID),
        ((5, 0, 0), True, 1, PAID),
        ((5, 0, 3), False, 1, PAID),
        ((5, 0, 4), False, 1, None),
        ((5, 0, 4), True, 1, WAITED),
        ((5, 360, 4), False, 2, PAID),
        ((5, 360, 9_999), False, 32, PAID),
        ((5, 360, 10_000), False, 32, None),
        ((5, 0, 10_000), True, 32, WAITED),
        ((0, 360, 10_000), False, 0, PACE),
    ],
)
def test_which_lane_a_try_is_taken_from(
    used: tuple[int, int, int], waited: bool, units: int, lane: Lane | None
) -> None:
    marks = {
        one.name: NOW + count * one.interval
        for count, one in zip(used, (PACE, WAITED, PAID), strict=True)
    }
    assert decide(marks, NOW, waited=waited, work=units * UNIT).lane is lane


def test_an_hour_of_paid_tries_each_second_leaves_room_for_whoever_pays() -> None:
    marks, now = dict(START), NOW
    for second in range(3600):
        now = NOW + timedelta(seconds=second)
        marks = dict(decide(marks, now, work=prices.TOP * UNIT).marks)
    found = decide(marks, now, work=prices.TOP * UNIT)
    assert (found.lane, brakes.price(marks, now)) == (PAID, prices.TOP * UNIT)


def guesses(*, waited: bool, units: int) -> tuple[int, int]:
    """How many tries of somebody who tries again and again are looked at, by day."""
    marks, days = dict(START), [0, 0]
    for second in range(0, 2 * 86_400, 10):
        now = NOW + timedelta(seconds=second)
        while True:
            found = decide(marks, now, waited=waited, work=units * UNIT)
            marks = dict(found.marks)
            if found.lane is None:
                break
            days[second // 86_400] += 1
    return days[0], days[1]


def test_a_day_of_guessing_at_one_number_ends_where_the_decision_says() -> None:
    assert guesses(waited=False, units=0) == (1444, 1440)
    assert guesses(waited=True, units=0) == (1444 + 383, 1440 + 24)
    assert guesses(waited=True, units=32) == (1444 + 383 + 12_879, 1440 + 24 + 2880)


@pytest.mark.parametrize(
    ("age", "wait"),
    [(-1, None), (0, 30), (10, 20), (30, 0), (599, 0), (600, 0), (601, None), (-31_535_951, None)],
)
def test_a_ticket_waits_then_is_good_for_minutes(age: int, wait: int | None) -> None:
    left = brakes.ticket_wait(NOW - timedelta(seconds=age), NOW)
    assert left == (None if wait is None else timedelta(seconds=wait))
