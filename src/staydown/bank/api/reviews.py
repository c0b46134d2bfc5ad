"""A picture looks like a known harmless one: its owner asks for a review, the operator decides.

The bank can't open a picture. What the operator goes by is which harmless one it is near, how near,
and what partners say of it.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from staydown.bank import audit, harmless, owners, waiting
from staydown.bank.api.cases import case_of, case_status
from staydown.bank.entries import FeedWriter, feed_writer
from staydown.bank.errors import ReviewError, SubmissionRefused
from staydown.bank.models import Case, Harmless, Likeness, Listing
from staydown.bank.review_rules import Decision, Step, step
from staydown.bank.runtime import Bank
from staydown.bank.turns import PIECE_PATIENCE
from staydown.base.reasons import reasons
from staydown.exchange.records import CaseStatus

_say = reasons("bank.errors")

_ASKED = "asked"

_CANNOT = {
    Step.WAITS: _say("review.waits"),
    Step.OWNER_WITHDREW: _say("review.owner_withdrew"),
}


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """What the operator sees of a picture that is near a harmless one: nothing of its case.

    ``like`` is the name that the harmless one came under, "" when that was removed since;
    ``states`` are those of its entries, for all who list them.
    """

    number: int
    like: str
    distance: int
    states: tuple[str, ...]
    decision: Decision
    reason: str
    asked_at: datetime | None
    decided_at: datetime | None


def ask(bank: Bank, ref: uuid.UUID, number: int) -> CaseStatus:
    """Ask for a review of a picture of a case; asking again changes nothing.

    Raises SubmissionRefused where there is nothing to review, WrongCaseOrPin, Busy.
    """
    with bank.turns.few_rows(), transaction.atomic():
        case = case_of(ref)
        row = harmless.of_case(bank, case).get(number)
        if row is None:
            raise SubmissionRefused(_say("review.nothing"))
        now = bank.clock.now()
        if Likeness.objects.filter(pk=row.pk, asked_at=None).update(asked_at=now):
            _note(bank, audit.PERSON, row, (row.decision, _ASKED), "review asked for")
    return case_status(bank, ref)


def review_lines(bank: Bank, *, every: bool = False) -> list[ReviewLine]:
    """Return what may need a decision: what was asked for first, the longest-waiting first, then
    what nobody decided. With ``every``, decided ones too."""
    names = dict(Harmless.objects.values_list("pk", "name"))
    rows = list(Likeness.objects.order_by("pk"))
    if not every:
        rows = [row for row in rows if row.asked_at or row.decision == Decision.NONE.value]
    rows.sort(key=lambda row: (row.asked_at is None, row.asked_at or bank.clock.now(), row.pk))
    return [_line(bank, row, names) for row in rows]


def decide(bank: Bank, number: int, decision: Decision, reason: str) -> None:
    """Keep a picture on the list (or put it back there), or take it off, with a reason that its
    owner reads. Can be decided again at any time. Raises ReviewError, with nothing changed; Busy.
    """
    with feed_writer(bank, who=audit.OPERATOR, patience=PIECE_PATIENCE) as writer:
        row = Likeness.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise ReviewError(_say("review.no_such"))
        before = Decision(row.decision)
        found = harmless.found_in(bank, row)
        case = Case.objects.get(pk=found.case)
        listings = _listings(bank, case, found.number)
        _do(
            writer,
            listings,
            step(
                before,
                decision,
                waits=found.number in waiting.of(bank, case),
                listed=any(listing.withdrawn_seq is None for listing in listings),
            ),
        )
        row.decision, row.reason = decision.value, reason
        row.asked_at, row.decided_at = None, bank.clock.now()
        row.save()
        _note(bank, audit.OPERATOR, row, (before.value, decision.value), reason)


# --------------------------------------------------------------------------- parts


def _do(writer: FeedWriter, listings: list[Listing], what: Step) -> None:
    if what in _CANNOT:
        raise ReviewError(_CANNOT[what])
    if what is Step.TAKE_OFF:
        for listing in [one for one in listings if one.withdrawn_seq is None]:
            listing.entry.refresh_from_db()
            writer.withdraw(listing, why="taken off by the operator")
    elif what is Step.PUT_BACK:
        gone = [one for one in listings if one.withdrawn_seq is not None]
        writer.join([listing.entry for listing in gone])
        for listing in gone:
            writer.add(listing.entry, listing, why="put back by the operator")


def _listings(bank: Bank, case: Case, number: int) -> list[Listing]:
    return [listing for place, listing in owners.listings_of(bank, case) if place == number]


def _line(bank: Bank, row: Likeness, names: dict[int, str]) -> ReviewLine:
    found = harmless.found_in(bank, row)
    listings = _listings(bank, Case.objects.get(pk=found.case), found.number)
    return ReviewLine(
        number=row.pk,
        like=names.get(found.near.row, ""),
        distance=found.near.distance,
        states=tuple(listing.entry.state for listing in listings),
        decision=Decision(row.decision),
        reason=row.reason,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
    )


def _note(bank: Bank, who: str, row: Likeness, change: tuple[str, str], why: str) -> None:
    audit.record(
        at=bank.clock.now(), who=who, what="review", subject=str(row.pk), change=change, why=why
    )
