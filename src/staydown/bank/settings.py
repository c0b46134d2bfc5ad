"""What an operator sets for a bank: one TOML file, read once."""

from dataclasses import dataclass
from pathlib import Path

from staydown.bank.windows import LONGEST_WINDOW, RELEASE_SECONDS
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
    #: What people hand in and withdraw goes out to partners together, every so many seconds, so
    #: that partners can't tell what belongs to one person. 0: at once, and they can.
    release_seconds: int = RELEASE_SECONDS

    def __post_init__(self) -> None:
        if not 0 <= self.release_seconds <= LONGEST_WINDOW:
            raise SettingsError(f"release_seconds is a number from 0 to {LONGEST_WINDOW}")
