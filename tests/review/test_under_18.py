"""The rules for uploads that may show somebody under 18, as tables over every decision."""

import pytest

from staydown.base.vocabulary import Decision, GateAnswer
from staydown.review import under_18

EVERY = [None, *Decision]
MARKED = Decision.MAY_BE_UNDER_18


@pytest.mark.parametrize("decision", EVERY)
def test_the_platform_keeps_waiting_for_what_is_open_or_may_be_under_18(
    decision: Decision | None,
) -> None:
    assert under_18.waits(decision) is (decision in (None, MARKED))


@pytest.mark.parametrize("answer", [GateAnswer.FLAGGED, GateAnswer.HELD])
@pytest.mark.parametrize("decision", EVERY)
def test_an_upload_that_may_show_somebody_under_18_is_held_whatever_was_answered(
    decision: Decision | None, answer: GateAnswer
) -> None:
    wanted = GateAnswer.HELD if decision is MARKED else answer
    assert under_18.answer_now(answer, decision) is wanted


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("near_one", [False, True])
@pytest.mark.parametrize("decision", EVERY)
def test_only_somebody_named_decides_what_is_hidden(
    decision: Decision | None, near_one: bool, named: bool
) -> None:
    hidden = under_18.is_hidden(decision, near_one=near_one)
    assert hidden is (near_one or decision is MARKED)
    assert under_18.may_decide(hidden=hidden, named=named) is (named or not hidden)


@pytest.mark.parametrize("dialect", ["v1", "v2"])
@pytest.mark.parametrize("decision", list(Decision))
def test_v1_has_no_word_for_it_and_is_told_nothing(decision: Decision, dialect: str) -> None:
    nothing = under_18.says_nothing(decision, dialect)
    assert nothing is (decision is MARKED and dialect == "v1")


@pytest.mark.parametrize("decision", list(Decision))
def test_a_harmless_look_alike_does_not_speak_against_the_entry(decision: Decision) -> None:
    assert under_18.said(decision, one_elsewhere=False) is decision
    wanted = MARKED if decision is Decision.NOT_NCII else decision
    assert under_18.said(decision, one_elsewhere=True) is wanted
