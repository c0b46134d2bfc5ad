"""One owner of the case: whole changes, bounds, and nothing left after it is forgotten."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from staydown.base.incident import DistributionMode
from staydown.base.vocabulary import Under18
from staydown.notices.details import Details, Location
from staydown.notices.facts import Facts
from staydown.web.case_site.memory import MAX_SENT, Case, Draft, Full, Memory, Moment

FACTS = Facts(DistributionMode.SOCIAL_MEDIA)
DRAFT = Draft(Details(name="A. B."), None, None, "<1@notice.example>")


def test_changes_from_many_threads_are_all_kept() -> None:
    memory = Memory()

    def add(number: int) -> None:
        location = Location(str(number), info="x")
        memory.change(lambda case: replace(case, locations=(*case.locations, location)))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.id for one in memory.read().locations} == {str(number) for number in range(50)}


def test_forgetting_leaves_an_empty_case() -> None:
    memory = Memory()
    memory.change(lambda case: replace(case, facts=FACTS, warned=True))
    memory.forget()
    assert memory.read() == Case()


def test_a_change_that_fails_changes_nothing() -> None:
    memory = Memory()
    drafts = {str(number): DRAFT for number in range(MAX_SENT)}
    memory.change(lambda case: replace(case, drafts=drafts))
    with pytest.raises(Full, match="room for"):
        memory.change(lambda case: case.with_draft("one more", DRAFT))
    assert memory.read().drafts == drafts


def test_other_facts_take_choices_and_letters_of_the_old_ones_away() -> None:
    case = Case(facts=FACTS, chosen=frozenset({"police"}), drafts={"mine": DRAFT})
    changed = case.with_facts(replace(FACTS, under18=Under18.NO))
    assert changed.chosen == frozenset()
    assert changed.drafts == {"mine": DRAFT}


def test_a_printed_case_shows_nothing_that_was_typed() -> None:
    case = Case(
        facts=Facts(DistributionMode.PORN_SITE, site="planted.example"),
        locations=(Location("L-01", url="https://planted.example/1"),),
        details=Details(name="Planted"),
        drafts={"x": DRAFT},
    )
    assert "lanted" not in repr(case)
    assert "A. B." not in repr(case)


def test_a_moment_says_how_far_it_is_from_utc() -> None:
    shown = str(Moment(datetime(2026, 11, 22, 10, 20, tzinfo=UTC)))
    assert "November 2026, " in shown
    assert "(UTC" in shown
    assert shown[-4] == ":"
