"""The rules, as tables and properties."""

import pytest

from staydown.bank import rules
from staydown.base.vocabulary import EntryState, Feedback

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
