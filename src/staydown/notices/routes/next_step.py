"""The way of a next step: the one that was taken, turned into one that the step's letter fits."""

from dataclasses import replace

from staydown.base.reasons import reasons
from staydown.base.records import Standing
from staydown.notices.deadlines.ladder import Step
from staydown.notices.routes.reveals import NAMES_LAWS, reveals_of
from staydown.notices.routes.risks import together
from staydown.notices.routes.route import Ground, Route, Routes
from staydown.notices.vocabulary import Letter, StepKind

_say = reasons("notices.routes")


def ways_of(step: Step, first: Route, found: Routes) -> tuple[Route, ...]:
    """Return the ways of a step after ``first``: like the open ones that its letter fits, if any.

    Each has the risks of both, heaviest first, and says why in the step's words. Without an open
    one the letter names no law: that of the first binds the one it went to, and
    perhaps nobody else.
    """
    if step.kind is StepKind.REMINDER:
        risks = together((*first.risks, *step.risks))
        return (replace(first, letter=step.letter, why=(step.why,), risks=risks),)
    alike = [
        replace(route, why=(step.why,), risks=together((*route.risks, *step.risks)))
        for route in found.routes
        if route.letter is step.letter and route.authority == step.authority
    ]
    return tuple(alike) or (
        replace(
            first,
            letter=step.letter,
            recipient_kind=step.recipient_kind,
            recipient=step.recipient,
            authority=step.authority,
            why=(step.why,),
            risks=step.risks,
            ground=_without_law(first.ground),
            place=None,
            jurisdiction=None,
            # What the first letter told whom is not what this one tells.
            reveals=reveals_of(
                step.recipient_kind,
                step.letter,
                None,
                step.recipient,
                None,
                country=step.letter in _TELLS_COUNTRY,
            ),
            deadline=(),
            needs=(),
            who_may_use=(),
            depends_on=(),
        ),
    )


#: Access providers are those of the person's own country, and know it.
_TELLS_COUNTRY = NAMES_LAWS - {Letter.INTERNET_PROVIDER}


def _without_law(first: Ground) -> Ground:
    """Return a ground of which nothing is known: the first one's source says nothing of it."""
    why = _say("ground.no_record")
    return Ground("", Standing(first.standing.checked, confirmed=False, why=why))
