"""Which calendars count for a law."""

import pytest

from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.directory.reading import load_directory

DIRECTORY = load_directory()


def holidays_for(regime: str, *places: str | None) -> set[tuple[str, str | None]]:
    found = terms_of(DIRECTORY.regimes[regime], DIRECTORY, places).calendars
    return {(one.jurisdiction, one.holidays_of) for one in found}


def test_the_days_of_the_laws_own_country_always_count() -> None:
    assert holidays_for("in-rule-3-2-b") == {("IN", "IN")}
    assert holidays_for("in-rule-3-2-b", "GB") == {("IN", "IN"), ("GB", "GB")}


def test_the_union_is_each_of_its_members() -> None:
    found = holidays_for("eu-gdpr-17")
    members = DIRECTORY.jurisdictions["EU"].members
    assert {holidays for _, holidays in found} == {None, *members}


def test_a_member_without_a_calendar_has_the_unions_with_its_own_holidays() -> None:
    assert "NL" not in DIRECTORY.calendars
    assert holidays_for("us-tida", "NL") == {("US", "US"), ("EU", None), ("EU", "NL")}


@pytest.mark.parametrize("place", [None, "ZZ", "QQ"])
def test_a_place_that_is_not_known_may_be_anywhere(place: str | None) -> None:
    found = holidays_for("us-tida", place)
    assert {code for code, _ in found} == set(DIRECTORY.calendars)
    assert ("EU", "NL") in found


def test_each_calendar_counts_once_however_often_it_is_named() -> None:
    law = terms_of(DIRECTORY.regimes["us-tida"], DIRECTORY, ["US", "US", "DE", "DE"])
    assert len(law.calendars) == 2


def test_hours_run_over_days_off_in_the_united_states_alone() -> None:
    for regime in DIRECTORY.regimes.values():
        rolls = terms_of(regime, DIRECTORY, []).hours_roll_in
        assert rolls == ("US" if regime.jurisdiction == "US" else None)
