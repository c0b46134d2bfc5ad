"""A desk in this process, with HMA's calls in front of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from staydown.base.settings import DatabaseSettings, SiteSettings
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.registry import picture_worker
from staydown.media.worker import PictureWorker
from staydown.review import api
from staydown.review.settings import DeskSettings
from staydown.web.desk_site import process
from staydown.web.desk_site.lookup.wsgi import Front
from tests.review.conftest import bank, desk
from tests.review.support import Desk
from tests.web.desk_site.lookup.support import Caller

__all__ = ["bank", "desk"]


@pytest.fixture(scope="session")
def pictures() -> Iterator[PictureWorker]:
    """A decoder process for all tests of this folder."""
    with picture_worker(process.LIMITS) as worker:
        yield worker


@pytest.fixture
def opened(desk: Desk, pictures: PictureWorker, tmp_path: Path) -> Callable[..., Caller]:
    """Makes a caller, without a key, of a desk with settings of its own."""

    def make(**settings: Any) -> Caller:
        settings.setdefault("site", SiteSettings(port=1))
        here = process.Desk(
            DeskSettings(database=DatabaseSettings(), secrets=tmp_path, **settings), desk.sealer
        )
        here.gate = process.Gate(pictures, desk.live)
        return Caller(Front(here))

    return make


@pytest.fixture
def caller(desk: Desk, opened: Callable[..., Caller]) -> Caller:
    """Somebody with a key."""
    made = opened()
    key = api.add_platform_key("caller", desk.sealer, desk.clock)
    made.headers["Authorization"] = f"Bearer {key}"
    return made


class Listing:
    """A bank whose entries the desk has taken in at once."""

    def __init__(self, desk: Desk, bank: BankSimulator) -> None:
        self._desk = desk
        self.bank = bank
        self._number = desk.add(bank, "BANK")

    def follow(self) -> None:
        """Read what is new."""
        self._desk.follow(self._number)


@pytest.fixture
def listing(desk: Desk, bank: BankSimulator) -> Listing:
    """A bank called BANK that the desk follows."""
    return Listing(desk, bank)
