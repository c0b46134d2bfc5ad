"""What work costs, and what it opens, as plain functions: marks and a moment in, a decision out.

Above what is free a bank asks for work, a puzzle for the sender's machine (``exchange.puzzle``):
the price goes up, not the wait. It goes up with those who paid, never with those who only asked, so
whoever doesn't work can't make it dearer for others. And it ends at a most, so that a slow phone
can pay what the richest attacker made of it. What a mark is stands in ``base.allowance``.
"""

from datetime import datetime, timedelta

from staydown.accounts.throttle_rules import Lane, Limit, Marks, used
from staydown.base.allowance import Allowance
from staydown.exchange.puzzle import UNIT

#: The dearest step: 45 s on a sixth of a core, where the ordinary price takes 1.4.
TOP = 32

#: Tries at one case number that paid: the price doubles when 4, 8, 16, 32 and 64 paid lately.
SIGN_IN_STEP = 4

#: Pictures that came in by work: the price doubles when 200, 400, 800, 1,600 and 3,200 did lately.
#: One is forgotten each second, so a whole flood is within an hour and a quarter.
NEW_CASES_STEP = 200
NEW_CASES_PAID = Lane(4400, timedelta(seconds=1), "paid", forgiving=True, endless=True)

#: Pictures that new cases may bring without work, all together, unless settings say otherwise.
FREE_PICTURES = Allowance(200, timedelta(seconds=3))

#: Above the ordinary price each further ten pictures of a hand-in cost as much as the first ten.
_PICTURES_EACH = 10


def new_cases(bucket: Allowance) -> Limit:
    """Return what new cases count at: what comes in without work, then what comes in by it."""
    free = Lane(bucket.burst, bucket.interval, "free", forgiving=True)
    return Limit("new cases", (free, NEW_CASES_PAID))


def open_lanes(
    limit: Limit, marks: Marks, now: datetime, pictures: int, work: int | None
) -> tuple[Lane, ...]:
    """Return what a hand-in of so many pictures may use that brings so many solved parts.

    ``work`` is None for who offers none. Who offers too little is asked for the rest, also where
    the bucket has room: what came in by work is told from what came in without.
    """
    paid = (work or 0) >= new_case_price(marks, now, pictures)
    if work is not None and not paid:
        return ()
    return limit.lanes if paid else limit.lanes[:1]


def new_case_price(marks: Marks, now: datetime, pictures: int) -> int:
    """Return how many parts a hand-in of so many pictures has to solve above the bucket."""
    step = _step(used(marks, NEW_CASES_PAID, now), NEW_CASES_STEP)
    return UNIT * step * (1 if step == 1 else -(-max(1, pictures) // _PICTURES_EACH))


def sign_in_price(paid_lately: int) -> int:
    """Return how many parts the next try at a number has to solve beyond the pace."""
    return UNIT * _step(paid_lately, SIGN_IN_STEP)


def is_flooded(limit: Limit, marks: Marks, now: datetime) -> bool:
    """Whether half of what is free, or more, is used up."""
    free = limit.lanes[0]
    return 2 * used(marks, free, now) >= free.burst


def _step(paid: int, first: int) -> int:
    """Return 1, 2, 4 … ``TOP``: doubled at ``first`` and each time that twice as many paid."""
    step = 1
    while step < TOP and paid >= first * step:
        step *= 2
    return step
