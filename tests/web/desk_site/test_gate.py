"""The upload gate over real HTTP: what it takes, what it answers, what it keeps."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.value import Fingerprint
from tests.desk_server import eventually
from tests.web.desk_site.support import SAMPLES, Site, altered, fresh, is_problem

# --------------------------------------------------------------------------- keys


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer wrong", "Bearer sd_wrong", "Basic c2Q6c2Q="]
)
def test_without_a_valid_key_nothing_is_answered(site: Site, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for answer in (
        site.http.post("/api/v1/uploads", content=b"x", headers=headers),
        site.http.get(f"/api/v1/items/{uuid4()}", headers=headers),
    ):
        assert is_problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_revoked_key_is_refused_at_once(site: Site) -> None:
    key = site.desk.command("key", "add", "soon gone").split("key: ")[1].split()[0]
    headers = {"Authorization": f"Bearer {key}"}
    assert site.offer(fresh(), headers=headers).status_code == 200
    site.desk.command("key", "revoke", "soon gone")
    assert is_problem(site.offer(fresh(), headers=headers), 401)


def test_other_methods_and_addresses_are_refused_as_problems(site: Site) -> None:
    assert is_problem(site.http.get("/api/v1/uploads", headers=site.desk.headers), 405)
    assert is_problem(site.http.get("/api/v1/nothing", headers=site.desk.headers), 404)
    missing = site.http.get(f"/api/v1/items/{uuid4()}", headers=site.desk.headers)
    assert is_problem(missing, 404)


# --------------------------------------------------------------------------- answers


def test_the_same_picture_is_held_in_every_form(site: Site, coffee: bytes) -> None:
    key = site.desk.headers
    answers = [
        site.http.post("/api/v1/uploads", files={"picture": coffee}, headers=key),
        site.http.post(
            "/api/v1/uploads", content=coffee, headers=key | {"Content-Type": "image/jpeg"}
        ),
        site.http.post(
            "/api/v1/uploads",
            content=coffee,
            headers=key | {"Content-Type": "application/octet-stream"},
        ),
    ]
    for answer in answers:
        assert answer.status_code == 451
        body = answer.json()
        assert body["answer"] == "held"
        assert body["banks_ready"] is True
        assert body["outcome_url"] == f"/api/v1/items/{body['item']}"
        (candidate,) = body["candidates"]
        assert candidate["bank"] == "bank"
        assert candidate["kind"] == "pdq"
        assert candidate["distance"] == 0
        assert candidate["state"] == "listed"


def test_an_altered_copy_is_held_and_another_picture_passes(site: Site, coffee: bytes) -> None:
    copy = site.http.post(
        "/api/v1/uploads", files={"picture": altered(coffee)}, headers=site.desk.headers
    )
    assert copy.status_code == 451
    assert 0 <= copy.json()["candidates"][0]["distance"] <= 31
    other = (SAMPLES / "rocket.jpg").read_bytes()
    answer = site.http.post("/api/v1/uploads", files={"picture": other}, headers=site.desk.headers)
    assert answer.status_code == 200
    assert answer.json() == {
        "answer": "allowed",
        "item": None,
        "candidates": [],
        "outcome_url": None,
        "banks_ready": True,
        "looked_at": {"complete": True, "faces": ["as_stored"], "frames": 1, "left_out": []},
    }


def test_a_listing_is_matched_within_five_seconds_and_a_withdrawal_forgotten(site: Site) -> None:
    value = fresh()
    entry = site.bank.put(value)
    eventually(lambda: site.offer(value).status_code == 451)
    site.bank.change(entry, EntryState.DISPUTED)
    eventually(lambda: site.offer(value).status_code == 202)
    site.bank.change(entry, EntryState.WITHDRAWN)
    eventually(lambda: site.offer(value).status_code == 200)


def test_a_plain_upload_is_flagged_never_held(site: Site) -> None:
    value = fresh()
    site.list(value)
    for quality in (None, 20):
        answer = site.offer(Fingerprint(Kind.PDQ, value.bits, quality))
        assert (answer.status_code, answer.json()["answer"]) == (202, "flagged")


def test_the_outcome_says_that_it_waits(site: Site) -> None:
    item = site.held_item()
    answer = site.http.get(f"/api/v1/items/{item}", headers=site.desk.headers)
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["decision"]) == ("open", None)


# --------------------------------------------------------------------------- retries


def _answered(site: Site) -> int:
    """Count the uploads that have an outcome: items, and what joined one of the same file."""
    return site.rows("review_item") + site.rows("review_joinedupload")


def test_a_retry_gets_the_same_item_and_another_request_a_conflict(
    site: Site, coffee: bytes
) -> None:
    headers = site.desk.headers | {"Idempotency-Key": str(uuid4())}

    def send(data: bytes) -> httpx.Response:
        return site.http.post("/api/v1/uploads", files={"picture": data}, headers=headers)

    before = _answered(site)
    first, second = send(coffee), send(coffee)
    assert first.json() == second.json()
    assert (first.status_code, second.status_code) == (451, 451)
    assert _answered(site) == before + 1
    assert is_problem(send(altered(coffee)), 409)


def test_many_retries_at_once_make_one_item(site: Site) -> None:
    value = fresh()
    site.list(value)
    before = site.rows("review_item")
    headers = {"Idempotency-Key": str(uuid4())}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: site.offer(value, headers=headers), range(8)))
    assert {answer.status_code for answer in answers} == {451}
    assert len({answer.json()["item"] for answer in answers}) == 1
    assert site.rows("review_item") == before + 1


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_an_idempotency_key_has_a_length(site: Site, key: str) -> None:
    assert is_problem(site.offer(fresh(), headers={"Idempotency-Key": key}), 400)


# --------------------------------------------------------------------------- what goes with it


def test_reference_and_preview_come_along_in_every_form(site: Site, coffee: bytes) -> None:
    key, preview = site.desk.headers, f"{site.preview_origin}/p.jpg"
    before = _answered(site)
    fields = {"reference": "post 17", "preview_url": preview}
    headers = {"X-Staydown-Reference": "post 17", "X-Staydown-Preview": preview}
    raw = key | headers | {"Content-Type": "image/jpeg"}
    for answer in (
        site.http.post("/api/v1/uploads", files={"picture": coffee}, data=fields, headers=key),
        site.http.post("/api/v1/uploads", content=coffee, headers=raw),
    ):
        assert answer.status_code == 451
    assert _answered(site) == before + 2
    assert site.written().count(b"post 17") >= 2


@pytest.mark.parametrize(
    "preview",
    ["https://elsewhere.example/p.jpg", "javascript:alert(1)", "/p.jpg", "http://127.0.0.1:1/p"],
)
def test_a_preview_from_elsewhere_is_refused(site: Site, preview: str) -> None:
    assert is_problem(site.offer(fresh(), preview_url=preview), 422)


@pytest.mark.parametrize("reference", ["x" * 501, "line\nline", "nul\0"])
def test_a_reference_that_cannot_be_shown_is_refused(site: Site, reference: str) -> None:
    assert is_problem(site.offer(fresh(), reference=reference), 422)


# --------------------------------------------------------------------------- what is kept


def test_no_picture_and_no_fingerprint_is_written_anywhere(site: Site, coffee: bytes) -> None:
    value = fresh()
    site.list(value)
    unmatched = fresh()
    site.offer(unmatched)
    site.http.post("/api/v1/uploads", files={"picture": coffee}, headers=site.desk.headers)
    written = site.written()
    for secret in (value, unmatched):
        assert secret.bits not in written
        assert secret.hex.encode() not in written
    assert coffee[1000:1100] not in written
    assert site.desk.platform_key.encode() not in written


def test_the_logs_hold_nothing_of_an_upload(site: Site, coffee: bytes) -> None:
    value, mark = fresh(), f"marker-{uuid4()}"
    site.list(value)
    preview = f"{site.preview_origin}/{mark}.svg"
    site.offer(value, reference=mark, preview_url=preview, headers={"Idempotency-Key": mark})
    site.http.get(f"/api/v1/items/{uuid4()}?{mark}", headers=site.desk.headers)
    site.http.get(f"/{mark}/")
    site.http.post("/api/v1/uploads", content=mark, headers=site.desk.headers)
    logged = site.desk.output.read_text()
    for word in (mark, value.hex, "127.0.0.1", site.desk.platform_key, site.bank.function_key):
        assert word not in logged


def test_an_upload_that_matches_nothing_leaves_no_row(site: Site) -> None:
    tables = ("review_item", "review_idempotentanswer", "review_audit", "review_candidate")
    before = [site.rows(table) for table in tables]
    for _ in range(3):
        site.offer(fresh(), reference="r", headers={"Idempotency-Key": str(uuid4())})
    assert [site.rows(table) for table in tables] == before


def test_no_cookie_is_set_at_the_gate_and_headers_are_strict(site: Site) -> None:
    answer = site.offer(fresh())
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_uploads_at_once_are_all_answered(site: Site, coffee: bytes) -> None:
    def send(_: int) -> int:
        answer = httpx.post(
            f"{site.desk.url}/api/v1/uploads",
            files={"picture": coffee},
            headers=site.desk.headers,
            timeout=60,
        )
        return answer.status_code

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(send, range(24))) <= {451}
