"""One partner alone never makes an entry disputed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import Feedback
from staydown.exchange.dispute import is_disputed

YES, NO, LOOKING = Feedback.BLOCKED, Feedback.NOT_BLOCKED, Feedback.PENDING_REVIEW


@pytest.mark.parametrize(
    ("words", "disputed"),
    [
        ([], False),
        ([NO], False),
        ([NO, LOOKING], False),
        ([NO, NO], True),
        ([NO, NO, YES], True),
        ([NO, NO, YES, YES], False),
        ([NO, NO, NO, YES, YES], True),
    ],
)
def test_two_partners_and_a_majority_are_needed(words: list[Feedback], disputed: bool) -> None:
    assert is_disputed(words) is disputed


@given(st.lists(st.sampled_from(Feedback)))
def test_one_more_word_in_favour_never_starts_a_dispute(words: list[Feedback]) -> None:
    if not is_disputed(words):
        assert not is_disputed([*words, YES])
