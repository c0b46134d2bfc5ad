"""Fixtures of the accounts' tests."""

import pytest
from pytest_django.fixtures import Settings

from tests.accounts.support import Office


@pytest.fixture
def office() -> Office:
    """A place where nobody works yet."""
    return Office()


@pytest.fixture(autouse=True)
def quick_hashes(settings: Settings) -> None:
    """The same code with a cheap hash: the real one is used where the site runs."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    validators = "django.contrib.auth.password_validation."
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": validators + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
        {"NAME": validators + "CommonPasswordValidator"},
    ]
