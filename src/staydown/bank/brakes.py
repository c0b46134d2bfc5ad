"""The rules that slow guesses at PINs, as plain functions: marks and a moment in, a decision out.

Every number, in use or made up, has lanes of its own, so what strangers do to other numbers costs
its owner nothing. What a mark is stands in ``base.allowance``.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from staydown.base.allowance import Allowance, spend

#: Tries at one number by anybody. A person's slips fit in here.
PACE = Allowance(5, timedelta(seconds=60))

#: Tries at one number beyond the pace: people who waited, or were lucky. Whoever tries once a
#: second for an hour can't use it up, and a day of guessing gets no further than some 8,000 tries.
EXTRA = Allowance(3600, timedelta(seconds=30))

#: Tries at numbers that no case has, in all, that cost a PIN check; the rest only take as long.
NOBODYS = Allowance(100, timedelta(milliseconds=500))

#: Nobody is ever told to wait for longer.
LONGEST_WAIT = timedelta(seconds=60)

#: How long somebody waits with a ticket, and how long the ticket can be used after it was given.
TICKET_WAIT = timedelta(seconds=30)
TICKET_LASTS = timedelta(minutes=10)

#: How long an open page's next tries have a lane of their own after a good sign-in.
EARLIER_LASTS = timedelta(hours=12)

#: Of tries beyond the pace that bring nothing, one in so many is looked at all the same.
ONE_IN = 4


class Lane(Enum):
    """Which allowance a try was taken from."""

    PACE = "pace"
    EXTRA = "extra"


ALLOWANCES = {Lane.PACE: PACE, Lane.EXTRA: EXTRA}


@dataclass(frozen=True, slots=True)
class Marks:
    """Where a number's lanes are."""

    pace: datetime
    extra: datetime


def admit(marks: Marks, now: datetime, *, extra: bool) -> tuple[Marks, Lane | None, timedelta]:
    """Decide about a try. Return the new marks, the lane (None: not looked at) and the wait.

    The marks are to be kept after a refusal too: those that a wrong clock left are put right there.

    ``extra``: whoever tries waited with a ticket, or was lucky.
    """
    pace, wait = spend(marks.pace, now, PACE)
    marks = replace(marks, pace=pace)
    if not wait:
        return marks, Lane.PACE, wait
    if extra:
        more, long = spend(marks.extra, now, EXTRA)
        marks = replace(marks, extra=more)
        if not long:
            return marks, Lane.EXTRA, long
        wait = min(wait, long)
    return marks, None, min(wait, LONGEST_WAIT)


def ticket_wait(given_at: datetime, now: datetime) -> timedelta | None:
    """Return how long a ticket has to wait (zero: it may be used); None when it is good no more.

    One that was given in the future is from a time when the clock was wrong.
    """
    age = now - given_at
    if not timedelta(0) <= age <= TICKET_LASTS:
        return None
    return max(timedelta(0), TICKET_WAIT - age)


def wait_seconds(wait: timedelta) -> int:
    """Return whole seconds, rounded up: at least 1, and never more than the longest wait."""
    return max(1, -(-min(wait, LONGEST_WAIT) // timedelta(seconds=1)))
