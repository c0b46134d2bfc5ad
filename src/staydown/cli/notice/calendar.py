"""``staydown notice calendar``: deadlines as a calendar file, and which are over."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from staydown.base.clock import SystemClock
from staydown.base.wording import texts
from staydown.cli.new_file import save
from staydown.cli.notice.deadline import regime_of
from staydown.cli.notice.input_files import BadGiven, read_given
from staydown.cli.notice.moments import Moment, moment_by_own_clock
from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.entries import DeadlineEntry
from staydown.notices.deadlines.ical import to_ical
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.deadlines.overdue import overdue
from staydown.notices.deadlines.terms import Happened
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.reading import load_directory
from staydown.notices.vocabulary import ClockEvent

_MAX_ENTRIES = 1_000
_MAX_MOMENTS = 20
_KEYS = frozenset({"id", "title", "regime", "places", "happened"})


@click.command("calendar")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              help="Write the calendar here; a file that is there is not overwritten.")  # fmt: skip
@click.option("--plain", is_flag=True,
              help="Use the titles of the file, and name the law. Others may see it.")  # fmt: skip
@click.option("--overdue", "only_overdue", is_flag=True,
              help="Print which are over instead, longest first.")  # fmt: skip
@click.option("--now", type=Moment(), help="As at this moment.")
def calendar(
    file: Path, *, output: Path | None, plain: bool, only_overdue: bool, now: datetime | None
) -> None:
    """Make a calendar file of the deadlines in FILE (TOML, or - for standard input).

    Every event is called "Look again" and says nothing else, unless --plain is given.
    """
    entries = _entries(read_given(file), load_directory())
    now = now or SystemClock().now()
    if only_overdue:
        for entry in overdue(entries, now):
            shown = show(entry.terms, entry.happened, now)
            click.echo(f"{entry.id}: {texts(shown.to_sender)}")
            own = shown.wait_until and moment_by_own_clock(shown.wait_until, up=True)
            if own:
                click.echo(f"  By the clock of this machine: it was over on {own}.")
        return
    save(to_ical(entries, now, plain=plain), output)


def _entries(table: dict[str, Any], directory: Directory) -> tuple[DeadlineEntry, ...]:
    """Read the tables ``[[entry]]``. Messages name the entry's number and key, never a value."""
    listed = table.pop("entry", None)
    if table or not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadGiven("the file holds tables, each under a line [[entry]], and nothing else")
    if len(listed) > _MAX_ENTRIES:
        raise BadGiven(f"the file has more than {_MAX_ENTRIES} entries; split it")
    entries = tuple(
        _entry(one, f"entry {number}", directory) for number, one in enumerate(listed, start=1)
    )
    if len({entry.id for entry in entries}) < len(entries):
        raise BadGiven('two entries have the same "id"; each needs its own')
    return entries


def _entry(one: dict[str, Any], where: str, directory: Directory) -> DeadlineEntry:
    if not one.keys() <= _KEYS:
        raise BadGiven(f"{where}: the keys are {', '.join(sorted(_KEYS))}")
    places = one.get("places", [])
    if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
        raise BadGiven(f'{where}: "places" must be a list of codes such as ["US"]')
    regime = regime_of(_text(one, "regime", where), directory)
    return DeadlineEntry(
        _text(one, "id", where),
        _text(one, "title", where) if "title" in one else "",
        terms_of(regime, directory, places[:_MAX_MOMENTS]),
        _happened(one.get("happened"), where),
    )


def _text(one: dict[str, Any], key: str, where: str) -> str:
    value = one.get(key)
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= 200:
        raise BadGiven(f'{where}: "{key}" must be a text of 1 to 200 characters on one line')
    return value


def _happened(table: object, where: str) -> tuple[Happened, ...]:
    wanted = f'{where}: "happened" must be a table of moments with their zone, such as sent = '
    wanted += "2026-11-22T09:30:00Z; its keys: " + ", ".join(ClockEvent)
    if not isinstance(table, dict) or not table:
        raise BadGiven(wanted)
    found = []
    for key, value in table.items():
        moments = value if isinstance(value, list) else [value]
        for moment in moments:
            if key not in set(ClockEvent) or not isinstance(moment, datetime) or not moment.tzinfo:
                raise BadGiven(wanted)
            found.append(Happened(ClockEvent(key), moment))
    if len(found) > _MAX_MOMENTS:
        raise BadGiven(f'{where}: "happened" has more than {_MAX_MOMENTS} moments')
    return tuple(found)
