"""What an operator sets for a bank: one TOML file, read once."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from staydown.bank import prices
from staydown.base.allowance import Allowance
from staydown.base.errors import SettingsError
from staydown.base.settings import DatabaseSettings, SiteSettings

#: How long a window (see ``windows``) is unless the operator says otherwise, and how long at most,
#: in seconds.
RELEASE_SECONDS, LONGEST_WINDOW = 600, 3600


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
    #: What people hand in and withdraw goes out to partners together, every so many seconds, so
    #: that partners can't tell what belongs to one person. 0: at once, and they can.
    release_seconds: int = RELEASE_SECONDS
    #: For how long hand-ins of a flood are held back, so that the operator can look at them; 0 to
    #: 60, where 0 holds nothing back.
    quarantine_minutes: int = 60
    #: Pictures that new cases may bring in all before their senders' machines have to work for it:
    #: so many at once, and so many more each hour.
    pictures_free_at_once: int = prices.FREE_PICTURES.burst
    pictures_free_each_hour: int = timedelta(hours=1) // prices.FREE_PICTURES.interval

    def __post_init__(self) -> None:
        if not 0 <= self.release_seconds <= LONGEST_WINDOW:
            raise SettingsError(f"release_seconds is a number from 0 to {LONGEST_WINDOW}")
        if not 0 <= self.quarantine_minutes <= 60:
            raise SettingsError("quarantine_minutes is a number from 0 to 60")
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
