"""``staydown guide support``."""

import json
from collections.abc import Sequence
from datetime import date

import click

from staydown.base.clock import SystemClock
from staydown.base.wording import text
from staydown.cli.country import country_code
from staydown.cli.output import complain
from staydown.guidance.support.choosing import (
    for_person,
    for_professionals,
    reading_for_person,
)
from staydown.guidance.support.record import Support
from staydown.notices.directory.reading import load_directory


@click.command()
@click.option(
    "--country", callback=country_code, metavar="XX", help="Code of a country, such as NL."
)
@click.option("--under18", is_flag=True, help="Only what takes people under 18.")
@click.option("--reading", is_flag=True, help="What to read and use, instead of who helps.")
@click.option("--professionals", is_flag=True, help="What advocates and lawyers may read.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each.")
def support(
    country: str | None, *, under18: bool, reading: bool, professionals: bool, as_json: bool
) -> None:
    """Print who helps, nearest first. None of them is recommended by being here."""
    chain = load_directory().chain(country)
    if professionals and (under18 or reading):
        raise click.UsageError("--professionals goes with neither --under18 nor --reading")
    choose = reading_for_person if reading else for_person
    found = for_professionals(chain) if professionals else choose(country, under18, chain)
    if country is not None and not any(_is_of(record, chain) for record in found):
        complain("note: nothing is known here for that country alone")
    today = SystemClock().now().date()
    for record in found:
        click.echo(json.dumps(_row(record, today)) if as_json else _lines(record, today))


def _is_of(record: Support, chain: Sequence[str]) -> bool:
    return bool({record.country, *record.also_for} & set(chain))


def _row(record: Support, today: date) -> dict[str, object]:
    row = record.model_dump(mode="json", exclude={"public_page", "named_by_apc"})
    return row | {"stale": record.standing.is_stale(today)}


def _lines(record: Support, today: date) -> str:
    standing = record.standing
    where = ", ".join(one for one in (record.url, record.phone, record.email) if one)
    state = "confirmed" if standing.confirmed else f"not confirmed: {text(standing.why)}"
    if standing.confirmed and not record.address_confirmed:
        state = "its address is not confirmed"
    if standing.confirmed and standing.unconfirmed:
        state += f"; not confirmed in it: {'; '.join(standing.unconfirmed)}"
    old = "; old, should be checked again" if standing.is_stale(today) else ""
    kind = record.kind.replace("_", " ")
    return (
        f"{record.name} ({record.country}, {kind}, for {record.for_whom})\n"
        f"    {where or 'no address known'}\n"
        f"    {record.notes}\n"
        f"    Checked {standing.checked.isoformat()}, {state}{old}"
    )
