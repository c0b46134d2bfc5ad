"""Wrong PINs are slowed, per case number and in total; nobody is ever locked out.

A try is booked as wrong before the PIN is looked at and struck out when it was right. So tries sent
side by side cannot slip through one waiting time.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from staydown.bank import rules
from staydown.bank.errors import TryLater
from staydown.bank.models import Throttle
from staydown.bank.runtime import Bank

_TOTAL = b"total"


@dataclass(frozen=True, slots=True)
class Try:
    """A booked try and what stood there before; ``free`` means the bank's total was not touched."""

    key: bytes
    free: bool
    wrong_before: int
    until_before: datetime


def book(bank: Bank, key: bytes, *, known: bool) -> Try:
    """Book a try at the number hashed as ``key``.

    Raises TryLater or Busy, and then nothing is counted.

    When wrong tries have used up the bank's total, a try at a ``known`` case that nobody has been
    guessing at still passes: a flood of guesses must not keep people from withdrawing.
    """
    now = bank.clock.now()
    with bank.turns.few_rows(), transaction.atomic():
        total = _row(_TOTAL, now)
        mine = _row(key, now)
        if now - mine.until > rules.FORGET_WRONG_AFTER:
            mine.wrong = 0
        wait = rules.wait_seconds(mine.until, now)
        if wait:
            raise TryLater(wait)
        mark, wait = rules.spend(total.until, now)
        free = known and mine.wrong == 0
        if wait and not free:
            raise TryLater(wait)
        if not wait:
            total.until = mark
            total.save(update_fields=["until"])
        before = mine.wrong, mine.until
        mine.wrong += 1
        mine.until = now + rules.delay_after(mine.wrong)
        mine.save(update_fields=["wrong", "until"])
    return Try(key, bool(wait), *before)


def was_right(bank: Bank, booked: Try) -> None:
    """The PIN was right: forget the wrong ones and give the try back."""
    with bank.turns.few_rows(), transaction.atomic():
        _give_back(booked)
        Throttle.objects.filter(key=booked.key).delete()


def was_not_looked_at(bank: Bank, booked: Try) -> None:
    """The PIN could not be looked at: put everything back as it was."""
    with bank.turns.few_rows(), transaction.atomic():
        _give_back(booked)
        Throttle.objects.filter(key=booked.key).update(
            wrong=booked.wrong_before, until=booked.until_before
        )


def _give_back(booked: Try) -> None:
    if not booked.free:
        total = Throttle.objects.select_for_update().get(key=_TOTAL)
        total.until -= rules.TOTAL_INTERVAL
        total.save(update_fields=["until"])


def forget_old(now: datetime) -> int:
    """Delete rows that no longer slow anybody. Return how many."""
    old = Throttle.objects.exclude(key=_TOTAL).filter(until__lt=now - rules.FORGET_WRONG_AFTER)
    deleted, _ = old.delete()
    return deleted


def _row(key: bytes, now: datetime) -> Throttle:
    Throttle.objects.get_or_create(key=key, defaults={"until": now})
    return Throttle.objects.select_for_update().get(key=key)
