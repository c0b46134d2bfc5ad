from dataclasses import replace
from types import MappingProxyType

import pytest

from staydown.base.incident import DistributionMode
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.grounds import law_ground
from staydown.notices.routes.situation import situation_of
from tests.notices.routes.services import TODAY

DIRECTORY = load_directory()


def ground(country: str, *, synthetic: bool | None = None) -> str:
    facts = Facts(DistributionMode.SOCIAL_MEDIA, person_country=country, synthetic=synthetic)
    here = situation_of(facts, DIRECTORY, TODAY)
    return law_ground(here, here.person)[0].citation


@pytest.mark.parametrize(
    ("country", "cited"),
    [("GB", "66B"), ("FR", "226-2-1"), ("CA-BC", "BC"), ("IE", "2020"), ("KR", "14"),
     ("MX", "199"), ("ZA", "16"), ("NG", ""), ("UG", ""), ("MY", ""), ("NL", ""), ("ZZ", "")],
)  # fmt: skip
def test_a_neutral_notice_names_a_law_only_where_one_is_known_to_forbid_it(
    country: str, cited: str
) -> None:
    found = ground(country)
    assert cited in found if cited else found == ""


def test_a_law_of_real_recordings_is_not_named_for_a_made_picture() -> None:
    assert "226-8-1" in ground("FR", synthetic=True)
    assert ground("DE", synthetic=True) == ""


@pytest.mark.parametrize("country", list(DIRECTORY.jurisdictions))
@pytest.mark.parametrize("synthetic", [None, True])
def test_no_bill_annulled_act_or_law_against_the_sender_is_ever_named(
    country: str, synthetic: bool | None
) -> None:
    named = ground(country, synthetic=synthetic)
    laws = {law.citation: law for law in DIRECTORY.laws.values()}
    assert named == "" or (laws[named].status == "in_force" and laws[named].ground)


def test_a_confirmed_law_comes_before_one_that_is_not() -> None:
    fewer = {
        one.id: one.model_copy(update={"confirmed": one.jurisdiction != "CA-BC", "why": "x"})
        for one in DIRECTORY.laws.values()
    }
    doubtful = replace(DIRECTORY, laws=MappingProxyType(fewer))
    facts = Facts(DistributionMode.SOCIAL_MEDIA, person_country="CA-BC")
    here = situation_of(facts, doubtful, TODAY)
    assert law_ground(here, here.person)[1] == "CA"
