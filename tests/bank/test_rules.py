"""The rules, as tables and properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.bank import rules
from staydown.base.vocabulary import EntryState, Feedback

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
YES, NO, SEEN = Feedback.BLOCKED, Feedback.NOT_BLOCKED, Feedback.PENDING_REVIEW


@pytest.mark.parametrize(
    ("listings", "feedback", "state"),
    [
        (0, [], "withdrawn"),
        (0, [YES, YES], "withdrawn"),
        (1, [], "listed"),
        (3, [YES], "listed"),
        (1, [NO], "listed"),
        (1, [NO, NO], "disputed"),
        (1, [NO, NO, YES], "disputed"),
        (1, [NO, NO, YES, YES], "listed"),
        (1, [NO, SEEN, SEEN], "listed"),
    ],
)
def test_where_an_entry_stands(listings: int, feedback: list[Feedback], state: str) -> None:
    assert rules.entry_state(active_listings=listings, feedback=feedback) is EntryState(state)


@pytest.mark.parametrize(
    ("first_fetch", "withdrawn", "told"),
    [(None, 5, False), (4, 5, True), (5, 5, False), (6, 5, False), (0, 1, True)],
)
def test_only_who_could_have_seen_an_entry_live_is_told_of_its_withdrawal(
    first_fetch: int | None, withdrawn: int, told: bool
) -> None:
    assert rules.sees_withdrawal(first_fetch_seq=first_fetch, withdrawn_seq=withdrawn) is told


def test_delays_double_up_to_the_cap() -> None:
    waits = [rules.delay_after(wrong).total_seconds() for wrong in (1, 2, 3, 6, 7, 8, 10_000)]
    assert waits == [1, 2, 4, 32, 60, 60, 60]


@pytest.mark.parametrize(("left", "seconds"), [(-5, 0), (0, 0), (0.2, 1), (1, 1), (1.001, 2)])
def test_waits_are_told_in_whole_seconds_rounded_up(left: float, seconds: int) -> None:
    assert rules.wait_seconds(NOW + timedelta(seconds=left), NOW) == seconds


@given(st.lists(st.integers(0, 5_000), max_size=300))
def test_tries_in_total_never_exceed_burst_and_rate(gaps: list[int]) -> None:
    mark, now, taken = None, NOW, []
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        mark, wait = rules.spend(mark, now)
        if not wait:
            taken.append(now)
    for start in range(len(taken)):
        span = (taken[-1] - taken[start]) / rules.TOTAL_INTERVAL
        assert len(taken) - start <= rules.TOTAL_BURST + span + 1


@given(st.integers(0, 200))
def test_after_the_told_wait_a_try_passes(tries: int) -> None:
    mark, wait = None, 0
    for _ in range(tries):
        mark, wait = rules.spend(mark, NOW)
    assert rules.spend(mark, NOW + timedelta(seconds=max(wait, 1)))[1] == 0
