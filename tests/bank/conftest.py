"""Fixtures of the bank's tests."""

import pytest

from staydown.bank.runtime import Bank
from tests.bank.making import make_bank


@pytest.fixture
def bank() -> Bank:
    """A bank with a clock moved by hand."""
    return make_bank()
