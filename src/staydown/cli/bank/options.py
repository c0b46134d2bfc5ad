"""Options that several of the bank's commands take."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from staydown.bank.settings import BankSettings
from staydown.base.settings import load
from staydown.cli.site import settings_option as settings_file_option

if TYPE_CHECKING:
    from staydown.web.bank_site.process import BankSite

settings_option = settings_file_option("bank.toml")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _one_line(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not 1 <= len(value.strip()) <= MAX_REASON or not value.isprintable():
        raise click.BadParameter(f"a reason has 1 to {MAX_REASON} characters, on one line")
    return value.strip()


#: The longest reason that an operator gives.
MAX_REASON = 200

reason_option = click.option(
    "--reason", required=True, callback=_one_line, help="Why, for the record."
)
#: Of a decision about somebody's picture, which its owner is shown on their page.
owner_reason_option = click.option(
    "--reason", required=True, callback=_one_line, help="Why. The owner of the picture reads it."
)


def open_bank(settings: BankSettings) -> "BankSite":
    """Set Django up for this process. The bank's API can be imported only afterwards.

    Raises SettingsError, also for another version's database.
    """
    from staydown.web.bank_site.process import configure
    from staydown.web.kit.database_version import refuse_other_version
    from staydown.web.kit.django_options import LONG_PATIENCE

    site = configure(settings, LONG_PATIENCE)
    refuse_other_version("bank")
    return site


def load_and_open(settings_file: Path) -> tuple[BankSettings, "BankSite"]:
    """Read the settings file and set Django up."""
    settings = load(settings_file, BankSettings)
    return settings, open_bank(settings)
