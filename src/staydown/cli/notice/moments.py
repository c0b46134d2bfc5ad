"""Moments on the command line: when something happened to a notice."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import click

from staydown.notices.deadlines.in_words import EVENTS
from staydown.notices.deadlines.terms import Happened
from staydown.notices.words import ClockEvent


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
            help=f"When it was {EVENTS[event]}.",
        )(command)
    return command


def happened_of(options: Mapping[str, tuple[datetime, ...]]) -> tuple[Happened, ...]:
    """Collect what the options of ``moment_options`` say."""
    return tuple(
        Happened(event, moment) for event in ClockEvent for moment in options.get(event.value, ())
    )
