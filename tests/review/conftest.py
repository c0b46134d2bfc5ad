"""A desk inside the test's process, following a bank in memory."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from staydown.base.clock import HandClock
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.sealing import Sealer
from tests.accounts.conftest import quick_hashes
from tests.review.looking_back import looking_back
from tests.review.platform import Platform
from tests.review.support import Desk

__all__ = ["quick_hashes"]

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with a clock moved by hand and a network in memory; it follows nobody yet."""
    return Desk(Sealer(b"k" * 32), HandClock(START), tmp_path, timedelta(seconds=10))


@pytest.fixture
def bank() -> BankSimulator:
    """A bank in memory."""
    return BankSimulator()


@pytest.fixture
def followed(desk: Desk, bank: BankSimulator) -> BankSimulator:
    """A followed bank that lists nothing yet, at a desk whose tick has run."""
    desk.follow(desk.add(bank))
    looking_back(desk).run()
    return bank


@pytest.fixture
def platform(desk: Desk, bank: BankSimulator) -> Platform:
    """A platform whose desk follows a bank."""
    return Platform(desk, bank)
