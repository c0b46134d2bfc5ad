"""Options that several of the bank's commands take."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from staydown.bank.settings import BankSettings
from staydown.base.settings import load

if TYPE_CHECKING:
    from staydown.web.bank_site.process import BankSite

settings_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("bank.toml"),
    show_default=True,
    help="The bank's settings file.",
)


def open_bank(settings: BankSettings) -> "BankSite":
    """Set Django up for this process. The bank's API can be imported only afterwards."""
    from staydown.web.bank_site.process import configure

    return configure(settings)


def load_and_open(settings_file: Path) -> tuple[BankSettings, "BankSite"]:
    """Read the settings file and set Django up."""
    settings = load(settings_file, BankSettings)
    return settings, open_bank(settings)
