"""The bank's site inside the test's own process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from staydown.bank.runtime import Bank
from staydown.bank.settings import BankSettings
from staydown.base.settings import DatabaseSettings, SiteSettings, write_secret
from staydown.web.bank_site.process import BankSite, current_site, options
from tests.bank.making import make_bank

_FROM_THE_SITE = ("TEMPLATES", "MIDDLEWARE", "ROOT_URLCONF", "FILE_UPLOAD_HANDLERS", "STAYDOWN")


@pytest.fixture
def bank() -> Bank:
    """A bank with a clock moved by hand."""
    return make_bank()


@pytest.fixture
def client(bank: Bank, tmp_path: Path, db: None) -> Iterator[Client]:
    """A browser without JavaScript, at the bank's site."""
    write_secret(tmp_path / "django.key")
    settings = BankSettings(
        "Test bank", SiteSettings(8100), DatabaseSettings("sqlite", tmp_path / "x"), tmp_path
    )
    site = BankSite(bank, settings.name, "https://weather.example/")
    made = options(settings, site)
    with override_settings(**{name: made[name] for name in _FROM_THE_SITE}):
        assert current_site() is site
        yield Client()
