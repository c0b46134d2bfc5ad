"""Coming back: status, withdrawing, recovering."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import Client

from staydown.bank import brakes
from staydown.bank.api import disputes, feed, negative, partner_reports, reviews
from staydown.bank.models import Entry, Partner
from staydown.bank.review_rules import Decision
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import Feedback
from tests.bank.making import PIN, add_partner, hand, open_case, pdq
from tests.web.bank_site.walking import hidden, post, shown, text

pytestmark = pytest.mark.database


def test_number_and_pin_show_the_case(client: Client, bank: Bank) -> None:
    opened = open_case(bank, pdq(1), pdq(2))
    feed.feed_page(bank, add_partner(bank, "Acme & Söhne"), after=0, limit=9)
    page = post(client, "/status/", {"case_number": opened.case_number.lower(), "pin": PIN})
    body = text(page)
    assert page.status_code == 200
    assert body.count("Acme & Söhne") == 2
    assert "in the list" in body
    assert opened.case_number not in body


def test_a_slip_in_the_number_is_told_beside_the_number(client: Client) -> None:
    page = post(client, "/status/", {"case_number": "ABC", "pin": PIN})
    assert page.status_code == 422
    assert 'href="#case_number"' in text(page)
    assert "ABC" not in text(page)


def test_whoever_waits_on_the_page_gets_in_though_a_stranger_tries_every_second(
    client: Client, bank: Bank
) -> None:
    opened = open_case(bank, pdq(1))
    sent = {"case_number": opened.case_number, "pin": "wrongone5"}
    for _ in range(brakes.PACE.burst):
        assert "case number or PIN is wrong" in text(post(client, "/status/", sent))
    page = post(client, "/status/", {**sent, "pin": PIN})
    wait = int(page["Retry-After"])
    assert (page.status_code, 1 <= wait <= 60) == (429, True)
    assert f"Wait {wait} seconds," in text(page)
    for _ in range(wait):
        hand(bank).advance(timedelta(seconds=1))
        post(client, "/status/", sent)
    sent = {**sent, "pin": PIN, "ticket": hidden(page, "ticket")}
    assert post(client, "/status/", sent).status_code == 200


def test_a_page_that_signed_in_gets_in_again_while_a_stranger_tries_its_number(
    client: Client, bank: Bank
) -> None:
    sent = {"case_number": open_case(bank, pdq(1)).case_number, "pin": PIN}
    first = post(client, "/status/", sent)
    while post(client, "/status/", {**sent, "pin": "wrongone5"}).status_code != 429:
        pass
    stale = {"case": "x", "earlier": hidden(first, "earlier"), "numbers": ["1"]}
    again = post(client, "/withdraw/", stale)
    assert again.status_code == 422
    assert post(client, "/status/", sent).status_code == 429
    sent = {**sent, "earlier": hidden(again, "earlier")}
    assert post(client, "/status/", sent).status_code == 200
    assert not client.cookies


def test_withdrawing_asks_once_more_and_then_says_what_it_means(client: Client, bank: Bank) -> None:
    opened = open_case(bank, pdq(1), pdq(2))
    page = post(client, "/status/", {"case_number": opened.case_number, "pin": PIN})
    case = hidden(page, "case")
    confirm = post(client, "/withdraw/", {"case": case, "numbers": ["2"]})
    assert "Withdraw one picture?" in text(confirm)
    assert Entry.objects.filter(state="withdrawn").count() == 0
    sent = {"case": hidden(confirm, "case"), "numbers": ["2"], "confirm": "yes"}
    done = text(post(client, "/withdraw/", sent))
    assert "When a partner checks our list after you withdraw a picture" in done
    assert Entry.objects.get(state="withdrawn").lookup == bank.sealer.lookup(pdq(2))
    again = text(post(client, "/withdraw/", {"case": case, "all": "yes", "confirm": "yes"}))
    assert "Withdrawn" in again
    assert Entry.objects.filter(state="withdrawn").count() == 2


def _list_and_withdraw(client: Client, bank: Bank) -> list[str]:
    """The pages of somebody who lists a picture, asks after it, withdraws it and asks again."""
    sent = {"case_number": open_case(bank, pdq(1)).case_number, "pin": PIN}
    partner = add_partner(bank, f"Partner {Partner.objects.count()}")
    feed.feed_page(bank, partner, after=0, limit=9)
    first = post(client, "/status/", sent)
    case = hidden(first, "case")
    confirm = post(client, "/withdraw/", {"case": case, "all": "yes"})
    done = post(client, "/withdraw/", {"case": case, "all": "yes", "confirm": "yes"})
    feed.feed_page(bank, partner, after=0, limit=9)
    pages = [text(page) for page in (first, confirm, done, post(client, "/status/", sent))]
    # What is drawn by lot, for each page anew, is all that may differ.
    pages = [re.sub(r'(name="earlier" value=")[^"]+', r"\1LOT", page) for page in pages]
    return [page.replace(case, "CASE").replace(partner.name, "PARTNER") for page in pages]


def test_the_pages_of_a_withdrawal_are_the_same_while_somebody_else_lists_the_picture(
    client: Client, bank: Bank
) -> None:
    alone = _list_and_withdraw(client, bank)
    open_case(bank, pdq(1))
    beside = _list_and_withdraw(client, bank)
    assert Entry.objects.get().state == "listed"
    assert beside == alone
    assert "may already have looked at a picture like this" in alone[0]
    assert "no longer shows what partners said" in alone[1]
    for page in alone[2:]:
        assert "If someone else has listed the same picture" in page
        assert "We never show whether someone else has listed it" in page
    assert re.search(r"checked our list since</dt>\s*<dd>\s*none so far", alone[2])
    assert re.search(r"checked our list since</dt>\s*<dd>\s*PARTNER", alone[3])


def test_withdrawing_nothing_is_an_error_beside_the_choice(client: Client, bank: Bank) -> None:
    opened = open_case(bank, pdq(1))
    page = post(client, "/status/", {"case_number": opened.case_number, "pin": PIN})
    page = post(client, "/withdraw/", {"case": hidden(page, "case"), "numbers": ["x"]})
    assert page.status_code == 422
    assert "Choose at least one picture" in text(page)


def test_a_page_left_open_does_not_give_itself_more_time(
    client: Client, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_case(bank, pdq(1), pdq(2))
    page = post(client, "/status/", {"case_number": opened.case_number, "pin": PIN})
    case = hidden(page, "case")
    real = time.time
    monkeypatch.setattr("django.core.signing.time.time", lambda: real() + 60)
    steps: list[dict[str, Any]] = [{}, {"numbers": [1]}]
    for more in steps:
        page = post(client, "/withdraw/", {"case": case, **more})
        assert hidden(page, "case") == case


@pytest.mark.parametrize("case", ["", "forged", "FOREIGN"])
def test_a_forged_or_foreign_token_withdraws_nothing(client: Client, bank: Bank, case: str) -> None:
    open_case(bank, pdq(1))
    token = signing.dumps("0" * 32, salt="something else") if case == "FOREIGN" else case
    page = post(client, "/withdraw/", {"case": token, "all": "yes", "confirm": "yes"})
    assert page.status_code == 422
    assert Entry.objects.get().state == "listed"


def test_the_token_dies_after_15_minutes_and_after_a_recovery(
    client: Client, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_case(bank, pdq(1))
    page = post(client, "/status/", {"case_number": opened.case_number, "pin": PIN})
    case = hidden(page, "case")
    sent = {"case": case, "all": "yes", "confirm": "yes"}
    real = time.time
    monkeypatch.setattr("django.core.signing.time.time", lambda: real() + 15 * 60 + 2)
    late = text(post(client, "/withdraw/", sent))
    assert "out of date. Nothing was withdrawn." in late
    assert "We didn’t keep any of it" not in late
    monkeypatch.undo()
    words = {
        "recovery_phrase": opened.recovery_phrase,
        "pin": "neuepin42",
        "pin_again": "neuepin42",
    }
    fresh = shown(post(client, "/recover/", words), "case-number")
    assert "out of date" in text(post(client, "/withdraw/", sent))
    page = post(client, "/status/", {"case_number": fresh, "pin": "neuepin42"})
    assert page.status_code == 200
    assert Entry.objects.get().state == "listed"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"recovery_phrase": "one two"}, "recovery_phrase"),
        ({"recovery_phrase": "legal winner thank year wave sausage worth useful legal winner thank "
          "yellow"}, "recovery_phrase"),
        ({"pin": "111111", "pin_again": "111111"}, "pin"),
        ({"pin_again": "other"}, "pin_again"),
    ],
)  # fmt: skip
def test_a_recovery_that_cannot_be_done_says_where_the_fault_is(
    client: Client, bank: Bank, change: dict[str, str], field: str
) -> None:
    opened = open_case(bank, pdq(1))
    words = {
        "recovery_phrase": opened.recovery_phrase,
        "pin": "neuepin42",
        "pin_again": "neuepin42",
    }
    page = post(client, "/recover/", {**words, **change})
    assert page.status_code == 422
    assert f'href="#{field}"' in text(page)
    assert opened.recovery_phrase not in text(page)


def test_a_recovery_whose_answer_was_lost_can_be_sent_again(client: Client, bank: Bank) -> None:
    words = {
        "recovery_phrase": open_case(bank, pdq(1)).recovery_phrase,
        "pin": "neuepin42",
        "pin_again": "a slip",
    }
    once = hidden(client.get("/recover/"), "once")
    refused = post(client, "/recover/", {**words, "once": once})
    words = {**words, "pin_again": "neuepin42", "once": hidden(refused, "once")}
    numbers = {shown(post(client, "/recover/", words), "case-number") for _ in range(3)}
    assert len(numbers) == 1
    another = {**words, "once": hidden(client.get("/recover/"), "once")}
    assert post(client, "/recover/", another).status_code == 422


def test_a_recovery_form_sent_again_after_signing_in_says_so_and_changes_nothing(
    client: Client, bank: Bank
) -> None:
    words = {
        "recovery_phrase": open_case(bank, pdq(1)).recovery_phrase,
        "pin": "neuepin42",
        "pin_again": "neuepin42",
        "once": hidden(client.get("/recover/"), "once"),
    }
    number = shown(post(client, "/recover/", words), "case-number")
    assert post(client, "/status/", {"case_number": number, "pin": "neuepin42"}).status_code == 200
    page = post(client, "/recover/", words)
    assert page.status_code == 409
    assert "already used this phrase" in text(page)
    assert post(client, "/status/", {"case_number": number, "pin": "neuepin42"}).status_code == 200


def test_one_recovery_form_takes_the_phrases_of_two_cases_one_after_the_other(
    client: Client, bank: Bank
) -> None:
    phrases = [open_case(bank, pdq(n)).recovery_phrase for n in (1, 2)]
    words = {"pin": "neuepin42", "pin_again": "neuepin42"}
    once = hidden(client.get("/recover/"), "once")
    post(client, "/recover/", {**words, "recovery_phrase": phrases[0], "once": once})
    second = {**words, "recovery_phrase": phrases[1], "once": once}
    page = post(client, "/recover/", second)
    assert page.status_code == 422
    assert "another phrase" in text(page)
    page = post(client, "/recover/", {**second, "once": hidden(page, "once")})
    assert page.status_code == 200


def test_the_case_number_never_stands_in_an_address(client: Client, bank: Bank) -> None:
    opened = open_case(bank, pdq(1))
    page = client.get("/status/", {"case_number": opened.case_number, "pin": PIN})
    assert b"in the list" not in page.content


def test_withdraw_opened_by_its_address_leads_through_the_pin(client: Client) -> None:
    assert 'action="/status/"' in text(client.get("/withdraw/"))


def _status_page(client: Client, case_number: str) -> HttpResponse:
    return post(client, "/status/", {"case_number": case_number, "pin": PIN})


def test_the_owner_of_a_picture_like_a_harmless_one_asks_for_a_review_and_reads_the_reason(
    client: Client, bank: Bank
) -> None:
    negative.add(bank, "newspaper logos", [pdq(1)])
    number = open_case(bank, pdq(1), pdq(2)).case_number
    page = _status_page(client, number)
    assert text(page).count("looks like a well-known harmless one") == 1
    assert "newspaper" not in text(page)
    sent = {name: hidden(page, name) for name in ("case", "number", "earlier")}
    asked = post(client, "/review/", sent)
    assert "You asked for a review" in text(asked)
    assert "Ask for a review of picture" not in text(asked)
    (line,) = reviews.review_lines(bank)
    reviews.decide(bank, line.number, Decision.TAKEN_OFF, "the logo of a newspaper")
    reviews.decide(bank, line.number, Decision.KEPT, "another logo")
    assert "We checked, and it stays on our list" in text(_status_page(client, number))
    assert "Ask for a review" not in text(_status_page(client, number))
    reviews.decide(bank, line.number, Decision.TAKEN_OFF, "the logo of a newspaper")
    off = _status_page(client, number)
    assert "We took this picture off our list" in text(off)
    assert "the logo of a newspaper" in text(off)
    assert "Partners that fetched it before we took it off" in text(off)
    assert "before you withdrew it" not in text(off)
    withdrawn = {"case": hidden(off, "case"), "numbers": ["1"], "confirm": "yes"}
    assert "We took this picture off" not in text(post(client, "/withdraw/", withdrawn))
    assert reviews.review_lines(bank) == []


def test_a_review_is_asked_for_with_an_open_page_alone(client: Client, bank: Bank) -> None:
    negative.add(bank, "logos", [pdq(1)])
    page = _status_page(client, open_case(bank, pdq(1)).case_number)
    case = hidden(page, "case")
    for sent, status in (
        ({"case": "x", "number": "1"}, 422),
        ({"case": case, "number": "2"}, 422),
        ({"case": case, "number": "x"}, 422),
        ({"case": case}, 422),
        ({"case": case, "number": "1", "reason": "x"}, 422),
    ):
        assert post(client, "/review/", sent).status_code == status
    assert client.get("/review/").status_code == 200
    assert [line.asked_at for line in reviews.review_lines(bank)] == [None]


def test_a_dispute_that_was_extended_says_until_when_and_never_why(
    client: Client, bank: Bank
) -> None:
    critics = [add_partner(bank, name) for name in ("First", "Second")]
    open_case(bank, pdq(1))
    number = open_case(bank, pdq(2)).case_number
    ids = [one.entry_id for one in feed.feed_page(bank, critics[0], after=0, limit=9).entries]
    for critic in critics:
        partner_reports.give_feedback(bank, critic, ids[0], Feedback.NOT_BLOCKED)
    until = bank.clock.now() + timedelta(days=3)
    disputes.extend(bank, ids[1], ids[0], until, "looks like a poster")
    page = text(_status_page(client, number))
    assert f"disputed until {until:%-d %B %Y}" in page
    assert "poster" not in page
