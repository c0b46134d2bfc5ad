"""Items that belong together, as moderators see them: uploads near one entry."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from staydown.base.vocabulary import Decision
from staydown.review.errors import NotHere
from staydown.review.models import Item, ItemMark, JoinedUpload
from staydown.review.queue import shown
from staydown.review.records import Group, GroupLine, GroupMember, ItemLine, Joined

#: Further items, and uploads, of one group that are shown and can be decided at once.
MOST_SHOWN = 50

#: Items of a group that are named in the list, after its first.
_FOLLOWING = 3


def open_groups(after: int = 0) -> list[GroupLine]:
    """Return a page of what waits, a line for each group, after the number ``after``.

    By the longest-waiting item of each.
    """
    older = Item.objects.filter(
        decision="", mark__group=OuterRef("mark__group"), pk__lt=OuterRef("pk")
    )
    rows = Item.objects.filter(~Exists(older), decision="", pk__gt=after).order_by("pk")
    first = list(rows.select_related("platform_key", "mark")[: shown.PAGE_SIZE])
    groups = [row.mark.group_id for row in first]
    following = _following(groups)
    waiting = _count(Item.objects.filter(decision="", mark__group__in=groups), "mark__")
    open_ones = JoinedUpload.objects.filter(item__decision="", item__mark__group__in=groups)
    joined = _count(open_ones, "item__mark__")
    return [
        GroupLine(
            shown.line(row),
            tuple(following.get(row.mark.group_id, ())),
            max(0, waiting.get(row.mark.group_id, 1) - 1),
            joined.get(row.mark.group_id, 0),
        )
        for row in first
    ]


def _following(groups: Iterable[int]) -> Mapping[int, list[ItemLine]]:
    """Return the items that have waited longest in each group after its first."""
    place = Window(RowNumber(), partition_by="mark__group", order_by="pk")
    rows = Item.objects.filter(decision="", mark__group__in=groups).annotate(place=place)
    rows = rows.select_related("platform_key", "mark")
    found: dict[int, list[ItemLine]] = {}
    for row in rows.filter(place__gt=1, place__lte=_FOLLOWING + 1).order_by("pk"):
        found.setdefault(row.mark.group_id, []).append(shown.line(row))
    return found


def _count(rows: QuerySet[Item] | QuerySet[JoinedUpload], path: str) -> Mapping[int, int]:
    by_group = rows.order_by().values_list(f"{path}group").annotate(number=Count("pk"))
    return {int(group): int(number) for group, number in by_group}


def group_of(item: UUID) -> Group:
    """Return what belongs to an item: what else waits, and what joined it. Raises NotHere."""
    row = Item.objects.filter(public_id=item).select_related("mark").first()
    if row is None:
        raise NotHere("there is no such item")
    mark = row.mark
    joined = row.joined.select_related("platform_key").order_by("pk")
    seen = tuple(
        Joined(one.reference, one.platform_key.name, one.preview_url, one.created_at, one.same_file)
        for one in joined[:MOST_SHOWN]
    )
    same_group = Item.objects.filter(mark__group=mark.group_id).exclude(pk=row.pk)
    others = same_group.filter(decision="")
    decided = same_group.exclude(decision="").order_by().values_list("decision")
    return Group(
        recalled=mark.recalled,
        others=_members(others, mark),
        waiting=others.count(),
        joined=seen,
        uploads=joined.count(),
        decided={Decision(word): number for word, number in decided.annotate(number=Count("pk"))},
    )


def _members(others: QuerySet[Item], mark: ItemMark) -> tuple[GroupMember, ...]:
    """Return items of the group that wait: those of the same file first, then by age."""
    own = None if mark.file_digest is None else bytes(mark.file_digest)
    same = list(others.filter(mark__file_digest=own).values_list("pk", flat=True)) if own else []
    rows = [
        *others.filter(pk__in=same[:MOST_SHOWN]).select_related("platform_key").order_by("pk"),
        *others.exclude(pk__in=same).select_related("platform_key").order_by("pk")[:MOST_SHOWN],
    ]
    return tuple(
        GroupMember(shown.line(row), row.preview_url, row.version, row.pk in same)
        for row in rows[:MOST_SHOWN]
    )
