"""When what waits goes out, over any moments and windows."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.bank.settings import LONGEST_WINDOW, BankSettings
from staydown.bank.windows import LONGEST, is_due, minutes_until, window_end
from staydown.base.errors import SettingsError
from staydown.base.settings import DatabaseSettings, SiteSettings
from tests.bank.making import START

MOMENTS = st.timedeltas(timedelta(days=-3000), timedelta(days=3000)).map(lambda by: START + by)
SECONDS = st.integers(1, LONGEST_WINDOW)


@given(MOMENTS, SECONDS)
def test_a_window_ends_later_than_now_and_within_its_length(now: datetime, seconds: int) -> None:
    ends = window_end(now, seconds)
    assert timedelta(0) < ends - now <= timedelta(seconds=seconds)
    assert not is_due(ends, now)
    assert is_due(ends, ends)


@given(MOMENTS, SECONDS)
def test_all_moments_of_a_window_have_the_same_end(now: datetime, seconds: int) -> None:
    ends = window_end(now, seconds)
    assert window_end(ends, seconds) == ends + timedelta(seconds=seconds)
    assert window_end(ends - timedelta(seconds=seconds), seconds) == ends
    assert window_end(ends - timedelta(microseconds=1), seconds) == ends


@pytest.mark.parametrize(
    ("ahead", "due"),
    [
        (timedelta(days=-400), True),
        (timedelta(0), True),
        (timedelta(microseconds=1), False),
        (LONGEST, False),
        (LONGEST + timedelta(microseconds=1), True),
        (timedelta(days=365), True),
    ],
)
def test_what_waits_longer_than_anything_may_was_written_by_a_wrong_clock(
    ahead: timedelta, due: bool
) -> None:
    assert is_due(START + ahead, START) is due


@pytest.mark.parametrize(
    ("seconds", "said"), [(-5, 1), (0, 1), (1, 1), (60, 1), (61, 2), (599, 10), (600, 10)]
)
def test_a_page_never_says_fewer_minutes_than_are_left(seconds: int, said: int) -> None:
    assert minutes_until(START + timedelta(seconds=seconds), START) == said


@pytest.mark.parametrize("seconds", [-1, LONGEST_WINDOW + 1])
def test_a_window_that_no_bank_can_have_is_refused(seconds: int, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        BankSettings(
            "Bank", SiteSettings(8100), DatabaseSettings(), tmp_path, release_seconds=seconds
        )
