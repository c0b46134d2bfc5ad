"""Allowances, as properties."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from staydown.base.allowance import Allowance, give_back, spend

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ALLOWANCES = st.builds(
    Allowance,
    st.integers(1, 4000),
    st.integers(1, 90_000).map(lambda ms: timedelta(milliseconds=ms)),
)
MOMENTS = st.integers(-500_000_000, 10_000_000_000).map(lambda s: NOW + timedelta(seconds=s))


@given(st.lists(st.integers(0, 90_000), max_size=200), ALLOWANCES)
def test_tries_never_exceed_burst_and_rate(gaps: list[int], allowance: Allowance) -> None:
    mark, now, taken = NOW, NOW, []
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        mark, wait = spend(mark, now, allowance)
        if not wait:
            taken.append(now)
    for start in range(len(taken)):
        span = (taken[-1] - taken[start]) / allowance.interval
        assert len(taken) - start <= allowance.burst + span + 1


@given(MOMENTS, MOMENTS, ALLOWANCES)
def test_after_the_told_wait_a_try_passes_whatever_the_clock_did(
    mark: datetime, now: datetime, allowance: Allowance
) -> None:
    marked, wait = spend(mark, now, allowance)
    assert wait <= allowance.interval
    if wait:
        assert spend(marked, now + wait, allowance)[1] == timedelta(0)


@given(MOMENTS, ALLOWANCES)
def test_what_is_given_back_can_be_taken_again(now: datetime, allowance: Allowance) -> None:
    mark, wait = spend(now, now, allowance)
    assert not wait
    assert give_back(mark, allowance) == now
