"""The OpenAPI files say what the sites do: every address, every method, the form of answers."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import URLPattern

from staydown.bank.api import partners
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import (
    ActingFor,
    Decision,
    EntryState,
    Feedback,
    GateAnswer,
    Kind,
    Under18,
)
from staydown.exchange.codec import (
    render_case_request,
    render_v1_feedback,
    render_v1_submissions,
)
from staydown.exchange.records import (
    CaseRequest,
    V1Feedback,
    V1FeedbackReport,
    V1SignalType,
    V1Status,
    V1Submission,
)
from staydown.web.bank_site.urls import urlpatterns as bank_addresses
from staydown.web.desk_site.urls import urlpatterns as desk_addresses
from tests.bank.making import PIN, pdq
from tests.docs.schema import KNOWN, Document, faults, resolve
from tests.web.desk_site.support import Site, fresh

FOLDER = Path(__file__).parents[2] / "docs/openapi"
BANK: Document = json.loads((FOLDER / "bank.json").read_text("utf-8"))
DESK: Document = json.loads((FOLDER / "desk.json").read_text("utf-8"))
both = pytest.mark.parametrize("document", [BANK, DESK], ids=["bank", "desk"])

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
JSON = "application/json"


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Give each path, method and what is said of them."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method.upper(), operation


def described(document: Document, path: str, method: str, status: int) -> Document:
    """Return what the file says of an answer; that it says nothing is a fault."""
    answers = document["paths"][path][method.lower()]["responses"]
    assert str(status) in answers, f"{method} {path} answers {status}, which is not described"
    answer: Document = resolve(document, answers[str(status)])
    return answer


def hold(
    document: Document,
    path: str,
    method: str,
    *,
    status: int,
    headers: Mapping[str, str],
    content: bytes,
) -> Any:
    """Fail unless an answer is as described. Return its JSON value."""
    answer = described(document, path, method, status)
    media = headers["content-type"].split(";")[0]
    assert media in answer["content"], f"{method} {path} {status}: {media}"
    value = json.loads(content)
    assert [*faults(document, answer["content"][media]["schema"], value)] == []
    for name, header in answer.get("headers", {}).items():
        assert not header["required"] or name.lower() in headers, name
    if media == "application/problem+json":
        assert value["status"] == status
    return value


def body_faults(document: Document, path: str, value: Any) -> list[str]:
    """Say what is wrong with a JSON body in the eyes of the file."""
    body = document["paths"][path]["post"]["requestBody"]["content"][JSON]
    return [*faults(document, body["schema"], value)]


# --------------------------------------------------------------------------- the files themselves


def routes(patterns: list[Any]) -> set[str]:
    """Return the addresses for programs, in OpenAPI's writing."""
    found = set()
    for pattern in patterns:
        assert isinstance(pattern, URLPattern)
        path = "/" + str(pattern.pattern).replace("^v1//?", "v1/").removesuffix("$")
        if path.startswith(("/api/", "/v1/")):
            found.add(re.sub(r"<\w+:(\w+)>", r"{\1}", path))
    return found


def test_every_address_for_programs_is_described_and_no_other() -> None:
    assert set(BANK["paths"]) == routes(bank_addresses)
    assert set(DESK["paths"]) == routes(desk_addresses)


@both
def test_every_reference_leads_somewhere_and_every_component_is_used(document: Document) -> None:
    used = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)))
    for target in used:
        assert resolve(document, {"$ref": target}) is not None
    names = {
        f"#/components/{part}/{name}"
        for part in ("schemas", "responses")
        for name in document["components"][part]
    }
    assert used == names
    schemes = set(document["components"]["securitySchemes"])
    asked = [
        *document.get("security", []),
        *(s for *_, op in operations(document) for s in op.get("security", [])),
    ]
    assert {name for choice in asked for name in choice} == schemes


@both
def test_only_words_of_schemas_that_the_tests_can_check(document: Document) -> None:
    def look(schema: Any) -> None:
        if isinstance(schema, bool):
            return
        assert set(schema) <= KNOWN
        inner = [*schema.get("properties", {}).values(), *schema.get("prefixItems", ())]
        inner += [*schema.get("oneOf", ())]
        inner += [schema[word] for word in ("items", "additionalProperties") if word in schema]
        for part in inner:
            look(part)

    for schema in document["components"]["schemas"].values():
        look(schema)


@both
def test_every_operation_has_its_own_name_and_says_what_it_answers(document: Document) -> None:
    names = [operation["operationId"] for *_, operation in operations(document)]
    assert len(set(names)) == len(names)
    for path, method, operation in operations(document):
        assert {"summary", "responses"} <= set(operation)
        assert list(operation["responses"]) == sorted(operation["responses"])
        assert {"405", "500"} <= set(operation["responses"]), path
        assert ("requestBody" in operation) == (method == "POST")
        in_path = {item["name"] for item in operation.get("parameters", ()) if item["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
    for path, _, operation in operations(document):
        keyed = document.get("security", operation.get("security")) is not None
        assert keyed == ("401" in operation["responses"]) == (not path.startswith("/api/public/"))


@pytest.mark.parametrize(
    ("document", "schema", "words"),
    [
        (BANK, "Kind", Kind),
        (BANK, "State", EntryState),
        (BANK, "V1Feedback", Feedback),
        (BANK, "V1Status", V1Status),
        (DESK, "Kind", Kind),
    ],
)
def test_lists_of_words_are_the_codes_own(document: Document, schema: str, words: Any) -> None:
    assert document["components"]["schemas"][schema]["enum"] == [word.value for word in words]


def test_the_desks_words_are_the_codes_own() -> None:
    schemas = DESK["components"]["schemas"]
    answers = schemas["UploadAnswer"]["properties"]["answer"]["enum"]
    assert answers == [word.value for word in GateAnswer]
    outcome = schemas["Outcome"]["properties"]["decision"]["enum"]
    assert outcome == [*(word.value for word in Decision), None]


def test_the_checker_sees_what_is_wrong() -> None:
    entry = {
        "seq": 1,
        "entry_id": "a",
        "kind": "pdq",
        "value": "0" * 64,
        "quality": None,
        "state": "listed",
    }
    page = {"entries": [entry], "next_after": 1, "has_more": False}
    schema = {"$ref": "#/components/schemas/FeedPage"}
    assert [*faults(BANK, schema, page)] == []
    for wrong in (
        {"seq": 0},
        {"seq": True},
        {"kind": "PDQ"},
        {"value": "0" * 63},
        {"quality": 101},
        {"more": 1},
        {"entry_id": None},
    ):
        assert [*faults(BANK, schema, page | {"entries": [entry | wrong]})], wrong
    for name in page:
        assert [*faults(BANK, schema, {k: v for k, v in page.items() if k != name})], name


# --------------------------------------------------------------------------- the bank


@pytest.fixture
def keys(bank: Bank, client: Client) -> dict[str, str]:
    """Headers of a partner."""
    made = partners.add_partner(bank, "Acme")
    given = (made.subscription_key, made.function_key)
    schemes = BANK["components"]["securitySchemes"]
    names = [schemes[name]["name"] for name in ("subscriptionKey", "functionKey")]
    return dict(zip(names, given, strict=True))


class Caller:
    """Calls the bank and holds each answer against the file."""

    def __init__(self, client: Client, keys: dict[str, str]) -> None:
        self._client = client
        self._keys = keys

    def get(self, path: str, status: int, query: str = "", *, keyed: bool = True) -> Any:
        """Get ``path`` and fail unless the answer is ``status`` and as described."""
        response = self._client.get(path + query, headers=self._keys if keyed else {})
        return self._held(path, "GET", response, status)

    def post(self, path: str, status: int, value: Any, *, keyed: bool = True) -> Any:
        """Post ``value``; a body that is taken must be as described too."""
        if status < 300:
            assert body_faults(BANK, path, value) == []
        return self.send(path, status, json.dumps(value), JSON, keyed=keyed)

    def send(self, path: str, status: int, content: str, media: str, *, keyed: bool = True) -> Any:
        """Post a body of any kind."""
        headers = self._keys if keyed else {}
        response = self._client.post(path, content, content_type=media, headers=headers)
        return self._held(path, "POST", response, status)

    @staticmethod
    def _held(path: str, method: str, response: Any, status: int) -> Any:
        assert response.status_code == status
        headers = {name.lower(): text for name, text in response.headers.items()}
        return hold(BANK, path, method, status=status, headers=headers, content=response.content)


@pytest.fixture
def call(client: Client, keys: dict[str, str]) -> Caller:
    """A caller with a partner's keys."""
    return Caller(client, keys)


CASE = render_case_request(CaseRequest(Under18.NO, ActingFor.SELF, (pdq(1), pdq(2)), PIN))


@pytest.mark.database
@pytest.mark.parametrize("path", list(BANK["paths"]))
def test_the_bank_takes_the_described_methods_and_no_other(
    client: Client, keys: dict[str, str], path: str
) -> None:
    for method in METHODS:
        response = client.generic(method, path, headers=keys)
        if method.lower() in BANK["paths"][path]:
            assert response.status_code not in (404, 405)
        else:
            (right,) = BANK["paths"][path]
            assert (response.status_code, response["Allow"]) == (405, right.upper())


@pytest.mark.database
def test_a_case_is_answered_as_described(call: Caller) -> None:
    opened = call.post("/api/public/cases", 201, CASE)
    proof = {"case_number": opened["case_number"], "pin": PIN}
    entries = call.get("/api/v2/feed", 200)["entries"]
    feedback = {"entry_id": entries[0]["entry_id"], "value": "Blocked"}
    call.post("/api/v2/feedback", 200, feedback)
    status = call.post("/api/public/status", 200, proof)
    assert [["Acme", "Blocked"]] in [listing["feedback"] for listing in status["listings"]]
    call.post("/api/public/withdraw", 200, {**proof, "numbers": [1]})
    call.post("/api/public/withdraw", 200, {**proof, "numbers": None})
    words = {"recovery_phrase": opened["recovery_phrase"], "pin": PIN + "x"}
    call.post("/api/public/recover", 200, words)
    call.post("/api/public/status", 403, proof)
    later = call.get("/api/v2/feed", 200, "?after=0&limit=1")
    assert later["has_more"] is True
    assert later["entries"][0]["state"] == "withdrawn"


@pytest.mark.database
def test_wrong_pins_are_answered_as_described(call: Caller) -> None:
    number = call.post("/api/public/cases", 201, CASE)["case_number"]
    wrong = {"case_number": number, "pin": "wrong1"}
    call.post("/api/public/status", 403, wrong)
    for path in ("/api/public/status", "/api/public/withdraw"):
        call.post(path, 429, wrong | ({"numbers": None} if "withdraw" in path else {}))


@pytest.mark.database
def test_v1_is_answered_as_described(call: Caller) -> None:
    call.post("/api/public/cases", 201, CASE)
    hashes = (V1Submission(V1SignalType.IMAGE_PDQ, pdq(7).hex, (V1Feedback(Feedback.BLOCKED),)),)
    sent = render_v1_submissions(hashes, now=1)
    sent["hashRecords"].append({"signalType": "VideoTMK", "hashValue": "x"})
    receipt = call.post("/v1/SubmitHashes", 200, sent)
    assert receipt["accepted"] == 1
    assert [item["position"] for item in receipt["refused"]] == [1]
    page = call.get("/v1/FetchHashes", 200, "?pageSize=2")
    assert page["hasMoreRecords"] is True
    token = page["nextPageToken"]
    last = call.get("/v1/FetchHashes", 200, f"?pageSize=2&nextPageToken={token}")
    assert (last["hasMoreRecords"], last["nextPageToken"]) == (False, None)
    reports = tuple(
        V1FeedbackReport(item.hex, V1Feedback(Feedback.NOT_BLOCKED, "", ("nude",)))
        for item in (pdq(1), pdq(99))
    )
    receipt = call.post("/v1/SubmitFeedback", 200, render_v1_feedback(reports))
    assert (receipt["accepted"], len(receipt["refused"])) == (1, 1)


@pytest.mark.database
@pytest.mark.parametrize("path", [path for path, method, _ in operations(BANK) if method == "POST"])
def test_the_banks_refusals_are_as_described(call: Caller, path: str) -> None:
    call.post(path, 422, {"nothing": "of the kind"})
    if "public" not in path:
        call.post(path, 401, {}, keyed=False)
    call.send(path, 400, "{", JSON)
    call.send(path, 415, "{}", "text/plain")
    call.send(path, 413, " " * (4 * 1024 * 1024 + 1), JSON)


@pytest.mark.database
def test_the_banks_other_refusals_are_as_described(call: Caller) -> None:
    call.get("/api/v2/feed", 400, "?limit=1001")
    call.get("/api/v2/feed", 409, "?after=12345")
    call.get("/api/v2/feed", 401, keyed=False)
    call.get("/v1/FetchHashes", 400, "?pageSize=0")
    call.get("/v1/FetchHashes", 401, keyed=False)
    call.post("/api/v2/feedback", 404, {"entry_id": "0", "value": "Blocked"})
    young = call.post("/api/public/cases", 422, CASE | {"under18": "not_sure"})
    assert young["where_to_go"] == "/under-18/"


@pytest.mark.database
@pytest.mark.parametrize(
    "change",
    [
        {"email": "me@example.org"},
        {"under18": "yes"},
        {"acting_for": "friend"},
        {"pin": 123456},
        {"pin": "x" * 129},
        {"fingerprints": []},
        {"fingerprints": [{"kind": "pdq", "value": "A" * 64, "quality": 90}]},
        {"fingerprints": [{"kind": "md5", "value": "a" * 32, "quality": 90}]},
        {"fingerprints": [{"kind": "pdq", "value": "a" * 64, "quality": 49}]},
        {"fingerprints": [{"kind": "pdq", "value": "a" * 64}]},
        {"fingerprints": [{"kind": "pdq", "value": "a" * 64, "quality": 90, "name": "x.jpg"}]},
    ],
)
def test_a_case_that_the_file_rules_out_is_refused(call: Caller, change: dict[str, Any]) -> None:
    assert body_faults(BANK, "/api/public/cases", CASE | change)
    call.post("/api/public/cases", 422, CASE | change)


# --------------------------------------------------------------------------- the desk


def held_answer(path: str, method: str, answer: httpx.Response, status: int) -> Any:
    """Fail unless a desk's answer is ``status`` and as described."""
    assert answer.status_code == status, answer.text
    return hold(DESK, path, method, status=status, headers=answer.headers, content=answer.content)


UPLOADS, ITEM = "/api/v1/uploads", "/api/v1/items/{item}"


def test_the_desk_takes_the_described_methods_and_no_other(site: Site) -> None:
    for path in (UPLOADS, ITEM):
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
    assert offer(422, coffee[: len(coffee) // 2], "image/jpeg")["code"] == "truncated"
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
