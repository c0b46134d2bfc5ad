"""Of which entries a decision about an upload speaks: nearness alone says nothing against one.

An upload can be made to come close to a picture that somebody else listed. What a moderator decides
about such a decoy must not be told of the listed picture, or two desks' decisions would dispute it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from staydown.base.vocabulary import Cut, Kind
from staydown.matching.limits import DEFAULT
from staydown.review.models import Item

#: A copy that was resized or encoded again differs in fewer bits of its PDQ; decoys that a search
#: makes lie at 22 and more.
SAME_PICTURE_BITS = 10

_HOLD = {kind: DEFAULT.of("", kind, Cut.WHOLE).hold for kind in (Kind.PDQ, Kind.COPY1)}


@dataclass(frozen=True, slots=True)
class Close:
    """An entry that an upload came close to, by how many bits. ``picture``: what the entries of one
    listed picture share, or something that no other entry has."""

    entry: int
    kind: Kind
    distance: int
    picture: tuple[object, ...]


def same_picture(found: Iterable[Close]) -> set[int]:
    """Return the entries whose listed picture the upload is: its very bytes, nearly the same PDQ,
    or near by both kinds of fingerprint that look at content."""
    close = list(found)
    kinds: dict[tuple[object, ...], set[Kind]] = {}
    for one in close:
        if one.distance <= _HOLD.get(one.kind, 0):
            kinds.setdefault(one.picture, set()).add(one.kind)
    return {
        one.entry
        for one in close
        if one.kind not in _HOLD
        or (one.kind is Kind.PDQ and one.distance <= SAME_PICTURE_BITS)
        or kinds.get(one.picture, set()) >= {Kind.PDQ, Kind.COPY1}
    }


def close_to(item: Item) -> list[Close]:
    """Return what an item's upload came close to; an entry without a picture id stands alone."""
    found = item.candidates.values_list(
        "entry_id", "kind", "distance", "entry__bank_id", "entry__picture"
    )
    return [
        Close(entry, Kind(kind), distance, (bank, picture or entry))
        for entry, kind, distance, bank, picture in found
    ]
