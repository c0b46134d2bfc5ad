"""What the owner of a picture is told that is held back, or was set aside, in a flood."""

from datetime import timedelta

import pytest
from django.test import Client

from staydown.accounts.throttle_rules import Lane
from staydown.bank import floods
from staydown.bank.api import quarantine
from staydown.bank.runtime import Bank
from staydown.exchange.records import CaseOpened
from tests.bank.making import PIN, make_bank, open_case, pdq
from tests.web.bank_site.walking import hidden, post, text, to_done

pytestmark = pytest.mark.database


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    """A bank that two pictures are a flood for."""
    monkeypatch.setattr(floods, "UNPAID", Lane(1, timedelta(hours=6), "few"))
    return make_bank(release_seconds=600, quarantine=timedelta(hours=1))


@pytest.fixture
def held(client: Client, bank: Bank) -> CaseOpened:
    """A case whose picture is held back. ``client`` makes the database."""
    open_case(bank, pdq(1))
    return open_case(bank, pdq(2))


def status(client: Client, opened: CaseOpened) -> str:
    """Return the page of a case."""
    return text(post(client, "/status/", {"case_number": opened.case_number, "pin": PIN}))


def test_a_held_picture_is_not_called_in_the_list_and_its_page_says_when_it_goes_out(
    client: Client, held: CaseOpened
) -> None:
    page = status(client, held)
    assert "in the list" not in page
    assert "within 60 minutes" in page


def test_a_dropped_picture_is_not_called_in_the_list_and_its_page_says_when_and_what_now(
    client: Client, bank: Bank, held: CaseOpened
) -> None:
    (group,) = quarantine.groups(bank)
    quarantine.drop(bank, [group.number], by="Ann", agreed_by="Ben", reason="made up: spam")
    page = status(client, held)
    assert "in the list" not in page
    assert "On 22 November 2026 we set a group of fingerprints aside" in page
    assert 'href="/start/"' in page
    assert not any(word in page for word in ("Ann", "Ben", "spam"))


def test_withdrawing_a_dropped_picture_never_says_that_partners_are_told(
    client: Client, bank: Bank, held: CaseOpened
) -> None:
    (group,) = quarantine.groups(bank)
    quarantine.drop(bank, [group.number], by="Ann", agreed_by="Ben", reason="made up: spam")
    page = post(client, "/status/", {"case_number": held.case_number, "pin": PIN})
    asked = text(post(client, "/withdraw/", {"case": hidden(page, "case"), "all": "yes"}))
    assert "No partner has this yet" in asked
    assert "We give the withdrawal to partners" not in asked


def test_whoever_hands_in_without_work_is_told_at_once_until_when_it_is_held(
    client: Client, held: CaseOpened
) -> None:
    del held
    page = text(to_done(client, pdq(3)))
    assert "within 60 minutes" in page
    assert "in the list now" not in page
    assert "Send it at once" not in page


def test_sending_at_once_is_not_offered_for_what_is_held(client: Client, held: CaseOpened) -> None:
    assert 'action="/send-now/"' not in status(client, held)


def test_others_pages_say_nothing_of_it(client: Client, bank: Bank) -> None:
    first = open_case(bank, pdq(1))
    before = status(client, first)
    open_case(bank, pdq(1))
    open_case(bank, pdq(2))
    (group,) = quarantine.groups(bank)
    quarantine.drop(bank, [group.number], by="Ann", agreed_by="Ben", reason="made up")
    assert _without_tokens(status(client, first)) == _without_tokens(before)


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if 'type="hidden"' not in line]
