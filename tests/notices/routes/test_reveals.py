from dataclasses import replace

import pytest

from staydown.base.incident import DistributionMode
from staydown.base.languages import Language
from staydown.base.vocabulary import Under18
from staydown.base.wording import text
from staydown.notices.compose.letters.reading import letter_text
from staydown.notices.compose.template import gaps_in
from staydown.notices.compose.writing import write
from staydown.notices.details import Addressee
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.needs import needs_of
from staydown.notices.routes.reveals import NAMES_LAWS, reveals_of
from staydown.notices.vocabulary import Element, Letter, RecipientKind
from tests.base.lines import lines_of
from tests.notices.compose.samples import DETAILS, NOW
from tests.notices.routes.services import found

REGIMES = load_directory().regimes
PLACES = load_directory().places
#: Those in the person's own country, who know it without a letter.
AT_HOME = (RecipientKind.POLICE, RecipientKind.COURT)


def test_every_letter_that_is_not_a_reminder_says_what_it_reveals() -> None:
    for letter in set(Letter) - {Letter.REMINDER}:
        regime = REGIMES.get(letter.value)
        assert reveals_of(RecipientKind.PLATFORM, letter, regime, "it", None)


def test_a_letter_that_needs_a_way_to_be_reached_says_so() -> None:
    for letter in Letter:
        regime = REGIMES.get(letter.value)
        told = reveals_of(RecipientKind.PLATFORM, letter, regime, "it", None)
        asked = {Element.CONTACT, Element.CLAIMANT_EMAIL} & set(needs_of(letter, regime))
        if told and asked:
            assert "reveals.reach" in lines_of(one.what for one in told)


def test_only_a_search_engine_is_told_what_people_search_for() -> None:
    def said(kind: RecipientKind) -> set[str]:
        regime = REGIMES[Letter.EU_GDPR_17.value]
        return lines_of(one.what for one in reveals_of(kind, Letter.EU_GDPR_17, regime, "it", None))

    query = {"reveals.searched_name"}
    assert said(RecipientKind.SEARCH_ENGINE) - said(RecipientKind.PLATFORM) == query


def test_only_a_copyright_notice_gives_the_sender_to_the_uploader() -> None:
    for letter in Letter:
        told = reveals_of(RecipientKind.PLATFORM, letter, REGIMES.get(letter.value), "it", None)
        to_uploader = [one for one in told if lines_of((one.whom,)) == {"reveals.to.uploader"}]
        assert bool(to_uploader) is (letter is Letter.US_DMCA)


def test_what_a_place_is_known_to_pass_on_is_said() -> None:
    for place in PLACES.values():
        if place.passes_on:
            told = reveals_of(RecipientKind.HOST, Letter.HOST, None, place.name, place)
            assert any(one.what == place.passes_on for one in told)


def test_the_letters_that_may_tell_the_country_are_those_with_room_for_its_laws() -> None:
    at_home = {Letter.POLICE, Letter.COURT_DRAFT}  # Who gets these is in that country.
    naming = {
        letter for letter in Letter
        if "ground_line" in gaps_in(letter_text(letter, Language.EN).body)
    }  # fmt: skip
    assert naming - at_home == NAMES_LAWS


@pytest.mark.parametrize("country", ["JP", "US-CA", "FR", "NL", "IN", "NG", None])
@pytest.mark.parametrize("synthetic", [None, True])
@pytest.mark.parametrize("place", ["facebook", None])
def test_a_letter_that_names_a_law_of_the_persons_country_says_so(
    country: str | None, synthetic: bool | None, place: str | None
) -> None:
    facts = Facts(
        DistributionMode.PORN_SITE, person_country=country, under18=Under18.NO,
        synthetic=synthetic, place=place,
    )  # fmt: skip
    home = set(load_directory().chain(country))
    laws = {one.citation for one in load_directory().laws.values() if one.jurisdiction in home}
    laws |= {one.citation for one in REGIMES.values() if one.jurisdiction in home}
    for one in found(facts).routes:
        told = "reveals.country" in lines_of(said.what for said in one.reveals)
        at_home = one.authority is not None and one.jurisdiction in home
        at_home = at_home or one.recipient_kind in AT_HOME or one.letter is Letter.US_TIDA
        if one.letter is None or at_home:
            assert not told
            continue
        notice = write(
            one, replace(DETAILS, synthetic=synthetic), facts=facts,
            to=Addressee(name="it", kind=one.recipient_kind), language=Language.EN,
            directory=load_directory(), now=NOW,
        )  # fmt: skip
        assert told is any(law in notice.body for law in laws), one.id


def test_a_tool_that_gives_what_one_types_to_others_says_so_before_one_goes_there() -> None:
    facts = Facts(DistributionMode.SOCIAL_MEDIA, person_country="GB", under18=Under18.NO)
    told = {one.support: one.reveals for one in found(facts).routes if one.support}
    (reveal,) = told["chayn-survivor-ai"]
    assert "outside AI service" in text(reveal.what)
    assert told["stopncii"] == ()
