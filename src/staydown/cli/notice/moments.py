"""Moments on the command line: when something happened to a notice."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import click

from staydown.base import wording
from staydown.notices.deadlines.limits import event as event_reason
from staydown.notices.deadlines.limits import to_the_minute
from staydown.notices.deadlines.terms import Happened
from staydown.notices.vocabulary import ClockEvent


class Moment(click.ParamType[datetime]):
    """An ISO 8601 moment with its zone: 2026-11-22T10:20+01:00, or ending in Z for UTC."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value)[:64])
            aware = moment.tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            self.fail("write a moment with its zone, such as 2026-11-22T10:20+01:00", param, ctx)
        return moment


def moment_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add one option for each event of a clock, given to the command by the event's name."""
    for event in reversed(ClockEvent):
        command = click.option(
            f"--{event.value.replace('_', '-')}",
            event.value,
            type=Moment(),
            multiple=True,
            help=f"When it was {wording.text(event_reason(event))}.",
        )(command)
    return command


def happened_of(options: Mapping[str, tuple[datetime, ...]]) -> tuple[Happened, ...]:
    """Collect what the options of ``moment_options`` say."""
    return tuple(
        Happened(event, moment) for event in ClockEvent for moment in options.get(event.value, ())
    )


def moment_here(moment: datetime, *, up: bool = False) -> str:
    """Return a moment in UTC and, where that differs, as the clock of this machine shows it.

    "18 November 2026, 15:20 UTC = 18 November 2026, 20:50 (UTC+05:30)". Cut to the minute, or
    ``up`` to the next.
    """
    here = moment_by_own_clock(moment, up=up)
    return f"{wording.moment(to_the_minute(moment, up=up))}{f' = {here}' if here else ''}"


def moment_by_own_clock(moment: datetime, *, up: bool = False) -> str:
    """Return "18 November 2026, 20:50 (UTC+05:30)"; "" on a machine that goes by UTC then."""
    whole = moment.replace(second=0, microsecond=0)
    if up and whole < moment:
        whole += timedelta(minutes=1)
    own = whole.astimezone()
    if not own.utcoffset():
        return ""
    offset = f"{own:%z}"
    return f"{wording.day(own.date())}, {own:%H:%M} (UTC{offset[:3]}:{offset[3:5]})"
