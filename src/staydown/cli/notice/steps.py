"""The letter of a next step: the way that was taken, turned into the way of the step."""

from dataclasses import dataclass
from datetime import datetime

from staydown.base.errors import StaydownError
from staydown.cli.notice.moments import moment_here
from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.ladder import Step, ladder
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.deadlines.terms import Happened, Shown
from staydown.notices.directory.directory import Directory
from staydown.notices.facts import Facts
from staydown.notices.routes.next_step import ways_of
from staydown.notices.routes.route import Route, Routes
from staydown.notices.words import ClockEvent, StepKind


class UnknownStep(StaydownError):
    """This next step does not apply here, or has several recipients and none was named."""


@dataclass(frozen=True, slots=True)
class Onward:
    """A next step, and the way that its letter is written for. ``which``: an id, "" for none."""

    step: Step
    route: Route
    which: str


def clock_of(
    route: Route,
    facts: Facts,
    directory: Directory,
    happened: tuple[Happened, ...],
    now: datetime,
) -> Shown | None:
    """Return the clock of a route that stands on a regime, once something has happened."""
    if route.ground.regime is None or not happened:
        return None
    places = (facts.person_country, facts.place_country)
    return show(terms_of(route.ground.regime, directory, places), happened, now)


def next_way(
    kind: StepKind,
    which: str | None,
    *,
    first: Route,
    found: Routes,
    facts: Facts,
    directory: Directory,
    sent: datetime | None,
    now: datetime,
) -> Onward:
    """Return the step of that kind after the way ``first``, one of those in ``found``.

    ``sent``: when the first letter went, if that is known. ``which``: the id of the authority or
    place, where the step has several recipients. Raises UnknownStep, which names those there are.
    """
    happened = () if sent is None else (Happened(ClockEvent.SENT, sent),)
    shown = clock_of(first, facts, directory, happened, now)
    steps = ladder(first, facts, directory, shown)
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


def too_soon(step: Step, now: datetime) -> str:
    """Return what to say where the step's day has not come; else "". It is no duty to wait."""
    if step.not_before is None or step.not_before <= now:
        return ""
    due = moment_here(step.not_before, up=True)
    return f"It may be too soon: this step comes {step.when}, from {due}."
