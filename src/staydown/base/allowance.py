"""So many at once, then one in each interval: the generic cell rate algorithm (ITU-T I.371).

A mark is the moment at which an allowance will be whole again. Time alone makes it whole, and
nothing pushes it beyond what the allowance holds, whatever the clock did.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Allowance:
    """``burst`` at once (1 or more), then one in each ``interval``."""

    burst: int
    interval: timedelta


def spend(mark: datetime, now: datetime, allowance: Allowance) -> tuple[datetime, timedelta]:
    """Take one. Return the new mark and how long to wait (zero: taken).

    When there is a wait the mark is only clamped. A mark that a wrong clock left in the far future
    counts as an allowance that was used up just now.
    """
    mark = min(max(mark, now), now + allowance.burst * allowance.interval)
    wait = mark - (allowance.burst - 1) * allowance.interval - now
    if wait > timedelta(0):
        return mark, wait
    return mark + allowance.interval, timedelta(0)


def give_back(mark: datetime, allowance: Allowance) -> datetime:
    """Return the mark as it is without one that turned out not to count."""
    return mark - allowance.interval


def spend_all(
    mark: datetime, now: datetime, allowance: Allowance, count: int
) -> tuple[datetime, bool]:
    """Take ``count`` (0 or more) together, or none. Return the new mark, and if they were taken.

    More than ``burst`` are never taken together. A mark in the far future is clamped, as above.
    """
    whole = allowance.burst * allowance.interval
    mark = min(max(mark, now), now + whole)
    after = mark + count * allowance.interval
    return (mark, False) if after > now + whole else (after, True)


def room(mark: datetime, now: datetime, allowance: Allowance) -> int:
    """Return how many ``spend_all`` would take together."""
    whole = allowance.burst * allowance.interval
    return (now + whole - min(max(mark, now), now + whole)) // allowance.interval
