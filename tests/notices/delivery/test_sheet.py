"""A sheet gives what a form asks for, and never more."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from staydown.base.languages import Language
from staydown.base.wording import text
from staydown.notices.compose.letters.reading import phrases, written_in
from staydown.notices.delivery.sheet import KNOWN_KEYS, FieldSheet, field_sheet
from staydown.notices.details import Details
from staydown.notices.directory.reading import load_directory
from staydown.notices.directory.records import Place
from staydown.notices.vocabulary import Letter, PlaceKind, Standing
from tests.base.lines import lines_of
from tests.notices.delivery.letters import DETAILS, letter


def place(**more: Any) -> Place:
    given = {
        "id": "example",
        "checked": date(2026, 11, 22),
        "confirmed": True,
        "source": "https://example.org/help",
        "kind": PlaceKind.PLATFORM,
        "name": "Example",
        "removal_form_url": "https://example.org/form",
        "asks_for": ("content_url", "contact"),
        "account_needed": "false",
    }
    return Place(**{**given, **more})


def pasted(sheet: FieldSheet) -> dict[str, str]:
    return {text(field.label): field.paste for field in sheet.fields}


def test_only_what_the_form_asks_for_is_given() -> None:
    sheet = field_sheet(letter(), place(), DETAILS)
    assert pasted(sheet) == {
        "Web addresses of the content": "https://example.org/page/1\nhttps://example.org/page/2",
        "How to reach you": "+00 000 000",
    }
    assert sheet.form_url == "https://example.org/form"
    assert sheet.seen
    assert not any("A. B." in text for text in pasted(sheet).values())


@pytest.mark.parametrize(
    "doubt",
    [
        {"asks_for": ()},
        {"unconfirmed": ("asks_for: form not seen",)},
        {"confirmed": False, "why": "General knowledge; not seen in a stored source."},
    ],
)
def test_a_form_that_nobody_saw_is_said_to_be_so(doubt: dict[str, Any]) -> None:
    sheet = field_sheet(letter(), place(**doubt), DETAILS)
    assert not sheet.seen
    assert "remark.unseen" in lines_of(sheet.remarks)
    assert sheet.fields


def test_a_place_without_a_record_gets_the_least_that_a_report_needs() -> None:
    sheet = field_sheet(letter(), None, DETAILS)
    assert set(pasted(sheet)) == {
        "Web addresses of the content", "Where it is (channel, account, message, time)",
        "How to reach you", "No consent",
    }  # fmt: skip
    assert sheet.standing is None


@pytest.mark.parametrize("language", written_in())
def test_statements_are_pasted_in_the_letters_language_and_only_if_the_letter_makes_them(
    language: Language,
) -> None:
    keys = ("non_consent_statement", "good_faith_statement", "accuracy_statement")
    sheet = field_sheet(letter(language), place(asks_for=keys), DETAILS)
    said = phrases(language).sentences
    assert pasted(sheet) == {
        "No consent": said["no_consent"], "Good faith": said["good_faith"], "Accuracy": "",
    }  # fmt: skip
    note = sheet.fields[2].note
    assert note is not None
    assert note.line == "shared.unsaid"


def test_a_helper_never_gives_the_persons_name_away() -> None:
    details = replace(DETAILS, standing=Standing.REPRESENTATIVE, depicted="the secret name")
    sheet = field_sheet(letter(), place(asks_for=("authority_to_act",)), details)
    assert (
        sheet.fields[0].paste == phrases(Language.EN).sentences["standing_representative_unnamed"]
    )


def test_copyright_stays_out_of_every_other_report() -> None:
    key = ("copyrighted_work_identification",)
    details = replace(DETAILS, copyrighted_work="a photograph")
    other = field_sheet(letter(), place(asks_for=key), details)
    assert [field.paste for field in other.fields] == [""]
    dmca = field_sheet(letter(letter=Letter.US_DMCA), place(asks_for=key), details)
    assert [field.paste for field in dmca.fields] == ["a photograph"]
    assert "remark.copyright" in lines_of(dmca.remarks)


@pytest.mark.parametrize("name", sorted(load_directory().places))
def test_every_form_of_the_directory_has_a_sheet(name: str) -> None:
    record = load_directory().places[name]
    assert set(record.asks_for) <= KNOWN_KEYS
    for details in (DETAILS, Details()):
        sheet = field_sheet(letter(), record, details)
        assert len(sheet.leave_empty) == 5
        assert all(field.paste or field.note for field in sheet.fields)


def test_an_empty_sheet_tells_what_to_write_but_never_asks_for_papers() -> None:
    sheet = field_sheet(letter(body=""), place(asks_for=tuple(sorted(KNOWN_KEYS))), Details())
    assert not any(field.paste for field in sheet.fields)
    words = " ".join(text(field.label) + text(field.note or "") for field in sheet.fields).lower()
    assert not any(word in words for word in ("passport", "birth", "home address"))


def test_a_law_that_may_not_be_certain_is_never_pasted_as_a_ground() -> None:
    notice = letter(law="A law that nobody confirmed")
    sheet = field_sheet(notice, place(asks_for=("legal_ground",)), DETAILS)
    assert [field.paste for field in sheet.fields] == [""]
