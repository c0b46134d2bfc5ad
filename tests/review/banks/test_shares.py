"""What a bank may send: counted by the hour, whatever the size of pages and the moods of clocks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import Kind
from staydown.review.banks import shares
from staydown.review.banks.shares import (
    Backfill,
    Lack,
    Measure,
    PageTaken,
    Room,
    Spent,
    Window,
    index_bytes,
    repeat_pace,
    restart_is_free,
    room,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHARE = Spent(entries=100, bytes=10_000, memory=1_000)


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


# --------------------------------------------------------------------------- what a page costs

PAGE = PageTaken(records=500, received=200_000, more=True)
COSTS = {
    "new entries": (PAGE, (500, 200_000)),
    "the same with records set aside": (PAGE, (500, 200_000)),
    "withdrawals of what is listed here are free": (
        PageTaken(500, 200_000, more=True, withdrawn=500),
        (0, 0),
    ),
    "half of it withdrawals": (PageTaken(500, 400_000, more=True, withdrawn=250), (250, 144_000)),
    "an empty page that says there is more": (PageTaken(0, 60, more=True), (50, 60)),
    "a page of one entry that says there is more": (PageTaken(1, 300, more=True), (50, 300)),
    "an empty page at the end": (PageTaken(0, 60, more=False), (0, 60)),
    "one entry at the end": (PageTaken(1, 300, more=False), (1, 300)),
    "repeats that v1 must serve": (PageTaken(700, 90_000, more=False, repeats=700), (0, 90_000)),
    "repeats and news": (PageTaken(700, 90_000, more=False, repeats=600), (100, 90_000)),
    "repeats that say there is more": (
        PageTaken(700, 90_000, more=True, repeats=700),
        (50, 90_000),
    ),
    "one byte for each withdrawal": (PageTaken(20, 20, more=False, withdrawn=20), (0, 0)),
    "huge texts": (PageTaken(1, 16_000_000, more=False), (1, 16_000_000)),
}


@pytest.mark.parametrize(("page", "cost"), COSTS.values(), ids=COSTS.keys())
def test_a_page_costs_what_it_brings(page: PageTaken, cost: tuple[int, int]) -> None:
    assert (page.cost().entries, page.cost().bytes) == cost


def test_what_the_index_grows_by_counts_as_memory() -> None:
    assert PageTaken(2, 600, more=False, grown=300).cost().memory == 300


def test_the_index_takes_what_each_kind_takes() -> None:
    assert index_bytes([(Kind.PDQ, 2), (Kind.MD5, 1)]) == 410
    assert set(shares.INDEX_BYTES) == set(Kind)


# --------------------------------------------------------------------------- the window


@pytest.mark.parametrize(
    ("spent", "over"),
    [
        (Spent(99, 9_999, 999), ()),
        (Spent(100, 0, 0), (Measure.ENTRIES,)),
        (Spent(0, 10_000, 0), (Measure.BYTES,)),
        (Spent(0, 0, 1_000), (Measure.MEMORY,)),
        (Spent(5_000, 50_000, 0), (Measure.ENTRIES, Measure.BYTES)),
    ],
)
def test_a_share_is_used_up_in_each_measure_by_itself(
    spent: Spent, over: tuple[Measure, ...]
) -> None:
    assert Window().add(spent, NOW).over(NOW, SHARE) == over


def test_a_bank_that_used_its_share_up_goes_on_within_65_minutes() -> None:
    for minute in range(60):
        then = NOW + timedelta(minutes=minute, seconds=17)
        window = Window().add(Spent(entries=100), then)
        resumes = window.resumes(then, SHARE)
        assert timedelta(hours=1) < resumes - then <= timedelta(minutes=65)
        assert window.over(resumes - timedelta(microseconds=1), SHARE)
        assert not window.over(resumes, SHARE)


def test_a_bank_with_something_left_goes_on_at_once() -> None:
    assert Window().add(Spent(entries=99), NOW).resumes(NOW, SHARE) == NOW


def test_a_window_comes_back_from_its_row_as_it_went() -> None:
    window = Window().add(Spent(1, 2, 3), NOW).add(Spent(4, 5, 6), after(7))
    assert Window.parse(window.stored()) == window
    assert window.total(after(7)) == Spent(5, 7, 9)


def test_what_is_kept_of_an_endless_feed_is_thirteen_slots() -> None:
    window = Window()
    for minute in range(600):
        window = window.add(Spent(entries=1), after(minute))
    assert len(window.slots) == shares.SLOTS + 1


@pytest.mark.parametrize("back", [timedelta(minutes=6), timedelta(days=1), timedelta(days=366)])
def test_a_clock_that_is_set_back_keeps_nobody_out_for_longer_than_an_hour(
    back: timedelta,
) -> None:
    window = Window().add(Spent(entries=100), NOW).at(NOW - back)
    assert window.over(NOW - back, SHARE)
    assert window.resumes(NOW - back, SHARE) <= NOW - back + timedelta(minutes=65)


def test_a_clock_that_is_set_forward_begins_a_new_hour() -> None:
    assert not Window().add(Spent(entries=100), NOW).over(NOW + timedelta(days=366), SHARE)


steps = st.lists(
    st.tuples(
        st.integers(0, 900),  # seconds that pass
        st.integers(0, 40),  # what the next page costs
        st.one_of(st.just(0), st.integers(-10_000, 0)),  # how the clock is set meanwhile
    ),
    max_size=150,
)


@given(steps)
def test_in_no_hour_does_more_come_in_than_the_share_and_a_page(
    given_steps: list[tuple[int, int, int]],
) -> None:
    """Also where the clock is set back again and again: an hour is one that really passes."""
    real = shown = NOW
    window = Window()
    came: list[tuple[datetime, int]] = []
    for seconds, cost, set_by in given_steps:
        real += timedelta(seconds=seconds)
        shown += timedelta(seconds=seconds + set_by)
        window = Window.parse(window.at(shown).stored())
        if not window.over(shown, SHARE):
            window = window.add(Spent(entries=cost), shown)
            came.append((real, cost))
        for begin, _ in came:
            end = begin + timedelta(hours=1)
            assert sum(cost for at, cost in came if begin <= at < end) < SHARE.entries + 40


@given(st.integers(0, 3600), st.integers(1, 500))
def test_a_page_that_comes_as_soon_as_it_may_never_waits_for_good(second: int, cost: int) -> None:
    now = NOW + timedelta(seconds=second)
    window = Window()
    for _ in range(20):
        resumes = window.resumes(now, SHARE)
        assert resumes - now <= timedelta(minutes=65)
        now = resumes
        assert not window.over(now, SHARE)
        window = window.add(Spent(entries=cost), now)


# --------------------------------------------------------------------------- agreements


def test_a_backfill_pays_for_its_entries_and_what_belongs_to_them() -> None:
    left, rest = Backfill().more(600, NOW).pays(Spent(500, 200_000, 75_000), NOW)
    assert (left.left(NOW), rest) == (100, Spent())
    left, rest = left.pays(Spent(500, 600_000, 75_000), NOW)
    assert (left.left(NOW), rest) == (0, Spent(400, 600_000 - 102_400, 60_000))


def test_a_backfill_does_not_pay_for_huge_texts() -> None:
    _, rest = Backfill().more(1_000_000, NOW).pays(Spent(1, 16_000_000, 150), NOW)
    assert rest == Spent(0, 16_000_000 - shares.BYTES_EACH, 0)


def test_a_backfill_that_is_not_used_ends() -> None:
    agreed = Backfill().more(10, NOW)
    assert agreed.left(NOW + shares.BACKFILL_LASTS) == 10
    late = NOW + shares.BACKFILL_LASTS + timedelta(seconds=1)
    assert agreed.left(late) == 0
    assert agreed.pays(Spent(entries=3), late)[1] == Spent(entries=3)
    assert agreed.more(5, late).left(late) == 5


def test_a_backfill_is_raised_and_never_lowered() -> None:
    assert Backfill().at_least(7, NOW).left(NOW) == 7
    assert Backfill().more(10, NOW).at_least(7, NOW).left(NOW) == 10


@pytest.mark.parametrize(
    ("last", "free"),
    [(None, True), (after(-24 * 60), True), (after(-23 * 60), False), (NOW, False),
     (after(24 * 60), True)],
)  # fmt: skip
def test_reading_from_the_start_again_is_free_once_a_day(last: datetime | None, free: bool) -> None:
    assert restart_is_free(last, NOW) is free


# --------------------------------------------------------------------------- what may stay


@pytest.mark.parametrize(
    ("left", "new", "lack"),
    [
        (Room(1, 1, 150), True, None),
        (Room(0, 9, 999), True, Lack.BANK),
        (Room(9, 0, 999), True, Lack.BANK),
        (Room(9, 0, 999), False, None),
        (Room(9, 9, 149), True, Lack.DESK),
        (Room(-5, -5, -5), False, Lack.BANK),
    ],
)
def test_an_entry_needs_a_place_a_row_and_memory(left: Room, new: bool, lack: Lack | None) -> None:
    assert left.lacks(150, new=new) is lack


def test_room_is_what_is_left_of_each() -> None:
    left = room(most=10, listed=4, rows=7, desk_memory=900, desk_most=1_000)
    assert left == Room(6, 13, 100)
    assert left.with_one(150, new=True) == Room(5, 12, -50)
    assert left.with_one(50, new=False).without_one(50) == left


def test_looks_that_bring_nothing_but_repeats_take_half_of_the_share_at_most() -> None:
    assert repeat_pace(0) == timedelta(0)
    half = shares.SHARE.bytes / 2
    assert repeat_pace(1024 * 1024) == timedelta(hours=1) * (1024 * 1024 / half)
    assert repeat_pace(10**12) == shares.LONGEST_PACE
