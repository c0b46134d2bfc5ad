"""Wrong PINs are slowed, number by number; nobody is ever locked out. Rules: ``bank.brakes``.

A try is booked as wrong before the PIN is looked at and struck out when it was right. So tries sent
side by side cannot slip through one waiting time. Nothing here knows if a case has the number:
answers and waits can't tell.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from staydown.bank import brakes, tickets
from staydown.bank.errors import TryLater
from staydown.bank.models import Throttle, UsedTicket
from staydown.bank.runtime import Bank
from staydown.bank.tickets import Ticket
from staydown.base.allowance import give_back, spend

#: A flood of made-up numbers leaves a row for each: one try in so many clears up, and how much.
_TIDY_ONE_IN, _MOST = 64, 500


@dataclass(frozen=True, slots=True)
class Try:
    """A booked try: whose marks it was taken from, in which lane, and by which ticket if any."""

    key: bytes
    lane: brakes.Lane
    ticket: bytes | None


def book(bank: Bank, key: bytes, *, brought: str = "", earlier: str = "") -> Try:
    """Book a try at the number hashed as ``key``. ``brought``: the ticket of an earlier refusal.

    ``earlier``: the token of an earlier good sign-in, which has a lane of its own at first.

    Raises TryLater, with a ticket, or Busy; then nothing is counted.
    """
    now = bank.clock.now()
    own = _own_lane(bank, key, earlier, now)
    if own is not None:
        return own
    with bank.turns.few_rows(), transaction.atomic():
        row = _row(key, now)
        ticket, left = _usable(bank, key, brought, now)
        waited = ticket is not None and not left
        marks, lane, wait = brakes.admit(
            brakes.Marks(row.until, row.extra), now, extra=waited or bank.luck()
        )
        used = ticket.key if ticket and waited and lane is brakes.Lane.EXTRA else None
        if used is not None:
            UsedTicket.objects.create(key=used, until=now + brakes.TICKET_LASTS)
        if marks != brakes.Marks(row.until, row.extra):
            row.until, row.extra = marks.pace, marks.extra
            row.save(update_fields=["until", "extra"])
    if lane is None:
        if ticket is None:
            ticket, left = tickets.give(bank, key, now), brakes.TICKET_WAIT
        raise TryLater(brakes.wait_seconds(min(wait, left) if left else wait), ticket.text)
    if secrets.randbelow(_TIDY_ONE_IN) == 0:
        with bank.turns.few_rows():
            forget_old(now)
    return Try(key, lane, used)


def was_right(bank: Bank, booked: Try) -> None:
    """The PIN was right: forget the slips before it, and give the try back."""
    now = bank.clock.now()
    with bank.turns.few_rows(), transaction.atomic():
        row = _give_back(booked, now)
        row.until = now
        row.save(update_fields=["until", "extra"])


def was_not_looked_at(bank: Bank, booked: Try) -> None:
    """The PIN could not be looked at: put everything back as it was."""
    with bank.turns.few_rows(), transaction.atomic():
        _give_back(booked, bank.clock.now()).save(update_fields=["until", "extra"])
        if booked.ticket is not None:
            UsedTicket.objects.filter(key=booked.ticket).delete()


def forget_old(now: datetime) -> int:
    """Delete rows that no longer slow anybody, and used tickets that are too old by themselves.

    Return how many. What a wrong clock put far into the future goes too.
    """
    with transaction.atomic():
        whole = Throttle.objects.filter(until__lte=now, extra__lte=now)
        taken = list(whole.select_for_update(skip_locked=True).values_list("pk", flat=True)[:_MOST])
        rows, _ = Throttle.objects.filter(pk__in=taken).delete()
    far = now + 2 * brakes.TICKET_LASTS
    used, _ = UsedTicket.objects.exclude(until__range=(now, far)).delete()
    return rows + used


def _own_lane(bank: Bank, key: bytes, earlier: str, now: datetime) -> Try | None:
    """Book a try in the lane of an open page that signed in before; None when it has none left."""
    token = tickets.read(bank, key, earlier, tickets.EARLIER)
    if token is None or not timedelta(0) <= now - token.given_at <= brakes.EARLIER_LASTS:
        return None
    with bank.turns.few_rows(), transaction.atomic():
        row = _row(token.key, now)
        row.until, wait = spend(row.until, now, brakes.PACE)
        row.save(update_fields=["until"])
    return None if wait else Try(token.key, brakes.Lane.PACE, None)


def _usable(bank: Bank, key: bytes, brought: str, now: datetime) -> tuple[Ticket | None, timedelta]:
    """Return the ticket that was brought and how long it has to wait; None when it is no good."""
    ticket = tickets.read(bank, key, brought)
    left = None if ticket is None else brakes.ticket_wait(ticket.given_at, now)
    if ticket is None or left is None or UsedTicket.objects.filter(key=ticket.key).exists():
        return None, timedelta(0)
    return ticket, left


def _give_back(booked: Try, now: datetime) -> Throttle:
    row = _row(booked.key, now)
    if booked.lane is brakes.Lane.PACE:
        row.until = give_back(row.until, brakes.PACE)
    else:
        row.extra = give_back(row.extra, brakes.EXTRA)
    return row


def _row(key: bytes, now: datetime) -> Throttle:
    """Return the number's row, locked. One that is being forgotten is made once more."""
    while True:
        Throttle.objects.bulk_create(
            [Throttle(key=key, until=now, extra=now)], ignore_conflicts=True
        )
        row = Throttle.objects.select_for_update().filter(key=key).first()
        if row is not None:
            return row
