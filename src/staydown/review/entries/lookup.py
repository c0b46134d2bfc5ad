"""Look-ups for callers that speak HMA's language: who asks, and what is listed near by.

Such a caller takes any hit for a verdict, and no item comes out of it that a person decides. So of
each hit it is said whether it may be told to them at all: see ``Hit.acts``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from staydown.base.vocabulary import Cut, EntryState, GateAnswer, Kind
from staydown.fingerprint.sealing import Sealer
from staydown.fingerprint.value import PDQ_LISTING_QUALITY, Fingerprint
from staydown.matching.limits import Limit, MatchLimits
from staydown.matching.matcher import KnownEntries, Matcher
from staydown.matching.remembered import Recall
from staydown.matching.rules import Evidence, Finding
from staydown.review import statements
from staydown.review.entries.live import LiveMatcher
from staydown.review.entries.recall import Memory, file_digest, let_go
from staydown.review.models import Bank, BankEntry
from staydown.review.models.entries import IS_LIVE, READ_HEAD
from staydown.review.platform_keys import check_platform_key

_HOW = "Authorization: Bearer <key>, or X-API-Key"


#: How a picture is held against listed entries and what was decided before.
Look = Callable[[KnownEntries, Recall], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry near what was looked up. ``number`` names it for good, also when it is withdrawn.

    ``acts`` is False for what must never act alone: a disputed entry, a plain picture on either
    side. ``distance`` is in bits.
    """

    number: int
    bank: str
    kind: Kind
    distance: int
    acts: bool


class Lookups:
    """What the desk answers to look-ups; thread-safe, one per process.

    Plain statements, no more than two for an answer: Django's way of making them costs more than
    the look-up. Each thread keeps its own connection to the database; one that broke (the server
    was started again, say) is replaced, and the question asked once more.
    """

    def __init__(self, sealer: Sealer, live: LiveMatcher) -> None:
        self._sealer = sealer
        self._live = live
        self._radius = {kind: _radius(live.limits, kind) for kind in Kind}

    def check_key(self, key: str) -> int:
        """Return the number of the last change, for ``near``.

        Raises KeyNotTaken unless ``key`` is one of this platform's, in use at this moment.
        """
        return check_platform_key(key, self._sealer, how=_HOW).head

    def near(self, fingerprint: Fingerprint, head: int | None = None) -> list[Hit]:
        """Return every live entry within the distance that holds at its bank, nearest first.

        A fingerprint without a quality is taken for one of a picture that tells itself apart: its
        sender left plain ones out. ``head`` is the number of the last change, where it was read
        since the question came. Raises SealBroken.
        """
        kind = fingerprint.kind
        found = self._matcher(head).near(fingerprint, self._radius[kind])
        rows = {row[0]: row for row in _entries([one.key for one in found])}
        hits = []
        for one in found:
            # It may have left, or become another kind, since the index was asked.
            if one.key in rows and rows[one.key][2] == kind.value:
                _, bank, _, state, sealed = rows[one.key]
                limit = self._live.limits.of(bank, kind, Cut.WHOLE)
                if one.distance <= limit.hold:
                    acts = state == EntryState.LISTED.value
                    acts = acts and self._tell_apart(fingerprint, bytes(sealed), limit)
                    hits.append(Hit(one.key, bank, kind, one.distance, acts))
        return hits

    def let_go(self, data: bytes) -> frozenset[int]:
        """Return the numbers of entries that must not be told of this very file: a person decided
        about it, beside them, that it is not NCII."""
        digest = file_digest(data, self._sealer)
        return statements.again(lambda: let_go(digest))

    def examined(self, look: Look, data: bytes) -> list[Hit]:
        """Return the entries that hold the uploaded picture ``data``, the strongest first.

        ``look`` examines it: ``matching.cascade.examine`` with its file. Of what people decided
        before, only a decision about this very file counts: nobody looks at what isn't told here.
        Raises what ``look`` raises.
        """
        digest = file_digest(data, self._sealer)
        memory = Memory(self._sealer, self._live.limits, digest, exact_only=True)
        held = [
            one.evidence
            for one in look(self._matcher(), memory.recall)
            if one.answer is GateAnswer.HELD
        ]
        numbers = _numbers(held)
        return [
            Hit(numbers[one.bank, one.entry_id], one.bank, one.kind, one.distance, acts=True)
            for one in held
            if (one.bank, one.entry_id) in numbers  # it may have left since
        ]

    def listed(self, head: int | None = None) -> dict[Kind, int]:
        """Take in what is new, and return how many live entries of each kind can be found.

        Raises SealBroken.
        """
        matcher = self._matcher(head)
        return {kind: matcher.count(kind) for kind in matcher.kinds}

    def read_until(self) -> datetime | None:
        """Return up to when every bank that is followed was read to its end.

        None where there is no bank, or one that was never read to its end.
        """
        ends = statements.again(
            lambda: [*Bank.objects.filter(active=True).values_list("caught_up_at", flat=True)]
        )
        known = [end for end in ends if end is not None]
        return min(known) if known and len(known) == len(ends) else None

    def _matcher(self, head: int | None = None) -> Matcher:
        if head is None:
            ((found,),) = statements.rows(f"SELECT ({READ_HEAD})")
            head = int(found or 0)
        return self._live.refresh(head)

    def _tell_apart(self, asked: Fingerprint, sealed: bytes, limit: Limit) -> bool:
        """Say whether neither side is too plain to act on."""
        listed = self._sealer.open(asked.kind, sealed).quality
        return (listed is None or listed >= PDQ_LISTING_QUALITY) and (
            asked.quality is None or asked.quality >= limit.quality
        )


def _radius(limits: MatchLimits, kind: Kind) -> int:
    """Return the distance beyond which no whole picture of this kind is held at any bank."""
    own = [
        limit.hold for (_, of, cut), limit in limits.own.items() if (of, cut) == (kind, Cut.WHOLE)
    ]
    return max([limits.shipped[kind, Cut.WHOLE].hold, *own])


def _table(model: type[Model]) -> str:
    return model._meta.db_table


_ENTRIES = (
    f"SELECT entry.id, bank.name, entry.kind, entry.state, entry.sealed "  # noqa: S608
    f"FROM {_table(BankEntry)} entry JOIN {_table(Bank)} bank ON bank.id = entry.bank_id "
    f"WHERE entry.{IS_LIVE} AND entry.id IN "
)


def _entries(keys: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Return number, bank, kind, state and sealed value of the entries that are live."""
    for lot in statements.in_lots(keys):
        yield from statements.rows(f"{_ENTRIES} ({', '.join(['%s'] * len(lot))})", lot)


def _numbers(evidence: Sequence[Evidence]) -> dict[tuple[str, str], int]:
    """Return the numbers of the entries that are live, by bank and entry."""
    numbers: dict[tuple[str, str], int] = {}
    for lot in statements.in_lots((one.bank, one.entry_id) for one in evidence):
        numbers |= BankEntry.objects.live().named(lot).numbers()
    return numbers
