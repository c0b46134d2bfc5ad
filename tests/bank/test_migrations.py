"""The tables can be made and unmade, and the migrations say all that the models say."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from staydown.bank.api import cases
from tests.bank.making import PIN, hand, make_bank, open_case, pdq

pytestmark = pytest.mark.database


def _tables() -> set[str]:
    names = connection.introspection.table_names()
    return {name for name in names if name.startswith("bank_")}


@pytest.mark.django_db
def test_no_change_of_the_models_is_missing_from_the_migrations() -> None:
    call_command("makemigrations", "bank", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_the_tables_go_and_come_back_with_data_in_them(settings: Settings) -> None:
    bank = make_bank()
    settings.STAYDOWN = SimpleNamespace(bank=bank)  # as in a bank's own process
    open_case(bank, pdq(1))
    before = _tables()
    try:
        call_command("migrate", "bank", "zero", verbosity=0)
        assert _tables() == set()
    finally:
        call_command("migrate", "bank", verbosity=0)
    assert _tables() == before
    open_case(make_bank(), pdq(1))


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_not_lost_on_the_way_back(settings: Settings) -> None:
    bank = make_bank(release_seconds=600)
    settings.STAYDOWN = SimpleNamespace(bank=bank)
    opened = open_case(bank, pdq(1))
    try:
        with pytest.raises(ImproperlyConfigured):
            call_command("migrate", "bank", "0005", verbosity=0)
    finally:
        call_command("migrate", "bank", verbosity=0)
    hand(bank).advance(timedelta(minutes=10))
    status = cases.case_status(bank, cases.enter(bank, opened.case_number, PIN))
    assert [item.goes_out_by for item in status.listings] == [None]
    call_command("migrate", "bank", "0005", verbosity=0)
    call_command("migrate", "bank", verbosity=0)
    assert cases.case_status(bank, cases.enter(bank, opened.case_number, PIN)) == status
