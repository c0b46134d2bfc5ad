"""Wrong PINs are slowed, number by number; nobody is ever locked out. Rules: ``bank.brakes``.

A try is booked as wrong before the PIN is looked at and released when it was right. So tries sent
side by side cannot slip through one waiting time. Nothing here knows if a case has the number:
answers and waits can't tell.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from staydown.accounts import throttle
from staydown.accounts.throttle import LockedMarks
from staydown.accounts.throttle_rules import Lane, Limit, wait_seconds
from staydown.bank import brakes, tickets
from staydown.bank.errors import TryLater
from staydown.bank.runtime import Bank
from staydown.bank.tickets import Ticket
from staydown.exchange import puzzle
from staydown.exchange.records import Payment


@dataclass(frozen=True, slots=True)
class PinTry:
    """A booked try: at whose limit it counts, in which lane, and by which ticket if any."""

    limit: Limit
    subject: bytes
    lane: Lane
    ticket: bytes | None


def book(bank: Bank, number: bytes, *, paid: Payment, earlier: str = "") -> PinTry:
    """Book a try at the number hashed as ``number``. ``paid``: the ticket of an earlier refusal,
    and what was solved of it.

    ``earlier``: the token of an earlier good sign-in, which has a lane of its own at first.

    Raises TryLater, with a ticket, or Busy; then nothing is counted.
    """
    now = bank.clock.now()
    own = _of_open_page(bank, number, earlier, now)
    if own is not None:
        return own
    ticket = tickets.read(bank, number, paid.ticket)
    parts = 0 if ticket is None else puzzle.solved(ticket.text, paid.work)
    with _locked(bank, brakes.PINS, number, now) as held:
        ticket, left = _usable(ticket, now)
        price = brakes.price(held.marks, now)
        opened = brakes.open_lanes(
            waited=ticket is not None and not left,
            work=0 if ticket is None else parts,
            price=price,
        )
        found = held.book(opened)
        spent = ticket.key if ticket and found.lane not in (None, brakes.PACE) else None
        if spent is not None:
            tickets.use(spent, now)
    if found.lane is None:
        if ticket is None:
            ticket, left = tickets.give(bank, number, now), brakes.TICKET_WAIT
        wait = min(found.wait, left) if left else found.wait
        raise TryLater(wait_seconds(wait), ticket.text, price)
    if throttle.is_drawn_to_tidy():
        with bank.turns.few_rows():
            forget_old(now)
    return PinTry(brakes.PINS, number, found.lane, spent)


def release(bank: Bank, booked: PinTry) -> None:
    """The PIN was right: forget the slips before it, and give the try back."""
    with _locked(bank, booked.limit, booked.subject, bank.clock.now()) as held:
        held.release(booked.lane)


def rollback(bank: Bank, booked: PinTry) -> None:
    """The PIN could not be looked at: put everything back as it was."""
    with _locked(bank, booked.limit, booked.subject, bank.clock.now()) as held:
        held.rollback(booked.lane)
        tickets.give_back(booked.ticket)


def forget_old(now: datetime) -> int:
    """Delete what no longer slows anybody, and tickets that are too old by themselves. Return how
    many rows."""
    return throttle.forget_old(now) + tickets.forget_old(now)


def _of_open_page(bank: Bank, number: bytes, earlier: str, now: datetime) -> PinTry | None:
    """Book a try in the lane of an open page that signed in before; None when it has none left."""
    token = tickets.read(bank, number, earlier, tickets.EARLIER)
    if token is None or not timedelta(0) <= now - token.given_at <= brakes.EARLIER_LASTS:
        return None
    with _locked(bank, brakes.OPEN_PAGE, token.key, now) as held:
        lane = held.book().lane
    return None if lane is None else PinTry(brakes.OPEN_PAGE, token.key, lane, None)


def _usable(ticket: Ticket | None, now: datetime) -> tuple[Ticket | None, timedelta]:
    """Return the ticket that was brought and how long it has to wait; None when it is no good."""
    left = None if ticket is None else brakes.ticket_wait(ticket.given_at, now)
    if ticket is None or left is None or tickets.is_used(ticket):
        return None, timedelta(0)
    return ticket, left


@contextmanager
def _locked(bank: Bank, limit: Limit, subject: bytes, now: datetime) -> Iterator[LockedMarks]:
    with bank.turns.few_rows(), throttle.locked(limit, subject, now) as held:
        yield held
