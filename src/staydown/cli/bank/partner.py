"""Letting platforms in and out: ``partner add``, ``partner rotate``, ``partner revoke``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from staydown.bank.settings import BankSettings
from staydown.cli.bank.options import load_and_open, settings_option

if TYPE_CHECKING:
    from staydown.bank.api.partners import PartnerKeys

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def partner() -> None:
    """Platforms that may fetch the fingerprints."""


@partner.command("add")
@click.argument("name")
@settings_option
@json_option
def partner_add(name: str, settings_file: Path, as_json: bool) -> None:
    """Let the platform NAME in and print its keys, for once."""
    settings, site = load_and_open(settings_file)
    from staydown.bank.api import partners

    _print_keys(name, partners.add_partner(site.bank, name), settings, as_json)


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
