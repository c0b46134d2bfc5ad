"""What an operator sets for a bank: one TOML file, read once."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from staydown.bank import prices
from staydown.base.allowance import Allowance
from staydown.base.errors import SettingsError
from staydown.base.settings import DatabaseSettings, SiteSettings


@dataclass(frozen=True, slots=True)
class BankSettings:
    """The bank's settings file."""

    #: The name that people read on every page: the organisation that answers for the bank.
    name: str
    site: SiteSettings
    database: DatabaseSettings
    #: A folder only the service's account can read, with ``django.key`` and ``seal.key``.
    secrets: Path
    #: Where *Exit this page* leads: the one foreign address on the public pages.
    exit_url: str = "https://www.wikipedia.org/"
    #: PIN hashes computed at once; each takes 64 MiB of memory while it lasts.
    pin_checks_at_once: int = 4
    #: Pictures that new cases may bring in all before their senders' machines have to work for it:
    #: so many at once, and so many more each hour.
    pictures_free_at_once: int = prices.FREE_PICTURES.burst
    pictures_free_each_hour: int = timedelta(hours=1) // prices.FREE_PICTURES.interval

    def __post_init__(self) -> None:
        if self.pictures_free_at_once < 0 or not 1 <= self.pictures_free_each_hour <= 3_600_000:
            raise SettingsError(
                "pictures_free_at_once must be 0 or more, and pictures_free_each_hour from 1 to "
                "3600000"
            )

    @property
    def bucket(self) -> Allowance:
        """What new cases may bring without work."""
        each = timedelta(hours=1) / self.pictures_free_each_hour
        return Allowance(self.pictures_free_at_once, each)
