from datetime import date
from enum import StrEnum
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.base.incident import DistributionMode, IdentifyingDetail
from staydown.base.vocabulary import Under18
from staydown.base.wording import texts
from staydown.guidance.support.reading import load_support
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.drafting import CLOCK_OF_A_COURT, CLOCK_OF_A_REGULATOR
from staydown.notices.routes.finding import find_routes
from staydown.notices.routes.route import Route, Routes
from staydown.notices.vocabulary import (
    Element,
    Letter,
    RecipientKind,
    Severity,
    Stage,
    Standing,
    TakenBy,
)
from tests.base.lines import lines_of
from tests.notices.routes.services import TODAY, found

DIRECTORY = load_directory()
WEIGHTS = list(Severity)
SITE = "kept-quiet.example"

#: Every jurisdiction, a member of the Union without a record, a state of the US, and nowhere.
COUNTRIES = [None, *DIRECTORY.jurisdictions, "NL", "US-TX", "BW"]
PLACES = [None, "no-such-place", *DIRECTORY.places]
#: Letters that ask somebody to take a picture down.
TAKEDOWN = frozenset(Letter) - {
    Letter.PRESERVATION, Letter.POLICE, Letter.REGULATOR, Letter.COURT_DRAFT,
}  # fmt: skip


def maybe(kind: type[StrEnum]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(list(kind))


FACTS = st.builds(
    Facts,
    where=st.sampled_from(list(DistributionMode)),
    place=st.sampled_from(PLACES),
    site=st.sampled_from([None, SITE, "m.facebook.com", "hidden.onion"]),
    person_country=st.sampled_from(COUNTRIES),
    place_country=st.sampled_from(COUNTRIES),
    uploader_country=st.sampled_from(COUNTRIES),
    standing=maybe(Standing),
    taken_by=maybe(TakenBy),
    synthetic=st.none() | st.booleans(),
    stage=maybe(Stage),
    under18=maybe(Under18),
    found_by_name=st.none() | st.booleans(),
    beside=st.frozensets(st.sampled_from(list(IdentifyingDetail))),
    police_reference=st.none() | st.booleans(),
    same_sex=st.none() | st.booleans(),
    reported_before=st.none() | st.booleans(),
)


def check(facts: Facts, routes: Routes) -> None:
    """Hold everything that is true of all facts against one answer."""
    orders = [one.order for one in routes.routes]
    assert orders == sorted(orders)
    assert set(orders) == set(range(1, max(orders, default=0) + 1))
    assert len({one.id for one in routes.routes}) == len(routes.routes)
    assert routes.hotline_only is (facts.under18 in (Under18.YES, Under18.NOT_SURE))
    assert_heaviest_first(routes)
    assert SITE not in repr(routes.remarks)
    for one in routes.routes:
        check_route(facts, routes, one)


def assert_heaviest_first(routes: Routes) -> None:
    for risks in (routes.risks, *(one.risks for one in routes.routes)):
        weights = [WEIGHTS.index(risk.severity) for risk in risks]
        assert weights == sorted(weights)
        assert len({risk.id for risk in risks}) == len(risks)


def check_route(facts: Facts, routes: Routes, one: Route) -> None:
    ground = one.ground
    assert ground.standing.source or ground.standing.why
    assert one.why
    assert one.deadline
    assert one.recipient
    assert one.who_may_use
    assert set(one.risks) <= set(routes.risks)
    if ground.citation and not ground.standing.confirmed:
        assert any("not_confirmed" in line for line in lines_of(one.depends_on))
    if ground.regime is not None:
        assert ground.citation == ground.regime.citation
        assert one.letter in (None, Letter(ground.regime.id))
    if one.letter is None:
        assert not one.needs
    else:
        assert one.needs
        assert one.reveals
        assert not routes.hotline_only
    assert (Element.PERJURY_STATEMENT in one.needs) is (one.letter is Letter.US_DMCA)
    if facts.stage is Stage.THREAT_ONLY:
        assert one.letter not in TAKEDOWN
    if one.letter is Letter.US_DMCA:
        check_copyright(facts, routes, one)
    if facts.same_sex is False:
        assert not any(risk.key == "same_sex_criminalisation" for risk in one.risks)
    if routes.hotline_only:
        assert one.recipient_kind is RecipientKind.SUPPORT
        assert one.support is not None
        assert load_support()[one.support].takes_under18
    assert SITE not in repr(one)


def check_copyright(facts: Facts, routes: Routes, one: Route) -> None:
    assert facts.taken_by is TakenBy.DEPICTED_PERSON
    assert "reveals.to.uploader" in lines_of(told.whom for told in one.reveals)
    assert any(risk.key == "identity_disclosed_to_uploader" for risk in one.risks)
    others = [
        other for other in routes.routes
        if other.recipient_kind is RecipientKind.PLATFORM and other is not one
    ]  # fmt: skip
    assert others
    assert all(other.order < one.order for other in others)


@settings(max_examples=1000, deadline=None)
@given(FACTS)
def test_any_facts_give_an_answer_that_keeps_every_rule(facts: Facts) -> None:
    check(facts, found(facts))


@pytest.mark.parametrize("country", list(DIRECTORY.jurisdictions))
def test_every_country_answers_for_every_kind_of_place_and_stage(country: str) -> None:
    for where, stage in product(DistributionMode, Stage):
        facts = Facts(
            where=where, person_country=country, stage=stage, under18=Under18.NO,
            taken_by=TakenBy.DEPICTED_PERSON,
        )  # fmt: skip
        routes = found(facts)
        check(facts, routes)
        assert any(one.recipient_kind is RecipientKind.POLICE for one in routes.routes)
        assert any(one.support == "stopncii" for one in routes.routes)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("under18", [Under18.YES, Under18.NOT_SURE])
def test_somebody_who_may_be_under_18_is_shown_a_hotline_everywhere(
    country: str | None, under18: Under18
) -> None:
    facts = Facts(where=DistributionMode.SOCIAL_MEDIA, person_country=country, under18=under18)
    routes = found(facts)
    assert routes.routes
    assert "stopncii" not in {one.support for one in routes.routes}
    assert "remark.minor" in lines_of(routes.remarks)
    assert any(risk.key == "csam_possession_or_sharing" for risk in routes.risks)


@pytest.mark.parametrize(
    ("country", "own"),
    [("AU", "esafety-commissioner"), ("NZ", "netsafe-nz"), ("KR", "kr-digital-sex-crime-centre"),
     ("GB", "report-remove"), ("CA", "cybertip-ca")],
)  # fmt: skip
def test_what_takes_people_under_18_at_home_is_shown_before_what_is_for_the_whole_world(
    country: str, own: str
) -> None:
    facts = Facts(DistributionMode.SOCIAL_MEDIA, person_country=country, under18=Under18.YES)
    first = found(facts).routes[0]
    assert (first.order, first.support) == (1, own)


def test_every_regime_of_the_directory_is_open_to_somebody() -> None:
    opened = set()
    for country in DIRECTORY.jurisdictions:
        facts = Facts(
            where=DistributionMode.IMAGE_HOST, person_country=country, found_by_name=True,
            taken_by=TakenBy.DEPICTED_PERSON, under18=Under18.NO,
        )  # fmt: skip
        opened |= {one.ground.regime.id for one in found(facts).routes if one.ground.regime}
    assert opened == set(DIRECTORY.regimes)


def test_the_same_facts_give_the_same_answer() -> None:
    facts = Facts(where=DistributionMode.IMAGE_HOST, person_country="IE", site=SITE)
    assert found(facts) == found(facts)


def test_without_any_services_the_rest_is_still_found() -> None:
    facts = Facts(where=DistributionMode.SOCIAL_MEDIA, under18=Under18.NO)
    assert find_routes(facts, DIRECTORY, {}, TODAY).routes


def test_an_age_that_is_not_said_is_asked_for_first() -> None:
    assert found(Facts(where=DistributionMode.SOCIAL_MEDIA)).remarks[0].line == "remark.age_unsaid"


def test_a_place_is_known_by_its_host_name() -> None:
    facts = Facts(where=DistributionMode.SOCIAL_MEDIA, site="m.facebook.com")
    assert found(facts).get("us-tida_facebook") is not None


def test_a_stale_record_is_said_to_be_so_wherever_it_is_used() -> None:
    facts = Facts(
        where=DistributionMode.SOCIAL_MEDIA, place="facebook", person_country="US",
        under18=Under18.NO,
    )  # fmt: skip
    tida = found(facts, date(2028, 1, 1)).get("us-tida_facebook")
    fresh = found(facts).get("us-tida_facebook")
    assert tida is not None
    assert fresh is not None
    assert {"depends.check_due", "depends.law_check_due"} <= lines_of(tida.depends_on)
    assert not any("check_due" in line for line in lines_of(fresh.depends_on))


def test_a_police_reference_is_named_where_it_moves_sites() -> None:
    facts = Facts(
        where=DistributionMode.NCII_ONLY_SITE, site=SITE, person_country="KR",
        police_reference=True, under18=Under18.NO,
    )  # fmt: skip
    neutral = found(facts).get("neutral")
    assert neutral is not None
    assert "why.case_named" in lines_of(neutral.why)


@pytest.mark.parametrize("country", ["UG", "KE", "PK", "NG", "MY", "ID", "BD"])
def test_what_could_be_turned_against_the_person_stands_last(country: str) -> None:
    facts = Facts(
        where=DistributionMode.SOCIAL_MEDIA, place="facebook", person_country=country,
        under18=Under18.NO,
    )  # fmt: skip
    routes = found(facts).routes
    police = [one for one in routes if one.recipient_kind is RecipientKind.POLICE]
    assert police
    assert all(one.order == routes[-1].order for one in police)
    assert all(one.risks[0].severity is Severity.STOP_AND_GET_ADVICE for one in police)


def test_where_nobody_can_be_asked_first_that_is_said() -> None:
    facts = Facts(where=DistributionMode.SOCIAL_MEDIA, person_country="UG", under18=Under18.NO)
    assert "remark.nobody_to_ask" in lines_of(found(facts).remarks)


def test_a_representative_is_told_when_only_a_legal_one_may_send() -> None:
    facts = Facts(
        where=DistributionMode.IMAGE_HOST, person_country="BR", under18=Under18.NO,
        standing=Standing.REPRESENTATIVE,
    )  # fmt: skip
    notice = found(facts).get("br-mci-21")
    assert notice is not None
    assert "depends.person_only" in lines_of(notice.depends_on)


#: The countries of which no notice of their own is known to be complete.
OTHERS = ["CA", "CA-BC", "ZA", "KE", "PH", "JP", "KR", "CL", "SG", "MX", "GB", "AU", "NZ", "TH"]


@pytest.mark.parametrize("country", OTHERS)
@pytest.mark.parametrize(("place", "site"), [("facebook", None), (None, SITE), (None, None)])
def test_somebody_whose_law_lays_down_no_notice_gets_the_neutral_one(
    country: str, place: str | None, site: str | None
) -> None:
    facts = Facts(
        DistributionMode.SOCIAL_MEDIA, place, site, person_country=country, under18=Under18.NO
    )
    routes = found(facts).routes
    neutral = next(one for one in routes if one.letter is Letter.NEUTRAL)
    assert neutral.jurisdiction == (None if country == "TH" else country)
    assert bool(neutral.ground.citation) is (country != "TH")
    assert neutral.ground.standing.confirmed is (country != "TH")
    beside = [one for one in routes if one.letter is Letter.US_TIDA]
    assert len(beside) == (place is not None)
    assert all(one.order < neutral.order for one in beside)
    assert ("why.neutral_beside" in lines_of(neutral.why)) is bool(beside)
    assert all("depends.us_law" in lines_of(one.depends_on) for one in beside)


@pytest.mark.parametrize("country", ["US", "US-CA", "NL", "IN", "BR"])
def test_somebody_whose_law_lays_down_a_notice_needs_no_neutral_one(country: str) -> None:
    facts = Facts(
        DistributionMode.SOCIAL_MEDIA, place="facebook", person_country=country, under18=Under18.NO
    )
    assert all(one.letter is not Letter.NEUTRAL for one in found(facts).routes)


@pytest.mark.parametrize(
    ("country", "own"),
    [("DE", Letter.EU_DSA_16), ("NL", Letter.EU_DSA_16), ("BR", Letter.BR_MCI_21),
     ("IN", Letter.IN_RULE_3_2_B)],
)  # fmt: skip
def test_a_law_of_the_persons_country_goes_out_beside_the_quicker_one_of_another(
    country: str, own: Letter
) -> None:
    facts = Facts(
        DistributionMode.SOCIAL_MEDIA, place="reddit", person_country=country, under18=Under18.NO,
    )  # fmt: skip
    by_letter = {one.letter: one.order for one in found(facts).routes}
    assert by_letter[own] == by_letter[Letter.US_TIDA] == 1


def test_a_law_of_another_place_without_a_clock_waits_for_the_one_with_it() -> None:
    facts = Facts(
        DistributionMode.PORN_SITE, site=SITE, person_country="US", place_country="NL",
        under18=Under18.NO,
    )  # fmt: skip
    by_letter = {one.letter: one.order for one in found(facts).routes}
    assert by_letter[Letter.US_TIDA] < by_letter[Letter.EU_DSA_16]


@pytest.mark.parametrize("country", ["AR", "CA-BC", "ES", "IT", "KR", "MX", "SG", "ZA"])
def test_the_time_of_an_order_is_told_with_whoever_makes_the_order_alone(country: str) -> None:
    facts = Facts(DistributionMode.MESSAGING_PRIVATE, person_country=country, under18=Under18.NO)
    clock = DIRECTORY.jurisdictions[country].platform_clock.rstrip(".")
    told = {one.recipient_kind for one in found(facts).routes if clock in texts(one.deadline)}
    by_court = {RecipientKind.COURT} if country in CLOCK_OF_A_COURT else set()
    by_regulator = {RecipientKind.REGULATOR} if country in CLOCK_OF_A_REGULATOR else set()
    assert told == by_court | by_regulator


@pytest.mark.parametrize("country", ["UG", "KE", "PK", "NG", "MY", "ID", "BD", "TH", None])
def test_work_or_school_is_told_only_after_advice_where_it_may_be_turned_against_the_person(
    country: str | None,
) -> None:
    facts = Facts(
        DistributionMode.SOCIAL_MEDIA, person_country=country, under18=Under18.NO,
        beside=frozenset({IdentifyingDetail.WORKPLACE_OR_SCHOOL}),
    )  # fmt: skip
    routes = found(facts).routes
    letter = next(one for one in routes if one.letter is Letter.EMPLOYER_OR_SCHOOL)
    assert letter.order == routes[-1].order
    assert letter.risks[0].severity is Severity.STOP_AND_GET_ADVICE
    assert "why.only_after_advice" in lines_of(letter.why)


def test_a_court_at_home_keeps_the_risks_of_home_whatever_law_the_place_has() -> None:
    facts = Facts(
        DistributionMode.SOCIAL_MEDIA, person_country="UG", place_country="US", under18=Under18.NO
    )
    court = next(one for one in found(facts).routes if one.letter is Letter.COURT_DRAFT)
    assert court.risks[0].severity is Severity.STOP_AND_GET_ADVICE


def test_a_service_that_helps_is_shown_with_what_nobody_saw_of_it() -> None:
    facts = Facts(DistributionMode.SOCIAL_MEDIA, person_country="IN", under18=Under18.YES)
    line = found(facts).get("support_meri-trustline")
    late = found(facts, date(2028, 1, 1)).get("support_meri-trustline")
    assert line is not None
    assert late is not None
    assert line.ground.standing == load_support()["meri-trustline"].standing
    assert any("not_confirmed" in each for each in lines_of(line.depends_on))
    assert "depends.check_due" in lines_of(late.depends_on)


def test_what_is_known_of_a_countrys_time_limit_says_when_it_was_checked() -> None:
    facts = Facts(DistributionMode.SOCIAL_MEDIA, person_country="JP", under18=Under18.NO)
    fresh, stale = (found(facts, day).get("neutral") for day in (TODAY, date(2028, 1, 1)))
    assert fresh is not None
    assert stale is not None
    assert texts(fresh.deadline).endswith("(checked 22 November 2026).")
    assert "limit.check_due" in lines_of(stale.deadline)


def test_a_country_written_as_the_union_writes_it_is_the_same_country() -> None:
    by_name = {
        code: found(Facts(DistributionMode.IMAGE_HOST, person_country=code, under18=Under18.NO))
        for code in ("UK", "GB", "EL", "GR")
    }
    assert by_name["UK"] == by_name["GB"]
    assert by_name["EL"] == by_name["GR"]
    assert by_name["UK"].get("gb-osa-20a") is not None


@pytest.mark.parametrize(("country", "said"), [("GB", True), ("DE", False), ("US", False)])
def test_somebody_in_the_uk_hears_of_the_right_that_no_letter_here_is_for(
    country: str, said: bool
) -> None:
    def told(by_name: bool | None) -> bool:
        facts = Facts(
            DistributionMode.PORN_SITE, site=SITE, person_country=country, found_by_name=by_name,
            under18=Under18.NO,
        )  # fmt: skip
        return "remark.uk_search" in lines_of(found(facts).remarks)

    assert told(True) is said
    assert not told(None)
