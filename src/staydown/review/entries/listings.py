"""Entries in the order in which they changed, for whoever goes through what was listed since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import KINDS
from staydown.fingerprint.query import Query
from staydown.fingerprint.sealing import Sealer
from staydown.fingerprint.value import Fingerprint
from staydown.index.store import LiveIndex
from staydown.matching.limits import MatchLimits
from staydown.matching.matcher import Matcher, Note
from staydown.matching.rules import Finding, judge
from staydown.review.entries.metadata import EntryNotes
from staydown.review.models import BankEntry

#: Entries (with the rest of their page) that are gone through at a time.
_AT_ONCE = 500

#: Entries that are added because they are of the same pictures; honest pictures have two or three.
_MOST_TOGETHER = 2000

Indexes = Mapping[Kind, LiveIndex]


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry that changed, by its row's number."""

    number: int
    change: int
    fingerprint: Fingerprint


def new_indexes(*, background: bool = True) -> Indexes:
    """Return an empty index for each kind."""
    return {
        kind: LiveIndex(row.bits, reach=row.reach, background=background)
        for kind, row in KINDS.items()
    }


def after(change: int, upto: int, sealer: Sealer) -> tuple[list[Listed], int]:
    """Return the next live entries that changed after ``change``, and how far they go.

    At least all of one change: those of a page share it.
    """
    rows = BankEntry.objects.live().filter(change__gt=change, change__lte=upto)
    last = rows.order_by("change").values_list("change", flat=True)[_AT_ONCE - 1 : _AT_ONCE]
    upto = last.first() or upto
    return list(_opened(rows.filter(change__lte=upto), sealer)), upto


def _opened(rows: QuerySet[BankEntry], sealer: Sealer) -> Iterator[Listed]:
    for number, change, kind, sealed in rows.values_list("pk", "change", "kind", "sealed"):
        yield Listed(number, change, sealer.open(Kind(kind), bytes(sealed)))


@dataclass(frozen=True, slots=True)
class Together:
    """Some entries with all that is listed of their pictures, and when each changed last."""

    matcher: Matcher
    changes: Mapping[tuple[str, str], int]

    def findings(self, queries: Sequence[Query], seen: int, limits: MatchLimits) -> list[Finding]:
        """Weigh an upload as the gate does; what the gate had ``seen`` already is left out."""
        copied = {
            (query.part, query.view.turn)
            for query in queries
            if query.fingerprint.kind is Kind.COPY1
        }
        found = judge(self.matcher.look_up(queries, limits).evidence, limits, copied)
        return [
            one for one in found if self.changes[one.evidence.bank, one.evidence.entry_id] > seen
        ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is known of some entries, asked for once."""

    notes: Mapping[int, Note]

    def of(self, keys: Sequence[int]) -> Mapping[int, Note]:
        """Return what is known of those of ``keys`` that are among them."""
        return {key: self.notes[key] for key in keys if key in self.notes}


def together(entries: Sequence[Listed], sealer: Sealer) -> Together:
    """Add what else is listed of the pictures of ``entries``.

    One kind of fingerprint may need the other as a witness, which was listed before.
    """
    known = {one.number: one for one in entries}
    pictures = BankEntry.objects.filter(pk__in=known).exclude(picture="")
    same = BankEntry.objects.live().filter(
        bank__in=pictures.values("bank"), picture__in=pictures.values("picture")
    )
    for one in _opened(same.order_by("pk")[:_MOST_TOGETHER], sealer):
        known[one.number] = one
    indexes = new_indexes(background=False)
    for kind, index in indexes.items():
        same_kind = [one for one in known.values() if one.fingerprint.kind is kind]
        index.change(put=[(one.number, one.fingerprint.bits) for one in same_kind])
    notes = EntryNotes(sealer).of(list(known))
    changes = {(note.bank, note.entry_id): known[number].change for number, note in notes.items()}
    return Together(Matcher(_Asked(notes), indexes), changes)
