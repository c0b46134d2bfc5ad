"""Options that several of the bank's commands take."""

from pathlib import Path
from typing import TYPE_CHECKING

from staydown.bank.settings import BankSettings
from staydown.base.settings import load
from staydown.cli.site import settings_option as settings_file_option

if TYPE_CHECKING:
    from staydown.web.bank_site.process import BankSite

settings_option = settings_file_option("bank.toml")


def open_bank(settings: BankSettings) -> "BankSite":
    """Set Django up for this process. The bank's API can be imported only afterwards."""
    from staydown.web.bank_site.process import configure
    from staydown.web.django_options import LONG_PATIENCE

    return configure(settings, LONG_PATIENCE)


def load_and_open(settings_file: Path) -> tuple[BankSettings, "BankSite"]:
    """Read the settings file and set Django up."""
    settings = load(settings_file, BankSettings)
    return settings, open_bank(settings)
