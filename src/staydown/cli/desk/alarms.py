"""``staydown desk alarms``: what somebody should look at, and letting it go on."""

import json
import textwrap
from datetime import datetime
from pathlib import Path

import click

from staydown.cli.desk.manage import entries_type, json_option
from staydown.cli.desk.options import open_desk, settings_option
from staydown.review.records import AlarmLine, AlarmState

#: The name that the operator's own marks get: the command line knows no other.
_OPERATOR = "operator"

number_argument = click.argument("number", type=click.IntRange(min=1))


@click.group(invoke_without_command=True)
@settings_option
@click.pass_context
def alarms(context: click.Context, settings_file: Path) -> None:
    """What somebody should look at. Without a command: list it."""
    if context.invoked_subcommand is None:
        context.invoke(list_alarms, settings_file=settings_file)
    else:  # so that the option may come before the command too
        same = {"settings_file": settings_file}
        context.default_map = dict.fromkeys(alarms.commands, same)


@alarms.command("list")
@click.option("--lifted", is_flag=True, help="List lifted alarms instead.")
@settings_option
@json_option
def list_alarms(*, lifted: bool, settings_file: Path, as_json: bool) -> None:
    """Print a line for each alarm: number, state, how often, when last, what."""
    open_desk(settings_file)
    from staydown.review import api

    lines = api.alarm_lines(lifted=lifted)
    for line in lines:
        if as_json:
            click.echo(json.dumps(_object(line)))
        else:
            when = _time(line.last_at)
            click.echo(f"{line.number}  {line.state.value:6}  {line.count} x  {when}  {line.title}")
    if not lines and not as_json:
        click.echo("No alarms.", err=True)


@alarms.command("show")
@number_argument
@settings_option
@json_option
def show_alarm(number: int, settings_file: Path, as_json: bool) -> None:
    """Print everything about the alarm NUMBER, and what can be done."""
    open_desk(settings_file)
    from staydown.review import api

    line = api.find_alarm(number)
    if as_json:
        click.echo(json.dumps(_object(line)))
        return
    click.echo(f"{line.title}\n")
    click.echo(textwrap.fill(line.text, 90) + "\n")
    if line.state is not AlarmState.LIFTED:
        click.echo(textwrap.fill(line.advice, 90) + f"\n\n  {line.command}\n")
    click.echo(f"state: {line.state.value}")
    click.echo(f"first: {_time(line.raised_at)}\nlast: {_time(line.last_at)}\ntimes: {line.count}")
    if line.seen_at is not None:
        click.echo(f"seen: {_time(line.seen_at)}, {line.seen_by}")
    if line.lifted_at is not None:
        click.echo(f"lifted: {_time(line.lifted_at)}, {line.lifted_by}")
        click.echo(f"reason: {line.reason or 'none given'}")
    for name, value in sorted(line.values.items()):
        click.echo(f"{name}: {value}")


@alarms.command("seen")
@number_argument
@settings_option
def seen_alarm(number: int, settings_file: Path) -> None:
    """Note that the alarm NUMBER was seen. Nothing else changes."""
    desk = open_desk(settings_file)
    from staydown.review import api

    api.mark_alarm_seen(number, _OPERATOR, desk.clock, moderator_id=None)
    click.echo(f"Alarm {number} is marked as seen. It stays until it is lifted.")


@alarms.command("lift")
@number_argument
@click.option(
    "--entries",
    type=entries_type,
    default=None,
    help="Let the bank send and keep this many more.",
)
@click.option("--reason", default="", help="Why, for the record; at most 200 characters.")
@settings_option
def lift_alarm(number: int, entries: int | None, reason: str, settings_file: Path) -> None:
    """Say that the alarm NUMBER is over, and let its bank go on."""
    desk = open_desk(settings_file)
    from staydown.review import api

    if len(reason) > 200 or not reason.isprintable():
        raise click.BadParameter("a reason has at most 200 characters, on one line")
    api.lift_alarm(number, desk.clock, entries=entries or 0, reason=reason)
    click.echo(f"Alarm {number} is lifted.")


def _object(line: AlarmLine) -> dict[str, object]:
    """Return an alarm for ``--json``; times in UTC."""
    return {
        "number": line.number,
        "kind": line.kind.value,
        "subject": line.subject,
        "state": line.state.value,
        "count": line.count,
        "raised_at": line.raised_at.isoformat(),
        "last_at": line.last_at.isoformat(),
        "seen_by": line.seen_by,
        "lifted_by": line.lifted_by,
        "reason": line.reason,
        "values": dict(line.values),
        "title": line.title,
    }


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
