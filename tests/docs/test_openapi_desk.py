"""The desk answers as its OpenAPI file says: methods, bodies, refusals."""

from typing import Any

import httpx
import pytest

from staydown.base.vocabulary import (
    EntryState,
)
from tests.desk_server import eventually
from tests.docs.openapi import DESK, JSON, METHODS, body_faults, hold
from tests.web.desk_site.support import Site, fresh


def held_answer(path: str, method: str, answer: httpx.Response, status: int) -> Any:
    """Fail unless a desk's answer is ``status`` and as described."""
    assert answer.status_code == status, answer.text
    return hold(DESK, path, method, status=status, headers=answer.headers, content=answer.content)


UPLOADS, ITEM = "/api/v1/uploads", "/api/v1/items/{item}"
EARLIER = "/api/v1/earlier"


def test_the_desk_takes_the_described_methods_and_no_other(site: Site) -> None:
    for path in (UPLOADS, ITEM, EARLIER):
        real = path.replace("{item}", "00000000-0000-4000-8000-000000000000")
        for method in METHODS:
            answer = site.http.request(method, real, headers=site.desk.headers)
            if method.lower() in DESK["paths"][path]:
                assert answer.status_code != 405
            else:
                (right,) = DESK["paths"][path]
                assert (answer.status_code, answer.headers["allow"]) == (405, right.upper())


def test_the_gates_answers_are_as_described(site: Site) -> None:
    held_answer(UPLOADS, "POST", site.offer(fresh()), 200)
    listed, disputed = fresh(), fresh()
    site.list(listed)
    site.list(disputed, EntryState.DISPUTED)
    held_answer(UPLOADS, "POST", site.offer(disputed), 202)
    body = held_answer(UPLOADS, "POST", site.offer(listed), 451)
    item = body["outcome_url"]
    before = held_answer(ITEM, "GET", site.http.get(item, headers=site.desk.headers), 200)
    assert (before["state"], before["decision"], before["decided_at"]) == ("open", None, None)
    site.moderator("described").decide(body["item"], "ncii")
    after = held_answer(ITEM, "GET", site.http.get(item, headers=site.desk.headers), 200)
    assert (after["state"], after["decision"]) == ("decided", "ncii")
    assert after["decided_at"] >= before["created_at"]


def test_an_outcome_that_may_show_somebody_under_18_is_as_described(site: Site) -> None:
    fingerprint = fresh()
    site.list(fingerprint)
    item = site.offer(fingerprint).json()["item"]
    site.moderator("described-2").decide(item, "may_be_under_18")
    answer = site.http.get(f"/api/v1/items/{item}", headers=site.desk.headers)
    body = held_answer(ITEM, "GET", answer, 200)
    assert (body["state"], body["answer"], body["decision"]) == ("open", "held", "may_be_under_18")


def test_the_gates_refusals_are_as_described(site: Site, coffee: bytes) -> None:
    key = site.desk.headers

    def offer(status: int, content: bytes, media: str, **headers: str) -> Any:
        sent = key | {"Content-Type": media} | headers
        answer = site.http.post(UPLOADS, content=content, headers=sent)
        return held_answer(UPLOADS, "POST", answer, status)

    offer(400, b"{", JSON)
    offer(400, b"", "image/png")
    offer(415, b"plain", "text/plain")
    assert offer(415, b"no picture at all", "image/png")["code"] == "not_a_picture"
    assert offer(422, coffee[:4000], "image/jpeg")["code"] == "truncated"
    offer(422, b"{}", JSON)
    offer(413, b" " * (256 * 1024 + 1), JSON)
    once = {"Idempotency-Key": "described"}
    offer(451, coffee, "image/jpeg", **once)
    other = {"X-Staydown-Reference": "another"}
    offer(409, coffee, "image/jpeg", **once, **other)
    held_answer(UPLOADS, "POST", site.http.post(UPLOADS, content=b"x"), 401)
    nowhere = ITEM.replace("{item}", "00000000-0000-4000-8000-000000000000")
    held_answer(ITEM, "GET", site.http.get(nowhere, headers=key), 404)
    held_answer(ITEM, "GET", site.http.get(nowhere), 401)


def test_earlier_uploads_are_told_as_described(site: Site, keeping: Site) -> None:
    """At a desk that looks back, and at one that doesn't."""
    key = site.desk.headers
    assert held_answer(EARLIER, "GET", site.http.get(EARLIER, headers=key), 200)["items"] == []
    held_answer(EARLIER, "GET", site.http.get(f"{EARLIER}?after=x", headers=key), 422)
    held_answer(EARLIER, "GET", site.http.get(EARLIER), 401)
    value, key = fresh(), keeping.desk.headers
    assert keeping.offer(value, reference="described").status_code == 200
    keeping.bank.put(value)
    eventually(lambda: keeping.http.get(EARLIER, headers=key).json()["items"])
    held_answer(EARLIER, "GET", keeping.http.get(EARLIER, headers=key), 200)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"fingerprints": []},
        {"fingerprints": [{"kind": "pdq"}]},
        {"fingerprints": [{"kind": "pdq", "value": "A" * 64}]},
        {"fingerprints": [{"kind": "phash", "value": "a" * 64}]},
        {"fingerprints": [{"kind": "pdq", "value": "a" * 64, "quality": 101}]},
        {"fingerprints": [{"kind": "pdq", "value": "a" * 64}], "reference": "x" * 501},
        {"fingerprints": [{"kind": "pdq", "value": "a" * 64}], "name": "x"},
    ],
)
def test_an_upload_that_the_file_rules_out_is_refused(site: Site, body: dict[str, Any]) -> None:
    assert body_faults(DESK, UPLOADS, body)
    answer = site.http.post(UPLOADS, json=body, headers=site.desk.headers)
    held_answer(UPLOADS, "POST", answer, 422)
