"""What is remembered of decided items, and who belongs together. The rules are in
``matching.remembered``; how an upload asks for it is in ``entries.recall``.
"""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from staydown.base.vocabulary import Decision
from staydown.matching import remembered
from staydown.matching.remembered import FileWord
from staydown.review.entries.recall import Mark
from staydown.review.models import Candidate, EntryGroup, Item, ItemMark, Remembered

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
    mark = ItemMark.objects.get(item=item)
    if not remembered.keeps_fingerprints(decision):
        ItemMark.objects.filter(pk=mark.pk).update(sealed_whole=b"")
    _remember(_of_same_file(mark))
    if remembered.ends_memory(decision) or (before and remembered.ends_memory(before)):
        _end_or_go_on(item)


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
