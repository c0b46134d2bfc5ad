"""One deadline is worked out in one place: the pages and the commands say the same."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from staydown.base.incident import DistributionMode
from staydown.cases.clocks import clock_of, terms_for
from staydown.cases.routes import routes_for
from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.deadlines.terms import Happened
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.vocabulary import ClockEvent

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)  # a Friday evening

CASES = [
    Facts(DistributionMode.SOCIAL_MEDIA, place, None, person, said)
    for place, person, said in product(
        ("facebook", "telegram", None), ("US", "DE", "IN", None), ("US", "IE", "GB", None)
    )
]


@pytest.mark.parametrize("facts", CASES, ids=str)
def test_a_clock_counts_the_days_of_every_place_that_may_count(facts: Facts) -> None:
    """So that nobody is told a later day to act by, or an earlier one to wait until, than the law's
    own in any of them."""
    directory = load_directory()
    found = routes_for(facts, directory, NOW).routes
    on_law = [route for route in found if route.ground.regime is not None]
    happened = (Happened(ClockEvent.SENT, NOW - timedelta(minutes=5)),)
    for route in on_law:
        assert route.ground.regime is not None
        shown = clock_of(route, facts, directory, happened, NOW)
        assert shown == show(terms_for(route, facts, directory), happened, NOW)
        assert shown is not None
        place = directory.places.get(route.place or "")
        for country in filter(None, (place.country if place else None, facts.place_country)):
            there = (facts.person_country, country)
            alone = show(terms_of(route.ground.regime, directory, there), happened, NOW)
            if alone.act_by is not None:
                assert shown.act_by is not None
                assert shown.act_by <= alone.act_by
            if alone.wait_until is not None:
                assert shown.wait_until is not None
                assert shown.wait_until >= alone.wait_until


def test_the_cases_reach_clocks() -> None:
    directory = load_directory()
    reached = {
        route.ground.regime.id
        for facts in CASES
        for route in routes_for(facts, directory, NOW).routes
        if route.ground.regime is not None
    }
    assert len(reached) >= 5


def test_before_anything_happened_and_without_a_law_there_is_no_clock() -> None:
    directory = load_directory()
    facts = Facts(DistributionMode.SOCIAL_MEDIA, place="facebook", person_country="DE")
    found = routes_for(facts, directory, NOW).routes
    without_law = next(route for route in found if route.ground.regime is None)
    with_law = next(route for route in found if route.ground.regime is not None)
    happened = (Happened(ClockEvent.SENT, NOW),)
    assert clock_of(without_law, facts, directory, happened, NOW) is None
    assert clock_of(with_law, facts, directory, (), NOW) is None
    assert terms_for(without_law, facts, directory).readings == ()
