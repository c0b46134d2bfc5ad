"""Which items may show somebody under 18, as the tables say; ``under_18`` has the rules.

Two uploads may show the same picture if they came close to the same entry, or to entries of one
listed picture, or have the same preview address. What one of them may show, the other may too.
"""

from collections.abc import Collection

from django.db.models import QuerySet

from staydown.base.vocabulary import Decision
from staydown.review import under_18
from staydown.review.errors import OnlyNamed
from staydown.review.models import BankEntry, Candidate, Item, JoinedUpload
from staydown.review.staff import is_named_for_under_18
from staydown.review.statements import in_lots

_MARKED = Decision.MAY_BE_UNDER_18.value

#: A listed picture: the number of its bank, and the bank's name for it.
_Picture = tuple[int, str]


def among(items: Collection[int]) -> frozenset[int]:
    """Return those of the items, given by their numbers, whose content is kept from most."""
    rows = list(Item.objects.filter(pk__in=items).values_list("pk", "decision", "preview_url"))
    previews = _marked_previews([preview for _, _, preview in rows if preview])
    near = _near_marked(items)
    return frozenset(
        number
        for number, decision, preview in rows
        if under_18.is_hidden(
            Decision(decision) if decision else None,
            near_one=number in near or preview in previews,
        )
    )


def is_near_one(entries: Collection[int], preview_url: str) -> bool:
    """Say whether a new upload may be the same picture as one that may show somebody under 18.

    ``entries`` are the numbers of those that it came close to.
    """
    pictures = _pictures(BankEntry.objects.filter(pk__in=entries))
    return (
        bool(_marked_entries(entries))
        or bool(_marked_pictures(pictures))
        or bool(_marked_previews([preview_url] if preview_url else []))
    )


def previews_among(previews: Collection[str]) -> frozenset[str]:
    """Return those of the previews' addresses at which somebody under 18 may be shown."""
    return frozenset(_marked_previews([one for one in previews if one]))


def check_decider(item: int, moderator_id: int) -> None:
    """Raise OnlyNamed if the content of an item is kept from this moderator."""
    named = is_named_for_under_18(moderator_id)
    if not under_18.may_decide(hidden=bool(among([item])), named=named):
        raise OnlyNamed("only people named for items that may show someone under 18 decide this")


def _near_marked(items: Collection[int]) -> set[int]:
    """Return the items that share an entry, or a listed picture, with a marked one."""
    candidates = Candidate.objects.filter(item__in=items)
    near = list(candidates.values_list("item_id", "entry_id", "entry__bank_id", "entry__picture"))
    entries = _marked_entries({entry for _, entry, _, _ in near})
    pictures = _marked_pictures({(bank, name) for _, _, bank, name in near if name})
    return {
        item for item, entry, bank, name in near if entry in entries or (bank, name) in pictures
    }


def _marked() -> QuerySet[Candidate]:
    return Candidate.objects.filter(item__decision=_MARKED)


def _marked_entries(entries: Collection[int]) -> set[int]:
    return {
        entry
        for lot in in_lots(entries)
        for entry in _marked().filter(entry__in=lot).values_list("entry_id", flat=True)
    }


def _marked_pictures(pictures: Collection[_Picture]) -> set[_Picture]:
    """Return the pictures that a marked item came close to, by whichever of their entries."""
    return {
        picture
        for lot in in_lots({name for _, name in pictures})
        for picture in _marked()
        .filter(entry__picture__in=lot)
        .values_list("entry__bank_id", "entry__picture")
    } & set(pictures)


def _marked_previews(previews: Collection[str]) -> set[str]:
    """Return the addresses at which a marked item, or an upload that joined one, is shown."""
    if not previews:
        return set()
    own = Item.objects.filter(decision=_MARKED, preview_url__in=previews)
    joined = JoinedUpload.objects.filter(item__decision=_MARKED, preview_url__in=previews)
    return {
        *own.values_list("preview_url", flat=True),
        *joined.values_list("preview_url", flat=True),
    }


def _pictures(entries: QuerySet[BankEntry]) -> set[_Picture]:
    return set(entries.exclude(picture="").values_list("bank_id", "picture"))
