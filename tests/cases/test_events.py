"""A case is what its events add up to: the same ones always, in whatever pieces they come."""

import dataclasses
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.incident import DistributionMode
from staydown.base.vocabulary import Under18
from staydown.cases import events
from staydown.cases.case import Case, Draft
from staydown.cases.events import Event, Full, after, fold
from staydown.notices.details import Details, Location
from staydown.notices.facts import Facts
from tests.cases.making import KINDS, any_event, histories, letters

FACTS = Facts(DistributionMode.SOCIAL_MEDIA)
DRAFT = Draft(Details(name="A. B.", states_accurate=True), None, None, "<1@notice.example>")


def test_every_kind_of_event_is_made_by_these_tests() -> None:
    assert set(KINDS) == set(get_args(Event))


@given(histories(), st.data())
def test_folding_piece_by_piece_is_folding_all(history: list[Event], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(history)))
    assert fold(history[cut:], fold(history[:cut])) == fold(history)


@given(histories(), any_event)
def test_an_event_leaves_the_case_before_it_as_it_was(history: list[Event], event: Event) -> None:
    case = fold(history)
    before = dataclasses.replace(case, drafts=dict(case.drafts))
    after(case, event)
    assert case == before


#: Said again, these mean something more: the last thing that happened is another one by then.
_SAYS_MORE = (events.AnswerNoted, events.AnswerTakenBack)


@given(histories(), any_event)
def test_a_second_click_changes_nothing(history: list[Event], event: Event) -> None:
    once = after(fold(history), event)
    if not isinstance(event, _SAYS_MORE):
        assert after(once, event) == once


@given(histories())
def test_where_somebody_may_be_under_18_nothing_typed_for_a_letter_stays(
    history: list[Event],
) -> None:
    case = fold([*history, events.AgeSaid(Under18.NOT_SURE)])
    assert case == Case(warned=case.warned, under18=Under18.NOT_SURE, sent=fold(history).sent)


def test_other_facts_take_choices_and_letters_of_the_old_ones_away() -> None:
    before = Case(facts=FACTS, chosen=frozenset({"police"}), drafts={"mine": DRAFT})
    changed = after(before, events.FactsSaid(dataclasses.replace(FACTS, under18=Under18.NO)))
    assert changed.chosen == frozenset()
    assert changed.drafts == {"mine": DRAFT}


def test_who_writes_is_taken_over_and_what_was_stated_is_not() -> None:
    case = fold([events.LettersDrafted((("r1", DRAFT),))])
    assert case.details == Details(name="A. B.")


def test_a_line_is_listed_once_and_keeps_its_number() -> None:
    lines = ("https://a.example/1", "the group chat", "https://a.example/1")
    case = fold([events.LocationsListed(lines), events.LocationRemoved("L-01")])
    case = after(case, events.LocationsListed(("https://b.example/2", "the group chat")))
    assert case.locations == (
        Location("L-02", info="the group chat"),
        Location("L-03", url="https://b.example/2"),
    )


@given(letters())
def test_a_letter_noted_from_a_draft_that_changed_meanwhile_is_not_noted(sent: object) -> None:
    case = fold([events.LettersDrafted((("r1", DRAFT),))])
    older = dataclasses.replace(DRAFT, message_id="<0@notice.example>")
    assert after(case, events.LetterSent("r1", older, sent)) == case  # type: ignore[arg-type]


def full_of_letters() -> Case:
    return Case(drafts={str(number): DRAFT for number in range(events.MAX_SENT)})


def full_list() -> Case:
    return Case(locations=tuple(Location(f"L-{n:02}") for n in range(1, events.MAX_LOCATIONS + 1)))


@pytest.mark.parametrize(
    ("case", "event"),
    [
        (full_of_letters(), events.LettersDrafted((("one more", DRAFT),))),
        (full_list(), events.LocationsListed(("one more",))),
    ],
)
def test_where_there_is_no_room_the_event_is_refused(case: Case, event: Event) -> None:
    with pytest.raises(Full, match="there is room for"):
        after(case, event)


def test_a_printed_case_or_event_shows_nothing_that_was_typed() -> None:
    said: list[Event] = [
        events.FactsSaid(Facts(DistributionMode.PORN_SITE, site="planted.example")),
        events.LocationsListed(("https://planted.example/1",)),
        events.LocationDescribed("L-01", "planted", "planted", "planted", "planted"),
        events.LettersDrafted((("x", dataclasses.replace(DRAFT, message_id="<planted>")),)),
        events.PlanAnswered((("planted", "planted"),)),
        events.LookedUp("planted", "places"),
    ]
    assert "lanted" not in repr(fold(said))
    assert "lanted" not in repr(said)
    assert "A. B." not in repr(said)
