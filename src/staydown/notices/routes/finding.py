"""All open routes for what happened, in the order most likely to work. Pure and total."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from staydown.base.vocabulary import Under18
from staydown.notices.directory.directory import Directory
from staydown.notices.facts import Facts
from staydown.notices.routes import around_it, authorities, helping, ranks, to_the_place
from staydown.notices.routes.risks import (
    country_risks,
    general_risks,
    hotline_risks,
    needs_advice,
    together,
)
from staydown.notices.routes.route import Route, Routes
from staydown.notices.routes.situation import Situation, may_be_minor, situation_of
from staydown.notices.routes.support_link import SupportLink
from staydown.notices.words import RecipientKind, Stage, TakenBy


def find_routes(
    facts: Facts, directory: Directory, support: Mapping[str, SupportLink], today: date
) -> Routes:
    """Return every open route, and the risks of this country.

    Where somebody is or may be under 18, the routes are hotlines alone. ``support``: services by
    id. ``today`` decides which records are stale and which readings of a law are in force.
    """
    here = situation_of(facts, directory, today)
    if may_be_minor(facts):
        return Routes(
            routes=_counted(helping.for_minors(here, support)),
            risks=hotline_risks(here),
            hotline_only=True,
            remarks=(_MINOR, *_unknown(here)),
        )
    routes = _counted(_open(here, support))
    of_routes = (risk for one in routes for risk in one.risks)
    return Routes(
        routes=routes,
        risks=together((*general_risks(here), *of_routes)),
        hotline_only=False,
        remarks=(
            *_unsaid(facts),
            *_unknown(here),
            *_nobody_to_ask(here, routes),
            *_left_out(here),
        ),
    )


def _open(here: Situation, support: Mapping[str, SupportLink]) -> Iterator[Route]:
    letters = list(to_the_place.letters(here))
    yield from letters
    yield from to_the_place.threat_report(here)
    yield from to_the_place.preservation(here)
    yield from around_it.search_engines(here)
    yield from around_it.carriers(here)
    yield from around_it.app_stores(here)
    yield from around_it.data_brokers(here)
    yield from around_it.employer_or_school(here)
    yield from authorities.regulators(here, _laws(letters))
    yield from authorities.police(here)
    yield from authorities.courts(here)
    yield from helping.for_adults(here, support)


def _laws(letters: Iterable[Route]) -> Iterator[str]:
    """Yield the codes of the laws that the letters stand on. No regulator enforces copyright."""
    for one in letters:
        regime = one.ground.regime
        if regime is not None and not regime.copyright_only:
            yield regime.jurisdiction


#: Within one rank, whoever holds or finds the picture comes first on the page.
_BESIDE_EACH_OTHER = {kind: number for number, kind in enumerate(RecipientKind)}


def _counted(found: Iterable[Route]) -> tuple[Route, ...]:
    """Turn ranks into 1, 2, 3 …; equal ranks keep one number."""
    routes = sorted(found, key=lambda one: (one.order, _BESIDE_EACH_OTHER[one.recipient_kind]))
    numbers = {
        rank: number for number, rank in enumerate(sorted({one.order for one in routes}), start=1)
    }
    return tuple(replace(one, order=numbers[one.order]) for one in routes)


_MINOR = (
    "Somebody in it is, or may be, under 18. Don't copy, photograph or send it, not even as proof. "
    "No letter is written: these services know what to do."
)
_AGE = "Say first whether anyone in it was under 18. Until then no letter can be written."


def _unsaid(facts: Facts) -> Iterator[str]:
    if facts.under18 is not Under18.NO:
        yield _AGE
    if facts.person_country is None:
        yield "The country of the person isn't said. Its law may open more ways, and risks differ."


def _unknown(here: Situation) -> Iterator[str]:
    facts, known = here.facts, here.directory.jurisdictions
    if facts.place is not None and facts.place not in here.directory.places:
        yield "The place named is not in the directory, so its own form isn't known here."
    elif facts.site is not None and here.place is None:
        yield "The site is not in the directory, so its own form isn't known here."
    if here.person and not any(code in known for code in here.person):
        yield (
            "The directory holds nothing on the law of the person's country. Ask somebody there "
            "before any step that names the person."
        )
    if here.place is not None and here.place.status == "hosting_closed":
        yield f"{here.place.name} has closed. Copies may still be found by search engines."
    elif here.place is not None and here.place.status == "uncertain":
        yield f"We are not sure that {here.place.name} still answers."


def _nobody_to_ask(here: Situation, routes: Iterable[Route]) -> Iterator[str]:
    people = [one for one in routes if one.why in _TALKS]
    if needs_advice(country_risks(here)) and not people:
        yield (
            "We know of nobody there to ask first. A lawyer, or a women's or human rights "
            "organisation there, may help before any step with the police."
        )


_TALKS = frozenset({ranks.ADVICE_WHY, ranks.THREAT_ADVICE_WHY})


def _left_out(here: Situation) -> Iterator[str]:
    if here.threat:
        yield "Nothing is shown yet, so there is nothing to take down."
        return
    if here.at_search_engine:
        yield (
            "A search engine can take away a result; the page stays. Look for the ways open for "
            "the page itself too."
        )
    if "GB" in here.person and (here.facts.found_by_name or here.at_search_engine):
        yield (
            "In the United Kingdom you may also ask a search engine to take away results for your "
            "name (UK GDPR Art. 17). There is no letter for it here: use its form for privacy."
        )
    if here.facts.stage is Stage.POSTED_AGAIN:
        yield "It was posted again: say so, give every address, and use a hash bank for copies."
    if here.facts.taken_by is not TakenBy.DEPICTED_PERSON and to_the_place.holds_it(here):
        yield "No copyright notice: it is only for a picture that the person in it took."
    if here.dark:
        yield (
            "Who runs and hosts such a site is hidden, and search engines don't show it. Letters "
            "seldom reach it."
        )
    if not here.online:
        yield "A disc or a card has no service to write to."
