"""What is known of entries, asked of their rows: always what is true now, never a memory of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.kinds import BY_CONTENT, KINDS, MAIN
from staydown.fingerprint.sealing import Sealer
from staydown.matching.matcher import Note, alone, best_quality
from staydown.review.models import BankEntry
from staydown.review.statements import in_lots


class _Row(NamedTuple):
    """A live row, in the order of ``_COLUMNS``."""

    key: int
    bank_id: int
    bank: str
    entry_id: str
    kind: str
    state: str
    sealed: bytes
    picture: str


#: The kinds by content that don't measure how much there is in a picture.
_UNMEASURED = frozenset(kind for kind in BY_CONTENT if KINDS[kind].listing_quality is None)

_COLUMNS = ("pk", "bank_id", "bank__name", "entry_id", "kind", "state", "sealed", "picture")

#: The pictures of one bank, and what is known of each.
_Copied = set[tuple[int, str]]
_Qualities = dict[tuple[int, str], list[int | None]]


class EntryNotes:
    """The notes of a desk; thread-safe. Statements grow with the hits by one in ``MOST_VALUES``.

    However many look-alikes a bank lists, each is noted: none can hide another.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def of(self, keys: Sequence[int]) -> Mapping[int, Note]:
        """Return what is known of the entries numbered ``keys``. Raises SealBroken."""
        rows = [row for lot in in_lots(keys) for row in _live(lot)]
        copied = _with_copy_codes(rows)
        qualities = self._qualities(rows)
        return {row.key: self._note(row, copied, qualities) for row in rows}

    def _note(self, row: _Row, copied: _Copied, qualities: _Qualities) -> Note:
        kind, picture = Kind(row.kind), (row.bank_id, row.picture)
        return Note(
            bank=row.bank,
            entry_id=row.entry_id,
            kind=kind,
            state=EntryState(row.state),
            quality=self._sealer.open(kind, bytes(row.sealed)).quality,
            picture=row.picture or alone(row.entry_id),
            copy_listed=kind is Kind.COPY1 or picture in copied,
            picture_quality=best_quality(qualities.get(picture, ())),
        )

    def _qualities(self, rows: Sequence[_Row]) -> _Qualities:
        """Return the qualities of the PDQs listed with each of ``rows`` that has none itself."""
        found: _Qualities = defaultdict(list)
        copies = [row for row in rows if row.kind in _UNMEASURED]
        for bank_id, pictures in _pictures(copies).items():
            for listed in _of_pictures(bank_id, pictures, MAIN):
                for picture, sealed in listed.values_list("picture", "sealed").iterator():
                    quality = self._sealer.open(MAIN, bytes(sealed)).quality
                    found[bank_id, picture].append(quality)
        return found


def _live(keys: Sequence[int]) -> Iterator[_Row]:
    rows = BankEntry.objects.live().filter(pk__in=keys)
    yield from map(_Row._make, rows.values_list(*_COLUMNS).iterator())


def _with_copy_codes(rows: Sequence[_Row]) -> _Copied:
    """Return the pictures of other entries in ``rows`` that a copy code is listed of too."""
    others = [row for row in rows if row.kind != Kind.COPY1.value]
    return {
        (bank_id, picture)
        for bank_id, pictures in _pictures(others).items()
        for listed in _of_pictures(bank_id, pictures, Kind.COPY1)
        for picture in listed.values_list("picture", flat=True).distinct()
    }


def _pictures(rows: Sequence[_Row]) -> dict[int, list[str]]:
    """Return the pictures, each once, that ``rows`` belong to, for each bank."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for row in rows:
        if row.picture:
            found[row.bank_id][row.picture] = None
    return {bank_id: list(pictures) for bank_id, pictures in found.items()}


def _of_pictures(
    bank_id: int, pictures: Sequence[str], kind: Kind
) -> Iterator[QuerySet[BankEntry]]:
    """Return the live entries of a ``kind`` that belong to ``pictures``, lot by lot."""
    for lot in in_lots(pictures):
        yield BankEntry.objects.live().filter(bank_id=bank_id, picture__in=lot, kind=kind.value)
