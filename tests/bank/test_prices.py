"""What work costs and opens: tables and properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.accounts.throttle_rules import Decision, Marks, admit, used
from staydown.bank import prices
from staydown.bank.prices import FREE_PICTURES, NEW_CASES_PAID, TOP, new_cases, open_lanes
from staydown.base.allowance import Allowance
from staydown.exchange.codec import MAX_PICTURES
from staydown.exchange.puzzle import MOST, UNIT

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PICTURES = st.integers(1, MAX_PICTURES)
MOMENTS = st.integers(-500_000_000, 10_000_000_000).map(lambda s: NOW + timedelta(seconds=s))
BUCKETS = st.builds(
    Allowance, st.integers(0, 1000), st.integers(1, 3_600_000).map(lambda n: timedelta(hours=1) / n)
)


def marks(free: int = 0, paid: int = 0) -> Marks:
    """Marks of a bucket from which so many pictures are in use."""
    return {
        "free": NOW + free * FREE_PICTURES.interval,
        "paid": NOW + paid * NEW_CASES_PAID.interval,
    }


def enter(
    before: Marks, now: datetime, bucket: Allowance, pictures: int, work: int | None
) -> tuple[Decision, bool]:
    """Decide about a hand-in; say, too, whether it counts as paid for."""
    opened = open_lanes(new_cases(bucket), before, now, pictures, work)
    return admit(new_cases(bucket), before, now, opened, pictures), NEW_CASES_PAID in opened


@pytest.mark.parametrize(
    ("lately", "units"),
    [
        (0, 1),
        (3, 1),
        (4, 2),
        (7, 2),
        (8, 4),
        (15, 4),
        (16, 8),
        (31, 8),
        (32, 16),
        (64, 32),
        (10_000, 32),
    ],
)
def test_a_try_costs_twice_as_much_each_time_that_twice_as_many_paid(
    lately: int, units: int
) -> None:
    assert prices.sign_in_price(lately) == units * UNIT


@pytest.mark.parametrize(
    ("lately", "pictures", "units"),
    [
        (0, 1, 1),
        (199, 50, 1),
        (200, 1, 2),
        (200, 10, 2),
        (200, 11, 4),
        (400, 10, 4),
        (800, 10, 8),
        (1600, 1, 16),
        (3200, 1, 32),
        (4400, 10, 32),
        (4400, 50, 160),
    ],
)
def test_what_a_hand_in_costs(lately: int, pictures: int, units: int) -> None:
    assert prices.new_case_price(marks(paid=lately), NOW, pictures) == units * UNIT


@pytest.mark.parametrize(
    ("free", "paid", "pictures", "work", "came_in"),
    [
        (0, 0, 1, None, ("free", False)),
        (0, 0, 50, None, ("free", False)),
        (150, 0, 50, None, ("free", False)),
        (151, 0, 50, None, None),
        (199, 0, 1, None, ("free", False)),
        (200, 0, 1, None, None),
        (0, 0, 1, 1, ("free", True)),
        (0, 0, 1, 0, None),
        (200, 0, 50, 1, ("paid", True)),
        (200, 200, 1, 1, None),
        (200, 200, 1, 2, ("paid", True)),
        (0, 200, 1, 1, None),
        (0, 200, 1, None, ("free", False)),
        (200, 4300, 50, 160, ("paid", True)),
    ],
)
def test_how_a_hand_in_comes_in(
    free: int, paid: int, pictures: int, work: int | None, came_in: tuple[str, bool] | None
) -> None:
    units = None if work is None else work * UNIT
    found, has_paid = enter(marks(free, paid), NOW, FREE_PICTURES, pictures, units)
    assert (None if found.lane is None else (found.lane.name, has_paid)) == came_in
    assert (found.marks == marks(free, paid)) == (came_in is None)


@given(
    st.fixed_dictionaries({"free": MOMENTS, "paid": MOMENTS}),
    MOMENTS,
    BUCKETS,
    PICTURES,
    st.integers(0, MOST) | st.none(),
)
def test_whatever_the_clock_did_there_is_a_price_and_who_pays_it_comes_in(
    before: Marks, now: datetime, bucket: Allowance, pictures: int, work: int | None
) -> None:
    price = prices.new_case_price(before, now, pictures)
    assert UNIT <= price <= MOST
    found, paid = enter(before, now, bucket, pictures, work)
    if found.lane is None:
        assert found.marks == before, "who only asks makes it dearer for nobody"
    else:
        assert paid == (work is not None and work >= price)
        assert found.lane.name == "free" or paid
    found, paid = enter(before, now, bucket, pictures, price)
    assert found.lane is not None
    assert paid
    assert used(found.marks, NEW_CASES_PAID, now) <= NEW_CASES_PAID.burst


@given(st.lists(st.tuples(PICTURES, st.integers(0, 60), st.booleans()), max_size=60), BUCKETS)
def test_no_more_comes_in_without_work_than_the_bucket_gives(
    hand_ins: list[tuple[int, int, bool]], bucket: Allowance
) -> None:
    at, found, free, began = NOW, marks(), 0, NOW
    for pictures, pause, pays in hand_ins:
        at += timedelta(seconds=pause)
        decision, _ = enter(found, at, bucket, pictures, MOST if pays else None)
        found = decision.marks
        free += pictures if decision.lane is not None and decision.lane.name == "free" else 0
        assert free <= bucket.burst + (at - began) / bucket.interval + 1e-6


def test_what_came_by_work_costs_the_next_ones_nothing_within_the_hour() -> None:
    found = marks(200, NEW_CASES_PAID.burst)
    assert prices.new_case_price(found, NOW, 1) == TOP * UNIT
    assert prices.new_case_price(found, NOW + timedelta(minutes=71), 1) == UNIT
