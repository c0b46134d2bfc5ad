"""Search engines and people-search sites: who is asked, for whom, and with which doubt."""

import pytest

from staydown.base.incident import DistributionMode, IdentifyingDetail
from staydown.base.vocabulary import Under18
from staydown.base.wording import text
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import Letter, PlaceKind, RecipientKind
from tests.base.lines import lines_of
from tests.notices.routes.services import found

BROKERS = {
    place.id: place for place in load_directory().places.values()
    if place.kind is PlaceKind.DATA_BROKER
}  # fmt: skip
OF_THE_US = {name for name, broker in BROKERS.items() if broker.serves == ("US",)}
NAMED = frozenset({IdentifyingDetail.NAME})


def brokers(country: str | None, place: str | None = None) -> dict[str, Route]:
    facts = Facts(
        DistributionMode.PORN_SITE, person_country=country, under18=Under18.NO, beside=NAMED,
        place=place,
    )  # fmt: skip
    routes = found(facts).routes
    return {
        one.place or "": one for one in routes if one.recipient_kind is RecipientKind.DATA_BROKER
    }


def engines(facts: Facts) -> list[Route]:
    routes = found(facts).routes
    return [one for one in routes if one.recipient_kind is RecipientKind.SEARCH_ENGINE]


def tells_of_the_us(one: Route) -> bool:
    said = "It only lists people in: United States."
    return said in [text(doubt) for doubt in one.depends_on]


def test_the_directory_knows_people_search_sites_of_one_country_and_of_none() -> None:
    assert {"spokeo", "whitepages", "beenverified"} <= OF_THE_US
    assert BROKERS.keys() - OF_THE_US


@pytest.mark.parametrize("country", ["US", "US-CA", "US-TX"])
def test_somebody_in_the_us_is_offered_every_people_search_site_without_that_doubt(
    country: str,
) -> None:
    offered = brokers(country)
    assert offered.keys() == BROKERS.keys()
    assert not any(tells_of_the_us(one) for one in offered.values())


@pytest.mark.parametrize("country", ["GB", "NL", "IN", "BW"])
def test_somebody_elsewhere_is_not_sent_to_people_search_sites_of_the_us(country: str) -> None:
    assert brokers(country).keys() == BROKERS.keys() - OF_THE_US


def test_where_no_country_is_said_a_people_search_site_says_whose_people_it_lists() -> None:
    offered = brokers(None)
    assert offered.keys() == BROKERS.keys()
    assert {name for name, one in offered.items() if tells_of_the_us(one)} == OF_THE_US


def test_a_people_search_site_that_is_meant_stays_and_says_whose_people_it_lists() -> None:
    offered = brokers("FR", place="spokeo")
    assert offered.keys() == (BROKERS.keys() - OF_THE_US) | {"spokeo"}
    assert tells_of_the_us(offered["spokeo"])


def test_a_search_engine_is_asked_of_a_group_only_if_anybody_can_read_it() -> None:
    def doubted(where: DistributionMode) -> list[bool]:
        facts = Facts(where, person_country="GB", under18=Under18.NO)
        return ["depends.join_first" in lines_of(way.depends_on) for way in engines(facts)]

    assert all(doubted(DistributionMode.MESSAGING_GROUP_OR_CHANNEL))
    assert doubted(DistributionMode.MESSAGING_GROUP_OR_CHANNEL)
    assert not any(doubted(DistributionMode.PORN_SITE))


@pytest.mark.parametrize(
    ("country", "where", "place", "lawful"),
    [
        ("IN", DistributionMode.SEARCH_RESULT, "google-search", {"google-search"}),
        ("GB", DistributionMode.SEARCH_RESULT, "google-search", set()),
        ("IN", DistributionMode.PORN_SITE, "xvideos", set()),
    ],
)
def test_in_india_the_search_engine_in_question_has_the_clock_of_the_law(
    country: str, where: DistributionMode, place: str, lawful: set[str]
) -> None:
    ways = engines(Facts(where, place=place, person_country=country, under18=Under18.NO))
    assert {one.place for one in ways if one.letter is Letter.IN_RULE_3_2_B} == lawful


def test_in_india_any_search_engine_may_be_the_one_in_question() -> None:
    facts = Facts(DistributionMode.SEARCH_RESULT, person_country="IN", under18=Under18.NO)
    by_letter = {
        letter: {one.place for one in engines(facts) if one.letter is letter}
        for letter in (Letter.IN_RULE_3_2_B, Letter.SEARCH_ENGINE)
    }
    assert by_letter[Letter.IN_RULE_3_2_B] == by_letter[Letter.SEARCH_ENGINE] != set()


def hosts(
    person: str | None = None,
    seat: str | None = None,
    where: DistributionMode = DistributionMode.IMAGE_HOST,
) -> list[Route]:
    facts = Facts(
        where, under18=Under18.NO, site="example.org", person_country=person, place_country=seat
    )
    return [one for one in found(facts).routes if one.recipient_kind is RecipientKind.HOST]


@pytest.mark.parametrize(("person", "seat"), [("FR", None), (None, "DE")])
def test_a_host_in_the_union_is_offered_the_notice_that_binds_it_and_the_plain_one_beside_it(
    person: str | None, seat: str | None
) -> None:
    by_law, plain = hosts(person, seat)
    assert (by_law.letter, plain.letter) == (Letter.EU_DSA_16, Letter.HOST)
    assert by_law.order == plain.order
    assert "depends.hosts_in_the_union" in lines_of(by_law.depends_on)


def test_on_a_hostile_site_the_plain_report_to_the_host_comes_first() -> None:
    plain, by_law = hosts("FR", where=DistributionMode.NCII_ONLY_SITE)
    assert (plain.letter, by_law.letter) == (Letter.HOST, Letter.EU_DSA_16)


@pytest.mark.parametrize("country", ["US", "IN", "GB"])
def test_elsewhere_a_host_is_offered_the_plain_report_alone(country: str) -> None:
    assert [one.letter for one in hosts(country)] == [Letter.HOST]


def test_a_network_that_passes_on_is_not_sent_the_notice_for_hosts() -> None:
    facts = Facts(
        DistributionMode.PORN_SITE, place="cloudflare", person_country="FR", under18=Under18.NO
    )
    to = [one for one in found(facts).routes if one.place == "cloudflare"]
    assert [one.letter for one in to] == [Letter.REGISTRAR_OR_CDN]
