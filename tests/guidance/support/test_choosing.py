"""Who is shown what: nobody under 18 is sent where only adults are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.guidance.support.choosing import (
    for_person,
    for_professionals,
    hotlines,
    reading_for_person,
)
from staydown.guidance.support.reading import load_support

COUNTRIES = sorted({record.country for record in load_support().values()} - {"INT"} | {"KE", "ZZ"})
countries = st.none() | st.sampled_from(COUNTRIES)
chains = st.lists(st.sampled_from([*COUNTRIES, "EU"]), unique=True, max_size=3)


@pytest.mark.parametrize(
    ("country", "under18", "chain", "first"),
    [
        (
            "GB",
            False,
            (),
            ["revenge-porn-helpline", "the-cyber-helpline", "report-harmful-content"],
        ),
        ("GB", True, (), ["report-remove", "ncmec-take-it-down", "inhope"]),
        ("US-CA", False, ("US-CA", "US"), ["ccri-image-abuse-helpline", "rainn"]),
        ("US-CA", True, (), ["cybertipline", "rainn", "ncmec-take-it-down"]),
        ("CA-BC", False, (), ["bc-intimate-images-protection-service"]),
        ("IE", False, ("IE", "EU"), ["hotline-ie", "stopncii"]),
        ("FR", True, ("FR", "EU"), ["fr-3018", "ncmec-take-it-down", "inhope"]),
        ("IN", True, (), ["meri-trustline", "ncmec-take-it-down", "inhope"]),
        ("KE", False, (), ["stopncii"]),
        (None, True, (), ["ncmec-take-it-down", "inhope"]),
        (None, False, (), ["stopncii"]),
    ],
)
def test_the_nearest_come_first(
    country: str | None, under18: bool, chain: tuple[str, ...], first: list[str]
) -> None:
    found = [record.id for record in for_person(country, under18, chain)]
    assert found[: len(first)] == first


@given(countries, chains)
def test_people_under_18_are_sent_only_to_what_takes_them(
    country: str | None, chain: list[str]
) -> None:
    found = for_person(country, True, chain)
    assert {"ncmec-take-it-down", "inhope"} <= {record.id for record in found}
    assert all(record.takes_under18 for record in found)
    assert all(record.for_whom in ("under18", "all") for record in found)
    assert all(record.for_whom == "under18" for record in reading_for_person(country, True, chain))


@given(countries, chains)
def test_adults_get_no_service_for_children_nor_for_professionals(
    country: str | None, chain: list[str]
) -> None:
    found = (*for_person(country, False, chain), *reading_for_person(country, False, chain))
    assert {record.for_whom for record in found} <= {"adults", "all"}
    assert "stopncii" in {record.id for record in found}
    assert len(found) == len({record.id for record in found})


@given(countries, st.booleans(), chains)
def test_nearer_never_stands_behind_farther_and_paid_services_never_stand_at_all(
    country: str | None, under18: bool, chain: list[str]
) -> None:
    places = [*(chain or ([country, country.split("-")[0]] if country else [])), "INT"]
    for choose in (for_person, reading_for_person):
        found = choose(country, under18, chain)
        ranks = [
            min(places.index(near) for near in (item.country, *item.also_for) if near in places)
            for item in found
        ]
        assert ranks == sorted(ranks)
        assert "paid_service" not in {item.kind for item in found}


def test_a_guide_for_several_countries_comes_before_worldwide_ones() -> None:
    assert reading_for_person("CL", False, ("CL",))[0].id == "acoso-online"
    assert reading_for_person("UG", False, ("UG",))[0].id == "wougnet"


def test_professionals_have_their_own_reading() -> None:
    found = for_professionals(("US",))
    assert {record.for_whom for record in found} == {"professionals"}
    assert [record.country for record in found][:3] == ["US", "US", "US"]
    assert len(found) == 17


@pytest.mark.parametrize(
    ("chain", "wanted"),
    [
        (("US-CA", "US"), ["cybertipline", "inhope"]),
        (("CA-BC", "CA"), ["cybertip-ca", "inhope"]),
        (("NL", "EU"), ["inhope"]),
        (("ZZ",), ["inhope"]),
        ((), ["inhope"]),
    ],
)
def test_hotlines_are_those_of_the_place_then_the_worldwide_one(
    chain: tuple[str, ...], wanted: list[str]
) -> None:
    assert [record.id for record in hotlines(chain)] == wanted


@given(chains)
def test_wherever_it_is_there_is_a_hotline_and_nobody_is_sent_to_a_service_for_persons(
    chain: list[str],
) -> None:
    found = hotlines(chain)
    assert found[-1].id == "inhope"
    assert {record.kind for record in found} == {"hotline_minors"}
