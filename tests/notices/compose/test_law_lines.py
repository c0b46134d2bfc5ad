"""No letter names a law that is not certain."""

from dataclasses import replace
from datetime import date

import pytest

from staydown.base.records import Standing
from staydown.notices.compose.law_lines import grounds, stands, time_limit
from staydown.notices.directory.reading import load_directory
from staydown.notices.routes.route import Ground
from staydown.notices.vocabulary import Letter, Unit
from tests.notices.compose.samples import facts_for

TODAY = date(2026, 11, 22)
NOTHING = Ground("", Standing(TODAY, confirmed=True))


@pytest.mark.parametrize("code", sorted(load_directory().jurisdictions))
@pytest.mark.parametrize("synthetic", [True, False, None])
def test_every_law_that_is_named_is_confirmed_in_force_and_a_ground(
    code: str, synthetic: bool | None
) -> None:
    directory = load_directory()
    facts = replace(facts_for(Letter.NEUTRAL), person_country=code, synthetic=synthetic)
    by_citation = {law.citation: law for law in directory.laws.values()}
    for citation in grounds(NOTHING, facts, directory):
        law = by_citation[citation]
        assert (law.confirmed, law.ground, law.status) == (True, True, "in_force")
        assert synthetic is not True or law.covers_synthetic == "true"
        assert synthetic is True or not law.only_synthetic


def test_a_ground_that_is_not_confirmed_is_not_named() -> None:
    facts = replace(facts_for(Letter.NEUTRAL), person_country=None)
    sure = Ground("Some Act s. 1", Standing(TODAY, confirmed=True))
    unsure = Ground("Some Act s. 1", Standing(TODAY, confirmed=False, why="not seen"))
    assert grounds(sure, facts, load_directory()) == ("Some Act s. 1",)
    assert grounds(unsure, facts, load_directory()) == ()


def test_a_law_that_may_not_reach_pictures_by_software_is_not_named_for_one() -> None:
    directory = load_directory()
    unsure = next(
        law for law in directory.laws.values()
        if law.ground and law.confirmed and law.covers_synthetic == "unknown"
    )  # fmt: skip
    ground = Ground(unsure.citation, unsure.standing)
    facts = replace(facts_for(Letter.NEUTRAL), person_country=None)
    assert grounds(ground, facts, directory) == (unsure.citation,)
    assert grounds(ground, replace(facts, synthetic=True), directory) == ()


def test_a_time_limit_is_told_only_where_it_is_certain() -> None:
    regimes = load_directory().regimes
    assert time_limit(regimes["us-tida"], TODAY) == (48, Unit.HOURS)
    assert time_limit(regimes["us-tida"], date(2026, 5, 18)) is None
    assert time_limit(regimes["gb-osa-20a"], TODAY) is None
    assert time_limit(regimes["us-dmca"], TODAY) is None
    assert time_limit(regimes["br-mci-21"], TODAY) is None
    assert not stands(regimes["gb-osa-20a"], TODAY)
