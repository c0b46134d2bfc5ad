"""Fixtures of the bank's tests."""

import pytest

from staydown.bank.runtime import Bank
from staydown.exchange import puzzle
from tests.bank.making import make_bank


@pytest.fixture
def bank() -> Bank:
    """A bank with a clock moved by hand."""
    return make_bank()


@pytest.fixture
def small_puzzles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puzzles whose parts take 20 hashes, in place of tens of thousands: as many parts, no wait."""
    monkeypatch.setattr(puzzle, "_BOUND", 2**32 // 20)
