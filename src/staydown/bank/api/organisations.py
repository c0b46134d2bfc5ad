"""For the operator: which partners belong together, and whose words count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import QuerySet

from staydown.bank import audit, organisations, voices
from staydown.bank.entries import feed_writer
from staydown.bank.errors import PartnerError
from staydown.bank.models import Entry, Organisation, Partner, PartnerFeedback
from staydown.bank.runtime import Bank
from staydown.bank.turns import PIECE_PATIENCE
from staydown.base.names import tidy_name
from staydown.base.reasons import reasons
from staydown.base.vocabulary import Feedback

_say = reasons("bank.errors")

#: Entries that are looked at again in one transaction.
_AT_A_TIME = 25

_COUNTS, _STOPPED = "counts", "stopped"


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """What an operator sees of an organisation.

    ``counted``: entries on which its words against newly counted within a day, of ``allowance``.
    ``waiting``: its words that are kept and don't count, since ``stopped_at``.
    """

    name: str
    partners: tuple[str, ...]
    allowance: int
    counted: int
    waiting: int
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """What an operator sees of a partner."""

    name: str
    organisation: str
    added_at: datetime
    revoked_at: datetime | None
    words_count: bool


def organisation_lines(bank: Bank) -> list[OrganisationLine]:
    """Return the organisations, those whose words are stopped first, then by name."""
    now = bank.clock.now()
    rows = Organisation.objects.prefetch_related("partners").order_by("name")
    lines = [
        OrganisationLine(
            row.name,
            tuple(sorted(partner.name for partner in row.partners.all())),
            row.allowance,
            voices.counting(row, now).values("entry").distinct().count(),
            voices.waiting(row).count(),
            row.stopped_at,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: line.stopped_at is None)


def partner_lines() -> list[PartnerLine]:
    """Return every partner, by name."""
    rows = Partner.objects.select_related("organisation").order_by("name")
    return [
        PartnerLine(
            row.name,
            row.organisation.name,
            row.added_at,
            row.revoked_at,
            row.organisation.stopped_at is None,
        )
        for row in rows
    ]


def move_partner(bank: Bank, name: str, organisation: str) -> int:
    """Put a partner behind another organisation, made if it is new; return how many entries this
    moved. Doing it again is safe, and goes on where it was broken off. Raises PartnerError.
    """
    with feed_writer(bank, who=audit.OPERATOR, patience=PIECE_PATIENCE):
        partner = Partner.objects.select_related("organisation").filter(
            name__in={name.strip(), tidy_name(name)}
        ).first()  # fmt: skip
        if partner is None:
            raise PartnerError(_say("partner.no_such"))
        before = partner.organisation
        behind = organisations.join_or_make(bank, organisation)
        if behind.pk != before.pk:
            partner.organisation = behind
            partner.save(update_fields=["organisation"])
            if behind.stopped_at is not None:
                _words_against(partner=partner).update(counts_from=None)
            audit.record(
                at=bank.clock.now(),
                who=audit.OPERATOR,
                what="partner",
                subject=partner.name,
                change=(before.name, behind.name),
                why="organisation changed",
            )
            _forget_if_empty(bank, before)
    return _look_again(bank, _entries(partner=partner), "an organisation changed")


def stop(bank: Bank, name: str, reason: str) -> int:
    """Let no word of an organisation against an entry count any more, those before included.

    Return how many entries this moved. Nothing is lost: ``release`` lets them count. Raises
    PartnerError.
    """
    with feed_writer(bank, who=audit.OPERATOR, patience=PIECE_PATIENCE):
        found = organisations.named(name)
        state = _COUNTS if found.stopped_at is None else _STOPPED
        found.stopped_at = found.stopped_at or bank.clock.now()
        found.save(update_fields=["stopped_at"])
        _words_against(partner__organisation=found).update(counts_from=None)
        organisations.note(bank, found, (state, _STOPPED), reason)
    return _look_again(bank, _entries(partner__organisation=found), "words stopped")


def release(bank: Bank, name: str, reason: str, *, allowance: int | None = None) -> int:
    """Let an organisation's words count again, those that were kept included, and begin to count
    them anew. ``allowance``: how many entries a day from now on. Return how many entries this
    moved. Raises PartnerError.
    """
    with feed_writer(bank, who=audit.OPERATOR, patience=PIECE_PATIENCE):
        found = organisations.named(name)
        now = bank.clock.now()
        state = _COUNTS if found.stopped_at is None else _STOPPED
        # Counted anew: what is let go now was looked at by the operator.
        found.stopped_at, found.counted_from = None, now
        if allowance is not None:
            found.allowance = allowance
        found.save(update_fields=["stopped_at", "counted_from", "allowance"])
        before = found.added_at if found.added_at < now else now
        voices.waiting(found).update(counts_from=before)
        organisations.note(bank, found, (state, _COUNTS), reason)
    return _look_again(bank, _entries(partner__organisation=found), "words released")


# --------------------------------------------------------------------------- parts


def _words_against(**whose: object) -> QuerySet[PartnerFeedback]:
    return PartnerFeedback.objects.filter(value=Feedback.NOT_BLOCKED.value, **whose)


def _entries(**whose: object) -> list[int]:
    said = PartnerFeedback.objects.filter(**whose)
    return list(said.order_by("entry_id").values_list("entry_id", flat=True).distinct())


def _look_again(bank: Bank, entry_ids: Iterable[int], why: str) -> int:
    """Let the rules say again where entries stand, some at a time; return how many moved."""
    moved = 0
    for part in _parts(iter(entry_ids)):
        with feed_writer(bank, who=audit.OPERATOR, patience=PIECE_PATIENCE) as writer:
            for entry in Entry.objects.filter(pk__in=part).order_by("pk"):
                moved += writer.reconsider(entry, why=why)
    return moved


def _parts(ids: Iterator[int]) -> Iterator[list[int]]:
    while part := list(islice(ids, _AT_A_TIME)):
        yield part


def _forget_if_empty(bank: Bank, organisation: Organisation) -> None:
    """An organisation without partners is gone, so that its name can be given again."""
    if not organisation.partners.exists():
        organisations.note(bank, organisation, ("active", audit.NOTHING), "no partner left")
        organisation.delete()
