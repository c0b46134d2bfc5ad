"""What the shipped records say of the law: which of it is a ground, and how its time is read."""

import re
from datetime import date

import pytest

from staydown.notices.directory.reading import load_directory
from staydown.notices.directory.records import Reading
from staydown.notices.vocabulary import (
    AuthorityKind,
    Element,
    Letter,
    Obliges,
    Severity,
    StartsAt,
    Unit,
)

#: (length, unit, starts, commenced, confirmed) of each reading, in order.
READINGS: dict[str, list[tuple[int | None, Unit | None, StartsAt, bool, bool]]] = {
    "us-tida": [(48, Unit.HOURS, StartsAt.VALID, True, True)],
    "us-dmca": [(None, None, StartsAt.VALID, True, True)],
    "gb-osa-20a": [
        (48, Unit.HOURS, StartsAt.VALID, False, False),
        (None, None, StartsAt.VALID, True, True),
    ],
    "eu-dsa-16": [(None, None, StartsAt.RECEIVED, True, True)],
    "eu-gdpr-17": [(1, Unit.CALENDAR_MONTHS, StartsAt.RECEIVED, True, True)],
    "in-rule-3-2-b": [
        (2, Unit.HOURS, StartsAt.RECEIVED, True, True),
        (24, Unit.HOURS, StartsAt.RECEIVED, True, True),
    ],
    "au-esafety": [
        (24, Unit.HOURS, StartsAt.ORDER, True, True),
        (None, None, StartsAt.ORDER, True, True),
    ],
    "br-mci-21": [(None, None, StartsAt.RECEIVED, True, True)],
}

#: Laws that punish whoever sends such a picture, whoever it shows. Naming one in a letter could
#: turn it against the person in the picture.
PUNISH_THE_SENDER = (
    "in-it-67-67a",
    "ng-cca-24",
    "id-ite-27",
    "my-cma-233",
    "bd-pca-2012",
    "ug-apa",
)

NOT_LAW_NOW = {
    "de-201b-draft": "bill",
    "cl-bill-13928": "bill",
    "co-olimpia-bill": "bill",
    "ug-apa": "annulled",
    "eu-2024-1385": "not_yet",
    "eu-ai-omnibus": "not_yet",
    "ca-c16": "unknown",
    "bd-cso-2025": "unknown",
    "pa-olimpia": "unknown",
    "ug-cma": "unknown",
}


def shape(
    reading: Reading,
) -> tuple[int | None, Unit | None, StartsAt, bool, bool]:
    return (reading.length, reading.unit, reading.starts, reading.commenced, reading.confirmed)


@pytest.mark.parametrize("regime", READINGS)
def test_a_time_limit_is_read_as_the_law_says(regime: str) -> None:
    record = load_directory().regimes[regime]
    assert [shape(one) for one in record.readings] == READINGS[regime]
    assert all(one.source for one in record.readings)


def test_every_regime_is_among_them() -> None:
    assert set(load_directory().regimes) == set(READINGS)


def test_a_month_is_not_720_hours_and_is_for_an_answer() -> None:
    gdpr = load_directory().regimes["eu-gdpr-17"]
    assert gdpr.obliges is Obliges.ANSWER
    assert any("two further months" in one for one in gdpr.exceptions)


def test_the_two_hours_of_india_began_on_20_february_2026() -> None:
    strict, outer = load_directory().regimes["in-rule-3-2-b"].readings
    assert strict.in_force_from == date(2026, 2, 20)
    assert outer.in_force_from is None
    assert strict.why


def test_only_the_copyright_notice_swears_and_reveals() -> None:
    for regime in load_directory().regimes.values():
        copyright_notice = regime.id == Letter.US_DMCA
        assert (Element.PERJURY_STATEMENT in regime.elements) is copyright_notice
        assert regime.copyright_only is copyright_notice
        assert regime.reveals_sender is copyright_notice


def test_only_brazil_wants_the_person_or_a_legal_representative() -> None:
    found = [one.id for one in load_directory().regimes.values() if one.depicted_only]
    assert found == ["br-mci-21"]


def test_every_regime_asks_where_the_picture_is() -> None:
    for regime in load_directory().regimes.values():
        assert {Element.CONTENT_URL, Element.CONTENT_LOCATION_INFO} & set(regime.elements)


@pytest.mark.parametrize("law", PUNISH_THE_SENDER)
def test_a_law_that_punishes_the_sender_is_never_a_ground(law: str) -> None:
    assert load_directory().laws[law].ground is False


@pytest.mark.parametrize("law", NOT_LAW_NOW)
def test_what_is_not_law_now_says_so(law: str) -> None:
    assert load_directory().laws[law].status == NOT_LAW_NOW[law]


def test_all_else_is_in_force() -> None:
    others = [one for one in load_directory().laws.values() if one.id not in NOT_LAW_NOW]
    assert {one.status for one in others} == {"in_force"}


def test_a_ground_is_a_law_about_the_person_not_about_decency() -> None:
    for law in load_directory().laws.values():
        if law.ground:
            assert law.kind in ("criminal", "civil", "platform-duty", "data-protection"), law.id
            assert law.status in ("in_force", "unknown"), law.id


@pytest.mark.parametrize("code", ["ZA", "JP", "KR", "SG", "MX", "PH", "KE", "CL", "CA-BC", "NZ"])
def test_a_country_without_a_whole_regime_says_what_is_known_of_its_clock(code: str) -> None:
    record = load_directory().jurisdictions[code]
    assert record.platform_clock
    assert record.confirmed or "Not confirmed" in record.platform_clock


def test_no_clock_is_put_into_words_as_certain_where_it_is_not() -> None:
    for record in load_directory().jurisdictions.values():
        assert record.confirmed or "Not confirmed" in record.platform_clock, record.code
        assert "720" not in record.platform_clock


def test_a_country_has_police_and_says_what_else_it_has() -> None:
    known = load_directory()
    with_police = {
        one.jurisdiction for one in known.authorities.values() if one.kind is AuthorityKind.POLICE
    }
    assert set(known.jurisdictions) - with_police == {"US-CA", "PA", "ZZ"}


@pytest.mark.parametrize(
    "code", ["KE", "UG", "NG", "PK", "BD", "MY", "ID", "ZZ", "IN"]
)  # where turning to the state may turn against the person
def test_where_a_report_may_hurt_the_person_advice_comes_first(code: str) -> None:
    known = load_directory()
    heavy = [
        one
        for one in known.risks.values()
        if one.jurisdiction == code and one.severity is Severity.STOP_AND_GET_ADVICE
    ]
    assert any(not one.applies_to or "police" in one.applies_to for one in heavy)


def test_every_risk_about_criminalisation_covers_police_regulator_and_court() -> None:
    keys = ("same_sex_criminalisation", "extramarital_sex_criminalisation", "anti_pornography_law")
    for risk in load_directory().risks.values():
        if risk.key in keys:
            assert {"police", "regulator", "court"} <= set(risk.applies_to), risk.id


@pytest.mark.parametrize("law", ["fr-226-8-1", "it-612-quater", "us-ca-170886"])
def test_a_law_about_forgeries_alone_says_so(law: str) -> None:
    """Else a letter about a real picture would name a law that doesn't speak of it."""
    record = load_directory().laws[law]
    assert record.only_synthetic
    assert record.covers_synthetic == "true"


@pytest.mark.parametrize(
    ("first", "other"),
    [("it-612-ter", "it-612-quater"), ("ph-9995", "ph-11313"), ("ar-27736", "ar-25326")],
)
def test_the_law_made_for_this_is_named_before_others(first: str, other: str) -> None:
    laws = load_directory().laws
    assert laws[first].order < laws[other].order


def test_a_risk_is_told_to_the_person_in_few_and_plain_words() -> None:
    for risk in load_directory().risks.values():
        assert len(risk.text) <= 350, risk.id
        assert max(len(one.split()) for one in re.split(r"[.:;] ", risk.text)) <= 34, risk.id
        assert not re.search(r"victim|deadline|statut|jurisdiction", risk.text, re.IGNORECASE)


#: The law that a letter about a photograph names in each place: first confirmed, then by order.
NAMED = {
    "AU": "au-osa",
    "CA-BC": "ca-bc-iipa",
    "FR": "fr-226-2-1",
    "GB": "gb-soa-66b",
    "IN": "in-it-66e",
    "IT": "it-612-ter",
    "PH": "ph-9995",
    "SG": "sg-377be",
    "US": "us-tida-criminal",
    "ZA": "za-cybercrimes-16",
}


@pytest.mark.parametrize("code", NAMED)
def test_one_law_stands_first_in_each_place(code: str) -> None:
    grounds = [
        one
        for one in load_directory().laws.values()
        if one.jurisdiction == code and one.ground and one.status == "in_force"
    ]
    best = min(grounds, key=lambda one: (not one.confirmed, one.order, one.id))
    assert best.id == NAMED[code]
