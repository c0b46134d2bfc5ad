"""The tables can be made and unmade, and the migrations say all that the models say."""

import pytest
from django.core.management import call_command
from django.db import connection

from staydown.bank.api import organisations, words
from staydown.bank.models import Entry
from staydown.base.vocabulary import Feedback
from tests.bank.making import add_partner, make_bank, open_case, pdq

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


@pytest.mark.django_db(transaction=True)
def test_each_partner_that_was_there_gets_an_organisation_and_its_words_still_count() -> None:
    """And two keys of one company can be put together afterwards."""
    bank = make_bank()
    critics = [add_partner(bank, name) for name in ("First", "Second")]
    open_case(bank, pdq(1))
    entry_id = Entry.objects.get().entry_id.hex
    for critic in critics:
        words.give_feedback(bank, critic, entry_id, Feedback.NOT_BLOCKED)
    try:
        call_command("migrate", "bank", "0005", verbosity=0)
    finally:
        call_command("migrate", "bank", verbosity=0)
    lines = organisations.organisation_lines(bank)
    assert [(line.name, line.partners) for line in lines] == [
        ("First", ("First",)), ("Second", ("Second",)),
    ]  # fmt: skip
    assert organisations.move_partner(bank, "Second", "First") == 1
    assert Entry.objects.get().state == "listed"
