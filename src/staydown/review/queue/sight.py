"""What moderators are shown of items. Of hidden ones: that they are there, and what was decided.

Nobody gets the rest by looking at a list or opening a page, however they are named: who looks into
a hidden item says so, and that is kept with their name.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from staydown.base.clock import Clock
from staydown.base.vocabulary import Decision
from staydown.review import audit, under_18
from staydown.review.errors import NotHere, OnlyNamed
from staydown.review.models import Item
from staydown.review.queue import groups, hidden, shown
from staydown.review.records import Group, GroupLine, ItemLine, ItemPage
from staydown.review.staff import is_named_for_under_18

#: What the audit says of it, and the step of the item's page.
OPENED = "opened"


def open_items(after: int = 0) -> list[ItemLine]:
    """Return a page of items that wait, the longest-waiting first, after the number ``after``."""
    return _lines(shown.open_items(after))


def decided_items(before: int | None = None) -> list[ItemLine]:
    """Return a page of decided items, the newest first, before the number ``before``."""
    return _lines(shown.decided_items(before))


def under_18_items(before: int | None = None) -> list[ItemLine]:
    """Return a page of items that may show somebody under 18, as ``decided_items`` does."""
    return _lines(shown.decided_items(before, Decision.MAY_BE_UNDER_18))


def count_under_18_items() -> int:
    """Return how many items may show somebody under 18, as a moderator decided."""
    return Item.objects.filter(decision=Decision.MAY_BE_UNDER_18.value).count()


def item_page(item: UUID) -> ItemPage:
    """Return what every moderator may see of an item. Raises NotHere."""
    page = shown.item_page(item)
    return _without_content(page) if hidden.among([page.line.number]) else page


def open_item(item: UUID, moderator_id: int, clock: Clock) -> ItemPage:
    """Return everything about an item to somebody named; that they looked is kept.

    Raises OnlyNamed, with nothing kept, for anybody else, and NotHere.
    """
    with transaction.atomic():
        row = Item.objects.filter(public_id=item).first()
        if row is None:
            raise NotHere("there is no such item")
        is_hidden = bool(hidden.among([row.pk]))
        named = is_named_for_under_18(moderator_id)
        if not under_18.may_decide(hidden=is_hidden, named=named):
            raise OnlyNamed("only people named for items that may show someone under 18 open this")
        if is_hidden:
            audit.record_item(
                row,
                at=clock.now(),
                why="hidden item opened",
                change=(audit.NOTHING, OPENED),
                moderator_id=moderator_id,
            )
        return shown.item_page(item)


def open_groups(after: int = 0) -> list[GroupLine]:
    """Return a page of what waits, a line for each group, after the number ``after``."""
    lines = groups.open_groups(after)
    every = [line.number for one in lines for line in (one.first, *one.following)]
    kept_back = hidden.among(every)
    return [
        replace(
            one,
            first=_seen(one.first, kept_back),
            following=tuple(_seen(line, kept_back) for line in one.following),
        )
        for one in lines
    ]


def group_of(item: UUID, *, opened: bool = False) -> Group:
    """Return what belongs to an item, apart from hidden items. Raises NotHere.

    Of a hidden one: how many others there are, and what joined it only if it was ``opened``.
    """
    group = groups.group_of(item)
    own = Item.objects.values_list("pk", flat=True).get(public_id=item)
    kept_back = hidden.among([own, *(other.line.number for other in group.others)])
    if own in kept_back:
        return replace(group, others=(), joined=group.joined if opened else ())
    others = tuple(other for other in group.others if other.line.number not in kept_back)
    elsewhere = hidden.previews_among([one.preview_url for one in group.joined])
    joined = tuple(one for one in group.joined if one.preview_url not in elsewhere)
    return replace(group, others=others, joined=joined)


def _lines(lines: Sequence[ItemLine]) -> list[ItemLine]:
    kept_back = hidden.among([line.number for line in lines])
    return [_seen(line, kept_back) for line in lines]


def _seen(line: ItemLine, kept_back: Collection[int]) -> ItemLine:
    return _line(line) if line.number in kept_back else line


def _line(line: ItemLine) -> ItemLine:
    return replace(line, reference="", hidden=True)


def _without_content(page: ItemPage) -> ItemPage:
    return replace(page, line=_line(page.line), preview_url="", matches=(), told=())
