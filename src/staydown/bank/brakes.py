"""The rules that slow guesses at PINs, as plain functions: marks and a moment in, a decision out.

Every number, in use or made up, has lanes of its own, so what strangers do to other numbers costs
its owner nothing. What a mark is stands in ``base.allowance``, what work costs in ``bank.prices``.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from staydown.bank import prices
from staydown.base.allowance import Allowance, spend

#: Tries at one number by anybody. A person's slips fit in here.
PACE = Allowance(5, timedelta(seconds=60))

#: Tries at one number beyond the pace, of people who waited with a ticket: for who has no
#: JavaScript and can't work. A day of guessing gets 24 tries out of it beyond the first 360.
WAITED = Allowance(360, timedelta(hours=1))

#: Tries at one number beyond the pace that were paid for with work. So many that two cores can't
#: use them up within hours; and a day of guessing ends somewhere, however rich whoever guesses is.
PAID = Allowance(10_000, timedelta(seconds=30))

#: Tries at numbers that no case has, in all, that cost a PIN check; the rest only take as long.
NOBODYS = Allowance(100, timedelta(milliseconds=500))

#: Nobody is ever told to wait for longer.
LONGEST_WAIT = timedelta(seconds=60)

#: How long somebody waits with a ticket, and how long the ticket can be used after it was given.
TICKET_WAIT = timedelta(seconds=30)
TICKET_LASTS = timedelta(minutes=10)

#: How long an open page's next tries have a lane of their own after a good sign-in.
EARLIER_LASTS = timedelta(hours=12)


class Lane(Enum):
    """Which allowance a try was taken from."""

    PACE = "pace"
    WAITED = "waited"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Marks:
    """Where a number's lanes are."""

    pace: datetime
    waited: datetime
    paid: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a try. ``lane`` None: it isn't looked at, and may come back after ``wait``
    or with ``price`` solved parts of a puzzle.

    The marks are to be kept after a refusal too: those that a wrong clock left are put right there.
    """

    marks: Marks
    lane: Lane | None
    wait: timedelta
    price: int


def admit(marks: Marks, now: datetime, *, waited: bool = False, work: int = 0) -> Decision:
    """Decide about a try. ``waited``: with a ticket; ``work``: the solved parts that it brings."""
    price = prices.sign_in_price(prices.lately(marks.paid, now, PAID))
    pace, wait = spend(marks.pace, now, PACE)
    marks = replace(marks, pace=pace)
    if not wait:
        return Decision(marks, Lane.PACE, wait, price)
    if work >= price:
        paid, long = spend(marks.paid, now, PAID)
        marks = replace(marks, paid=paid)
        if not long:
            return Decision(marks, Lane.PAID, long, price)
        wait = min(wait, long)
    if waited:
        after, long = spend(marks.waited, now, WAITED)
        marks = replace(marks, waited=after)
        if not long:
            return Decision(marks, Lane.WAITED, long, price)
        wait = min(wait, long)
    return Decision(marks, None, min(wait, LONGEST_WAIT), price)


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
