"""Gaps are filled once, and what stays empty leaves no trace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.notices.compose.template import fill, fill_letter, gaps_in


@pytest.mark.parametrize(
    ("body", "values", "letter"),
    [
        ("A\n\n{x}\n\nB", {"x": ""}, "A\n\nB"),
        ("A\n\n{x}\n\nB", {"x": "X"}, "A\n\nX\n\nB"),
        ("A {x}", {"x": ""}, "A"),
        ("{x}\n{y}", {"x": "", "y": "Y"}, "Y"),
        ("Head:\n\n{x}\n\nB", {"x": ""}, "B"),
        ("Head:\n\n{x}\n{y}\n\nB", {"x": "", "y": "Y"}, "Head:\n\nY\n\nB"),
        ("Not a head\n\n{x}\n\nB", {"x": ""}, "Not a head\n\nB"),
        ("Two lines\nhead:\n\n{x}\n\nB", {"x": ""}, "Two lines\nhead:\n\nB"),
        ("{x}", {"x": "a {y} b"}, "a {y} b"),
    ],
)
def test_lines_paragraphs_and_headings_of_nothing_vanish(
    body: str, values: dict[str, str], letter: str
) -> None:
    assert fill_letter(body, values) == letter


def test_a_gap_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("{nobody}", {})


@given(st.text())
def test_what_is_typed_is_never_read_as_a_gap(typed: str) -> None:
    assert fill("<{x}>", {"x": typed}) == f"<{typed}>"
    assert gaps_in("{a} {b} {a}") == ("a", "b")


@pytest.mark.parametrize("typed", ["1. https://example.org/a:", "It is unlawful because:"])
def test_what_was_typed_is_no_heading_and_never_vanishes(typed: str) -> None:
    assert fill_letter("{x}\n\n{y}\n\nB", {"x": typed, "y": ""}) == f"{typed}\n\nB"
