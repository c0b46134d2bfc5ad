"""Fifty locations become a few letters, each to be confirmed, and none is forgotten."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from staydown.base.incident import DistributionMode
from staydown.base.languages import Language
from staydown.base.vocabulary import Under18
from staydown.notices.compose.many import (
    Bundle,
    LocatedFacts,
    group,
    left_over,
    located,
    write_bundles,
)
from staydown.notices.compose.writing import Incomplete
from staydown.notices.details import Location, Notice
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.vocabulary import RecipientKind, Stage, Standing
from tests.notices.compose.samples import DETAILS

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PLACES = ("facebook", "instagram", "reddit", "x", "tiktok")


def facts(place: str, **more: object) -> Facts:
    first = Facts(
        where=DistributionMode.SOCIAL_MEDIA,
        place=place,
        person_country="US",
        standing=Standing.DEPICTED,
        stage=Stage.POSTED,
        under18=Under18.NO,
    )
    return replace(first, **more)  # type: ignore[arg-type]


def items(count: int) -> tuple[LocatedFacts, ...]:
    return tuple(
        LocatedFacts(
            facts(PLACES[number % len(PLACES)]),
            Location(
                str(number), f"https://example.org/{number}", evidence=f"E-{number:02}",
                description="a photograph",
            ),
        )
        for number in range(count)
    )  # fmt: skip


def grouped(
    given: tuple[LocatedFacts, ...],
    kinds: tuple[RecipientKind, ...] = (RecipientKind.PLATFORM,),
) -> tuple[Bundle, ...]:
    return group(given, load_directory(), {}, NOW.date(), kinds)


def letters(bundles: tuple[Bundle, ...], confirmed: set[str]) -> tuple[Notice, ...]:
    return write_bundles(
        bundles, confirmed, DETAILS, language=Language.EN, directory=load_directory(), now=NOW
    )


def test_fifty_locations_go_to_their_recipients_each_once() -> None:
    bundles = grouped(items(50))
    assert len(bundles) == len(PLACES)
    places = sorted(location.id for bundle in bundles for location in bundle.locations)
    assert places == sorted(str(number) for number in range(50))
    assert left_over(items(50), bundles) == ()


def test_only_what_a_person_confirmed_is_written() -> None:
    bundles = grouped(items(50))
    assert letters(bundles, set()) == ()
    (notice,) = letters(bundles, {bundles[1].id})
    assert notice.to == bundles[1].to
    assert notice.details.locations == bundles[1].locations
    assert all(f"Evidence kept: {one.evidence}" in notice.body for one in bundles[1].locations)


def test_a_confirmation_is_for_these_locations_and_no_others() -> None:
    before = {bundle.id for bundle in grouped(items(50))}
    after = {bundle.id for bundle in grouped(items(51))}
    assert len(before & after) == len(PLACES) - 1


def test_each_recipient_of_another_kind_gets_its_own_letter() -> None:
    both = (RecipientKind.PLATFORM, RecipientKind.SEARCH_ENGINE)
    bundles = grouped(items(5), both)
    engines = [one for one in bundles if one.to.kind is RecipientKind.SEARCH_ENGINE]
    assert len({one.to.name for one in engines}) == len(engines) > 0
    assert all(len(one.locations) == 5 for one in engines)


def test_another_law_stands_with_the_item_and_a_given_one_stays() -> None:
    given = (
        LocatedFacts(facts("x"), Location("1", "https://example.org/1", description="a")),
        LocatedFacts(
            facts("x"), Location("2", "https://example.org/2", ground="Own Act s. 1")
        ),
    )  # fmt: skip
    (bundle,) = grouped(given)
    assert [one.ground for one in bundle.locations] == ["", "Own Act s. 1"]


@pytest.mark.parametrize("answer", [Under18.YES, Under18.NOT_SURE])
def test_an_item_that_may_show_somebody_under_18_is_in_no_letter(answer: Under18) -> None:
    young = LocatedFacts(facts("x", under18=answer), Location("y", "https://example.org/y"))
    given = (*items(5), young)
    bundles = grouped(given)
    assert left_over(given, bundles) == (young,)


def test_an_age_that_nobody_gave_stops_the_letter() -> None:
    given = (LocatedFacts(facts("x", under18=None), Location("1", "https://example.org/1")),)
    bundles = grouped(given)
    with pytest.raises(Incomplete) as refused:
        letters(bundles, {one.id for one in bundles})
    assert "age" in [one.what for one in refused.value.missing]


def test_more_locations_than_fit_become_several_letters() -> None:
    given = tuple(
        LocatedFacts(facts("x"), Location(str(number), f"https://example.org/{number}"))
        for number in range(501)
    )
    assert [len(one.locations) for one in grouped(given)] == [500, 1]


@pytest.mark.parametrize(
    ("url", "place", "site"),
    [
        ("https://m.facebook.com/p/1", "facebook", None),
        ("https://a.example/1", None, "a.example"),
        ("", "reddit", None),
    ],
)
def test_an_address_says_where_a_copy_is_and_without_one_the_facts_do(
    url: str, place: str | None, site: str | None
) -> None:
    facts = Facts(DistributionMode.SOCIAL_MEDIA, place="reddit")
    here = located(facts, Location("1", url=url, info="message 17"), load_directory())
    assert (here.facts.place, here.facts.site) == (place, site)
