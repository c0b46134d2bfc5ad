"""The numbers of signing in, as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from staydown.accounts.rules import BEYOND, BY_NAME, PACE
from staydown.accounts.throttle_rules import admit


@pytest.mark.parametrize(
    ("used", "beyond", "extra", "seconds"),
    [
        (0, 0, False, 0),
        (4, 0, False, 0),
        (5, 0, False, 60),
        (5, 0, True, 0),
        (5, 599, True, 0),
        (5, 600, True, 30),
        (10**6, 0, False, 60),
        (10**6, 10**6, True, 30),
    ],
)
def test_who_signs_in_waits_for_a_minute_at_most_whatever_the_marks_say(
    used: int, beyond: int, extra: bool, seconds: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    marks = {"pace": now + used * PACE.interval, "beyond": now + beyond * BEYOND.interval}
    opened = (PACE, BEYOND) if extra else (PACE,)
    found = admit(BY_NAME, marks, now, opened)
    assert found.wait == timedelta(seconds=seconds)
    if found.lane is None:
        assert admit(BY_NAME, found.marks, now + found.wait, opened).lane is not None
