"""All open routes for what happened, in the order most likely to work. Pure and total."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from staydown.base.reasons import Reason, reasons
from staydown.base.vocabulary import Under18
from staydown.notices.directory.directory import Directory
from staydown.notices.facts import Facts
from staydown.notices.routes import (
    authorities,
    helping,
    intermediaries,
    platform_notices,
    priorities,
)
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
from staydown.notices.vocabulary import RecipientKind, Stage, TakenBy

_say = reasons("notices.routes")


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
    letters = list(platform_notices.letters(here))
    yield from letters
    yield from platform_notices.threat_report(here)
    yield from platform_notices.preservation(here)
    yield from intermediaries.search_engines(here)
    yield from intermediaries.carriers(here)
    yield from intermediaries.app_stores(here)
    yield from intermediaries.data_brokers(here)
    yield from intermediaries.employer_or_school(here)
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


_MINOR = _say("remark.minor")
_AGE = _say("remark.age_unsaid")


def _unsaid(facts: Facts) -> Iterator[Reason]:
    if facts.under18 is not Under18.NO:
        yield _AGE
    if facts.person_country is None:
        yield _say("remark.country_unsaid")


def _unknown(here: Situation) -> Iterator[Reason]:
    facts, known = here.facts, here.directory.jurisdictions
    if facts.place is not None and facts.place not in here.directory.places:
        yield _say("remark.place_unknown")
    elif facts.site is not None and here.place is None:
        yield _say("remark.site_unknown")
    if here.person and not any(code in known for code in here.person):
        yield _say("remark.law_unknown")
    if here.place is not None and here.place.status == "hosting_closed":
        yield _say("remark.closed", name=here.place.name)
    elif here.place is not None and here.place.status == "uncertain":
        yield _say("remark.uncertain", name=here.place.name)


def _nobody_to_ask(here: Situation, routes: Iterable[Route]) -> Iterator[Reason]:
    people = [one for one in routes if not _TALKS.isdisjoint(one.why)]
    if needs_advice(country_risks(here)) and not people:
        yield _say("remark.nobody_to_ask")


_TALKS = frozenset({*priorities.ADVICE_WHY, *priorities.THREAT_ADVICE_WHY})


def _left_out(here: Situation) -> Iterator[Reason]:
    if here.threat:
        yield _say("remark.nothing_shown")
        return
    if here.at_search_engine:
        yield _say("remark.search_engine")
    if "GB" in here.person and (here.facts.found_by_name or here.at_search_engine):
        yield _say("remark.uk_search")
    if here.facts.stage is Stage.POSTED_AGAIN:
        yield _say("remark.posted_again")
    if here.facts.taken_by is not TakenBy.DEPICTED_PERSON and platform_notices.holds_it(here):
        yield _say("remark.no_copyright")
    if here.dark:
        yield _say("remark.hidden_site")
    if not here.online:
        yield _say("remark.offline")
