"""The routes of a case: those of its facts, and those that the ladder leads to."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import Http404

from staydown.guidance.support.reading import load_support
from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.ladder import Step, ladder
from staydown.notices.facts import Facts
from staydown.notices.routes.finding import find_routes
from staydown.notices.routes.next_step import ways_of
from staydown.notices.routes.risks import needs_advice
from staydown.notices.routes.route import Route, Routes
from staydown.notices.words import RecipientKind, StepKind
from staydown.web.case_site.law import directory
from staydown.web.case_site.memory import Case, Sent
from staydown.web.case_site.process import current

#: What the id of a next step begins with; then the letter it follows, and its number.
_NEXT = "next"

#: Where a risk to stop for is not only read, but answered.
_ANSWERED_FOR = (RecipientKind.POLICE, RecipientKind.REGULATOR, RecipientKind.COURT)


@dataclass(frozen=True, slots=True)
class NextStep:
    """A rung of the ladder, and the id of the route to its letter."""

    step: Step
    title: str
    route_id: str
    way: Route


def routes_for(facts: Facts) -> Routes:
    """Return the routes of these facts, as the directory knows them today."""
    today = current().clock.now().date()
    return find_routes(facts, directory(), load_support(), today)


def route_of(case: Case, route_id: str) -> tuple[Route, Facts]:
    """Return a route and the facts it is for. Raises Http404 when it is not open."""
    draft = case.drafts.get(route_id)
    if draft is not None and draft.own is not None:
        return draft.own
    route = None
    if case.facts is not None:
        route = routes_for(case.facts).get(route_id) or _next_route(case, route_id)
    if route is None or case.facts is None:
        raise Http404
    return route, case.facts


def to_be_chosen(case: Case, route: Route) -> bool:
    """Whether the person must first say that they go on in spite of a risk to stop for."""
    heavy = needs_advice(route.risks)
    return heavy and route.recipient_kind in _ANSWERED_FOR and route.id not in case.chosen


def steps_of(sent: Sent, now: datetime) -> tuple[NextStep, ...]:
    """Return what can be done next about a letter that was sent, each recipient by itself."""
    shown, found = show(sent.terms, sent.happened, now), routes_for(sent.facts)
    steps: list[NextStep] = []
    for step in ladder(sent.route, sent.facts, directory(), shown):
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


def _title(step: Step, sent: Sent) -> str:
    return sent.notice.to.name if step.kind is StepKind.REMINDER else step.recipient


def _next_route(case: Case, route_id: str) -> Route | None:
    """Return the route of a next step."""
    sent = followed(case, route_id)
    if sent is None:
        return None
    steps = steps_of(sent, current().clock.now())
    return next((one.way for one in steps if one.route_id == route_id), None)
