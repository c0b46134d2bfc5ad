"""One organisation alone never makes an entry disputed, and one that blocked it ends a dispute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import Feedback
from staydown.exchange.dispute import Word, is_disputed, voice

YES, NO, LOOKING = Feedback.BLOCKED, Feedback.NOT_BLOCKED, Feedback.PENDING_REVIEW

words = st.builds(Word, st.sampled_from("ABC"), st.sampled_from(Feedback), st.booleans())


@pytest.mark.parametrize(
    ("said", "disputed"),
    [
        ([], False),
        ([("A", NO)], False),
        ([("A", NO), ("A", NO)], False),
        ([("A", NO), ("A", NO), ("A", NO)], False),
        ([("A", NO), ("B", LOOKING)], False),
        ([("A", NO), ("B", NO)], True),
        ([("A", NO), ("A", NO), ("B", NO)], True),
        ([("A", NO), ("B", NO), ("C", YES)], False),
        ([("A", NO), ("A", YES), ("B", NO), ("C", NO)], False),
        ([("A", NO), ("B", NO), ("C", NO), ("D", YES)], False),
    ],
)
def test_two_organisations_and_none_that_blocked_it_are_needed(
    said: list[tuple[str, Feedback]], disputed: bool
) -> None:
    assert is_disputed(Word(*one) for one in said) is disputed


def test_a_word_against_that_does_not_weigh_is_not_counted_and_one_in_favour_always_is() -> None:
    assert not is_disputed([Word("A", NO), Word("B", NO, weighs=False)])
    assert not is_disputed([Word("A", NO), Word("B", NO), Word("C", YES, weighs=False)])


@given(st.lists(words))
def test_one_blocked_ends_every_dispute_whoever_says_it(said: list[Word]) -> None:
    for organisation in "ABCD":
        assert not is_disputed([*said, Word(organisation, YES)])


@given(st.lists(words), words)
def test_what_one_organisation_says_more_than_once_never_starts_a_dispute(
    said: list[Word], more: Word
) -> None:
    voices = {word.organisation for word in said if word.weighs and word.value is NO}
    if not is_disputed(said) and more.organisation in voices:
        assert not is_disputed([*said, more])


@given(st.lists(words))
def test_the_voices_of_organisations_dispute_what_their_words_do(said: list[Word]) -> None:
    """What a bank tells on a wire that knows one word for each source comes to the same."""
    told = [
        Word(name, one)
        for name in "ABC"
        if (one := voice(word for word in said if word.organisation == name)) is not None
    ]
    assert is_disputed(told) is is_disputed(said)
