"""So many at once, then one in each interval: the generic cell rate algorithm (ITU-T I.371).

A mark is the moment at which an allowance will be whole again. Time alone makes it whole, and
nothing pushes it beyond what the allowance holds, whatever the clock did.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Allowance:
    """``burst`` at once (0 or more), then one in each ``interval``."""

    burst: int
    interval: timedelta

    @property
    def whole(self) -> timedelta:
        """How long it takes to become whole after it was used up."""
        return self.burst * self.interval


def spend(
    mark: datetime, now: datetime, allowance: Allowance, count: int = 1
) -> tuple[datetime, timedelta]:
    """Take ``count`` (0 or more) together, or none. Return the new mark and how long to wait until
    they can be taken (zero: they were).

    When there is a wait the mark is only clamped: one that a wrong clock left in the far future
    counts as an allowance that was used up just now. More than ``burst`` are never taken together.
    """
    mark = min(max(mark, now), now + allowance.whole)
    after = mark + count * allowance.interval
    wait = after - allowance.whole - now
    return (mark, wait) if wait > timedelta(0) else (after, timedelta(0))


def give_back(mark: datetime, allowance: Allowance, count: int = 1) -> datetime:
    """Return the mark as it is without some that turned out not to count."""
    return mark - count * allowance.interval


def room(mark: datetime, now: datetime, allowance: Allowance) -> int:
    """Return how many ``spend`` would take together."""
    return (now + allowance.whole - min(max(mark, now), now + allowance.whole)) // (
        allowance.interval
    )


def in_use(mark: datetime, now: datetime, allowance: Allowance) -> int:
    """Return how many are in use. A mark beyond what the allowance holds was left by a wrong clock:
    it counts for nothing here."""
    ahead = mark - now
    return -(-ahead // allowance.interval) if timedelta(0) < ahead <= allowance.whole else 0
