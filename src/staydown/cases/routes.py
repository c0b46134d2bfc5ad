"""The routes of a case: those of its facts, and those that the ladder leads to."""

from dataclasses import dataclass, replace
from datetime import datetime

from staydown.base.errors import StaydownError
from staydown.base.reasons import Reason
from staydown.cases.case import Case, Sent
from staydown.cases.clocks import clock_of
from staydown.guidance.support.reading import load_support
from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.ladder import Step, ladder
from staydown.notices.deadlines.terms import Happened
from staydown.notices.directory.directory import Directory
from staydown.notices.facts import Facts
from staydown.notices.routes.finding import find_routes
from staydown.notices.routes.next_step import ways_of
from staydown.notices.routes.risks import needs_advice
from staydown.notices.routes.route import Route, Routes
from staydown.notices.vocabulary import ClockEvent, RecipientKind, StepKind

#: What the id of a next step begins with; then the letter it follows, and its number.
_NEXT = "next"

#: Where a risk to stop for is not only read, but answered.
_ANSWERED_FOR = (RecipientKind.POLICE, RecipientKind.REGULATOR, RecipientKind.COURT)


class UnknownStep(StaydownError):
    """This next step does not apply here, or has several recipients and none was named."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """A rung of the ladder, and the id of the route to its letter."""

    step: Step
    title: Reason | str
    route_id: str
    way: Route


@dataclass(frozen=True, slots=True)
class Onward:
    """A next step, and the way that its letter is written for. ``which``: an id, "" for none."""

    step: Step
    route: Route
    which: str


def routes_for(facts: Facts, directory: Directory, now: datetime) -> Routes:
    """Return the routes of these facts, as the directory knows them on that day."""
    return find_routes(facts, directory, load_support(), now.date())


def route_of(
    case: Case, route_id: str, directory: Directory, now: datetime
) -> tuple[Route, Facts] | None:
    """Return a route and the facts it is for; None when it is not open."""
    draft = case.drafts.get(route_id)
    if draft is not None and draft.own is not None:
        return draft.own
    if case.facts is None:
        return None
    route = routes_for(case.facts, directory, now).get(route_id)
    route = route or _next_route(case, route_id, directory, now)
    return None if route is None else (route, case.facts)


def to_be_chosen(case: Case, route: Route) -> bool:
    """Whether the person must first say that they go on in spite of a risk to stop for."""
    heavy = needs_advice(route.risks)
    return heavy and route.recipient_kind in _ANSWERED_FOR and route.id not in case.chosen


def steps_of(sent: Sent, directory: Directory, now: datetime) -> tuple[NextStep, ...]:
    """Return what can be done next about a letter that was sent, each recipient by itself."""
    shown = show(sent.terms, sent.happened, now)
    found = routes_for(sent.facts, directory, now)
    steps: list[NextStep] = []
    for step in ladder(sent.route, sent.facts, directory, shown):
        ways = ways_of(step, sent.route, found)
        for number, way in enumerate(ways, start=1):
            alone = len(ways) == 1
            title = _title(step, sent) if alone else way.recipient
            name = f"{_NEXT}-{sent.id}-{step.order}" + ("" if alone else f".{number}")
            steps.append(NextStep(step, title, name, replace(way, id=name, recipient=title)))
    return tuple(steps)


def followed(case: Case, route_id: str) -> Sent | None:
    """Return the letter that a next step follows."""
    parts = route_id.split("-")
    return case.letter(parts[1]) if len(parts) == 3 and parts[0] == _NEXT else None


def onward(
    kind: StepKind,
    which: str | None,
    *,
    first: Route,
    facts: Facts,
    directory: Directory,
    sent: datetime | None,
    now: datetime,
) -> Onward:
    """Return the step of that kind after the route ``first``.

    ``sent``: when the first letter went, if that is known. ``which``: the id of the authority or
    place, where the step has several recipients. Raises UnknownStep, which names those there are.
    """
    happened = () if sent is None else (Happened(ClockEvent.SENT, sent),)
    steps = ladder(first, facts, directory, clock_of(first, facts, directory, happened, now))
    found = routes_for(facts, directory, now)
    every = [
        Onward(step, route, route.authority or route.place or "")
        for step in steps
        if step.kind is kind
        for route in ways_of(step, first, found)
    ]
    if not every:
        known = ", ".join(dict.fromkeys(step.kind.value for step in steps))
        raise UnknownStep(
            f"this step does not apply after this way; those that do: {known or 'none'}"
        )
    meant = [one for one in every if which is None or one.which == which]
    if len(meant) == 1:
        return meant[0]
    named = ", ".join(one.which for one in every if one.which)
    if not named:
        raise UnknownStep("this step has one kind of recipient alone: leave --which out")
    raise UnknownStep(f"say to whom: add --which with one of: {named}")


def _title(step: Step, sent: Sent) -> Reason | str:
    return sent.notice.to.name if step.kind is StepKind.REMINDER else step.recipient


def _next_route(case: Case, route_id: str, directory: Directory, now: datetime) -> Route | None:
    """Return the route of a next step."""
    sent = followed(case, route_id)
    if sent is None:
        return None
    steps = steps_of(sent, directory, now)
    return next((one.way for one in steps if one.route_id == route_id), None)
