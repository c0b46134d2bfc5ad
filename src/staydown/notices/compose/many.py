"""Many locations at once: grouped by recipient and letter, each group confirmed by a person."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from staydown.base.canonical import canonical_json
from staydown.base.languages import Language
from staydown.notices.compose.addressee import addressees
from staydown.notices.compose.writing import write
from staydown.notices.details import Addressee, Details, Location, Notice
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.host import host_of
from staydown.notices.facts import Facts
from staydown.notices.field_limits import MAX_LOCATIONS
from staydown.notices.routes.finding import find_routes
from staydown.notices.routes.route import Route
from staydown.notices.routes.support_link import SupportLink
from staydown.notices.vocabulary import RecipientKind


@dataclass(frozen=True, slots=True)
class LocatedFacts:
    """One location and what is known of it."""

    facts: Facts
    location: Location


def located(facts: Facts, location: Location, directory: Directory) -> LocatedFacts:
    """Return the location with the facts, and with the place that its address shows.

    Without that, one letter to one recipient would tell of copies at all the others.
    """
    host = host_of(location.url) if location.url else None
    if host is None:
        return LocatedFacts(facts, location)
    known = directory.place_of_host(host)
    place, site = (known.id, None) if known is not None else (None, host)
    return LocatedFacts(replace(facts, place=place, site=site), location)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Locations that go to one recipient in one letter.

    ``id`` is the digest of recipient, letter and locations: a person confirms exactly this bundle,
    and no other, by it.
    """

    id: str
    route: Route
    to: Addressee
    facts: Facts
    locations: tuple[Location, ...]


def group(
    items: Sequence[LocatedFacts],
    directory: Directory,
    support: Mapping[str, SupportLink],
    today: date,
    kinds: Collection[RecipientKind] = (RecipientKind.PLATFORM,),
) -> tuple[Bundle, ...]:
    """Group locations by recipient and letter, in the order in which they came.

    For each item the first way with a letter to a platform is taken, and every way with a letter
    to the other ``kinds``. Items go together when the letter says the same of them; where the law
    of an item is another than the letter's, it stands with the item. An item that may show
    somebody under 18 has no letter and is in no bundle: see ``left_over``.
    """
    found: dict[tuple[object, ...], list[tuple[Route, LocatedFacts]]] = {}
    known: dict[Facts, tuple[Route, ...]] = {}
    for item in items:
        if item.facts not in known:
            known[item.facts] = find_routes(item.facts, directory, support, today).routes
        for route in _chosen(known[item.facts], kinds):
            found.setdefault(_key(route, item.facts), []).append((route, item))
    return tuple(
        _bundle(members[start : start + MAX_LOCATIONS], directory)
        for members in found.values()
        for start in range(0, len(members), MAX_LOCATIONS)
    )


def left_over(items: Sequence[LocatedFacts], bundles: Sequence[Bundle]) -> tuple[LocatedFacts, ...]:
    """Return the items that no bundle took up, so that none is forgotten."""
    taken = {_identity(location) for bundle in bundles for location in bundle.locations}
    return tuple(item for item in items if _identity(item.location) not in taken)


def write_bundles(
    bundles: Sequence[Bundle],
    confirmed: Collection[str],
    details: Details,
    *,
    language: Language,
    directory: Directory,
    now: datetime,
) -> tuple[Notice, ...]:
    """Write the letters of those bundles whose ``id`` a person has confirmed, one after another.

    The locations come from the bundle, all else from ``details``. Raises Incomplete.
    """
    return tuple(
        write(
            bundle.route,
            replace(details, locations=bundle.locations),
            facts=bundle.facts,
            to=bundle.to,
            language=language,
            directory=directory,
            now=now,
        )
        for bundle in bundles
        if bundle.id in confirmed
    )


def _chosen(routes: Sequence[Route], kinds: Collection[RecipientKind]) -> tuple[Route, ...]:
    written = [route for route in routes if route.letter and route.recipient_kind in kinds]
    platform = [one for one in written if one.recipient_kind is RecipientKind.PLATFORM]
    first = min(platform, key=lambda route: route.order, default=None)
    return tuple(one for one in written if one not in platform or one is first)


def _key(route: Route, facts: Facts) -> tuple[object, ...]:
    """What the items of one letter have in common: its recipient, and all that it says of them."""
    return (
        route.recipient_kind, route.place or facts.site or route.recipient, route.authority,
        route.letter, facts.standing, facts.synthetic, facts.stage, facts.under18,
        facts.taken_by,
    )  # fmt: skip


def _bundle(members: Sequence[tuple[Route, LocatedFacts]], directory: Directory) -> Bundle:
    route, first = members[0]
    to = addressees(route, directory)[0]
    locations = tuple(
        item.location
        if item.location.ground or own.ground.citation == route.ground.citation
        else replace(item.location, ground=_sure(own))
        for own, item in members
    )
    digest = hashlib.sha256(
        canonical_json(
            {
                "letter": str(route.letter),
                "regime": route.ground.regime.id if route.ground.regime else None,
                "to": [to.kind, to.name, to.email, to.form_url],
                "locations": [asdict(one) for one in locations],
                "said": [first.facts.standing, first.facts.synthetic, first.facts.stage],
            }
        )
    ).hexdigest()
    return Bundle(digest, route, to, first.facts, locations)


def _identity(location: Location) -> tuple[str, str, str]:
    return location.id, location.url, location.info


def _sure(route: Route) -> str:
    """Return the law of a route for an item, where it is confirmed; else none is named."""
    return route.ground.citation if route.ground.standing.confirmed else ""
