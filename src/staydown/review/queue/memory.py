"""What is remembered of decided items, and who belongs together. The rules are in
``matching.remembered``.

Asked only of uploads that came close to something: nearly every upload costs no statement here.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from staydown.base.canonical import canonical_json
from staydown.base.vocabulary import Decision, EntryState, GateAnswer, Kind
from staydown.fingerprint.seal import Sealer
from staydown.fingerprint.value import Fingerprint
from staydown.matching import remembered
from staydown.matching.limits import MatchLimits
from staydown.matching.matcher import KnownEntries
from staydown.matching.remembered import FileWord, Past, Whole
from staydown.matching.rules import Finding, Recalled, strength
from staydown.review.catalogue.kept import Overheard
from staydown.review.models import BankEntry, Candidate, EntryGroup, Item, ItemMark, Remembered

#: Entries that are asked about in one statement.
_AT_ONCE = 50

#: Pictures that an upload is compared with for so many entries, those decided last first.
_MOST_PICTURES = 500

_FILE, _WHOLE = "decided file", "decided picture"

_Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """What an item will be known by: see ``ItemMark``."""

    file_digest: bytes | None = field(default=None, repr=False)
    sealed_whole: bytes = field(default=b"", repr=False)


def file_digest(data: bytes, sealer: Sealer) -> bytes:
    """Return the keyed hash by which the desk knows a file again, without its key by nobody."""
    return sealer.keyed_hash(_FILE, hashlib.sha256(data).digest())


class Asked(Overheard):
    """Listed entries, as one upload asks them, and what was decided before.

    ``digest`` is the upload's ``file_digest``, None where the desk got fingerprints alone. With
    ``exact_only`` nothing but a decision about this very file beside an entry counts: for who makes
    no item that a person could look at.
    """

    def __init__(
        self,
        entries: KnownEntries,
        sealer: Sealer,
        limits: MatchLimits,
        digest: bytes | None,
        *,
        exact_only: bool = False,
    ) -> None:
        super().__init__(entries)
        self._sealer = sealer
        self._limits = limits
        self._digest = digest
        self._exact_only = exact_only
        self._word: FileWord | None = None
        self._pasts: dict[_Name, Past] = {}

    @property
    def mark(self) -> Mark:
        """What an item of this upload will be known by."""
        return Mark(self._digest, _seal(remembered.whole_of(self.queries), self._sealer))

    def recall(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return ``findings`` as memory leaves them, the strongest first. Raises SealBroken.

        Asked in lots, the strongest first; the rest stays as it is once one of a lot is held.
        """
        if not findings:
            return ()
        if self._word is None:
            self._word = _word(self._digest)
        if self._exact_only and self._word is not FileWord.NOT_NCII:
            return tuple(findings)
        whole, left = remembered.whole_of(self.queries), list(findings)
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


def _live(names: Iterable[_Name]) -> Iterator[tuple[int, _Name, bool]]:
    """Return number, name, and whether memory ended, of entries that weren't withdrawn."""
    wanted = Q()
    for bank, entry_id in names:
        wanted |= Q(bank__name=bank, entry_id=entry_id)
    rows = BankEntry.objects.filter(wanted).exclude(state=EntryState.WITHDRAWN.value)
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


# --------------------------------------------------------------------------- groups


def lock_group(entries: Sequence[int]) -> EntryGroup:
    """Return the group that an upload near ``entries`` (the strongest first) belongs to, locked.

    The oldest one that has items already, so that many listings of one picture make one group.
    """
    with_items = ItemMark.objects.filter(group_id__in=entries).order_by("pk")
    chosen = with_items.values_list("group_id", flat=True).first() or entries[0]
    EntryGroup.objects.bulk_create([EntryGroup(entry_id=chosen)], ignore_conflicts=True)
    return EntryGroup.objects.select_for_update().get(pk=chosen)


def lock_groups(items: Iterable[Item]) -> None:
    """Lock the groups of all entries that ``items`` came close to, each made if missing.

    In the order of the entries: whoever locks several does it like this.
    """
    near = Candidate.objects.filter(item__in=list(items)).order_by("entry_id")
    entries = list(near.values_list("entry_id", flat=True).distinct())
    EntryGroup.objects.bulk_create(
        [EntryGroup(entry_id=entry_id) for entry_id in entries], ignore_conflicts=True
    )
    list(EntryGroup.objects.select_for_update().filter(pk__in=entries).order_by("pk"))


def group_of(item: Item) -> int | None:
    """Return the number of an item's group; None where it has none."""
    return ItemMark.objects.filter(item=item).values_list("group_id", flat=True).first()


def add_mark(item: Item, group: EntryGroup, mark: Mark, *, recalled: str) -> None:
    """Note what a new item is known by. Within the transaction that holds the group's lock."""
    ItemMark.objects.create(
        item=item,
        group=group,
        file_digest=mark.file_digest,
        sealed_whole=mark.sealed_whole,
        recalled=recalled,
    )


# --------------------------------------------------------------------------- after a decision


def note_decision(item: Item, before: Decision | None, decision: Decision) -> None:
    """Remember an item's new decision, or forget. The item is saved, its groups are locked."""
    mark = ItemMark.objects.filter(item=item).first()
    if mark is not None:
        if not remembered.keeps_fingerprints(decision):
            ItemMark.objects.filter(pk=mark.pk).update(sealed_whole=b"")
        _remember(_of_same_file(mark))
    if remembered.ends_memory(decision) or (before and remembered.ends_memory(before)):
        _end_or_go_on(item)


def forget(entries: Sequence[int] | QuerySet[BankEntry]) -> None:
    """Forget what was decided beside entries that are withdrawn: listed again, they are new."""
    Remembered.objects.filter(entry__in=entries).delete()


def _of_same_file(mark: ItemMark) -> QuerySet[ItemMark]:
    if mark.file_digest is None:
        return ItemMark.objects.filter(pk=mark.pk)
    return ItemMark.objects.filter(file_digest=bytes(mark.file_digest))


def _remember(marks: QuerySet[ItemMark]) -> None:
    """Make the memory of one file's items true again: all speak for it, or none does."""
    decided = marks.exclude(item__decision="").select_related("item")
    words = {mark: Decision(mark.item.decision) for mark in decided}
    Remembered.objects.filter(mark__in=marks).delete()
    if remembered.word_for_file(words.values()) is not FileWord.NOT_NCII:
        return
    speaking = [mark for mark, decision in words.items() if remembered.remembers(decision)]
    Remembered.objects.bulk_create(
        (
            Remembered(entry_id=entry_id, mark=mark)
            for mark in speaking
            for entry_id in mark.item.candidates.values_list("entry_id", flat=True)
        ),
        ignore_conflicts=True,
    )


def _end_or_go_on(item: Item) -> None:
    """Note of each entry whether an upload near it is decided in a way that ends memory."""
    entries = list(item.candidates.values_list("entry_id", flat=True))
    endings = [one.value for one in Decision if remembered.ends_memory(one)]
    found = Candidate.objects.filter(entry_id__in=entries, item__decision__in=endings)
    ended = set(found.values_list("entry_id", flat=True).distinct())
    EntryGroup.objects.filter(pk__in=ended).update(ended=True)
    EntryGroup.objects.filter(pk__in=set(entries) - ended).update(ended=False)
