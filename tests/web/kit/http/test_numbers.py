"""A number is digits within its bounds; what only looks like one is none."""

import pytest

from staydown.web.kit.http.numbers import whole


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("999", 999), (str(2**63 - 1), 2**63 - 1)],
)
def test_digits_within_the_bounds_are_a_number(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(
    "text", ["", " 1", "-1", "+1", "1.0", "1_000", "²", "٣", str(2**63), "9" * 5000, "x"]
)
def test_anything_else_is_none(text: str) -> None:
    assert whole(text) is None


def test_a_number_beyond_its_own_bounds_is_none() -> None:
    assert whole("1", least=2) is None
    assert whole("4", most=3) is None
    assert whole("3", least=2, most=3) == 3
