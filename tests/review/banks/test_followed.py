"""The operator's side."""

import stat
from datetime import timedelta

import pytest

from staydown.accounts.errors import NameTaken
from staydown.base.errors import SettingsError
from staydown.exchange.simulator import BankSimulator
from staydown.review import api
from staydown.review.errors import NotHere
from staydown.review.models import Audit, Bank, IdempotentAnswer
from tests.review.support import Desk, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_keys_of_a_bank_lie_in_files_of_the_owner_alone(desk: Desk, bank: BankSimulator) -> None:
    desk.add(bank)
    files = sorted(desk.folder.iterdir())
    assert [file.name for file in files] == ["bank-bank-function.key", "bank-bank-subscription.key"]
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    row = Bank.objects.values().get()
    assert bank.subscription_key not in str(row)


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 65, "a b", "ä"])
def test_a_name_that_can_be_no_file_is_refused(desk: Desk, bank: BankSimulator, name: str) -> None:
    with pytest.raises(SettingsError):
        desk.add(bank, name)


def test_a_bank_is_followed_once_under_a_name(desk: Desk, bank: BankSimulator) -> None:
    desk.add(bank)
    with pytest.raises(NameTaken):
        desk.add(bank)
    with pytest.raises(NotHere):
        api.change_bank_keys(
            "other",
            subscription_key="s" * 16,
            function_key="f" * 16,
            secrets_folder=desk.folder,
            clock=desk.clock,
        )
    assert Audit.objects.filter(who="operator").count() == 1


def test_the_banks_page_says_how_it_goes(desk: Desk, bank: BankSimulator) -> None:
    desk.add(bank)
    (line,) = api.bank_lines()
    assert (line.outcome, line.last_success_at, line.listed) == ("never", None, 0)
    bank.put(pdq(0))
    desk.follow(Bank.objects.get().pk)
    (line,) = api.bank_lines()
    assert (line.outcome, line.listed, line.caught_up_at) == ("ok", 1, desk.clock.now())


def test_idempotency_keys_are_forgotten_in_time(desk: Desk, bank: BankSimulator) -> None:
    bank.put(pdq(0))
    desk.follow(desk.add(bank))
    upload = api.Upload(desk.platform_key(), (pdq(0),))
    api.receive_upload(upload, desk.live, desk.clock, api.Retry(b"k" * 32, b"r" * 32))
    day = timedelta(hours=24)
    api.tidy(desk.clock, idempotency=day)
    assert IdempotentAnswer.objects.count() == 1
    desk.clock.advance(day + timedelta(seconds=1))
    api.tidy(desk.clock, idempotency=day)
    assert IdempotentAnswer.objects.count() == 0
    assert len(api.open_items()) == 1
