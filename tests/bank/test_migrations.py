"""The tables can be made and unmade, and the migrations say all that the models say."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from staydown.bank.api import cases, organisations, words
from staydown.bank.models import Entry
from staydown.base.vocabulary import Feedback
from tests.bank.making import PIN, add_partner, hand, make_bank, open_case, pdq

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


@pytest.mark.django_db(transaction=True)
def test_each_partner_that_was_there_gets_an_organisation_and_its_words_still_count(
    settings: Settings,
) -> None:
    """And two keys of one company can be put together afterwards."""
    bank = make_bank()
    settings.STAYDOWN = SimpleNamespace(bank=bank)
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
