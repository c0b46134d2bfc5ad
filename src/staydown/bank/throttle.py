"""Wrong PINs are slowed, number by number; nobody is ever locked out. Rules: ``bank.brakes``.

A try is booked as wrong before the PIN is looked at and struck out when it was right. So tries sent
side by side cannot slip through one waiting time. Nothing here knows if a case has the number:
answers and waits can't tell.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from staydown.bank import brakes, tickets
from staydown.bank.errors import TryLater
from staydown.bank.models import Throttle, UsedTicket
from staydown.bank.runtime import Bank
from staydown.bank.tickets import Ticket
from staydown.base.allowance import give_back, spend
from staydown.exchange import puzzle
from staydown.exchange.records import Payment

#: A flood of made-up numbers leaves a row for each: one try in so many clears up, and how much.
_TIDY_ONE_IN, _MOST = 64, 500


@dataclass(frozen=True, slots=True)
class Try:
    """A booked try: whose marks it was taken from, in which lane, and by which ticket if any."""

    key: bytes
    lane: brakes.Lane
    ticket: bytes | None


def book(bank: Bank, key: bytes, *, paid: Payment, earlier: str = "") -> Try:
    """Book a try at the number hashed as ``key``. ``paid``: the ticket of an earlier refusal, and
    what was solved of it.

    ``earlier``: the token of an earlier good sign-in, which has a lane of its own at first.

    Raises TryLater, with a ticket, or Busy; then nothing is counted.
    """
    now = bank.clock.now()
    own = _own_lane(bank, key, earlier, now)
    if own is not None:
        return own
    ticket = tickets.read(bank, key, paid.ticket)
    parts = 0 if ticket is None else puzzle.solved(ticket.text, paid.work)
    with bank.turns.few_rows(), transaction.atomic():
        row = _row(key, now)
        ticket, left = _usable(ticket, now)
        found = brakes.admit(
            _marks(row),
            now,
            waited=ticket is not None and not left,
            work=0 if ticket is None else parts,
        )
        used = ticket.key if ticket and found.lane not in (None, brakes.Lane.PACE) else None
        if used is not None:
            UsedTicket.objects.create(key=used, until=now + brakes.TICKET_LASTS)
        if found.marks != _marks(row):
            _save(row, found.marks)
    if found.lane is None:
        if ticket is None:
            ticket, left = tickets.give(bank, key, now), brakes.TICKET_WAIT
        wait = min(found.wait, left) if left else found.wait
        raise TryLater(brakes.wait_seconds(wait), ticket.text, found.price)
    if secrets.randbelow(_TIDY_ONE_IN) == 0:
        with bank.turns.few_rows():
            forget_old(now)
    return Try(key, found.lane, used)


def was_right(bank: Bank, booked: Try) -> None:
    """The PIN was right: forget the slips before it, and give the try back."""
    now = bank.clock.now()
    with bank.turns.few_rows(), transaction.atomic():
        row = _row(booked.key, now)
        _save(row, replace(_given_back(booked.lane, _marks(row)), pace=now))


def was_not_looked_at(bank: Bank, booked: Try) -> None:
    """The PIN could not be looked at: put everything back as it was."""
    with bank.turns.few_rows(), transaction.atomic():
        row = _row(booked.key, bank.clock.now())
        _save(row, _given_back(booked.lane, _marks(row)))
        if booked.ticket is not None:
            UsedTicket.objects.filter(key=booked.ticket).delete()


def forget_old(now: datetime) -> int:
    """Delete rows that no longer slow anybody, and used tickets that are too old by themselves.

    Return how many. What a wrong clock put far into the future goes too.
    """
    with transaction.atomic():
        whole = Throttle.objects.filter(until__lte=now, extra__lte=now, paid__lte=now)
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


def _usable(ticket: Ticket | None, now: datetime) -> tuple[Ticket | None, timedelta]:
    """Return the ticket that was brought and how long it has to wait; None when it is no good."""
    left = None if ticket is None else brakes.ticket_wait(ticket.given_at, now)
    if ticket is None or left is None or UsedTicket.objects.filter(key=ticket.key).exists():
        return None, timedelta(0)
    return ticket, left


def _given_back(lane: brakes.Lane, marks: brakes.Marks) -> brakes.Marks:
    """Return the marks as they are without a try that turned out not to count."""
    if lane is brakes.Lane.PACE:
        return replace(marks, pace=give_back(marks.pace, brakes.PACE))
    if lane is brakes.Lane.WAITED:
        return replace(marks, waited=give_back(marks.waited, brakes.WAITED))
    return replace(marks, paid=give_back(marks.paid, brakes.PAID))


def _marks(row: Throttle) -> brakes.Marks:
    return brakes.Marks(row.until, row.extra, row.paid)


def _save(row: Throttle, marks: brakes.Marks) -> None:
    row.until, row.extra, row.paid = marks.pace, marks.waited, marks.paid
    row.save(update_fields=["until", "extra", "paid"])


def _row(key: bytes, now: datetime) -> Throttle:
    """Return the number's row, locked. One that is being forgotten is made once more."""
    while True:
        Throttle.objects.bulk_create(
            [Throttle(key=key, until=now, extra=now, paid=now)], ignore_conflicts=True
        )
        row = Throttle.objects.select_for_update().filter(key=key).first()
        if row is not None:
            return row
