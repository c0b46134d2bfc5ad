"""Clocks of the letters that were sent: their terms, and the entries of the calendar."""

from collections.abc import Sequence

from staydown.notices.deadlines.entries import DeadlineEntry
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.deadlines.terms import Terms
from staydown.notices.directory.directory import Directory
from staydown.notices.facts import Facts
from staydown.notices.routes.route import Route
from staydown.notices.words import Obliges
from staydown.web.case_site.memory import Sent


def terms_for(route: Route, facts: Facts, directory: Directory) -> Terms:
    """Return the terms of the clock of a letter on this route. Without a law no time is fixed."""
    regime = route.ground.regime
    if regime is None:
        return Terms(
            law=route.ground.citation or "Rules of the service",
            obliges=Obliges.REMOVAL,
            readings=(),
            calendars=(),
            standing=route.ground.standing,
        )
    place = directory.places.get(route.place or "")
    places = (facts.person_country, (place.country if place else None) or facts.place_country)
    return terms_of(regime, directory, places)


def entries(sent: Sequence[Sent]) -> tuple[DeadlineEntry, ...]:
    """Return the letters as entries of a calendar, under titles that say nothing."""
    return tuple(
        DeadlineEntry(one.id, f"{number}: {one.notice.to.name}", one.terms, one.happened)
        for number, one in enumerate(sent, start=1)
    )
