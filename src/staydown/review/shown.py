"""What moderators are shown of items. Of hidden ones: that they are there, and what was decided.

Nobody gets the rest by looking at a list or opening a page, however they are named: who looks into
a hidden item says so, and that is kept with their name.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from staydown.base.clock import Clock
from staydown.base.vocabulary import Decision
from staydown.review import hidden, items, under_18
from staydown.review.errors import NotHere, OnlyNamed
from staydown.review.models import Audit, Item, Moderator
from staydown.review.records import ItemLine, ItemPage

#: What the audit says of it, and the step of the item's page.
OPENED = "opened"


def open_items(after: int = 0) -> list[ItemLine]:
    """Return a page of items that wait, the longest-waiting first, after the number ``after``."""
    return _lines(items.open_items(after))


def decided_items(before: int | None = None) -> list[ItemLine]:
    """Return a page of decided items, the newest first, before the number ``before``."""
    return _lines(items.decided_items(before))


def under_18_items(before: int | None = None) -> list[ItemLine]:
    """Return a page of items that may show somebody under 18, as ``decided_items`` does."""
    return _lines(items.decided_items(before, Decision.MAY_BE_UNDER_18))


def count_under_18_items() -> int:
    """Return how many items may show somebody under 18, as a moderator decided."""
    return Item.objects.filter(decision=Decision.MAY_BE_UNDER_18.value).count()


def item_page(item: UUID) -> ItemPage:
    """Return what every moderator may see of an item. Raises NotHere."""
    page = items.item_page(item)
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
        named = Moderator.objects.filter(pk=moderator_id, sees_under_18=True).exists()
        if not under_18.may_decide(hidden=is_hidden, named=named):
            raise OnlyNamed("only people named for items that may show someone under 18 open this")
        if is_hidden:
            Audit.objects.create(
                at=clock.now(),
                actor="moderator",
                moderator_id=moderator_id,
                action="hidden item opened",
                item=row,
                after=OPENED,
            )
        return items.item_page(item)


def _lines(lines: Sequence[ItemLine]) -> list[ItemLine]:
    kept_back = hidden.among([line.number for line in lines])
    return [_line(line) if line.number in kept_back else line for line in lines]


def _line(line: ItemLine) -> ItemLine:
    return replace(line, reference="", hidden=True)


def _without_content(page: ItemPage) -> ItemPage:
    return replace(page, line=_line(page.line), preview_url="", matches=(), told=())
