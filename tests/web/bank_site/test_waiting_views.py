"""What the pages say of what waits, and sending it at once."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from staydown.bank.api import feed
from staydown.bank.models import Entry
from staydown.bank.runtime import Bank
from staydown.exchange.codec import parse_case_status
from tests.bank.making import PIN, add_partner, hand, make_bank, open_case, pdq
from tests.web.bank_site.walking import hidden, post, text, to_done

pytestmark = pytest.mark.database

MAY_TELL = "If nobody else hands in pictures at that time, partners may still be able to tell."
TOGETHER = "mix everything that people hand in or withdraw"


@pytest.fixture
def bank() -> Bank:
    """A bank where everything waits; the clock stands at the beginning of a window."""
    return make_bank(release_seconds=600)


def _sign_in(client: Client, number: str) -> HttpResponse:
    return post(client, "/status/", {"case_number": number, "pin": PIN})


def test_the_last_page_says_when_partners_get_it_and_that_it_can_be_sent_at_once(
    client: Client,
) -> None:
    body = text(to_done(client, pdq(1), pdq(2)))
    assert "within 10 minutes" in body
    assert TOGETHER in body
    assert "You can send it at once from there." in body
    assert "in the list now" not in body


def test_the_status_counts_the_minutes_down_and_says_what_partners_may_be_able_to_tell(
    client: Client, bank: Bank
) -> None:
    opened = open_case(bank, pdq(1), pdq(2))
    for passed, said in ((0, "within 10 minutes"), (500, "within 2 minutes"), (90, "1 minute.")):
        hand(bank).advance(timedelta(seconds=passed))
        body = text(_sign_in(client, opened.case_number))
        assert body.count(said) == 2
        assert body.count("waiting") >= 2
        assert MAY_TELL in body
    hand(bank).advance(timedelta(seconds=10))
    body = text(_sign_in(client, opened.case_number))
    assert "waiting" not in body
    assert "in the list" in body
    assert "send-now" not in body


def test_one_picture_alone_can_be_linked_to_no_other(client: Client, bank: Bank) -> None:
    body = text(_sign_in(client, open_case(bank, pdq(1)).case_number))
    assert TOGETHER in body
    assert MAY_TELL not in body
    assert "Partners can then tell when you sent it." in body


def test_the_page_is_the_same_whether_or_not_others_are_there(client: Client, bank: Bank) -> None:
    opened = open_case(bank, pdq(1), pdq(2))
    alone = text(_sign_in(client, opened.case_number))
    for number in (1, 2, 3):
        open_case(bank, pdq(number))
    pages = [alone, text(_sign_in(client, opened.case_number))]
    assert len({page.split("<main")[1].split("<form")[0] for page in pages}) == 1


def test_sending_at_once_says_its_price_first_and_gives_partners_everything(
    client: Client, bank: Bank
) -> None:
    partner = add_partner(bank)
    page = _sign_in(client, open_case(bank, pdq(1), pdq(2)).case_number)
    assert "can then tell that these pictures belong to one person" in text(page)
    form = {"case": hidden(page, "case"), "earlier": hidden(page, "earlier")}
    for _ in range(2):
        body = text(post(client, "/send-now/", form))
        assert "Sent. Partners will get this" in body
        assert "waiting" not in body
    assert len(feed.feed_page(bank, partner, after=0, limit=9).entries) == 2


def test_a_page_that_is_out_of_date_sends_nothing(client: Client, bank: Bank) -> None:
    open_case(bank, pdq(1))
    page = post(client, "/send-now/", {"case": "made up"})
    assert (page.status_code, "Nothing was sent." in text(page)) == (422, True)
    assert not Entry.objects.exists()
    assert client.get("/send-now/").status_code == 200


def test_withdrawing_before_and_after_it_went_out_says_what_partners_know(
    client: Client, bank: Bank
) -> None:
    opened = open_case(bank, pdq(1))
    for went_out in (False, True):
        if went_out:
            opened = open_case(bank, pdq(2))
            hand(bank).advance(timedelta(minutes=10))
        page = _sign_in(client, opened.case_number)
        form = {"case": hidden(page, "case"), "numbers": "1"}
        asked = text(post(client, "/withdraw/", form))
        assert ("No partner has this yet" in asked) is not went_out
        assert ("within 10 minutes" in asked) is went_out
        done = text(post(client, "/withdraw/", {**form, "confirm": "yes"}))
        assert ("tell partners about the withdrawal within 10 minutes" in done) is went_out
        assert ("they may still fetch" in done) is went_out
        assert ("/send-now/" in done) is went_out


def test_programs_are_told_when_it_goes_out_and_can_send_it_at_once(
    client: Client, bank: Bank
) -> None:
    opened = open_case(bank, pdq(1))
    asked = {"case_number": opened.case_number, "pin": PIN}
    status = client.post("/api/public/status", asked, content_type="application/json")
    assert status.json()["listings"][0]["goes_out_by"] == "2026-11-22T12:10:00Z"
    assert parse_case_status(status.json()).listings[0].goes_out_by is not None
    sent = client.post("/api/public/send-now", asked, content_type="application/json")
    assert (sent.status_code, sent.json()["listings"][0]["goes_out_by"]) == (200, None)
    wrong = {**asked, "pin": "notthepin9"}
    assert client.post("/api/public/send-now", wrong, "application/json").status_code == 403
