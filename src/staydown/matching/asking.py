"""How to get past what can't be read: ask for less until one record is alone, and look behind it.

Pure: what failed goes in, what to ask next comes out. Places are a feed's own: a sequence number of
the native feed, a time stamp in seconds of v1. Nothing is ever passed over because a bank is down:
see ``Suspect``.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from staydown.base.errors import StaydownError
from staydown.exchange.errors import BankRefused, BankUnreachable, WireError, WorkAsked

#: So many looks must find the same record alone unreadable before it is passed over ...
LOOKS = 3

#: ... and so much time must lie between the first and the last of them, or two polls if longer.
LEAST_WAIT = timedelta(seconds=2)

#: Questions beyond a plain page that one look may cost a bank, and those for one place again.
MOST_QUESTIONS = 120
MOST_AGAIN = 25

#: What a question that brings nothing counts as, in entries of the bank's share.
QUESTION_COST = 10

#: Failed tries in a row after which a page that gets no answer at all is tried in parts.
PATIENCE = 2

#: Places of a bank that may be passed over at a time. Beyond that the bank is broken, not a record.
MOST_PLACES = 100

#: A place that was passed over is tried again after a minute, then after twice as long each time.
AGAIN_FIRST = timedelta(minutes=1)
AGAIN_LAST = timedelta(hours=6)

#: Places that are tried again in one look.
AGAIN_AT_ONCE = 2


class Fault(StrEnum):
    """What a failed question says about the place that was asked for."""

    TOKEN = "token"  # noqa: S105 - a word of ours: the bank no longer knows the page token
    PAGE = "page"  # what came can't be read
    AWAY = "away"  # nothing came: an outage, unless only this page is too much
    NO = "no"  # keys, settings, a bank that asks us to wait: nothing about the page


_TOKEN_STATUSES = (400, 404, 409, 410, 422)


def fault_of(error: Exception, *, token: bool) -> Fault:
    """Say what an error means; ``token``: whether the question held a page token."""
    if isinstance(error, BankRefused):
        return Fault.TOKEN if token and error.status in _TOKEN_STATUSES else Fault.NO
    if isinstance(error, BankUnreachable):
        if error.status == 429 or not error.sent or isinstance(error, WorkAsked):
            return Fault.NO
        return Fault.AWAY if error.status in (None, 502, 503, 504) else Fault.PAGE
    if isinstance(error, StaydownError) and not isinstance(error, WireError):
        return Fault.NO
    return Fault.PAGE


def reason(error: Exception) -> str:
    """Say why a record was passed over, in our words; shown beside other reasons."""
    if isinstance(error, WireError):
        return f"passed over: {error}"
    if isinstance(error, BankUnreachable):
        if error.status is None:
            return "passed over: no complete answer came"
        return f"passed over: the bank answered with status {error.status}"
    return "passed over: this version can't read it"


@dataclass(frozen=True, slots=True)
class Asking:
    """How many records to ask for: ``full`` at once, ``size`` while some can't be read.

    ``doubtful`` counts the records ahead among which one can't be read; 0 while none is known.
    """

    full: int
    size: int
    doubtful: int = 0

    @classmethod
    def of(cls, full: int) -> Self:
        """Return asking for full pages."""
        return cls(full, full)

    @property
    def careful(self) -> bool:
        """Whether less is asked for than could be."""
        return self.size < self.full

    def failed(self) -> "Asking | None":
        """Return how to ask for less after a page couldn't be read; None: one is alone."""
        if self.size <= 1:
            return None
        return replace(self, size=self.size // 2, doubtful=self.size)

    def read(self, records: int) -> "Asking":
        """Return how to go on after a page of so many records."""
        left = self.doubtful - records
        if self.doubtful and left > 0:
            return replace(self, doubtful=left)
        if self.doubtful:
            # All could be read, only not at once: full pages are too much for this bank.
            return Asking.of(max(1, self.size, self.full // 2))
        return self

    def again(self, repeats: int) -> "Asking":
        """Return the same for a new chain that brings so many records once more first."""
        return replace(self, doubtful=self.doubtful + repeats) if self.doubtful else self


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for the nearest place that can be read from: further and further, then in halves.

    ``low`` can't be, ``high`` can; ``most`` is the last place worth asking for.
    """

    low: int
    most: int
    high: int | None = None
    step: int = 1
    hint: bool = False

    def next(self) -> int | None:
        """Return the place to ask for; None when the search is over."""
        if self.high is not None:
            return (self.low + self.high) // 2 if self.high - self.low > 1 else None
        return min(self.low + self.step, self.most) if self.low < self.most else None

    def hinted(self, high: int) -> "Search":
        """Return a search that asks first whether an earlier one's answer still holds."""
        if not self.low < high <= self.most:
            return self
        return replace(self, step=max(1, high - 1 - self.low), hint=True)

    def answered(self, place: int, *, readable: bool) -> "Search":
        """Return the search after ``place`` was asked for."""
        if readable:
            return replace(self, high=place)
        return replace(self, low=place, step=1 if self.hint else self.step * 2, hint=False)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A record that alone couldn't be read, while what is before and behind it could.

    It lies between ``low`` and ``high``; ``high`` is None where nothing leads past it. One look
    counts once, however often it asks.
    """

    low: int
    high: int | None
    since: str
    looks: int = 1

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> Self | None:
        """Read what ``stored`` returned; None where nothing was."""
        return cls(**stored) if stored else None

    def stored(self) -> dict[str, Any]:
        """Return the same as a plain dictionary, for a row."""
        return asdict(self)

    @classmethod
    def found(cls, before: "Suspect | None", low: int, high: int | None, now: datetime) -> Self:
        """Return what is known after one more look found a record alone unreadable."""
        if before is None or before.low != low or (before.high is None) != (high is None):
            return cls(low, high, now.isoformat())
        began = min(datetime.fromisoformat(before.since), now)  # the clock may have been set back
        return cls(low, high, began.isoformat(), before.looks + 1)

    def sure(self, now: datetime, poll: timedelta) -> bool:
        """Say whether it was found often enough, for long enough, to go on without it."""
        waited = now - datetime.fromisoformat(self.since)
        return self.looks >= LOOKS and waited >= max(LEAST_WAIT, 2 * poll)


def next_try(tries: int) -> timedelta:
    """Return when to try a place again that was passed over, after so many tries."""
    factor: int = 2 ** min(tries, 20)
    return min(AGAIN_FIRST * factor, AGAIN_LAST)
