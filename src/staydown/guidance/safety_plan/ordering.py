"""Which steps, in which order. Pure.

Only a "no" leaves a step out: not answering must never hide something that could protect somebody.
First come cautions. Then what is urgent; within that, what nobody can notice before what somebody
who watches may notice, and what an answer speaks for before the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from staydown.base.vocabulary import Under18
from staydown.guidance.safety_plan.reading import load_steps
from staydown.guidance.safety_plan.record import Step
from staydown.guidance.safety_plan.situation import Answer, Situation

_URGENCIES = ("now", "soon", "later")
_UNDER_18 = {
    Under18.NO: Answer.NO,
    Under18.YES: Answer.YES,
    Under18.NOT_SURE: Answer.NOT_SURE,
}


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step in its place (``number`` counts from 1).

    ``fits`` says that an answer speaks for it, ``may_be_noticed`` that somebody who watches (which
    wasn't ruled out) may see it being done.
    """

    number: int
    step: Step
    fits: bool
    may_be_noticed: bool


def order_steps(
    answers: Mapping[Situation, Answer],
    *,
    under18: Under18 | None = None,
    steps: Mapping[str, Step] | None = None,
) -> tuple[PlannedStep, ...]:
    """Return the plan for what somebody answered; ``{}`` is the plan for everybody.

    ``under18`` is whether anyone in the picture was under 18; ``None`` where it wasn't asked.
    """
    known = dict(answers)
    known.pop(Situation.UNDER_18, None)
    if under18 is not None:
        known[Situation.UNDER_18] = _UNDER_18[under18]
    all_steps = load_steps() if steps is None else steps
    chosen = {name: step for name, step in all_steps.items() if _belongs(step, known)}
    return tuple(
        PlannedStep(number, step, _fits(step, known), _may_be_noticed(step, known))
        for number, step in enumerate(_in_order(chosen, known), start=1)
    )


def _in_order(chosen: Mapping[str, Step], known: Mapping[Situation, Answer]) -> list[Step]:
    ordered: dict[str, Step] = {}

    def put(step: Step) -> None:
        for name in step.first:
            if name in chosen and name not in ordered:
                put(chosen[name])
        ordered.setdefault(step.id, step)

    for step in sorted(chosen.values(), key=lambda step: _rank(step, known)):
        put(step)
    return list(ordered.values())


def _rank(step: Step, known: Mapping[Situation, Answer]) -> tuple[bool, int, bool, int, int]:
    if step.kind == "caution":
        return (False, 0, False, 0, step.order)
    speaks_for = 0 if _fits(step, known) else 1 if not step.for_when else 2
    return (
        True,
        _URGENCIES.index(step.urgency),
        _may_be_noticed(step, known),
        speaks_for,
        step.order,
    )


def _belongs(step: Step, known: Mapping[Situation, Answer]) -> bool:
    if any(known.get(one) in (Answer.YES, Answer.NOT_SURE) for one in step.not_when):
        return False
    return not step.for_when or any(known.get(one) is not Answer.NO for one in step.for_when)


def _fits(step: Step, known: Mapping[Situation, Answer]) -> bool:
    return any(known.get(one) in (Answer.YES, Answer.NOT_SURE) for one in step.for_when)


def _may_be_noticed(step: Step, known: Mapping[Situation, Answer]) -> bool:
    return step.alerts and known.get(Situation.WATCHED) is not Answer.NO
