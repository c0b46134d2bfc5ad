"""``staydown directory``: read and check what is known of laws, places and services."""

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from staydown.base.clock import SystemClock
from staydown.base.records import BadRecord, Standing
from staydown.cli.country import country_code
from staydown.cli.output import complain, escaped
from staydown.guidance.advice_linting import lint_advice
from staydown.guidance.safety_plan.reading import load_steps
from staydown.guidance.self_search.engine import load_engines
from staydown.guidance.support import linting as support_linting
from staydown.guidance.support import reading as support_reading
from staydown.notices.directory import linting, reading
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.records import Record
from staydown.notices.directory.staleness import every_record

KINDS = (*reading.SHAPES, "support", "step", "engine")

#: One shape, which each package calls its own.
Finding = linting.Finding | support_linting.Finding

_on = click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="As of this day; today if left out."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line.")
_folder = click.Path(file_okay=False, exists=True, path_type=Path)


@dataclass(frozen=True, slots=True)
class Item:
    """A record of either package: its kind, id, places ("US"; "INT" is worldwide) and state."""

    kind: str
    id: str
    places: tuple[str, ...]
    name: str
    standing: Standing
    values: Mapping[str, Any]


@click.group()
def directory() -> None:
    """Read and check what is known of laws, places and services."""


@directory.command()
@click.option("--folder", type=_folder, help="Check this copy of the directory of laws and places.")
@click.option("--support-folder", type=_folder, help="Check this copy of the services that help.")
@_on
@_json
def lint(
    folder: Path | None, support_folder: Path | None, on: datetime | None, as_json: bool
) -> None:
    """Check every record. Exit code 1 where something is wrong; warnings only ask to look.

    With a folder, that copy alone is checked.
    """
    findings = _findings(folder, support_folder, _today(on))
    for one in findings:
        where = one.file or "the folder"
        _say(
            {"file": one.file, "severity": one.severity, "text": one.text}
            if as_json
            else f"{one.severity}: {where}: {one.text}"
        )
    errors = sum(one.severity == "error" for one in findings)
    if not as_json:
        click.echo(f"{errors} errors, {len(findings) - errors} warnings", err=True)
    if errors:
        sys.exit(1)


def _findings(laws: Path | None, services: Path | None, today: date) -> list[Finding]:
    found: list[Finding] = []
    everything = laws is None and services is None
    if everything or laws is not None:
        found += linting.lint(laws or reading.SHIPPED, today)
    if everything or services is not None:
        found += support_linting.lint(services or support_reading.FOLDER, today)
    if everything:
        found += lint_advice(today)
    return found + _unknown_helplines(laws or reading.SHIPPED, services or support_reading.FOLDER)


@directory.command("list")
@click.argument("kind", required=False, type=click.Choice(KINDS), metavar="[KIND]")
@click.option(
    "--country",
    callback=country_code,
    metavar="XX",
    help="Only this country, and what it belongs to.",
)
@_json
def list_records(kind: str | None, country: str | None, as_json: bool) -> None:
    """List records: all of them, or those of one KIND.

    KIND is jurisdictions, regimes, laws, authorities, risks, places, calendars, retired, support,
    step or engine.
    """
    known = reading.load_directory()
    wanted = known.chain(country) if country is not None else None
    anything, today = False, _today()
    for item in _items(known):
        if kind is not None and item.kind != kind:
            continue
        if wanted is not None and not set(item.places) & set(wanted):
            continue
        anything = True
        state = "confirmed" if item.standing.confirmed else "not confirmed"
        old = item.kind != "retired" and item.standing.is_stale(today)
        places = ",".join(item.places) or "-"
        _say(
            {"kind": item.kind, "id": item.id, "places": item.places, "state": state,
             "stale": old, "name": item.name}
            if as_json
            else f"{item.kind}  {item.id}  {places}  {state}{', due' if old else ''}  {item.name}"
        )  # fmt: skip

    if not anything:
        complain("note: nothing is known of that")


@directory.command()
@click.argument("record_id", metavar="ID")
@_json
def show(record_id: str, as_json: bool) -> None:
    """Show all that is known under ID, with where it comes from and when it was checked."""
    found = [item for item in _items(reading.load_directory()) if item.id == record_id]
    if not found:
        raise BadRecord("there is no record of that id: see “staydown directory list”")
    today = _today()
    for item in found:
        if as_json:
            stale_now = item.standing.is_stale(today)
            _say({"kind": item.kind, "stale": stale_now, "record": item.values})
            continue
        _say(f"{item.kind}/{item.id}")
        _say(f"  {_state(item.standing, today)}")
        for line in _lines(item.values):
            _say(f"  {line}")


@directory.command()
@_on
@_json
def stale(on: datetime | None, as_json: bool) -> None:
    """List the records that somebody should check again, longest due first."""
    today = _today(on)
    due = [
        item
        for item in _items(reading.load_directory())
        if item.kind != "retired" and item.standing.is_stale(today)
    ]
    for item in sorted(due, key=lambda one: (one.standing.due, one.kind, one.id)):
        checked, since = item.standing.checked.isoformat(), item.standing.due.isoformat()
        _say(
            {"kind": item.kind, "id": item.id, "checked": checked, "due": since}
            if as_json
            else f"{item.kind}/{item.id}: checked {checked}, due since {since}"
        )


def _items(known: Directory) -> Iterable[Item]:
    for kind, record in every_record(known):
        values = record.model_dump(mode="json", exclude_defaults=True)
        yield Item(kind, record.id, _places(record), _name(record), record.standing, values)
    for service in support_reading.load_support().values():
        values = service.model_dump(mode="json", exclude_defaults=True)
        places = (service.country, *service.also_for)
        yield Item("support", service.id, places, service.name, service.standing, values)
    for step in load_steps().values():
        values = step.model_dump(mode="json", exclude_defaults=True)
        yield Item("step", step.id, (), step.title, step.standing, values)
    for engine in load_engines().values():
        values = engine.model_dump(mode="json", exclude_defaults=True)
        yield Item("engine", engine.id, (), engine.name, engine.standing, values)


def _places(record: Record) -> tuple[str, ...]:
    values = (getattr(record, key, None) for key in ("code", "jurisdiction", "country"))
    return tuple(value for value in values if value)


def _name(record: Record) -> str:
    values = (getattr(record, key, "") for key in ("name", "citation", "was", "text"))
    return next((value for value in values if value), "")


def _state(standing: Standing, today: date) -> str:
    if standing.confirmed:
        said = f"confirmed on {standing.checked} at {standing.source}"
    else:
        said = f"NOT CONFIRMED ({standing.checked}): {standing.why}"
    if standing.is_stale(today):
        said += f" Due to be checked again since {standing.due}."
    return said


def _lines(values: Mapping[str, Any], indent: str = "") -> Iterable[str]:
    for key, value in values.items():
        if not indent and key in ("id", "checked", "confirmed", "why"):
            continue  # said in the line above
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for one in value:
                yield f"{indent}{key}:"
                yield from _lines(one, f"{indent}  ")
        else:
            yield f"{indent}{key}: {_in_words(value)}"


def _in_words(value: object) -> str:
    if isinstance(value, list):
        inner = (" or ".join(one) if isinstance(one, list) else str(one) for one in value)
        return "; ".join(inner)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _unknown_helplines(laws: Path, services: Path) -> list[Finding]:
    """The one check that needs both packages."""
    try:
        known = reading.read_directory(laws)
        services_known = support_reading.read_folder(services)
    except BadRecord:
        return []  # said already
    return [
        linting.Finding(
            f"jurisdictions/{one.id}.toml", "error", f"helplines: there is no service “{helpline}”"
        )
        for one in known.jurisdictions.values()
        for helpline in one.helplines
        if helpline not in services_known
    ]


def _say(what: str | Mapping[str, object]) -> None:
    """Print a line, or an object as one. What stands in a record can't steer the terminal."""
    if isinstance(what, str):
        click.echo(escaped(what.encode()).decode())
    else:
        click.echo(json.dumps(what))


def _today(on: datetime | None = None) -> date:
    return SystemClock().now().date() if on is None else on.date()
