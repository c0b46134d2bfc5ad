"""Clocks of the letters that were sent: the one place where a case's dates are worked out."""

from collections.abc import Sequence
from datetime import datetime

from staydown.cases.case import Sent
from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.entries import DeadlineEntry
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.deadlines.terms import Happened, Shown, Terms
from staydown.notices.directory.directory import Directory
from staydown.notices.facts import Facts
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import Obliges


def terms_for(route: Route, facts: Facts, directory: Directory) -> Terms:
    """Return the terms of the clock of a letter on this route. Without a law no time is fixed.

    The days of every place that may count do: the person's, the one that the directory knows of the
    service, and the one that was said. So what is shown to act by is never too late, and what is
    shown to wait for is never too early, whichever of them a court goes by.
    """
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
    said = filter(None, (place.country if place else None, facts.place_country))
    return terms_of(regime, directory, (facts.person_country, *(tuple(said) or (None,))))


def clock_of(
    route: Route,
    facts: Facts,
    directory: Directory,
    happened: Sequence[Happened],
    now: datetime,
) -> Shown | None:
    """Return the clock of a route that stands on a regime, once something has happened."""
    if route.ground.regime is None or not happened:
        return None
    return show(terms_for(route, facts, directory), happened, now)


def entries(sent: Sequence[Sent]) -> tuple[DeadlineEntry, ...]:
    """Return the letters as entries of a calendar, under titles that say nothing."""
    return tuple(
        DeadlineEntry(one.id, f"{number}: {one.notice.to.name}", one.terms, one.happened)
        for number, one in enumerate(sent, start=1)
    )
