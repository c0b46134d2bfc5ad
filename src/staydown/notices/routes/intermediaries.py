"""Letters to those around the place: search engines, who carries it, shops, people search."""

from collections.abc import Iterable, Iterator

from staydown.base.incident import DistributionMode, IdentifyingDetail
from staydown.base.reasons import reasons
from staydown.notices.directory.records import Place
from staydown.notices.routes import priorities
from staydown.notices.routes.applicability import doubts_of, reaches
from staydown.notices.routes.drafting import (
    ANYONE,
    NO_TIME_LIMIT,
    OWN_TIME,
    after_advice,
    limit_of,
    route,
)
from staydown.notices.routes.grounds import law_ground, regime_free
from staydown.notices.routes.priorities import Rank
from staydown.notices.routes.route import Ground, Route
from staydown.notices.routes.situation import Situation
from staydown.notices.vocabulary import Letter, PlaceKind, RecipientKind

_say = reasons("notices.routes")

#: What a people-search site trades in.
_TRADED = frozenset({IdentifyingDetail.NAME, IdentifyingDetail.ADDRESS, IdentifyingDetail.CONTACT})
_CARRIERS = {
    PlaceKind.HOST: (RecipientKind.HOST, Letter.HOST),
    PlaceKind.CDN: (RecipientKind.REGISTRAR_OR_CDN, Letter.REGISTRAR_OR_CDN),
    PlaceKind.REGISTRAR: (RecipientKind.REGISTRAR_OR_CDN, Letter.REGISTRAR_OR_CDN),
}
_JOIN_FIRST = _say("depends.join_first")
_HOSTS_IN_THE_UNION = _say("depends.hosts_in_the_union")
_UNNAMED = {
    RecipientKind.HOST: _say("recipient.host"),
    RecipientKind.REGISTRAR_OR_CDN: _say("recipient.registrar_or_cdn"),
}


def search_engines(here: Situation) -> Iterator[Route]:
    """Yield a de-index request for each search engine, and the de-listing of a name."""
    if not here.searchable:
        return
    by_name = here.facts.found_by_name or here.facts.where is DistributionMode.SEARCH_RESULT
    for engine in _of_kind(here, PlaceKind.SEARCH_ENGINE):
        if engine is here.place or _reachable(engine):
            yield _de_index(here, engine)
            if here.at_search_engine and here.place in (None, engine):
                yield from _de_index_by_law(here, engine)
            if by_name and "EU" in (*here.person, *here.place_law):
                yield _de_list(here, engine)


def _de_index(here: Situation, engine: Place) -> Route:
    return route(
        here, Letter.SEARCH_ENGINE.value, RecipientKind.SEARCH_ENGINE, engine.name,
        rank=Rank.TOGETHER, why=priorities.SEARCH_WHY, letter=Letter.SEARCH_ENGINE,
        ground=regime_free(engine, here), deadline=OWN_TIME, place=engine,
        depends_on=(_JOIN_FIRST,) if here.messaging else (),
    )  # fmt: skip


def _de_index_by_law(here: Situation, engine: Place) -> Iterator[Route]:
    """Yield India's complaint, which any intermediary must act on, a search engine too."""
    letter = Letter.IN_RULE_3_2_B
    regime = here.directory.regimes.get(letter.value)
    if regime is None or not reaches(regime, letter, here):
        return
    yield route(
        here, letter.value, RecipientKind.SEARCH_ENGINE, engine.name,
        rank=Rank.TOGETHER, why=priorities.FIXED_CLOCK_WHY, letter=letter,
        ground=Ground(regime.citation, regime.standing, regime),
        deadline=limit_of(regime, here), who=regime.may_be_sent_by,
        jurisdiction=regime.jurisdiction, place=engine,
        depends_on=doubts_of(regime, letter, here),
    )  # fmt: skip


def _de_list(here: Situation, engine: Place) -> Route:
    regime = here.directory.regimes[Letter.EU_GDPR_17.value]
    return route(
        here, Letter.EU_GDPR_17.value, RecipientKind.SEARCH_ENGINE, engine.name,
        rank=Rank.NEXT_LETTER, why=priorities.DELISTING_WHY, letter=Letter.EU_GDPR_17,
        ground=Ground(regime.citation, regime.standing, regime),
        deadline=limit_of(regime, here), who=regime.may_be_sent_by,
        jurisdiction=regime.jurisdiction, place=engine,
    )  # fmt: skip


def carriers(here: Situation) -> Iterator[Route]:
    """Yield host, registrar and network: for a site without a way in, or one that is hostile."""
    if here.threat or not here.online or here.dark:
        return
    named = here.place
    if named is not None and named.kind in _CARRIERS:
        kind, letter = _CARRIERS[named.kind]
        if kind is RecipientKind.HOST:
            yield from _host(here, named)
        else:
            yield _carrier(here, kind, letter, named)
    elif _is_a_site(here):
        yield from _host(here, None)
        yield _carrier(here, RecipientKind.REGISTRAR_OR_CDN, Letter.REGISTRAR_OR_CDN, None)


def _is_a_site(here: Situation) -> bool:
    """Whether somebody else than the service carries it, and the service itself may not act."""
    if here.messaging or here.at_search_engine:
        return False
    if here.place is None:
        return here.facts.site is not None or here.facts.where not in _APPS
    if here.place.kind not in (PlaceKind.PLATFORM, PlaceKind.ARCHIVE):
        return False
    small = here.place.tida_covered != "true"
    return here.place.status != "hosting_closed" and small and (
        here.hostile or not _reachable(here.place) or bool(here.facts.reported_before)
    )  # fmt: skip


#: Where somebody has yet to say which service it is, and that service carries itself.
_APPS = frozenset({DistributionMode.SOCIAL_MEDIA, DistributionMode.SEARCH_RESULT})


def _carrier(here: Situation, kind: RecipientKind, letter: Letter, place: Place | None) -> Route:
    ground, code = law_ground(here, (*here.person, *here.place_law))
    return route(
        here, letter.value, kind, place.name if place else _UNNAMED[kind],
        rank=_rank_of_carrier(here, place),
        why=priorities.CARRIER_HOSTILE_WHY if here.hostile else priorities.CARRIER_WHY,
        letter=letter, ground=ground, deadline=OWN_TIME, jurisdiction=code, place=place,
    )  # fmt: skip


def _host(here: Situation, place: Place | None) -> Iterator[Route]:
    plain = _carrier(here, RecipientKind.HOST, Letter.HOST, place)
    both = [*_host_by_law(here, place), plain]
    # A host may show a report to its customer; where that is who hurts, the nameless one is first.
    yield from reversed(both) if here.hostile else both


def _host_by_law(here: Situation, place: Place | None) -> Iterator[Route]:
    """Yield the notice that binds whoever stores the site for others: in the Union, any host.

    Networks and registrars are left out: what is passed on or cached is no hosting (Arts 4 to 6).
    """
    letter = Letter.EU_DSA_16
    regime = here.directory.regimes.get(letter.value)
    if regime is None or "EU" not in (*here.person, *here.place_law):
        return
    if not reaches(regime, letter, here):
        return
    yield route(
        here, letter.value if place else f"{letter.value}_host", RecipientKind.HOST,
        place.name if place else _UNNAMED[RecipientKind.HOST],
        rank=_rank_of_carrier(here, place), why=priorities.HOST_DUTY_WHY, letter=letter,
        ground=Ground(regime.citation, regime.standing, regime),
        deadline=limit_of(regime, here), who=regime.may_be_sent_by,
        jurisdiction=regime.jurisdiction, place=place, depends_on=(_HOSTS_IN_THE_UNION,),
    )  # fmt: skip


def _rank_of_carrier(here: Situation, place: Place | None) -> Rank:
    return Rank.TOGETHER if here.hostile or place is not None else Rank.CARRIER


def app_stores(here: Situation) -> Iterator[Route]:
    """Yield the shops of apps: for the shop that is meant, or when software made the picture."""
    for shop in _of_kind(here, PlaceKind.APP_STORE):
        if here.threat or not (shop is here.place or here.facts.synthetic):
            continue
        yield route(
            here, Letter.APP_STORE.value, RecipientKind.APP_STORE, shop.name,
            rank=Rank.TOGETHER if shop is here.place else Rank.APP_STORE,
            why=priorities.APP_STORE_WHY, letter=Letter.APP_STORE, ground=regime_free(shop, here),
            deadline=OWN_TIME, who=ANYONE, place=shop,
            depends_on=(_say("depends.which_app"),),
        )  # fmt: skip


def data_brokers(here: Situation) -> Iterator[Route]:
    """Yield the opt-outs of people-search sites, when personal data stand beside the picture.

    A site about the people of one country is left out for somebody of another, unless it is the
    place that is meant.
    """
    for broker in _of_kind(here, PlaceKind.DATA_BROKER):
        meant = broker is here.place
        if here.threat or not (meant or here.facts.beside & _TRADED):
            continue
        fits = not broker.serves or not set(broker.serves).isdisjoint(here.person)
        if here.person and not (fits or meant):
            continue
        depends = [_say("depends.details_there")]
        if not fits:
            depends.append(_say("depends.lists_people_of", countries=_named(here, broker.serves)))
        yield route(
            here, Letter.DATA_BROKER.value, RecipientKind.DATA_BROKER, broker.name,
            rank=Rank.TOGETHER if meant else Rank.DATA_BROKER, why=priorities.DATA_BROKER_WHY,
            letter=Letter.DATA_BROKER, ground=regime_free(broker, here), deadline=OWN_TIME,
            place=broker, depends_on=depends,
        )  # fmt: skip


def _named(here: Situation, codes: Iterable[str]) -> tuple[str, ...]:
    known = here.directory.jurisdictions
    names = (known[code].name if code in known else code for code in codes)
    return tuple(name.removesuffix(" (federal)") for name in names)


def employer_or_school(here: Situation) -> Iterator[Route]:
    """Yield a letter to work or school, only when it is named beside the picture."""
    if here.threat or IdentifyingDetail.WORKPLACE_OR_SCHOOL not in here.facts.beside:
        return
    ground, code = law_ground(here, here.person)
    yield after_advice(route(
        here, Letter.EMPLOYER_OR_SCHOOL.value, RecipientKind.EMPLOYER_OR_SCHOOL,
        _say("recipient.employer_or_school"), rank=Rank.EMPLOYER_OR_SCHOOL,
        why=priorities.EMPLOYER_WHY, letter=Letter.EMPLOYER_OR_SCHOOL, ground=ground,
        deadline=NO_TIME_LIMIT, jurisdiction=code,
    ))  # fmt: skip


def _of_kind(here: Situation, kind: PlaceKind) -> list[Place]:
    places = here.directory.places.values()
    return [place for place in places if place.kind is kind and place.status != "hosting_closed"]


def _reachable(place: Place) -> bool:
    return bool(place.removal_form_url or place.tida_url or place.contact_email)
