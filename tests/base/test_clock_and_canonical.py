"""The clock is an argument, and one value has one byte sequence."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.canonical import canonical_json
from staydown.base.clock import HandClock, SystemClock

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(values)
def test_canonical_json_reads_back_and_is_stable(value: object) -> None:
    written = canonical_json(value)  # type: ignore[arg-type]  # the strategy makes JSON values
    again = json.loads(written)
    assert again == value
    assert canonical_json(again) == written


@pytest.mark.parametrize("value", [1.5, {"a": [2.0]}, {1: "a"}, b"bytes", {"s": {1, 2}}])
def test_canonical_json_refuses_what_two_machines_may_print_differently(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)  # type: ignore[arg-type]  # wrong types are the point


def test_the_hand_clock_moves_only_by_hand_and_speaks_utc() -> None:
    clock = HandClock(datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == datetime(2026, 1, 1, 10, tzinfo=UTC)
    clock.advance(timedelta(seconds=5))
    assert clock.now().second == 5
    with pytest.raises(ValueError, match="aware"):
        HandClock(datetime(2026, 1, 1))  # noqa: DTZ001  # a naive time is the point


def test_the_system_clock_speaks_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
