"""The public JSON, for people's own programs."""

import json
from typing import Any

import pytest
from django.test import Client

from staydown.bank import brakes
from staydown.bank.models import Case, Entry
from tests.bank.making import PIN, pdq

pytestmark = pytest.mark.database

PICTURE = {"kind": "pdq", "value": pdq(1).hex, "quality": 90}
CASE = {"under18": "no", "acting_for": "self", "fingerprints": [PICTURE], "pin": PIN}


KEY = "0123456789abcdef" * 2


def _send(client: Client, name: str, value: Any, key: str | None = None) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    content = json.dumps(value)
    return client.post(
        f"/api/public/{name}", content, content_type="application/json", headers=headers
    )


def test_open_status_withdraw(client: Client) -> None:
    opened = _send(client, "cases", CASE)
    assert opened.status_code == 201
    proof = {"case_number": opened.json()["case_number"], "pin": PIN}
    status = _send(client, "status", proof).json()
    assert status == {
        "acting_for": "self",
        "opened_on": "2026-11-22",
        "listings": [
            {
                "number": 1,
                "state": "listed",
                "fetched_by": [],
                "checked_since_withdrawal": [],
                "feedback": [],
                "extended_until": None,
                "likeness": None,
                "goes_out_by": None,
                "held": False,
                "dropped_at": None,
            }
        ],
    }
    after = _send(client, "withdraw", {**proof, "numbers": None}).json()
    assert after["listings"][0]["state"] == "withdrawn"


def test_recover(client: Client) -> None:
    opened = _send(client, "cases", CASE).json()
    words = {"recovery_phrase": opened["recovery_phrase"], "pin": "neuepin42"}
    fresh = _send(client, "recover", words).json()
    proof = {"case_number": fresh["case_number"], "pin": "neuepin42"}
    assert _send(client, "status", proof).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"email": "me@example.org"},
        {"picture": "/9j/4AAQ"},
        {"under18": "yes"},
        {"under18": "not_sure"},
        {"under18": "No"},
        {"acting_for": "friend"},
        {"fingerprints": []},
        {"fingerprints": [{**PICTURE, "quality": 49}]},
        {"fingerprints": [{**PICTURE, "quality": None}]},
        {"fingerprints": [{**PICTURE, "quality": True}]},
        {"fingerprints": [{**PICTURE, "name": "me.jpg"}]},
        {"fingerprints": [{**PICTURE, "kind": "md5"}]},
        {"fingerprints": [{**PICTURE, "value": "f" * 63}]},
        {"fingerprints": [PICTURE] * 51},
        {"pin": "111111"},
        {"pin": 294817},
    ],
    ids=lambda change: next(iter(change)),
)
def test_anything_but_what_was_agreed_is_422_and_stores_nothing(
    client: Client, change: dict[str, Any]
) -> None:
    response = _send(client, "cases", {**CASE, **change})
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert "example.org" not in response.content.decode()
    assert (Case.objects.count(), Entry.objects.count()) == (0, 0)


def test_under_18_the_problem_says_where_to_go(client: Client) -> None:
    problem = _send(client, "cases", {**CASE, "under18": "yes"}).json()
    assert problem["where_to_go"] == "/under-18/"


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "image/jpeg", "text/plain"])
def test_a_body_that_is_no_json_is_415(client: Client, kind: str) -> None:
    response = client.post("/api/public/cases", b"\xff\xd8\xff", content_type=kind)
    assert response.status_code == 415


def test_tries_beyond_the_pace_are_429_with_a_ticket_and_a_bounded_wait(client: Client) -> None:
    number = _send(client, "cases", CASE).json()["case_number"]
    wrong = {"case_number": number, "pin": "wrongone5"}
    for _ in range(brakes.PACE.burst):
        assert _send(client, "status", wrong).status_code == 403
    later = _send(client, "status", wrong)
    assert (later.status_code, 1 <= int(later["Retry-After"]) <= 60) == (429, True)
    ticket = later.json()["ticket"]
    assert _send(client, "status", {**wrong, "ticket": ticket}).json()["ticket"] == ticket
    assert _send(client, "status", {**wrong, "ticket": "x" * 99}).status_code == 429
    assert _send(client, "status", {**wrong, "case_number": "x"}).status_code == 422


def test_in_place_of_an_easy_pin_another_is_offered_that_is_taken(client: Client) -> None:
    refused = _send(client, "cases", {**CASE, "pin": "140292"})
    assert refused.status_code == 422
    offered = refused.json()["offered_pin"]
    assert _send(client, "cases", {**CASE, "pin": offered}).status_code == 201


def test_unknown_addresses_and_methods_answer_with_problems(client: Client) -> None:
    assert client.get("/api/public/cases").status_code == 405
    for path in ("/api/nothing", "/v1/Nothing"):
        assert client.get(path)["Content-Type"] == "application/problem+json"


def test_a_request_sent_again_under_its_key_gives_the_same_answer_until_somebody_signs_in(
    client: Client,
) -> None:
    first = _send(client, "cases", CASE, KEY)
    again = _send(client, "cases", CASE, f'"{KEY}"')
    assert (again.status_code, again.content) == (201, first.content)
    words = {"recovery_phrase": first.json()["recovery_phrase"], "pin": "neuepin42"}
    fresh = _send(client, "recover", words, KEY[::-1])
    again = _send(client, "recover", words, KEY[::-1])
    assert (again.status_code, again.content) == (200, fresh.content)
    assert _send(client, "cases", CASE, KEY).status_code == 409
    proof = {"case_number": fresh.json()["case_number"], "pin": "neuepin42"}
    assert _send(client, "withdraw", {**proof, "numbers": None}).status_code == 200
    assert _send(client, "recover", words, KEY[::-1]).status_code == 409
    assert (Case.objects.count(), Entry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"pin": "anotherone5"},
        {"acting_for": "other"},
        {"fingerprints": [{**PICTURE, "quality": 91}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_body_under_the_key_is_422_and_stores_nothing(
    client: Client, change: dict[str, Any]
) -> None:
    first = _send(client, "cases", CASE, KEY).json()
    refused = _send(client, "cases", {**CASE, **change}, KEY)
    assert refused.status_code == 422
    assert KEY not in refused.content.decode()
    words = {"recovery_phrase": first["recovery_phrase"], "pin": PIN}
    assert _send(client, "recover", words, KEY).status_code == 422
    assert (Case.objects.count(), Entry.objects.count()) == (1, 1)


@pytest.mark.parametrize("key", ["", "1", "a" * 32, KEY[:-1], KEY * 5, f"{KEY},{KEY}"])
def test_a_key_that_cannot_be_random_enough_is_422_and_stores_nothing(
    client: Client, key: str
) -> None:
    assert _send(client, "cases", CASE, key).status_code == 422
    assert Case.objects.count() == 0
