"""``staydown notice ladder``: what to do next when a notice brought nothing."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from staydown.base.clock import SystemClock
from staydown.base.errors import StaydownError
from staydown.base.records import Standing
from staydown.base.wording import text
from staydown.cases.clocks import clock_of
from staydown.cases.routes import routes_for
from staydown.cli.notice.input_files import read_facts
from staydown.cli.notice.moments import happened_of, moment_here, moment_options
from staydown.cli.notice.records import checked_in_words, standing_record
from staydown.cli.notice.risks import risk_and_doubts
from staydown.notices.deadlines.ladder import Step
from staydown.notices.deadlines.ladder import ladder as steps_after
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.route import Route


class UnknownRoute(StaydownError):
    """No open route has this id."""


@click.command("ladder")
@click.option("--facts", "facts_file", type=click.Path(path_type=Path), required=True,
              metavar="FILE", help="A file of facts (TOML); - reads standard input.")  # fmt: skip
@click.option("--route", "route_id", required=True, metavar="ID",
              help="The way that was taken, as `staydown notice routes` names it.")  # fmt: skip
@moment_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def ladder(
    facts_file: Path, route_id: str, *, as_json: bool, **moments: tuple[datetime, ...]
) -> None:
    """List the next steps after a notice that brought nothing, and the letter of each.

    With the moments of the notice, each step has a day before which it may be too soon. Nothing
    is sent, and no step has to be taken.
    """
    facts, directory, now = read_facts(facts_file), load_directory(), SystemClock().now()
    route = _route(route_id, facts, directory, now)
    shown = clock_of(route, facts, directory, happened_of(moments), now)
    steps = steps_after(route, facts, directory, shown)
    if not steps:
        click.echo("There is no next step for this way.", err=True)
    for step in steps:
        known = directory.authorities.get(step.authority or "")
        standing, today = known.standing if known else None, now.date()
        if as_json:
            click.echo(json.dumps(_record(step, standing, today), ensure_ascii=False))
            continue
        for line in _lines(step, standing, today):
            click.echo(line)


def _route(route_id: str, facts: Facts, directory: Directory, now: datetime) -> Route:
    found = routes_for(facts, directory, now)
    route = found.get(route_id)
    if route is None:
        known = ", ".join(one.id for one in found.routes)
        raise UnknownRoute(f"this way is not open for these facts; open are: {known}")
    return route


def _lines(step: Step, standing: Standing | None, today: date) -> Iterator[str]:
    """``standing``: of the record of whom the step goes to, where it goes to an authority."""
    yield f"{step.order}. To {text(step.recipient)} (letter: {step.letter})"
    if standing is not None:
        yield f"   {checked_in_words(standing, today)}"
    which = f" --which {step.authority}" if step.authority else ""
    yield f"   Write it: --step {step.kind}{which}"
    due = f": from {moment_here(step.not_before, up=True)}" if step.not_before else ""
    yield f"   When: {text(step.when)}{due}"
    yield f"   Why: {text(step.why)}"
    for risk in step.risks:
        yield f"   {risk_and_doubts(risk, today)}"


def _record(step: Step, standing: Standing | None, today: date) -> dict[str, object]:
    return {
        "order": step.order,
        "kind": step.kind,
        "recipient_kind": step.recipient_kind,
        "recipient": text(step.recipient),
        "authority": step.authority,
        "authority_known": None if standing is None else standing_record(standing, today),
        "letter": step.letter,
        "when": text(step.when),
        "not_before": None if step.not_before is None else step.not_before.isoformat(),
        "why": text(step.why),
        "risks": [
            {"severity": risk.severity, "text": risk.text, **standing_record(risk.standing, today)}
            for risk in step.risks
        ],
    }
