"""New cases pass here: some pictures are free, all together; above that each hand-in brings work.

Rules: ``bank.prices``. Nobody's address is asked for: who hands in one picture at a quiet moment
never meets this, and who meets it pays a price that a phone can pay. A refusal reads one row and
writes nothing, so a crowd that brings no work takes no turn at writing from anybody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from staydown.bank import brakes, prices, tickets
from staydown.bank.errors import WorkNeeded
from staydown.bank.models import NewCases, UsedTicket
from staydown.bank.runtime import Bank
from staydown.bank.tickets import Ticket
from staydown.exchange import puzzle
from staydown.exchange.records import Demand, Payment


@dataclass(frozen=True, slots=True)
class Toll:
    """How a hand-in of so many pictures came in, and by which ticket if it paid."""

    pictures: int
    free: bool
    paid: bool
    ticket: bytes | None


@dataclass(slots=True)
class Gate:
    """A hand-in on its way in. ``passed`` is set once it is stored."""

    paid: bool
    passed: bool = False


def ask(bank: Bank, pictures: int) -> Demand:
    """Return what to solve for a hand-in of so many pictures, for who pays before being asked."""
    now = bank.clock.now()
    parts = prices.new_case_price(_marks(_row(), now), now, pictures)
    return Demand(tickets.give(bank, _subject(bank), now, tickets.NEW_CASE).text, parts)


def hand_in(bank: Bank, pictures: int, paid: Payment) -> Toll:
    """Let a hand-in of so many pictures pass, with what was paid for it.

    Raises WorkNeeded, and then nothing is counted, or Busy.
    """
    now, bucket = bank.clock.now(), bank.bucket
    brought = tickets.read(bank, _subject(bank), paid.ticket, tickets.NEW_CASE)
    brought = brought if brought and _is_fresh(brought, now) else None
    solved = puzzle.solved(brought.text, paid.work) if brought else 0
    offered = solved if paid.ticket else None
    marks = _marks(_row(), now)
    if prices.enter(marks, now, bucket, pictures, offered)[1] is None:
        raise _needed(bank, marks, now, pictures, brought)
    with bank.turns.few_rows(), transaction.atomic():
        row = _locked_row(now)
        marks = _marks(row, now)
        # The ticket may have been used, or the bucket emptied, since.
        if brought is not None and _is_used(brought):
            brought, offered = None, 0
        after, passage = prices.enter(marks, now, bucket, pictures, offered)
        used = brought.key if brought and passage and passage.paid else None
        if passage is not None:
            if used is not None:
                UsedTicket.objects.create(key=used, until=now + brakes.TICKET_LASTS)
            _save(row, after)
    if passage is None:
        raise _needed(bank, marks, now, pictures, brought)
    return Toll(pictures, passage.free, passage.paid, used)


@contextmanager
def at_gate(bank: Bank, pictures: int, paid: Payment) -> Iterator[Gate]:
    """Let a hand-in pass, as ``hand_in`` does. What doesn't pass after all, be it by an error or
    because it was a repetition, gets everything back. Raises WorkNeeded or Busy.
    """
    toll = hand_in(bank, pictures, paid)
    gate = Gate(toll.paid)
    try:
        yield gate
    finally:
        if not gate.passed:
            give_back(bank, toll)


def give_back(bank: Bank, toll: Toll) -> None:
    """The hand-in was not taken, or was a repetition: put everything back as it was."""
    now = bank.clock.now()
    with bank.turns.few_rows(), transaction.atomic():
        row = _locked_row(now)
        if toll.free:
            row.free -= toll.pictures * bank.bucket.interval
        else:
            row.paid -= toll.pictures * prices.NEW_CASES_PAID.interval
        row.save(update_fields=["free", "paid"])
        if toll.ticket is not None:
            UsedTicket.objects.filter(key=toll.ticket).delete()


def is_flooded(bank: Bank) -> bool:
    """Whether half of what comes in without work, or more, is used up at this moment."""
    now = bank.clock.now()
    return prices.is_flooded(_marks(_row(), now), now, bank.bucket)


def _needed(
    bank: Bank, marks: prices.Marks, now: datetime, pictures: int, brought: Ticket | None
) -> WorkNeeded:
    """The same ticket again for who brought too little: what was solved of it counts."""
    ticket = brought or tickets.give(bank, _subject(bank), now, tickets.NEW_CASE)
    parts = prices.new_case_price(marks, now, pictures)
    return WorkNeeded(ticket.text, parts, brakes.wait_seconds(bank.bucket.interval * pictures))


def _is_fresh(ticket: Ticket, now: datetime) -> bool:
    within = timedelta(0) <= now - ticket.given_at <= brakes.TICKET_LASTS
    return within and not _is_used(ticket)


def _is_used(ticket: Ticket) -> bool:
    return UsedTicket.objects.filter(key=ticket.key).exists()


def _subject(bank: Bank) -> bytes:
    return bank.sealer.keyed_hash("toll", b"new cases")


def _row() -> NewCases | None:
    return NewCases.objects.first()


def _locked_row(now: datetime) -> NewCases:
    """Return the one row, locked until the open transaction ends."""
    NewCases.objects.bulk_create([NewCases(free=now, paid=now)], ignore_conflicts=True)
    return NewCases.objects.select_for_update().get(pk=1)


def _marks(row: NewCases | None, now: datetime) -> prices.Marks:
    return prices.Marks(now, now) if row is None else prices.Marks(row.free, row.paid)


def _save(row: NewCases, marks: prices.Marks) -> None:
    row.free, row.paid = marks.free, marks.paid
    row.save(update_fields=["free", "paid"])
