"""Letters are what they were read to be, and hold nothing that nobody asked for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.base.incident import DistributionMode
from staydown.base.languages import Language
from staydown.base.vocabulary import Under18
from staydown.base.wording import text
from staydown.notices.compose.elements import required
from staydown.notices.compose.filling import fields_offered
from staydown.notices.compose.letters.reading import phrases, written_in
from staydown.notices.compose.mail import as_email
from staydown.notices.compose.text import as_text
from staydown.notices.compose.writing import Incomplete, NoLetter, lacking, with_facts, write
from staydown.notices.details import Addressee, Details, Location, Missing
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.finding import find_routes
from staydown.notices.vocabulary import Element, Letter, RecipientKind, Stage, Standing, TakenBy
from staydown.notices.wire.codec import as_json, read, record_of
from tests.notices.compose.make_letters import FOLDER
from tests.notices.compose.samples import (
    DETAILS,
    NOW,
    addressee_for,
    facts_for,
    route_for,
    written,
)


@pytest.mark.parametrize("language", written_in())
@pytest.mark.parametrize("letter", Letter)
def test_a_letter_is_what_it_was_read_to_be(letter: Letter, language: Language) -> None:
    """After a change, run tests.notices.compose.make_letters and read the difference."""
    golden = (FOLDER / language / f"{letter}.txt").read_text("utf-8")
    assert as_text(written(letter, language)) == golden


@pytest.mark.parametrize("letter", Letter)
def test_a_letter_holds_no_open_gap_and_no_empty_paragraph(letter: Letter) -> None:
    body = written(letter).body
    assert "{" not in body
    assert "\n\n\n" not in body


@pytest.mark.parametrize("letter", Letter)
def test_the_sender_gives_no_more_than_the_letter_needs(letter: Letter) -> None:
    marks = {"name": "NAME-X", "email": "x@mail.example.org", "contact": "WAY-X",
             "signature": "SIGN-X"}  # fmt: skip
    notice = written(
        letter,
        name=marks["name"],
        email=marks["email"],
        contact=marks["contact"],
        signature=marks["signature"],
        depicted="a role",
    )
    body = notice.body
    needed = set(required(letter, load_directory().regimes.get(letter)))
    assert ("NAME-X" in body) == (Element.CLAIMANT_NAME in needed)
    assert ("SIGN-X" in body) == (Element.SIGNATURE in needed)
    assert ("x@mail.example.org" in body) == (Element.CLAIMANT_EMAIL in needed)
    assert ("WAY-X" in body) == (Element.CONTACT in needed)


@pytest.mark.parametrize("letter", Letter)
def test_no_statement_is_made_that_was_not_made_by_the_sender(letter: Letter) -> None:
    if letter is not Letter.US_DMCA:
        assert "perjury" not in written(letter, states_perjury=True).body
    if Letter.US_DMCA is not letter and letter is not Letter.REGULATOR:
        assert "vulnerable" not in written(letter).body
    assert "software" not in written(letter, synthetic=None).body


@pytest.mark.parametrize(
    "letter", [one for one in Letter if one not in (Letter.EU_GDPR_17, Letter.SEARCH_ENGINE)]
)
def test_the_search_for_a_name_goes_only_to_those_who_run_searches(letter: Letter) -> None:
    locations = (Location("1", url="https://example.org/1", description="a photograph",
                          search_query="NAME-X"),)  # fmt: skip
    assert "NAME-X" not in written(letter, locations=locations).body
    assert "locations.search_query" not in fields_offered(letter)


def test_an_employer_learns_neither_name_nor_place() -> None:
    body = written(Letter.EMPLOYER_OR_SCHOOL).body
    assert "A. B." not in body
    assert "example.org/" not in body
    assert "E-01" not in body


def test_the_uncommenced_duty_of_the_united_kingdom_is_named_with_its_doubt() -> None:
    body = written(Letter.GB_OSA_20A).body
    assert "does not depend on whether that law is already in force" in body
    assert "48 hours" not in body


def test_a_confirmed_time_limit_stands_in_the_letter() -> None:
    assert "The time limit for removal is 48 hours." in written(Letter.US_TIDA).body
    assert "The time limit" not in written(Letter.BR_MCI_21).body
    assert "720" not in written(Letter.EU_GDPR_17).body


def test_only_laws_that_are_confirmed_and_in_force_are_named() -> None:
    named = written(Letter.NEUTRAL, facts=replace(facts_for(Letter.NEUTRAL), person_country="FR"))
    laws = load_directory().laws.values()
    cited = [law for law in laws if law.citation in named.body]
    assert cited
    assert all(law.ground and law.confirmed and law.status == "in_force" for law in cited)
    assert all(law.citation in named.law for law in cited)


def test_a_threat_is_called_a_threat() -> None:
    facts = replace(facts_for(Letter.POLICE), stage=Stage.THREAT_ONLY)
    body = written(Letter.POLICE, facts=facts, locations=()).body
    assert "threatens to publish it without" in body
    assert "Where it is, or was:" not in body


def test_facts_fill_in_what_was_not_said_again() -> None:
    facts = Facts(DistributionMode.SOCIAL_MEDIA, standing=Standing.DEPICTED, synthetic=True)
    filled = with_facts(Details(), facts)
    assert (filled.standing, filled.synthetic) == (Standing.DEPICTED, True)
    kept = with_facts(Details(standing=Standing.REPRESENTATIVE, synthetic=False), facts)
    assert (kept.standing, kept.synthetic) == (Standing.REPRESENTATIVE, False)


@pytest.mark.parametrize("letter", Letter)
@pytest.mark.parametrize("under18", [Under18.YES, Under18.NOT_SURE])
def test_where_somebody_may_be_under_18_no_letter_is_written(
    letter: Letter, under18: Under18
) -> None:
    with pytest.raises(Incomplete) as refused:
        written(letter, facts=replace(facts_for(letter), under18=under18))
    assert [one.what for one in refused.value.missing] == ["not_under_18"]


def test_copyright_is_only_for_a_picture_that_the_person_took() -> None:
    facts = replace(facts_for(Letter.US_DMCA), taken_by=TakenBy.SOMEBODY_ELSE)
    to = addressee_for(Letter.US_DMCA)
    found = lacking(route_for(Letter.US_DMCA), DETAILS, facts, to)
    assert [(one.what, one.fields) for one in found] == [
        ("copyrighted_work_identification", ("taken_by",))
    ]


def test_a_way_without_a_letter_says_so() -> None:
    route = replace(route_for(Letter.HOST), letter=None, recipient_kind=RecipientKind.SUPPORT)
    with pytest.raises(NoLetter):
        write(
            route, DETAILS, facts=facts_for(Letter.HOST), to=addressee_for(Letter.HOST),
            language=Language.EN, directory=load_directory(), now=NOW,
        )  # fmt: skip


def test_a_notice_says_whether_a_lawyer_has_read_the_letter() -> None:
    reviewed = written(Letter.HOST).reviewed
    assert reviewed is None or isinstance(reviewed, date)


def test_braces_and_headings_that_somebody_types_stay_text() -> None:
    body = written(Letter.NEUTRAL, consent_information="{sender}\n\nHead:\n\n{law}").body
    assert "{sender}\nHead:\n{law}" in body


words = st.text(max_size=40) | st.sampled_from(
    [
        "{sender}",
        "a\nb",
        "# a:",
        "1. x",
        "\u202ex",
        "Bcc: x",
        "<b>",
        "ab@example.org",
        "ج ب:",
        "क ख",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    letter=st.sampled_from(Letter),
    language=st.sampled_from(written_in()),
    changes=st.dictionaries(
        st.sampled_from(
            ["name", "contact", "signature", "depicted", "consent_information", "explanation",
             "legal_ground", "circumstances", "copyrighted_work", "prior_report",
             "police_reference", "first_message_id"]
        ),
        words,
    ),
    info=words,
)  # fmt: skip
def test_whatever_is_typed_is_refused_or_comes_out_as_typed(
    letter: Letter, language: Language, changes: dict[str, str], info: str
) -> None:
    locations = (replace(DETAILS.locations[0], info=info), *DETAILS.locations[1:])
    details = replace(DETAILS, locations=locations, **changes)  # type: ignore[arg-type]
    try:
        notice = write(
            route_for(letter), details, facts=facts_for(letter), to=addressee_for(letter),
            language=language, directory=load_directory(), now=NOW,
        )  # fmt: skip
    except Incomplete:
        return
    assert read(as_json(notice)).text == notice.body
    sent = as_email(notice, "letters@example.org", "<1@example.org>").as_bytes()
    assert sent.split(b"\r\n\r\n")[0].count(b"\r\nBcc:") == 0
    assert "\n\n\n" not in notice.body


def test_a_regulator_that_asks_for_no_earlier_report_gets_a_letter_without_one() -> None:
    def without(country: str) -> tuple[Missing, ...]:
        facts = Facts(DistributionMode.PORN_SITE, person_country=country, under18=Under18.NO)
        made = find_routes(facts, load_directory(), {}, NOW.date()).routes
        route = next(one for one in made if one.letter is Letter.REGULATOR)
        details = replace(DETAILS, prior_report="", first_sent=None, first_message_id="")
        return lacking(route, details, facts, addressee_for(Letter.REGULATOR))

    assert without("IT") == ()
    assert [one.what for one in without("ES")] == [Element.PRIOR_REPORT_TO_PLATFORM]


def test_a_next_step_that_does_not_say_what_it_needs_needs_all_that_is_usual() -> None:
    details = replace(DETAILS, prior_report="", first_sent=None, first_message_id="")
    route = replace(route_for(Letter.REGULATOR), needs=())
    facts = facts_for(Letter.REGULATOR)
    found = lacking(route, details, facts, addressee_for(Letter.REGULATOR))
    assert [one.what for one in found] == [Element.PRIOR_REPORT_TO_PLATFORM]


def test_a_first_notice_that_lies_in_the_future_is_named() -> None:
    with pytest.raises(Incomplete) as refused:
        written(Letter.REMINDER, first_sent=NOW + timedelta(days=1))
    assert [one.fields for one in refused.value.missing] == [("first_sent",)]


def test_that_nobody_agreed_is_said_of_a_made_picture_only_where_it_was_stated() -> None:
    stated = written(Letter.PRESERVATION, synthetic=True)
    silent = written(Letter.PRESERVATION, synthetic=True, states_no_consent=False)
    assert "did not agree" in stated.body
    assert "agree" not in silent.body
    assert record_of(silent).details.synthetic is None


@pytest.mark.parametrize("language", Language)
def test_a_police_report_does_not_say_that_it_was_never_removed(language: Language) -> None:
    """Nobody is asked whether it was; "where it is, or was" is all that the report can say."""
    body = written(Letter.POLICE, language).body
    (line,) = [line for line in body.split("\n") if "<1@letters.example.org>" in line]
    assert line.rstrip(".।").count(". ") + line.count("। ") == 0


def test_the_police_are_told_of_no_other_countrys_law() -> None:
    facts = replace(facts_for(Letter.POLICE), person_country="KE", place_country="US")
    assert "U.S.C." not in written(Letter.POLICE, facts=facts).body
    assert "U.S.C." in written(Letter.HOST, facts=facts).body


@pytest.mark.parametrize("language", Language)
def test_one_who_has_yet_to_be_found_is_addressed_in_the_letters_language(
    language: Language,
) -> None:
    route = route_for(Letter.HOST)
    to = Addressee(route.recipient_kind, text(route.recipient))
    notice = write(
        route, DETAILS, facts=facts_for(Letter.HOST), to=to, language=language,
        directory=load_directory(), now=NOW,
    )  # fmt: skip
    assert phrases(language).sentences["recipient_unnamed"] in notice.body.split("\n")[0]
    assert f": {text(route.recipient)}\n" not in notice.body


def test_an_item_of_which_a_letter_has_nothing_to_say_is_left_out_of_it() -> None:
    locations = (Location("mine"), Location("2", url="https://example.org/2"))
    notice = written(Letter.POLICE, locations=locations)
    assert "1. " not in notice.body
    assert "2. https://example.org/2" in notice.body
    assert [one.id for one in record_of(notice).details.locations] == ["2"]
