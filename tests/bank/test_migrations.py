"""The tables can be made and unmade, and the migrations say all that the models say."""

import pytest
from django.core.management import call_command
from django.db import connection

from tests.bank.making import make_bank, open_case, pdq

pytestmark = pytest.mark.database


def _tables() -> set[str]:
    names = connection.introspection.table_names()
    return {name for name in names if name.startswith("bank_")}


@pytest.mark.django_db
def test_no_change_of_the_models_is_missing_from_the_migrations() -> None:
    call_command("makemigrations", "bank", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_the_tables_go_and_come_back_with_data_in_them() -> None:
    open_case(make_bank(), pdq(1))
    before = _tables()
    try:
        call_command("migrate", "bank", "zero", verbosity=0)
        assert _tables() == set()
    finally:
        call_command("migrate", "bank", verbosity=0)
    assert _tables() == before
    open_case(make_bank(), pdq(1))
