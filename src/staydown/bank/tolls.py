"""New cases pass here: some pictures are free, all together; above that each hand-in brings work.

Rules: ``bank.prices``. Nobody's address is asked for: who hands in one picture at a quiet moment
never meets this, and who meets it pays a price that a phone can pay. A refusal reads one row and
writes nothing, so a crowd that brings no work takes no turn at writing from anybody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from staydown.accounts import throttle
from staydown.accounts.throttle_rules import Lane, Limit, Marks, admit, wait_seconds
from staydown.bank import brakes, prices, tickets
from staydown.bank.errors import WorkNeeded
from staydown.bank.runtime import Bank
from staydown.bank.tickets import Ticket
from staydown.exchange import puzzle
from staydown.exchange.records import Demand, Payment


@dataclass(frozen=True, slots=True)
class Toll:
    """How a hand-in of so many pictures came in, and by which ticket if it paid."""

    pictures: int
    lane: Lane
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
    parts = prices.new_case_price(_marks(bank), now, pictures)
    return Demand(tickets.give(bank, _subject(bank), now, tickets.NEW_CASE).text, parts)


def hand_in(bank: Bank, pictures: int, paid: Payment) -> Toll:
    """Let a hand-in of so many pictures pass, with what was paid for it.

    Raises WorkNeeded, and then nothing is counted, or Busy.
    """
    now, limit = bank.clock.now(), _limit(bank)
    brought = tickets.read(bank, _subject(bank), paid.ticket, tickets.NEW_CASE)
    brought = brought if brought and _is_fresh(brought, now) else None
    solved = puzzle.solved(brought.text, paid.work) if brought else 0
    offered = solved if paid.ticket else None
    marks = _marks(bank)
    opened = prices.open_lanes(limit, marks, now, pictures, offered)
    if admit(limit, marks, now, opened, pictures).lane is None:
        raise _needed(bank, marks, now, pictures, brought)
    with bank.turns.few_rows(), throttle.locked(limit, _subject(bank), now) as held:
        marks = held.marks
        # The ticket may have been used, or the bucket emptied, since.
        if brought is not None and tickets.is_used(brought):
            brought, offered = None, 0
        opened = prices.open_lanes(limit, marks, now, pictures, offered)
        lane = held.book(opened, pictures).lane
        has_paid = prices.NEW_CASES_PAID in opened
        spent = brought.key if brought and lane and has_paid else None
        if spent is not None:
            tickets.use(spent, now)
    if lane is None:
        raise _needed(bank, marks, now, pictures, brought)
    return Toll(pictures, lane, has_paid, spent)


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
    with bank.turns.few_rows(), throttle.locked(_limit(bank), _subject(bank), now) as held:
        held.rollback(toll.lane, toll.pictures)
        tickets.give_back(toll.ticket)


def is_flooded(bank: Bank) -> bool:
    """Whether half of what comes in without work, or more, is used up at this moment."""
    return prices.is_flooded(_limit(bank), _marks(bank), bank.clock.now())


def _needed(
    bank: Bank, marks: Marks, now: datetime, pictures: int, brought: Ticket | None
) -> WorkNeeded:
    """The same ticket again for who brought too little: what was solved of it counts."""
    ticket = brought or tickets.give(bank, _subject(bank), now, tickets.NEW_CASE)
    parts = prices.new_case_price(marks, now, pictures)
    return WorkNeeded(ticket.text, parts, wait_seconds(bank.bucket.interval * pictures))


def _is_fresh(ticket: Ticket, now: datetime) -> bool:
    within = timedelta(0) <= now - ticket.given_at <= brakes.TICKET_LASTS
    return within and not tickets.is_used(ticket)


def _limit(bank: Bank) -> Limit:
    return prices.new_cases(bank.bucket)


def _subject(bank: Bank) -> bytes:
    return bank.sealer.keyed_hash("toll", b"new cases")


def _marks(bank: Bank) -> Marks:
    return throttle.marks(_limit(bank), _subject(bank))
