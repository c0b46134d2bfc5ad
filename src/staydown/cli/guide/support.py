"""``staydown guide support``."""

import json
import re
from datetime import UTC, date, datetime

import click

from staydown.guidance.support.choosing import for_person, reading_for_person
from staydown.guidance.support.record import Support
from staydown.notices.directory.reading import load_directory


def _code(_ctx: click.Context, _parameter: click.Parameter, given: str | None) -> str | None:
    if given is None:
        return None
    if not re.fullmatch(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?", given):
        raise click.BadParameter("give a code such as NL or US-CA")
    return given.upper()


@click.command()
@click.option("--country", callback=_code, metavar="XX", help="Code of a country, such as NL.")
@click.option("--under18", is_flag=True, help="Only what takes people under 18.")
@click.option("--reading", is_flag=True, help="What to read and use, instead of who helps.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each.")
def support(country: str | None, under18: bool, reading: bool, as_json: bool) -> None:
    """Print who helps, nearest first. None of them is recommended by being here."""
    chain = load_directory().chain(country)
    choose = reading_for_person if reading else for_person
    today = datetime.now(UTC).date()
    for record in choose(country, under18, chain):
        click.echo(json.dumps(_row(record, today)) if as_json else _lines(record, today))


def _row(record: Support, today: date) -> dict[str, object]:
    row = record.model_dump(mode="json", exclude={"public_page", "named_by_apc"})
    return row | {"stale": record.standing.is_stale(today)}


def _lines(record: Support, today: date) -> str:
    standing = record.standing
    where = ", ".join(one for one in (record.url, record.phone, record.email) if one)
    state = "confirmed" if standing.confirmed else f"not confirmed: {standing.why}"
    if standing.confirmed and not record.address_confirmed:
        state = "its address is not confirmed"
    old = "; old, should be checked again" if standing.is_stale(today) else ""
    return (
        f"{record.name} ({record.country}, {record.kind}, for {record.for_whom})\n"
        f"    {where or 'no address known'}\n"
        f"    {record.notes}\n"
        f"    Checked {standing.checked.isoformat()}, {state}{old}"
    )
