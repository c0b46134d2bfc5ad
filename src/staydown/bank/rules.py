"""The bank's rules, as plain functions: values and a moment in, a decision out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from staydown.base.vocabulary import EntryState
from staydown.exchange.dispute import Word, is_disputed

#: How long a request under an idempotency key can be sent again for the same answer.
REPEAT_WITHIN = timedelta(hours=24)


def entry_state(
    *, active_listings: int, words: Iterable[Word], extended: bool = False
) -> EntryState:
    """Return where an entry stands.

    Nobody lists it any more: withdrawn. Organisations dispute it, or the operator extended a
    dispute to it: disputed, so that it never acts alone. Else listed.
    """
    if active_listings == 0:
        return EntryState.WITHDRAWN
    return EntryState.DISPUTED if extended or is_disputed(words) else EntryState.LISTED


def listing_state(
    *, withdrawn: bool, said_since: Iterable[Word], extended_since: bool = False
) -> EntryState:
    """Return what the owner of one listing is shown as its state.

    ``said_since`` holds each partner's latest word, of those said since the listing was made, and
    ``extended_since`` says whether the operator extended a dispute to it since. What came before
    doesn't count here, though it does for the entry: a fresh listing that shows a dispute would
    tell whoever made it that the picture had been listed before.
    """
    if withdrawn:
        return EntryState.WITHDRAWN
    disputed = extended_since or is_disputed(said_since)
    return EntryState.DISPUTED if disputed else EntryState.LISTED


def sees_withdrawal(*, first_fetch_seq: int | None, withdrawn_seq: int) -> bool:
    """Whether a partner is told that an entry was withdrawn.

    Only one that could have seen it live: its first fetch came before. Anyone else has nothing to
    drop, and a peer's client that starts from zero would take the word of withdrawal for a listing.
    """
    return first_fetch_seq is not None and first_fetch_seq < withdrawn_seq


def can_repeat(made_at: datetime, now: datetime) -> bool:
    """Whether what was asked at ``made_at`` can still be asked again.

    A moment far in the future comes from a clock that was wrong then; it lasts no longer.
    """
    return abs(now - made_at) < REPEAT_WITHIN
