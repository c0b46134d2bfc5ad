"""Letting platforms in and out: ``partner add|list|move|rotate|revoke``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from staydown.bank.settings import BankSettings
from staydown.cli.bank.options import json_option, load_and_open, settings_option

if TYPE_CHECKING:
    from staydown.bank.api.partners import PartnerKeys


@click.group()
def partner() -> None:
    """Platforms that may fetch the fingerprints."""


@partner.command("add")
@click.argument("name")
@click.option(
    "--organisation",
    default="",
    help="Who stands behind it, if it isn't alone: disputes count organisations.",
)
@settings_option
@json_option
def partner_add(name: str, organisation: str, settings_file: Path, as_json: bool) -> None:
    """Let the platform NAME in and print its keys, for once."""
    settings, site = load_and_open(settings_file)
    from staydown.bank.api import partners

    keys = partners.add_partner(site.bank, name, organisation)
    _print_keys(name, keys, settings, as_json)


@partner.command("list")
@settings_option
@json_option
def partner_list(settings_file: Path, as_json: bool) -> None:
    """Print each platform, the organisation behind it, and whether its words count."""
    load_and_open(settings_file)
    from staydown.bank.api import organisations

    for line in organisations.partner_lines():
        if as_json:
            values = {
                "name": line.name,
                "organisation": line.organisation,
                "added_at": line.added_at.isoformat(),
                "revoked_at": line.revoked_at.isoformat() if line.revoked_at else None,
                "words_count": line.words_count,
            }
            click.echo(json.dumps(values))
            continue
        state = "revoked" if line.revoked_at else "active"
        words = "" if line.words_count else "; its words are STOPPED: see bank organisation list"
        click.echo(f"{line.name}: {state}; organisation: {line.organisation}{words}")


@partner.command("move")
@click.argument("name")
@click.argument("organisation")
@settings_option
def partner_move(name: str, organisation: str, settings_file: Path) -> None:
    """Say that ORGANISATION stands behind the platform NAME."""
    _, site = load_and_open(settings_file)
    from staydown.bank.api import organisations

    moved = organisations.move_partner(site.bank, name, organisation)
    click.echo(f"Done. {moved} entries changed between listed and disputed.")


@partner.command("rotate")
@click.argument("name")
@settings_option
@json_option
def partner_rotate(name: str, settings_file: Path, as_json: bool) -> None:
    """Give the platform NAME new keys. The old ones stop working at once."""
    settings, site = load_and_open(settings_file)
    from staydown.bank.api import partners

    _print_keys(name, partners.rotate_partner(site.bank, name), settings, as_json)


@partner.command("revoke")
@click.argument("name")
@settings_option
def partner_revoke(name: str, settings_file: Path) -> None:
    """Shut the platform NAME out. What it has fetched stays with it: ask it to delete that."""
    _, site = load_and_open(settings_file)
    from staydown.bank.api import partners

    partners.revoke_partner(site.bank, name)
    click.echo("The keys no longer work. What was fetched before stays with the partner.")


def _print_keys(name: str, keys: "PartnerKeys", settings: BankSettings, as_json: bool) -> None:
    url = settings.site.url
    values = {
        "name": name,
        "subscription_key": keys.subscription_key,
        "function_key": keys.function_key,
        "base_url": url,
        "v1_base_url": f"{url}/v1",
    }
    if as_json:
        click.echo(json.dumps(values))
        return
    click.echo(
        f"partner:           {name}\n"
        f"subscription key:  {keys.subscription_key}\n"
        f"function key:      {keys.function_key}\n"
        f"native feed at:    {url}\n"
        f"StopNCII v1 at:    {url}/v1\n"
        "The keys are shown only now. One set of keys belongs to one installation."
    )
