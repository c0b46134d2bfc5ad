"""``quarantine``: what is held back because so much came in at once."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from staydown.cli.bank.options import json_option, load_and_open, settings_option

if TYPE_CHECKING:
    from staydown.bank.api.quarantine import GroupLine

numbers_argument = click.argument("groups", nargs=-1, required=True, type=click.IntRange(min=1))
by_option = click.option("--by", required=True, help="Your name, for the record.")
reason_option = click.option("--reason", required=True, help="Why, for the record.")


@click.group()
def quarantine() -> None:
    """Hand-ins that are held back because so many came at once."""


@quarantine.command("list")
@click.option("--past", is_flag=True, help="List groups that are over instead.")
@settings_option
@json_option
def list_groups(*, past: bool, settings_file: Path, as_json: bool) -> None:
    """Print what is held back or was dropped, in groups that look alike."""
    _, site = load_and_open(settings_file)
    from staydown.bank.api import quarantine as api

    lines = api.groups(site.bank, past=past)
    for line in lines:
        click.echo(json.dumps(_object(line)) if as_json else _text(line))
    if not lines and not as_json:
        click.echo("No groups.", err=True)


@quarantine.command("release")
@numbers_argument
@by_option
@reason_option
@settings_option
def release(groups: tuple[int, ...], by: str, reason: str, settings_file: Path) -> None:
    """Let GROUPS go to partners with the next changes."""
    _, site = load_and_open(settings_file)
    from staydown.bank.api import quarantine as api

    api.release(site.bank, groups, by=by, reason=reason)
    click.echo("They go to partners with the next changes.")


@quarantine.command("drop")
@numbers_argument
@by_option
@click.option("--agreed-by", required=True, help="A second person who looked at them and agrees.")
@reason_option
@settings_option
def drop(
    groups: tuple[int, ...], by: str, agreed_by: str, reason: str, settings_file: Path
) -> None:
    """Keep GROUPS from partners. You can bring them back for 30 days.

    People whose hand-in is among them see on their page that it was set aside, and when. What looks
    alike and comes in later is not dropped: it makes another group.
    """
    _, site = load_and_open(settings_file)
    from staydown.bank.api import quarantine as api

    api.drop(site.bank, groups, by=by, agreed_by=agreed_by, reason=reason)
    click.echo("Partners don't get them. To bring them back within 30 days: quarantine restore")


@quarantine.command("restore")
@numbers_argument
@by_option
@reason_option
@settings_option
def restore(groups: tuple[int, ...], by: str, reason: str, settings_file: Path) -> None:
    """Bring dropped GROUPS back. They go to partners with the next changes."""
    _, site = load_and_open(settings_file)
    from staydown.bank.api import quarantine as api

    api.restore(site.bank, groups, by=by, reason=reason)
    click.echo("They go to partners with the next changes.")


def _text(line: "GroupLine") -> str:
    who = f"partner {line.partner}" if line.partner else "people"
    rows = [
        f"group {line.number}: {line.state.value}",
        f"  from:      {who}",
        f"  began:     {_time(line.began_at)}",
        f"  hand-ins:  {line.hand_ins}, with {line.pictures} pictures ({line.waiting} still held)",
        f"  look:      {line.looks}",
    ]
    if line.state.value == "held":
        rows.append(f"  goes on:   {_time(line.until)} at the latest")
    if line.dropped_by:
        rows.append(f"  dropped:   by {line.dropped_by}, agreed by {line.agreed_by}: {line.reason}")
    if line.state.value == "dropped":
        rows.append(f"  can come back until {_time(line.until)}")
    return "\n".join(rows)


def _object(line: "GroupLine") -> dict[str, object]:
    """Return a group for ``--json``; times in UTC."""
    return {
        "group": line.number,
        "state": line.state.value,
        "look": line.looks,
        "partner": line.partner or None,
        "began_at": line.began_at.isoformat(),
        "until": line.until.isoformat(),
        "hand_ins": line.hand_ins,
        "pictures": line.pictures,
        "waiting": line.waiting,
        "dropped_by": line.dropped_by or None,
        "agreed_by": line.agreed_by or None,
        "reason": line.reason or None,
    }


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
