"""The bank answers as its OpenAPI file says: methods, bodies, refusals."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from staydown.bank import brakes, slices
from staydown.bank.api import negative, partners
from staydown.bank.errors import Busy
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import Feedback
from staydown.exchange.codec import (
    PIN_LENGTH,
    render_case_request,
    render_v1_feedback,
    render_v1_submissions,
)
from staydown.exchange.records import (
    Picture,
    V1Feedback,
    V1FeedbackReport,
    V1SignalType,
    V1Submission,
)
from tests.bank.making import PIN, copy1, pdq, request
from tests.bank.test_slices import breaking_off
from tests.docs.openapi import (
    BANK,
    JSON,
    METHODS,
    body_faults,
    hold,
    operations,
)


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


CASE = render_case_request(request(Picture(pdq(1), copy1(1)), pdq(2)))


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
            allowed = response["Allow"].removesuffix(", HEAD")  # whoever may GET may HEAD
            assert (response.status_code, allowed) == (405, right.upper())


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
def test_a_review_is_answered_as_described(call: Caller, bank: Bank) -> None:
    negative.add(bank, "logos", [pdq(1)])
    opened = call.post("/api/public/cases", 201, CASE)
    assert opened["like_harmless"] == [1]
    proof = {"case_number": opened["case_number"], "pin": PIN}
    status = call.post("/api/public/review", 200, {**proof, "number": 1})
    assert [one["likeness"] and one["likeness"]["asked"] for one in status["listings"]] == [
        True, None,
    ]  # fmt: skip
    call.post("/api/public/review", 422, {**proof, "number": 2})
    call.post("/api/public/review", 403, {**proof, "pin": "wrong1", "number": 1})


@pytest.mark.database
@pytest.mark.parametrize("value", ["5" * 64, "f" * 64, "0" * 63 + "1"])
def test_what_is_no_pictures_fingerprint_is_refused_on_every_way_in(
    call: Caller, value: str
) -> None:
    plain = [{"kind": "pdq", "value": value, "quality": 100}]
    told = call.post("/api/public/cases", 422, CASE | {"fingerprints": plain})
    assert "picture 1 can't be listed" in told["detail"]
    code = {**CASE["fingerprints"][0], "copy1": value * 4}
    call.post("/api/public/cases", 422, CASE | {"fingerprints": [code]})
    record = {"signalType": "ImagePDQ", "hashValue": value}
    good = {"signalType": "ImagePDQ", "hashValue": pdq(5).hex}
    sent = {"hashRecords": [{**record, "CSPFeedbacks": []}, {**good, "CSPFeedbacks": []}]}
    receipt = call.post("/v1/SubmitHashes", 200, {"count": 2, **sent})
    assert (receipt["accepted"], receipt["refused"][0]["position"]) == (1, 0)
    assert value not in str((told, receipt))
    # It may be taken back, should an earlier version have taken it in; here none did.
    back = {**record, "CSPFeedbacks": [{"feedbackValue": "Withdrawn", "tags": []}]}
    told = call.post("/v1/SubmitHashes", 422, {"count": 1, "hashRecords": [back]})
    assert "nothing of yours to take back" in told["refused"][0]["reason"]


@pytest.mark.database
def test_wrong_pins_are_answered_as_described(call: Caller) -> None:
    number = call.post("/api/public/cases", 201, CASE)["case_number"]
    wrong = {"case_number": number, "pin": "wrong1"}
    for _ in range(brakes.PACE.burst):
        call.post("/api/public/status", 403, wrong)
    for path in ("/api/public/status", "/api/public/withdraw"):
        call.post(path, 429, wrong | ({"numbers": None} if "withdraw" in path else {}))


@pytest.mark.database
def test_work_is_asked_for_and_paid_as_described(call: Caller) -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    shown: dict[str, Any] = {}
    exec(text.partition("```python\n")[2].partition("```")[0], shown)  # noqa: S102 - our own page
    for told in (
        call.get("/api/public/work", 200, "?pictures=2"),
        call.post("/api/public/cases", 429, CASE | {"ticket": "of another bank"}),
    ):
        work = shown["solve"](told["ticket"], **told["work"])
        call.post("/api/public/cases", 201, CASE | {"ticket": told["ticket"], "work": work})
    for pictures in ("0", "51", "-1", "x", "", "1" * 5000, "%EF%BC%91"):
        call.get("/api/public/work", 422, f"?pictures={pictures}")
    wrong = {"case_number": call.post("/api/public/cases", 201, CASE)["case_number"], "pin": "no1"}
    for _ in range(brakes.PACE.burst):
        call.post("/api/public/status", 403, wrong)
    told = call.post("/api/public/status", 429, wrong)
    work = shown["solve"](told["ticket"], **told["work"])
    call.post("/api/public/status", 403, wrong | {"ticket": told["ticket"], "work": work})


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
def test_a_list_of_which_nothing_was_taken_is_answered_as_described(call: Caller) -> None:
    told = call.post("/v1/SubmitHashes", 422, {"hashRecords": [{"signalType": "x"}, None]})
    assert [item["position"] for item in told["refused"]] == [0, 1]
    report = {"hashValue": pdq(3).hex, "feedbackValue": "Blocked"}
    told = call.post("/v1/SubmitFeedback", 422, {"hashFeedbacks": [report]})
    assert told["accepted"] == 0
    call.post("/v1/SubmitHashes", 200, {"hashRecords": []})
    call.post("/v1/SubmitFeedback", 200, {"hashFeedbacks": []})


@pytest.mark.database
def test_a_long_list_that_breaks_off_is_answered_as_described(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FIRST", "LEAST", "MOST"):
        monkeypatch.setattr(slices, name, 10)
    said = {"CSPFeedbacks": [{"feedbackValue": "Blocked", "tags": []}]}
    records = [
        {"signalType": "ImagePDQ", "hashValue": pdq(number).hex, **said} for number in range(30)
    ]
    for after, accepted in ((2, 20), (0, None)):
        with breaking_off(monkeypatch, after, Busy()):
            told = call.post("/v1/SubmitHashes", 503, {"hashRecords": records})
        assert told.get("accepted") == accepted


def _pins(part: Any) -> Iterator[dict[str, Any]]:
    """Every description of a PIN, wherever it stands."""
    if isinstance(part, dict):
        yield from (part["pin"] for _ in range("pin" in part and "maxLength" in part["pin"]))
        for inner in part.values():
            yield from _pins(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _pins(inner)


def test_the_length_of_a_pin_is_that_of_the_code() -> None:
    shortest, longest = PIN_LENGTH.start, PIN_LENGTH.stop - 1
    found = list(_pins(BANK))
    assert len(found) == 5
    for one in found:
        assert one["maxLength"] == longest
        assert one["description"].startswith(f"{shortest} to {longest} digits or letters")
    decided = Path(__file__).parents[2] / "docs" / "decisions" / "0013-what-opens-a-case.md"
    assert f"{shortest} to {longest} letters or digits" in decided.read_text("utf-8")


@pytest.mark.database
def test_a_pin_of_the_longest_length_opens_its_case(call: Caller) -> None:
    pin = ("kastanie7" * PIN_LENGTH.stop)[: PIN_LENGTH.stop - 1]
    number = call.post("/api/public/cases", 201, CASE | {"pin": pin})["case_number"]
    call.post("/api/public/status", 200, {"case_number": number, "pin": pin})
    call.post("/api/public/status", 422, {"case_number": number, "pin": f"{pin}x"})


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
        {"pin": "x" * 65},
        {"fingerprints": []},
        {"fingerprints": [{"kind": "pdq", "value": "A" * 64, "quality": 90}]},
        {"fingerprints": [{"kind": "md5", "value": "a" * 32, "quality": 90}]},
        {"fingerprints": [{"kind": "pdq", "value": "a" * 64, "quality": 49}]},
        {"fingerprints": [{"kind": "pdq", "value": "a" * 64}]},
        {"fingerprints": [{"kind": "copy1", "value": "a" * 256, "quality": 90}]},
        {"fingerprints": [{"kind": "pdq", "value": "a" * 64, "quality": 90, "copy1": "a" * 64}]},
        {"fingerprints": [{"kind": "pdq", "value": "a" * 64, "quality": 90, "name": "x.jpg"}]},
    ],
)
def test_a_case_that_the_file_rules_out_is_refused(call: Caller, change: dict[str, Any]) -> None:
    assert body_faults(BANK, "/api/public/cases", CASE | change)
    call.post("/api/public/cases", 422, CASE | change)
