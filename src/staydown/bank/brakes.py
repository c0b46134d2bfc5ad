"""What slows guesses at PINs: the numbers and who may use which lane, as plain functions.

Every number, in use or made up, has lanes of its own, so what strangers do to other numbers costs
its owner nothing. How lanes work stands in ``accounts.throttle_rules``, what work costs in
``bank.prices``.
"""

from datetime import datetime, timedelta

from staydown.accounts.throttle_rules import Lane, Limit, Marks, used
from staydown.bank import prices
from staydown.base.allowance import Allowance

#: Tries at one number by anybody. A person's slips fit in here.
PACE = Lane(5, timedelta(seconds=60), "pace")

#: Tries at one number beyond the pace, of people who waited with a ticket: for who has no
#: JavaScript and can't work. A day of guessing gets 24 tries out of it beyond the first 360.
WAITED = Lane(360, timedelta(hours=1), "waited")

#: Tries at one number beyond the pace that were paid for with work. So many that two cores can't
#: use them up within hours; and a day of guessing ends somewhere, however rich whoever guesses is.
PAID = Lane(10_000, timedelta(seconds=30), "paid")

#: Tries at one number, and those of one open page that signed in before.
PINS = Limit("pin", (PACE, PAID, WAITED))
OPEN_PAGE = Limit("open page", (PACE,))

#: Tries at numbers that no case has, in all, that cost a PIN check; the rest only take as long.
NOBODYS = Allowance(100, timedelta(milliseconds=500))

#: How long somebody waits with a ticket, and how long the ticket can be used after it was given.
TICKET_WAIT = timedelta(seconds=30)
TICKET_LASTS = timedelta(minutes=10)

#: How long an open page's next tries have a lane of their own after a good sign-in.
EARLIER_LASTS = timedelta(hours=12)


def price(marks: Marks, now: datetime) -> int:
    """Return how many solved parts of a puzzle the next try at a number needs beyond the pace."""
    return prices.sign_in_price(used(marks, PAID, now))


def open_lanes(*, waited: bool, work: int, price: int) -> tuple[Lane, ...]:
    """Return what a try may use. ``waited``: it comes with a ticket; ``work``: the parts that it
    brings solved."""
    return (PACE, *([PAID] if work >= price else []), *([WAITED] if waited else []))


def ticket_wait(given_at: datetime, now: datetime) -> timedelta | None:
    """Return how long a ticket has to wait (zero: it may be used); None when it is good no more.

    One that was given in the future is from a time when the clock was wrong.
    """
    age = now - given_at
    if not timedelta(0) <= age <= TICKET_LASTS:
        return None
    return max(timedelta(0), TICKET_WAIT - age)
