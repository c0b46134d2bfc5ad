"""The sheet of what to search for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import Under18
from staydown.guidance.self_search.engine import load_engines
from staydown.guidance.self_search.phones import forms_of
from staydown.guidance.self_search.sheet import make_sheet
from staydown.guidance.self_search.sheet_text import as_text
from staydown.guidance.self_search.terms import KINDS, MAX_OF_A_KIND, BadTerm, SelfSearch

FULL = SelfSearch(
    names=("A. B.",),
    former_names=("A. C.",),
    handles=("@ab_example",),
    emails=("ab@example.org",),
    phones=("+44 7700 900123",),
    addresses=("1 Example Street",),
    towns=("Exampleton",),
)


def queries(search: SelfSearch, under18: Under18 | None = None) -> list[str]:
    return [
        query for section in make_sheet(search, under18=under18).sections
        for query in section.queries
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        '"A. B."', '"B. A."', '"A. B." "Exampleton"', '"A. C."', '"ab_example"', '"@ab_example"',
        '"ab_example" site:reddit.com', '"ab@example.org"', '"ab"', '"+447700900123"',
        '"07700900123"', '"1 Example Street" "Exampleton"', '"A. B." leaked',
    ],
)  # fmt: skip
def test_the_sheet_has_the_query(query: str) -> None:
    assert query in queries(FULL)


def test_nothing_given_gives_no_query_but_the_safe_ways() -> None:
    sheet = make_sheet(SelfSearch())
    assert sheet.sections == ()
    assert sheet.alerts.queries == ()
    assert sheet.before
    assert sheet.engines


def test_former_names_are_in_a_part_of_their_own_and_never_with_words_of_such_pages() -> None:
    sheet = make_sheet(FULL)
    (former,) = [one for one in sheet.sections if one.title.line == "title.former_names"]
    assert former.notes
    others = [query for one in sheet.sections if one is not former for query in one.queries]
    assert not any("A. C." in query for query in others)


def test_alerts_are_for_names_handles_and_e_mail_and_never_for_number_or_address() -> None:
    alerts = " ".join(make_sheet(FULL).alerts.queries)
    assert '"A. B."' in alerts
    assert "Example Street" not in alerts
    assert "7700" not in alerts


@pytest.mark.parametrize("under18", [Under18.YES, Under18.NOT_SURE])
def test_under_18_nothing_leads_to_the_picture(under18: Under18) -> None:
    sheet = make_sheet(FULL, under18=under18)
    assert not any("leaked" in query or "nude" in query for query in queries(FULL, under18))
    assert {engine.searches for engine in sheet.engines} == {"words"}
    assert any(note.line == "before.hotline" for note in sheet.before)


def test_where_nobody_asked_the_age_the_notes_say_what_to_leave_out() -> None:
    (beside,) = [one for one in make_sheet(FULL).sections if one.title.line == "title.beside"]
    assert beside.notes[0].line == "note.beside.under_18"


def test_the_picture_is_never_to_be_uploaded() -> None:
    assert any(note.line == "before.no_upload" for note in make_sheet(FULL).before)
    for engine in load_engines().values():
        if engine.searches != "words":
            assert engine.may_go_wrong


@given(st.dictionaries(st.sampled_from(KINDS), st.lists(st.text(max_size=100), max_size=8)))
def test_any_sheet_is_bounded_and_every_query_is_one_line_with_whole_phrases(
    table: dict[str, list[str]],
) -> None:
    try:
        search = SelfSearch(**{kind: tuple(given) for kind, given in table.items()})
    except BadTerm:
        return
    sheet = make_sheet(search)
    found = [query for one in (*sheet.sections, sheet.alerts) for query in one.queries]
    assert len(found) <= 70 * MAX_OF_A_KIND
    for query in found:
        assert len(query) <= 300
        assert query.splitlines() == [query]
        assert query.count('"') in (2, 4)
        assert '""' not in query
    assert all(section.queries for section in sheet.sections)
    assert as_text(sheet, date(2026, 11, 22)).count("  [ ] ") == len(found)


@pytest.mark.parametrize(
    ("number", "some"),
    [
        ("+44 7700 900123", {"07700900123", "+447700900123", "00447700900123", "7700900123"}),
        ("0044 7700 900123", {"07700900123", "+447700900123"}),
        ("+44 (0)7700 900123", {"+447700900123", "07700900123"}),
        ("+1 202-555-0100", {"+12025550100", "2025550100"}),
        ("+353 20 911 0000", {"+353209110000", "0209110000"}),
        ("07700 900123", {"07700900123", "07700-900123", "07700 900123"}),
    ],
)
def test_a_number_is_written_in_many_ways(number: str, some: set[str]) -> None:
    forms = forms_of(number)
    assert some <= set(forms)
    assert forms[0] == number
    assert len(set(forms)) == len(forms)


def test_in_north_america_no_number_begins_with_a_zero() -> None:
    assert "02025550100" not in forms_of("+1 202-555-0100")


@pytest.mark.parametrize("number", ["", "A. B.", "1234", "1" * 21, "+", "()"])
def test_what_is_no_number_gives_no_query(number: str) -> None:
    assert forms_of(number) == ()


@given(st.text(max_size=100))
def test_no_number_gives_more_than_a_dozen_forms(number: str) -> None:
    assert len(forms_of(number)) <= 12


def test_a_printed_sheet_says_where_advice_is_from_and_when_it_is_old() -> None:
    engines = len(load_engines())
    assert as_text(make_sheet(FULL), date(2026, 11, 22)).count("Checked 22 November") == engines
    assert "checked again" not in as_text(make_sheet(FULL), date(2026, 11, 22))
    assert as_text(make_sheet(FULL), date(2027, 6, 1)).count("checked again") == engines


def test_no_query_shows_in_a_repr() -> None:
    assert "A. B." not in repr(make_sheet(FULL))
