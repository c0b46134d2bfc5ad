"""The bank's rules, as plain functions: values and a moment in, a decision out."""

from collections.abc import Iterable

from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange.dispute import is_disputed


def entry_state(*, active_listings: int, feedback: Iterable[Feedback]) -> EntryState:
    """Return where an entry stands.

    Nobody lists it any more: withdrawn. Partners dispute it: disputed, so that it never acts alone.
    Else listed.
    """
    if active_listings == 0:
        return EntryState.WITHDRAWN
    return EntryState.DISPUTED if is_disputed(feedback) else EntryState.LISTED


def sees_withdrawal(*, first_fetch_seq: int | None, withdrawn_seq: int) -> bool:
    """Whether a partner is told that an entry was withdrawn.

    Only one that could have seen it live: its first fetch came before. Anyone else has nothing to
    drop, and a peer's client that starts from zero would take the word of withdrawal for a listing.
    """
    return first_fetch_seq is not None and first_fetch_seq < withdrawn_seq
