"""The bank's rules, as plain functions: values and a moment in, a decision out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange.dispute import is_disputed

#: The wait after the first wrong PIN; each further one doubles it, up to the cap.
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(seconds=60)

#: In total, this many wrong tries at once, and then one in each interval.
TOTAL_BURST = 100
TOTAL_INTERVAL = timedelta(milliseconds=500)

#: A number that nobody tried for this long starts afresh.
FORGET_WRONG_AFTER = timedelta(days=1)

#: How long a request under an idempotency key can be sent again for the same answer.
REPEAT_WITHIN = timedelta(hours=24)


def entry_state(*, active_listings: int, feedback: Iterable[Feedback]) -> EntryState:
    """Return where an entry stands.

    Nobody lists it any more: withdrawn. Partners dispute it: disputed, so that it never acts alone.
    Else listed.
    """
    if active_listings == 0:
        return EntryState.WITHDRAWN
    return EntryState.DISPUTED if is_disputed(feedback) else EntryState.LISTED


def listing_state(*, withdrawn: bool, said_since: Iterable[Feedback]) -> EntryState:
    """Return what the owner of one listing is shown as its state.

    ``said_since`` holds each partner's latest word, of those said since the listing was made. Words
    said before don't count here, though they do for the entry: a fresh listing that shows a dispute
    would tell whoever made it that the picture had been listed before.
    """
    if withdrawn:
        return EntryState.WITHDRAWN
    return EntryState.DISPUTED if is_disputed(said_since) else EntryState.LISTED


def sees_withdrawal(*, first_fetch_seq: int | None, withdrawn_seq: int) -> bool:
    """Whether a partner is told that an entry was withdrawn.

    Only one that could have seen it live: its first fetch came before. Anyone else has nothing to
    drop, and a peer's client that starts from zero would take the word of withdrawal for a listing.
    """
    return first_fetch_seq is not None and first_fetch_seq < withdrawn_seq


def delay_after(wrong: int) -> timedelta:
    """Return the wait after ``wrong`` wrong PINs in a row (1 and more)."""
    doublings = min(max(wrong, 1) - 1, 16)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def wait_seconds(until: datetime, now: datetime) -> int:
    """Return whole seconds from ``now`` to ``until``, rounded up; 0 when it has come."""
    left = until - now
    return max(0, -(-left // timedelta(seconds=1)))


def spend(until: datetime | None, now: datetime) -> tuple[datetime, int]:
    """Take one of the bank's tries. Return the new mark and the seconds to wait (0: taken).

    The generic cell rate algorithm (ITU-T I.371): the mark is the moment at which the allowance
    would be whole again. When there is a wait the mark is unchanged.
    """
    mark = max(until or now, now)
    left = mark - (TOTAL_BURST - 1) * TOTAL_INTERVAL
    if left > now:
        return mark, wait_seconds(left, now)
    return mark + TOTAL_INTERVAL, 0


def can_repeat(made_at: datetime, now: datetime) -> bool:
    """Whether what was asked at ``made_at`` can still be asked again.

    A moment far in the future comes from a clock that was wrong then; it lasts no longer.
    """
    return abs(now - made_at) < REPEAT_WITHIN
