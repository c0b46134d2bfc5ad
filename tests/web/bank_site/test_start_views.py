"""The way to a case, page by page."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from staydown.bank import brakes
from staydown.bank.models import Audit, Case, Entry, Listing
from staydown.base.vocabulary import Kind
from staydown.exchange.codec import render_pictures
from staydown.exchange.records import Picture
from staydown.fingerprint.value import Fingerprint
from staydown.web.bank_site.support import services
from tests.bank.making import PIN, copy1, pdq
from tests.web.bank_site.walking import hidden, post, shown, text, to_done, to_pin, wire

pytestmark = pytest.mark.database


def test_the_whole_way_ends_with_number_and_phrase(client: Client) -> None:
    page = to_done(client, pdq(1), pdq(2))
    assert page.status_code == 200
    assert len(shown(page, "case-number").replace("-", "")) == 14
    assert len(shown(page, "recovery-phrase").split()) == 12
    assert (Case.objects.count(), Listing.objects.count()) == (1, 2)


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_under_18_nothing_is_taken_in_and_the_page_says_where_to_go(
    client: Client, answer: str
) -> None:
    response = post(client, "/start/who/", {"under18": answer})
    assert (response.status_code, response["Location"]) == (302, "/under-18/")
    page = text(client.get("/under-18/"))
    for place in ("takeitdown.ncmec.org", "childline.org.uk", "inhope.org"):
        assert place in page
    assert page.count('rel="noreferrer noopener"') >= 8
    assert "not yet been able to check" in page
    assert (Case.objects.count(), Audit.objects.count()) == (0, 0)


def test_a_service_that_nobody_has_looked_at_for_long_is_shown_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = tuple(replace(one, due=date(2020, 1, 1), confirmed=True) for one in services())
    monkeypatch.setattr("staydown.web.bank_site.info_views.services", lambda: stale)
    assert text(client.get("/under-18/")).count("long ago") == len(stale)


@pytest.mark.parametrize(
    ("path", "field"),
    [("/start/who/", "under18"), ("/start/pictures/", "acting_for")],
)
def test_a_question_without_an_answer_is_asked_again_with_the_error_beside_it(
    client: Client, path: str, field: str
) -> None:
    state = hidden(post(client, "/start/who/", {"under18": "no"}), "state")
    sent = {"state": state} if field == "acting_for" else {}
    page = post(client, path, sent)
    body = text(page)
    assert page.status_code == 422
    assert 'role="alert"' in body
    assert 'class="error-text"' in body
    assert f'name="{field}"' in body
    assert "<title>Error: " in body


def test_the_check_page_shows_exactly_what_will_be_sent(client: Client) -> None:
    state = hidden(post(client, "/start/who/", {"under18": "no"}), "state")
    page = post(client, "/start/pictures/", {"state": state, "acting_for": "other"})
    sent = {"state": hidden(page, "state"), "fingerprints": wire(pdq(1, 90), pdq(2, 60))}
    body = text(post(client, "/start/check/", sent))
    assert pdq(1).hex in body
    assert pdq(2).hex in body
    assert "The fingerprint is clear." in body
    assert "good enough to be found" in body
    assert "acting for the person" in body
    assert Entry.objects.count() == 0


def test_a_copy_code_is_carried_along_and_shown_too(client: Client) -> None:
    """The form of somebody who hashed on their own machine may bring one."""
    state = hidden(post(client, "/start/who/", {"under18": "no"}), "state")
    page = post(client, "/start/pictures/", {"state": state, "acting_for": "self"})
    both = json.dumps(render_pictures((Picture(pdq(1), copy1(7)),)))
    page = post(client, "/start/check/", {"state": hidden(page, "state"), "fingerprints": both})
    assert copy1(7).hex in text(page)
    page = post(client, "/start/pin/", {"state": hidden(page, "state")})
    sent = {"state": hidden(page, "state"), "pin": PIN, "pin_again": PIN}
    assert post(client, "/start/done/", sent).status_code == 200
    assert set(Entry.objects.values_list("kind", flat=True)) == {"pdq", "copy1"}


@pytest.mark.parametrize(
    "fingerprints",
    [
        *("", "[]", "{}", "null", "[1]", "[[]]", "x" * 100, "[" * 10_000),
        wire(pdq(1)).replace('"quality"', '"name": "x", "quality"'),
        wire(pdq(1)).replace("pdq", "md5"),
        wire(pdq(1)).replace(pdq(1).hex, pdq(1).hex.upper()),
        wire(*(pdq(n) for n in range(51))),
    ],
)
def test_anything_but_fingerprints_is_refused(client: Client, fingerprints: str) -> None:
    state = hidden(post(client, "/start/who/", {"under18": "no"}), "state")
    page = post(client, "/start/pictures/", {"state": state, "acting_for": "self"})
    sent = {"state": hidden(page, "state"), "fingerprints": fingerprints}
    page = post(client, "/start/check/", sent)
    assert page.status_code == 422
    assert "No usable picture was chosen" in text(page)


@pytest.mark.parametrize("plain", [pdq(2, 49), Fingerprint.parse(Kind.PDQ, "5" * 64, 100)])
def test_a_picture_that_is_too_plain_is_named_before_anything_is_sent(
    client: Client, plain: Fingerprint
) -> None:
    state = hidden(post(client, "/start/who/", {"under18": "no"}), "state")
    page = post(client, "/start/pictures/", {"state": state, "acting_for": "self"})
    sent = {"state": hidden(page, "state"), "fingerprints": wire(pdq(1), plain)}
    page = post(client, "/start/check/", sent)
    assert page.status_code == 422
    assert "Picture 2 is too plain" in text(page)
    assert plain.hex not in text(page)


@pytest.mark.parametrize("path", ["/start/check/", "/start/done/", "/start/who/", "/status/"])
def test_a_form_with_a_file_is_refused(client: Client, path: str) -> None:
    picture = SimpleUploadedFile("me.jpg", b"\xff\xd8\xff secret", "image/jpeg")
    response = client.post(path, {"state": "x", "picture": picture})
    assert response.status_code == 415
    assert b"Files are not taken here" in response.content
    assert b"secret" not in response.content


def test_a_form_with_a_field_that_was_not_asked_for_is_refused(client: Client) -> None:
    state = hidden(to_pin(client), "state")
    sent = {"state": state, "pin": PIN, "pin_again": PIN, "email": "me@example.org"}
    response = post(client, "/start/done/", sent)
    assert response.status_code == 422
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("pin", "again", "says"),
    [
        ("12345", "12345", "at least 6"),
        ("123456", "123456", "easy to guess"),
        (PIN, PIN + "x", "PINs are different"),
        ("", "", "at least 6"),
    ],
)
def test_a_pin_that_will_not_do_is_asked_for_again(
    client: Client, pin: str, again: str, says: str
) -> None:
    state = hidden(to_pin(client), "state")
    page = post(client, "/start/done/", {"state": state, "pin": pin, "pin_again": again})
    assert page.status_code == 422
    assert says in text(page)
    assert not pin or f'"{pin}"' not in text(page)
    state = hidden(page, "state")
    done = post(client, "/start/done/", {"state": state, "pin": PIN, "pin_again": PIN})
    assert done.status_code == 200


def test_the_last_button_pressed_twice_opens_one_case(client: Client) -> None:
    state = hidden(to_pin(client), "state")
    sent = {"state": state, "pin": PIN, "pin_again": PIN}
    numbers = {shown(post(client, "/start/done/", sent), "case-number") for _ in range(2)}
    assert len(numbers) == 1
    assert Case.objects.count() == 1


@pytest.mark.parametrize("page", ["who", "pictures", "check", "pin", "done"])
def test_a_page_in_the_middle_cannot_be_opened_by_itself(client: Client, page: str) -> None:
    assert client.get(f"/start/{page}/")["Location"] == "/start/"


@pytest.mark.parametrize("page", ["pictures", "check", "pin", "done"])
@pytest.mark.parametrize("state", ["", "forged", "e30:1abc:xyz"])
def test_a_forged_state_is_refused(client: Client, page: str, state: str) -> None:
    response = post(client, f"/start/{page}/", {"state": state})
    assert response.status_code == 422
    assert "out of date" in text(response)


@pytest.mark.parametrize("page", ["pin", "done"])
def test_a_state_from_an_earlier_page_does_not_skip_questions(client: Client, page: str) -> None:
    state = hidden(post(client, "/start/who/", {"under18": "no"}), "state")
    response = post(client, f"/start/{page}/", {"state": state})
    assert "out of date" in text(response)


def test_no_step_sets_a_cookie_and_every_page_can_be_left(client: Client) -> None:
    pages: list[Any] = [client.get("/"), client.get("/start/"), to_pin(client), to_done(client)]
    pages += [client.get(f"/{name}/") for name in ("about", "under-18", "status", "recover")]
    for page in pages:
        assert not page.cookies
        assert 'id="exit-page" rel="noreferrer noopener" href="https://weather.example/"' in text(
            page
        )
    assert not client.cookies


def test_a_form_sent_by_another_site_is_refused(client: Client) -> None:
    response = post(client, "/start/who/", {"under18": "no"}, HTTP_SEC_FETCH_SITE="cross-site")
    assert response.status_code == 403


def test_the_pictures_page_keeps_the_file_field_out_of_every_form(client: Client) -> None:
    state = hidden(post(client, "/start/who/", {"under18": "no"}), "state")
    body = text(post(client, "/start/pictures/", {"state": state, "acting_for": "self"}))
    field = body[body.index('<input type="file"') :].split(">")[0]
    assert "name=" not in field
    assert body.index('<input type="file"') < body.index('<form id="pictures-form"')
    for part in ("pictures-status", "pictures-progress", "pictures-list", "pictures-continue"):
        assert f'id="{part}"' in body
    assert "<noscript>" in body


def test_in_place_of_an_easy_pin_the_page_offers_another(client: Client) -> None:
    state = hidden(to_pin(client), "state")
    page = post(client, "/start/done/", {"state": state, "pin": "140292", "pin_again": "140292"})
    assert page.status_code == 422
    offered = text(page).split("You could use this one: ")[1][:8]
    again = {"state": state, "pin": offered, "pin_again": offered}
    assert post(client, "/start/done/", again).status_code == 200


def test_guessing_the_pin_at_a_form_left_open_has_to_wait(client: Client) -> None:
    state = hidden(to_pin(client), "state")
    sent = {"state": state, "pin": PIN, "pin_again": PIN}
    assert post(client, "/start/done/", sent).status_code == 200
    guess = {"state": state, "pin": "anotherone5", "pin_again": "anotherone5"}
    for _ in range(brakes.PACE.burst):
        assert post(client, "/start/done/", guess).status_code == 422
    page = post(client, "/start/done/", sent)
    assert page.status_code == 429
    assert f"Wait {page['Retry-After']} seconds" in text(page)


def test_a_last_button_pressed_again_after_signing_in_does_not_say_that_nothing_was_kept(
    client: Client,
) -> None:
    state = hidden(to_pin(client), "state")
    sent = {"state": state, "pin": PIN, "pin_again": PIN}
    number = shown(post(client, "/start/done/", sent), "case-number")
    post(client, "/status/", {"case_number": number, "pin": PIN})
    page = post(client, "/start/done/", sent)
    assert page.status_code == 409
    assert "already sent" in text(page)
    assert "We didn’t keep any of it" not in text(page)
    assert Case.objects.count() == 1


def test_a_last_page_that_is_too_old_does_not_say_that_nothing_was_kept(client: Client) -> None:
    page = post(client, "/start/done/", {"state": "x", "pin": PIN, "pin_again": PIN})
    assert page.status_code == 422
    assert "may already be on our list" in text(page)
    assert "We didn’t keep any of it" not in text(page)


def test_the_same_answers_with_another_pin_are_asked_for_the_first_pin(client: Client) -> None:
    state = hidden(to_pin(client), "state")
    post(client, "/start/done/", {"state": state, "pin": PIN, "pin_again": PIN})
    page = post(
        client, "/start/done/", {"state": state, "pin": "anotherone5", "pin_again": "anotherone5"}
    )
    assert page.status_code == 422
    assert 'href="#pin"' in text(page)
    assert "the first time" in text(page)
    assert Case.objects.count() == 1


def test_going_back_to_choose_other_pictures_lists_them_under_a_case_of_their_own(
    client: Client,
) -> None:
    page = post(client, "/start/who/", {"under18": "no"})
    page = post(client, "/start/pictures/", {"state": hidden(page, "state"), "acting_for": "self"})
    chosen = hidden(page, "state")
    numbers = []
    for fingerprints in (wire(pdq(1)), wire(pdq(1), pdq(2)), wire(pdq(1))):
        page = post(client, "/start/check/", {"state": chosen, "fingerprints": fingerprints})
        page = post(client, "/start/pin/", {"state": hidden(page, "state")})
        sent = {"state": hidden(page, "state"), "pin": PIN, "pin_again": PIN}
        numbers.append(shown(post(client, "/start/done/", sent), "case-number"))
    assert numbers[0] == numbers[2] != numbers[1]
    assert Case.objects.count() == 2
