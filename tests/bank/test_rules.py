"""The rules, as tables and properties."""

import pytest

from staydown.bank import rules
from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange.dispute import Word

YES, NO, SEEN = Feedback.BLOCKED, Feedback.NOT_BLOCKED, Feedback.PENDING_REVIEW


@pytest.mark.parametrize(
    ("listings", "said", "extended", "state"),
    [
        (0, [], False, "withdrawn"),
        (0, [YES, YES], False, "withdrawn"),
        (0, [NO, NO], True, "withdrawn"),
        (1, [], False, "listed"),
        (1, [], True, "disputed"),
        (3, [YES], False, "listed"),
        (1, [NO], False, "listed"),
        (1, [NO, NO], False, "disputed"),
        (1, [NO, NO, YES], False, "listed"),
        (1, [NO, NO, NO, YES], False, "listed"),
        (1, [NO, SEEN, SEEN], False, "listed"),
    ],
)
def test_where_an_entry_stands(
    listings: int, said: list[Feedback], extended: bool, state: str
) -> None:
    """Each word by an organisation of its own."""
    words = [Word(number, word) for number, word in enumerate(said)]
    found = rules.entry_state(active_listings=listings, words=words, extended=extended)
    assert found is EntryState(state)


@pytest.mark.parametrize(
    ("withdrawn", "said", "extended", "state"),
    [
        (False, [NO], False, "listed"),
        (False, [NO, NO], False, "disputed"),
        (False, [], True, "disputed"),
        (True, [NO, NO], True, "withdrawn"),
    ],
)
def test_what_the_owner_of_a_listing_is_shown(
    withdrawn: bool, said: list[Feedback], extended: bool, state: str
) -> None:
    words = [Word(number, word) for number, word in enumerate(said)]
    found = rules.listing_state(withdrawn=withdrawn, said_since=words, extended_since=extended)
    assert found is EntryState(state)


@pytest.mark.parametrize(
    ("first_fetch", "withdrawn", "told"),
    [(None, 5, False), (4, 5, True), (5, 5, False), (6, 5, False), (0, 1, True)],
)
def test_only_who_could_have_seen_an_entry_live_is_told_of_its_withdrawal(
    first_fetch: int | None, withdrawn: int, told: bool
) -> None:
    assert rules.sees_withdrawal(first_fetch_seq=first_fetch, withdrawn_seq=withdrawn) is told
