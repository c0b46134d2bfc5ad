"""What is said of a record: where it comes from, when it was checked, and what is in doubt."""

from datetime import date

import click

from staydown.base.records import Standing
from staydown.base.wording import text
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.records import Record
from staydown.notices.routes.route import Route


def checked_in_words(standing: Standing, today: date) -> str:
    """Return source and day of a record in a line, and every doubt."""
    checked = f"checked {standing.checked.isoformat()}"
    if standing.is_stale(today):
        checked += ", which is long ago: look again"
    if not standing.confirmed:
        return f"Not confirmed: {text(standing.why)} ({checked})"
    seen = f"Source: {standing.source}, {checked}"
    points = "; ".join(standing.unconfirmed)
    return f"{seen}. Not confirmed in it: {points}" if points else seen


def doubts_in_words(standing: Standing, today: date) -> str:
    """Return what is in doubt about a record, to stand behind what it says; "" for nothing."""
    parts = []
    if not standing.confirmed:
        parts.append(f"Not confirmed: {text(standing.why)}")
    elif standing.unconfirmed:
        parts.append(f"Not confirmed in it: {'; '.join(standing.unconfirmed)}")
    if standing.is_stale(today):
        parts.append(f"Last checked on {standing.checked.isoformat()}: look again.")
    return " ".join(parts)


def standing_record(standing: Standing, today: date) -> dict[str, object]:
    """Return the same for a machine."""
    return {
        "confirmed": standing.confirmed,
        "source": standing.source,
        "checked": standing.checked.isoformat(),
        "stale": standing.is_stale(today),
        "not_confirmed_why": text(standing.why),
        "not_confirmed_points": standing.unconfirmed,
    }


def warn_of_record(route: Route, directory: Directory, today: date) -> None:
    """Say where an address comes from when nobody saw it confirmed, or not for a long time."""
    place = directory.places.get(route.place or "")
    record: Record | None = place or directory.authorities.get(route.authority or "")
    if record is None:
        return
    if not record.confirmed:
        click.echo(f"The address of this recipient is not confirmed. {record.why}", err=True)
    elif record.unconfirmed:
        points = "; ".join(record.unconfirmed)
        click.echo(f"Not confirmed of this recipient: {points}", err=True)
    if record.standing.is_stale(today):
        click.echo(f"This recipient was last checked on {record.checked}: look again.", err=True)
