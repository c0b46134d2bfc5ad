"""Which steps come, and in which order."""

import itertools
from datetime import date

import pytest

from staydown.base import wording
from staydown.base.incident import Motive
from staydown.base.labels import may_be_asked
from staydown.base.vocabulary import Under18
from staydown.guidance.safety_plan.ordering import PlannedStep, order_steps
from staydown.guidance.safety_plan.plan_text import as_text, helping_with
from staydown.guidance.safety_plan.questions import QUESTIONS, BadAnswer, answers_of
from staydown.guidance.safety_plan.reading import load_steps
from staydown.guidance.safety_plan.situation import Answer, Situation

GIVEN: tuple[Answer | None, ...] = (None, *Answer)
MAY_HOLD = (Answer.YES, Answer.NOT_SURE)
ASKED = [question.about for question in QUESTIONS]
SUDDENLY = "change-nothing-suddenly"


def ids(plan: tuple[PlannedStep, ...]) -> list[str]:
    return [planned.step.id for planned in plan]


def belongs(name: str, answers: dict[Situation, Answer]) -> bool:
    """Whether a step belongs to a plan, worked out anew: only a no leaves out what is for one."""
    step = load_steps()[name]
    if {one for one, given in answers.items() if given in MAY_HOLD} & set(step.not_when):
        return False
    ruled_out = {one for one, given in answers.items() if given is Answer.NO}
    return not step.for_when or not set(step.for_when) <= ruled_out


def hold(plan: tuple[PlannedStep, ...], answers: dict[Situation, Answer]) -> None:
    """Fail unless a plan is whole and in order."""
    names = ids(plan)
    assert sorted(names) == sorted(name for name in load_steps() if belongs(name, answers))
    assert [planned.number for planned in plan] == list(range(1, len(plan) + 1))
    place = {name: number for number, name in enumerate(names)}
    cautions = [planned.step.kind == "caution" for planned in plan]
    assert cautions == sorted(cautions, reverse=True)
    assert names[0] == "danger-now"
    watched = answers.get(Situation.WATCHED)
    for planned in plan:
        for before in planned.step.first:
            assert before not in place or place[before] < place[planned.step.id]
        assert planned.may_be_noticed == (planned.step.alerts and watched is not Answer.NO)
        assert not planned.may_be_noticed or place[SUDDENLY] < place[planned.step.id]


def test_any_combination_of_answers_gives_all_its_steps_with_warnings_before() -> None:
    """Of the 65,536 combinations every 29th, so that each question meets each answer."""
    tried = 0
    every = itertools.product(GIVEN, repeat=len(ASKED))
    for combination in itertools.islice(every, 0, None, 29):
        answers = {one: given for one, given in zip(ASKED, combination, strict=True) if given}
        hold(order_steps(answers), answers)
        tried += 1
    assert tried > 2000


@pytest.mark.parametrize("under18", list(Under18))
def test_every_single_answer_holds_for_every_age(under18: Under18) -> None:
    age = {
        Under18.NO: Answer.NO,
        Under18.YES: Answer.YES,
        Under18.NOT_SURE: Answer.NOT_SURE,
    }[under18]
    for one, given in itertools.product(ASKED, Answer):
        known = {one: given, Situation.UNDER_18: age}
        hold(order_steps({one: given}, under18=under18), known)


def test_somebody_who_may_be_watched_reads_first_what_not_to_change() -> None:
    for answer in MAY_HOLD:
        plan = order_steps({Situation.WATCHED: answer})
        assert ids(plan)[:2] == ["danger-now", SUDDENLY]
        assert any(planned.may_be_noticed for planned in plan)


def test_without_an_answer_a_warning_stays() -> None:
    plan = order_steps({})
    assert SUDDENLY in ids(plan)
    assert len(plan) == len(load_steps())


def test_somebody_who_is_not_watched_sees_no_mark() -> None:
    plan = order_steps({Situation.WATCHED: Answer.NO})
    assert SUDDENLY not in ids(plan)
    assert not any(planned.may_be_noticed for planned in plan)


def test_what_nobody_notices_comes_before_what_may_be_noticed() -> None:
    plan = order_steps({Situation.WATCHED: Answer.YES})
    soon = [planned.may_be_noticed for planned in plan if planned.step.urgency == "soon"]
    assert soon == sorted(soon)


def test_an_answer_brings_its_steps_forward() -> None:
    asked = ids(order_steps({Situation.HIDDEN_CAMERA: Answer.YES, Situation.WATCHED: Answer.NO}))
    skipped = ids(order_steps({Situation.WATCHED: Answer.NO}))
    assert asked.index("room-check") < skipped.index("room-check")
    assert asked.index("room-found") < asked.index("room-check")


@pytest.mark.parametrize("under18", [Under18.YES, Under18.NOT_SURE])
def test_under_18_nothing_is_saved_and_only_what_takes_them_is_named(under18: Under18) -> None:
    plan = order_steps({Situation.POLICE: Answer.YES}, under18=under18)
    names = ids(plan)
    assert "under-18-copy-nothing" in names
    assert "fingerprint-under-18" in names
    assert not {"evidence-before-reporting", "evidence-two-copies", "fingerprint-adult"} & {*names}
    for planned in plan:
        assert all(one.takes_under18 for one in helping_with(planned, maybe_under18=True))


def test_where_everybody_was_18_the_caution_goes() -> None:
    names = ids(order_steps({}, under18=Under18.NO))
    assert not {"under-18-copy-nothing", "fingerprint-under-18"} & {*names}
    assert "evidence-before-reporting" in names


def test_answers_never_say_the_age() -> None:
    """It is asked elsewhere; an answer under its word changes nothing."""
    assert order_steps({Situation.UNDER_18: Answer.NO}) == order_steps({})


def test_at_most_eight_questions_and_none_asks_why() -> None:
    assert len(QUESTIONS) <= 8
    assert len({question.about for question in QUESTIONS}) == len(QUESTIONS)
    assert Situation.UNDER_18 not in ASKED
    for question in QUESTIONS:
        text = wording.text(question.text).lower()
        assert text.endswith("?")
        assert not {"why", "reason", "motive", "because", "purpose"} & set(text.split())


def test_no_question_asks_for_a_motive() -> None:
    assert not may_be_asked(Motive)
    assert not {motive.value for motive in Motive if motive is not Motive.UNKNOWN} & {*Situation}


def test_every_question_changes_the_plan() -> None:
    for about in ASKED:
        assert ids(order_steps({about: Answer.NO})) != ids(order_steps({about: Answer.YES}))


def test_answers_are_read_from_a_table() -> None:
    table = {"watched": "not_sure", "police": "no", "shared": ""}
    assert answers_of(table) == {
        Situation.WATCHED: Answer.NOT_SURE,
        Situation.POLICE: Answer.NO,
    }


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"motive": "secret"}, "these questions only"),
        ({"under_18": "no"}, "these questions only"),
        ({"watched": "secret"}, "watched: answer yes, no, not_sure"),
        ({"watched": True}, "watched: answer"),
        ({"watched": ["yes"]}, "watched: answer"),
        ({"watched": None}, "watched: answer"),
    ],
)
def test_a_bad_answer_is_named_and_not_repeated(table: dict[str, object], message: str) -> None:
    with pytest.raises(BadAnswer, match=message) as caught:
        answers_of(table)
    assert "secret" not in str(caught.value)


def test_a_printed_plan_says_sources_doubts_and_age() -> None:
    plan = order_steps({Situation.WATCHED: Answer.YES})
    fresh = as_text(plan, maybe_under18=False, today=date(2026, 11, 22))
    assert fresh.count("\n   What may go wrong: ") == len(plan)
    assert fresh.count("Checked 22 November 2026.") == len(plan)
    assert fresh.count("Someone who watches you may notice this.") == sum(
        planned.may_be_noticed for planned in plan
    )
    assert "Not confirmed: General knowledge" in fresh
    assert "old" not in fresh.split("Checked")[1]
    stale = as_text(plan, maybe_under18=False, today=date(2027, 6, 1))
    assert stale.count("This is old and was due to be checked again.") == len(plan)
