"""What was decided before beside listed entries, as an upload asks it. The rules are in
``matching.remembered``; what is remembered after a decision is for ``queue.memory`` to say.

Asked only of uploads that came close to something: nearly every upload costs no statement here.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from staydown.base.canonical import canonical_json
from staydown.base.vocabulary import Decision, GateAnswer, Kind
from staydown.fingerprint.query import Query
from staydown.fingerprint.sealing import Sealer
from staydown.fingerprint.value import Fingerprint
from staydown.matching import remembered
from staydown.matching.limits import MatchLimits
from staydown.matching.remembered import FileWord, Past, Whole
from staydown.matching.rules import Finding, Recalled, strength
from staydown.review.models import BankEntry, Item, Remembered
from staydown.review.models.entries import Name

#: Entries that are asked about in one statement.
_AT_ONCE = 50

#: Pictures that an upload is compared with for so many entries, those decided last first.
_MOST_PICTURES = 500

_FILE, _WHOLE = "decided file", "decided picture"


@dataclass(frozen=True, slots=True)
class Mark:
    """What an item will be known by: see ``ItemMark``."""

    file_digest: bytes | None = field(default=None, repr=False)
    sealed_whole: bytes = field(default=b"", repr=False)


def file_digest(data: bytes, sealer: Sealer) -> bytes:
    """Return the keyed hash by which the desk knows a file again, without its key by nobody."""
    return sealer.keyed_hash(_FILE, hashlib.sha256(data).digest())


class Memory:
    """What was decided before, as one upload asks for it.

    ``digest`` is the upload's ``file_digest``, None where the desk got fingerprints alone. With
    ``exact_only`` nothing but a decision about this very file beside an entry counts: for who makes
    no item that a person could look at.
    """

    def __init__(
        self, sealer: Sealer, limits: MatchLimits, digest: bytes | None, *, exact_only: bool = False
    ) -> None:
        self._sealer = sealer
        self._limits = limits
        self._digest = digest
        self._exact_only = exact_only
        self._word: FileWord | None = None
        self._pasts: dict[Name, Past] = {}

    def mark(self, queries: Iterable[Query]) -> Mark:
        """Return what an item of this upload will be known by."""
        return Mark(self._digest, _seal(remembered.whole_of(queries), self._sealer))

    def recall(self, findings: Sequence[Finding], queries: Sequence[Query]) -> tuple[Finding, ...]:
        """Return ``findings`` as memory leaves them, the strongest first. Raises SealBroken.

        Asked in lots, the strongest first; the rest stays as it is once one of a lot is held.
        """
        if not findings:
            return ()
        if self._word is None:
            self._word = _word(self._digest)
        if self._exact_only and self._word is not FileWord.NOT_NCII:
            return tuple(findings)
        whole, left = remembered.whole_of(queries), list(findings)
        found: list[Finding] = []
        while left:
            lot, left = left[:_AT_ONCE], left[_AT_ONCE:]
            self._learn(lot)
            known = [self._weigh(one, self._word, whole) for one in lot]
            found += known
            if any(_stays_held(one) for one in known):
                break
        return tuple(sorted([*found, *left], key=strength, reverse=True))

    def _weigh(self, one: Finding, word: FileWord, whole: Whole) -> Finding:
        past = self._pasts[one.evidence.bank, one.evidence.entry_id]
        known = remembered.weigh(one, past, word, whole, self._limits)
        return known if not self._exact_only or known.recalled is Recalled.SAME_FILE else one

    def _learn(self, findings: Sequence[Finding]) -> None:
        """Ask of entries that weren't asked of before. Also those that are gone have a past."""
        names = {(one.evidence.bank, one.evidence.entry_id) for one in findings}
        new = names - self._pasts.keys()
        if not new:
            return
        self._pasts |= dict.fromkeys(new, Past())
        rows = {number: (name, ended) for number, name, ended in _live(new)}
        same = _same_file(self._digest, rows)
        pictures: dict[int, list[Whole]] = {}
        if self._word is FileWord.NOTHING:
            beside = [number for number, (_, ended) in rows.items() if not ended]
            pictures = _pictures(beside, self._sealer)
        for number, (name, ended) in rows.items():
            self._pasts[name] = Past(number in same, ended, tuple(pictures.get(number, ())))


def _stays_held(one: Finding) -> bool:
    return one.answer is GateAnswer.HELD and one.recalled is not Recalled.NEAR_BY_PDQ


def let_go(digest: bytes) -> frozenset[int]:
    """Return the entries beside which a file is let through, since a person decided about it."""
    if _word(digest) is not FileWord.NOT_NCII:
        return frozenset()
    rows = Remembered.objects.filter(mark__file_digest=digest).exclude(entry__group__ended=True)
    return frozenset(rows.values_list("entry_id", flat=True))


def _word(digest: bytes | None) -> FileWord:
    if digest is None:
        return FileWord.NOTHING
    return remembered.word_for_file(_decisions(digest))


def _decisions(digest: bytes) -> set[Decision]:
    """Return what was decided about a file: the latest decision of each of its items."""
    items = Item.objects.filter(mark__file_digest=digest).exclude(decision="")
    return {Decision(word) for word in items.values_list("decision", flat=True).distinct()}


def _live(names: Iterable[Name]) -> Iterator[tuple[int, Name, bool]]:
    """Return number, name, and whether memory ended, of entries that weren't withdrawn."""
    rows = BankEntry.objects.live().named(names)
    for number, bank, entry_id, ended in rows.values_list(
        "pk", "bank__name", "entry_id", "group__ended"
    ):
        yield number, (bank, entry_id), bool(ended)


def _same_file(digest: bytes | None, numbers: Iterable[int]) -> set[int]:
    """Return the entries beside which this very file was decided."""
    if digest is None:
        return set()
    rows = Remembered.objects.filter(mark__file_digest=digest, entry_id__in=list(numbers))
    return set(rows.values_list("entry_id", flat=True))


def _pictures(numbers: Sequence[int], sealer: Sealer) -> dict[int, list[Whole]]:
    """Return the pictures that are remembered beside each entry. Raises SealBroken."""
    rows = Remembered.objects.filter(entry_id__in=numbers).exclude(mark__sealed_whole=b"")
    newest = rows.order_by("-pk").values_list("entry_id", "mark_id", "mark__sealed_whole")
    opened: dict[int, Whole] = {}
    found: dict[int, list[Whole]] = {}
    for entry_id, mark_id, sealed in newest[:_MOST_PICTURES]:
        if mark_id not in opened:
            opened[mark_id] = _open(bytes(sealed), sealer)
        found.setdefault(entry_id, []).append(opened[mark_id])
    return found


def _seal(whole: Whole, sealer: Sealer) -> bytes:
    if whole.pdq is None:
        return b""
    copy = "" if whole.copy is None else whole.copy.hex
    return sealer.seal_bytes(_WHOLE, canonical_json([whole.pdq.hex, whole.pdq.quality, copy]))


def _open(sealed: bytes, sealer: Sealer) -> Whole:
    pdq, quality, copy = json.loads(sealer.open_bytes(_WHOLE, sealed))
    return Whole(
        Fingerprint(Kind.PDQ, bytes.fromhex(pdq), quality),
        Fingerprint(Kind.COPY1, bytes.fromhex(copy)) if copy else None,
    )
