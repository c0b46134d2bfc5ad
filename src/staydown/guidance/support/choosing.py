"""What to show to whom, and in which order. Nothing here is a recommendation."""

from collections.abc import Iterable, Sequence

from staydown.guidance.support.reading import load_support
from staydown.guidance.support.record import Support

#: Who helps, nearest to a person first: somebody to talk to before somebody to write to.
_HELPING = (
    "helpline", "hotline_minors", "hash_bank", "removal_service", "regulator", "escalation",
    "legal_aid", "in_person", "police",
)  # fmt: skip
#: For somebody under 18, who can have such pictures removed comes before who listens.
_HELPING_UNDER_18 = ("hash_bank", "removal_service", "hotline_minors", "helpline", "regulator")
_READING = ("government_guidance", "reading", "tool")


def for_person(country: str | None, under18: bool, chain: Sequence[str]) -> tuple[Support, ...]:
    """Return who helps: those of ``chain``, nearest place first, then worldwide ones.

    ``chain`` is the country and what it belongs to (``Directory.chain``). Where it is empty,
    ``country`` is used. ``under18`` (yes or not sure) gives only what takes people under 18, and
    what is made for them alone stands first. Reading, paid services and what is meant for
    professionals are left out.
    """
    kinds = _HELPING_UNDER_18 if under18 else _HELPING
    return _chosen(kinds, under18, _places(country, chain))


def reading_for_person(
    country: str | None, under18: bool, chain: Sequence[str]
) -> tuple[Support, ...]:
    """Return what to read and use, in the same order; for people under 18 only what is theirs.

    General guides tell adults to keep copies, which nobody should do with such a picture.
    """
    found = _chosen(_READING, under18, _places(country, chain))
    return tuple(item for item in found if not under18 or item.for_whom == "under18")


def hotlines(chain: Sequence[str]) -> tuple[Support, ...]:
    """Return who takes reports of pictures of people under 18: those of ``chain``, nearest first.

    The worldwide one comes last: it leads to the hotlines of countries that have no record here.
    """
    places = (*chain, "INT")
    found = [
        item
        for item in load_support().values()
        if item.kind == "hotline_minors" and _distance(item, places) < len(places)
    ]
    return tuple(sorted(found, key=lambda item: (_distance(item, places), item.name)))


def for_professionals(chain: Sequence[str] = ()) -> tuple[Support, ...]:
    """Return reading for advocates, lawyers, journalists and researchers."""
    found = [item for item in load_support().values() if item.for_whom == "professionals"]
    return tuple(sorted(found, key=lambda item: (_distance(item, (*chain, "INT")), item.name)))


def _places(country: str | None, chain: Sequence[str]) -> tuple[str, ...]:
    own = tuple(chain)
    if not own and country is not None:
        own = (country, country.split("-", maxsplit=1)[0])
    return (*own, "INT")


def _chosen(kinds: Sequence[str], under18: bool, places: Sequence[str]) -> tuple[Support, ...]:
    def order(item: Support) -> tuple[int, bool, int, str]:
        not_theirs = under18 and item.for_whom != "under18"
        return (_distance(item, places), not_theirs, kinds.index(item.kind), item.name)

    return tuple(sorted(_open_to(kinds, under18, places), key=order))


def _open_to(kinds: Sequence[str], under18: bool, places: Sequence[str]) -> Iterable[Support]:
    for item in load_support().values():
        suits = item.takes_under18 if under18 else item.for_whom in ("adults", "all")
        if suits and item.kind in kinds and _distance(item, places) < len(places):
            yield item


def _distance(item: Support, places: Sequence[str]) -> int:
    near = (item.country, *item.also_for)
    return next((at for at, place in enumerate(places) if place in near), len(places))
