"""How much of what an organisation says moves entries, and what the operator may extend: rules.

Plain functions of values and a moment; reason codes come back.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from staydown.base.vocabulary import EntryState, Feedback

#: The entries on which an organisation's words against may newly count within ``WINDOW``.
ALLOWANCE = 20
WINDOW = timedelta(hours=24)

#: The longest that an extended dispute lasts; it can be extended again.
LONGEST_EXTENSION = timedelta(days=90)


class Weight(StrEnum):
    """What becomes of a word: it counts, it is kept and doesn't, or it is the one that is too many
    and stops those that follow."""

    COUNTS = "counts"
    KEPT = "kept"
    STOPS = "stops"


def weight(value: Feedback, *, stopped: bool, counted: int, allowance: int) -> Weight:
    """Return what becomes of a word on an entry that the organisation's words don't count on yet.

    ``counted``: the other entries that they newly counted on within the window. Words in favour
    always count: they only bring back what holds an upload.
    """
    if value is not Feedback.NOT_BLOCKED:
        return Weight.COUNTS
    if stopped:
        return Weight.KEPT
    return Weight.COUNTS if counted < allowance else Weight.STOPS


def counted_since(now: datetime, counted_from: datetime | None) -> datetime:
    """Return from when on words are counted. A moment that lies ahead is that of a wrong clock."""
    start = now - WINDOW
    return start if counted_from is None or counted_from > now else max(start, counted_from)


def ended_now(ended: int, since: datetime | None, now: datetime) -> tuple[int, datetime]:
    """Return how many disputes an organisation ended, one more just now, and since when."""
    if since is None or not timedelta(0) <= now - since < WINDOW:
        return 1, now
    return ended + 1, since


class CannotExtend(StrEnum):
    """Why a dispute can't be extended."""

    NOT_DISPUTED = "not_disputed"
    NOT_LISTED = "not_listed"
    BLOCKED = "blocked"
    PAST = "past"
    TOO_LONG = "too_long"


def cannot_extend(
    *,
    source: EntryState,
    entry: EntryState,
    blocked: bool,
    until: datetime,
    now: datetime,
) -> CannotExtend | None:
    """Return why the dispute of ``source`` can't be extended to ``entry``; None where it can.

    ``blocked``: an organisation says ``Blocked`` of one of the two.
    """
    if until <= now:
        return CannotExtend.PAST
    if until - now > LONGEST_EXTENSION:
        return CannotExtend.TOO_LONG
    if entry is EntryState.WITHDRAWN:
        return CannotExtend.NOT_LISTED
    if blocked:
        return CannotExtend.BLOCKED
    return None if source is EntryState.DISPUTED else CannotExtend.NOT_DISPUTED


def extension_lasts(*, until: datetime, now: datetime, blocked: bool, listed: bool) -> bool:
    """Say whether a dispute that was extended still stands.

    A clock that was set back doesn't make it longer than it may be.
    """
    return listed and not blocked and now < until <= now + LONGEST_EXTENSION
