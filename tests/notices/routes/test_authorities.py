import pytest

from staydown.base.incident import DistributionMode
from staydown.base.vocabulary import Under18
from staydown.base.wording import text
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.authorities import REMOVES_ITSELF
from staydown.notices.routes.drafting import CLOCK_OF_A_COURT, CLOCK_OF_A_REGULATOR
from staydown.notices.vocabulary import AuthorityKind, Element, Letter, Stage
from tests.notices.routes.services import found


def test_every_regulator_that_removes_itself_is_in_the_directory() -> None:
    regulators = {
        authority.jurisdiction for authority in load_directory().authorities.values()
        if authority.kind is AuthorityKind.REGULATOR and authority.takes_complaints
    }  # fmt: skip
    assert set(REMOVES_ITSELF) <= regulators


def test_every_clock_of_an_order_is_told_by_the_directory() -> None:
    records = load_directory().jurisdictions
    assert all(records[code].platform_clock for code in CLOCK_OF_A_COURT | CLOCK_OF_A_REGULATOR)


@pytest.mark.parametrize(
    ("country", "asked"),
    [("IT", False), ("KR", False), ("NZ", False), ("IE", False), ("PK", False),
     ("ES", True), ("SG", True), ("US", True), ("GB", True), ("IN", True), ("DE", True),
     ("FR", True)],
)  # fmt: skip
def test_an_earlier_report_is_needed_only_where_the_regulator_asks_for_one(
    country: str, asked: bool
) -> None:
    facts = Facts(DistributionMode.PORN_SITE, person_country=country, under18=Under18.NO)
    own = [
        one for one in found(facts).routes
        if one.letter is Letter.REGULATOR and one.jurisdiction == country
    ]  # fmt: skip
    assert own
    assert all((Element.PRIOR_REPORT_TO_PLATFORM in one.needs) is asked for one in own)


def test_the_australian_regulator_is_asked_about_a_threat_without_that_doubt() -> None:
    facts = Facts(
        DistributionMode.SOCIAL_MEDIA, person_country="AU", under18=Under18.NO,
        stage=Stage.THREAT_ONLY,
    )  # fmt: skip
    asked = found(facts).get("au-esafety_au-esafety-commissioner")
    assert asked is not None
    assert asked.letter is None
    assert not any("threat" in text(doubt) for doubt in asked.depends_on)
