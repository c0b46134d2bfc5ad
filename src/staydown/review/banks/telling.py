"""Of which entries a decision about an upload speaks: nearness alone says nothing against one.

An upload can be made to come close to a picture that somebody else listed. What a moderator decides
about such a decoy must not be told of the listed picture, or two desks' decisions would dispute it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import KINDS
from staydown.review.models import Item


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
        if one.distance <= KINDS[one.kind].hold:
            kinds.setdefault(one.picture, set()).add(one.kind)
    return {one.entry for one in close if _is_same(one, kinds.get(one.picture, set()))}


def _is_same(one: Close, kinds: set[Kind]) -> bool:
    """Whether an entry's picture is the upload; ``kinds`` are those that are near of it."""
    spec = KINDS[one.kind]
    very_near = spec.same_picture is not None and one.distance <= spec.same_picture
    return spec.exact or very_near or any(KINDS[kind].witness in kinds for kind in kinds)


def close_to(item: Item) -> list[Close]:
    """Return what an item's upload came close to; an entry without a picture id stands alone."""
    found = item.candidates.values_list(
        "entry_id", "kind", "distance", "entry__bank_id", "entry__picture"
    )
    return [
        Close(entry, Kind(kind), distance, (bank, picture or entry))
        for entry, kind, distance, bank, picture in found
    ]
