"""The partner API as HTTP: keys, limits, problem documents, answers that the peers can read."""

import json
from typing import Any

import pytest
from django.test import Client

from staydown.bank import slices
from staydown.bank.api import partners
from staydown.bank.errors import Busy
from staydown.bank.intake import Intake
from staydown.bank.models import Entry
from staydown.bank.runtime import Bank
from tests.bank.making import open_case, pdq

pytestmark = pytest.mark.database

PATHS = {
    "/api/v2/feed": "GET",
    "/api/v2/feedback": "POST",
    "/v1/FetchHashes": "GET",
    "/v1//FetchHashes": "GET",
    "/v1/SubmitHashes": "POST",
    "/v1/SubmitFeedback": "POST",
    "/v1//SubmitFeedback": "POST",
}


@pytest.fixture
def keys(bank: Bank, client: Client) -> dict[str, str]:
    """Headers of a partner that was let in."""
    made = partners.add_partner(bank, "Acme")
    return {
        "Ocp-Apim-Subscription-Key": made.subscription_key,
        "x-functions-key": made.function_key,
    }


def _send(client: Client, path: str, keys: dict[str, str], value: Any) -> Any:
    return client.post(path, json.dumps(value), content_type="application/json", headers=keys)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("fault", ["missing", "wrong", "half", "revoked"])
def test_without_valid_keys_the_answer_is_401_with_a_problem_document(
    client: Client, bank: Bank, keys: dict[str, str], path: str, fault: str
) -> None:
    given = dict(keys)
    if fault == "missing":
        given = {}
    elif fault == "wrong":
        given["x-functions-key"] = "0" * 64
    elif fault == "half":
        del given["x-functions-key"]
    else:
        partners.revoke_partner(bank, "Acme")
    response = client.generic(PATHS[path], path, headers=given)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == 401


@pytest.mark.parametrize("path", PATHS)
def test_the_wrong_method_is_told_which_is_right(
    client: Client, keys: dict[str, str], path: str
) -> None:
    wrong = "POST" if PATHS[path] == "GET" else "GET"
    response = client.generic(wrong, path, headers=keys)
    assert (response.status_code, response["Allow"]) == (405, PATHS[path])


@pytest.mark.parametrize(
    "query",
    [
        "/api/v2/feed?after=-1",
        "/api/v2/feed?after=x",
        "/api/v2/feed?after=99999999999999999999",
        "/api/v2/feed?limit=0",
        "/api/v2/feed?limit=1001",
        "/v1/FetchHashes?pageSize=0",
        "/v1/FetchHashes?startTimestamp=1.5",
        "/v1/FetchHashes?nextPageToken=forged",
    ],
)
def test_a_query_that_makes_no_sense_is_400(
    client: Client, keys: dict[str, str], query: str
) -> None:
    assert client.get(query, headers=keys).status_code == 400


def test_a_cursor_beyond_the_end_is_409(client: Client, keys: dict[str, str]) -> None:
    assert client.get("/api/v2/feed?after=5", headers=keys).status_code == 409


def test_the_answer_of_fetch_hashes_has_every_field_of_the_wire(
    client: Client, bank: Bank, keys: dict[str, str]
) -> None:
    empty = client.get("/v1/FetchHashes?startTimestamp=10&pageSize=800", headers=keys).json()
    assert empty == {
        "count": 0,
        "nextPageToken": None,
        "nextSetTimestamp": 10,
        "hasMoreRecords": False,
        "hashRecords": [],
    }
    open_case(bank, pdq(1))
    page = client.get("/v1/FetchHashes?startTimestamp=10&pageSize=99999999", headers=keys).json()
    (record,) = page["hashRecords"]
    assert set(record) == {
        *("lastModtimestamp", "signalType", "hashValue", "hashStatus", "caseNumbers"),
        "CSPFeedbacks",
    }
    assert (record["signalType"], record["hashValue"]) == ("ImagePDQ", pdq(1).hex)
    assert (record["hashStatus"], list(record["caseNumbers"].values())) == ("Active", ["Active"])


def test_each_bad_hash_is_refused_on_its_own(client: Client, keys: dict[str, str]) -> None:
    records = [
        {"signalType": "StopNCIISignalType.ImagePDQ", "hashValue": pdq(1).hex},
        {"signalType": "ImagePDQ", "hashValue": pdq(0xAB).hex.upper(), "CSPFeedbacks": []},
        {"signalType": "URL", "hashValue": "https://example.org/"},
        {"signalType": "ImagePhotoDNA", "hashValue": "00"},
        None,
        {"signalType": "VideoMD5", "hashValue": "0" * 32, "CSPFeedbacks": None},
        {"signalType": "ImagePDQ", "hashValue": pdq(2).hex,
         "CSPFeedbacks": [{"feedbackValue": "Undefined"}]},
    ]  # fmt: skip
    answer = _send(client, "/v1/SubmitHashes", keys, {"count": 7, "hashRecords": records}).json()
    assert answer["accepted"] == 2
    assert [item["position"] for item in answer["refused"]] == [1, 2, 3, 4, 6]
    assert "example.org" not in json.dumps(answer)
    assert Entry.objects.count() == 2


def test_feedback_on_unknown_hashes_is_refused_by_position(
    client: Client, bank: Bank, keys: dict[str, str]
) -> None:
    open_case(bank, pdq(1))
    words = [
        {"hashValue": "ff" * 32, "feedbackValue": "Blocked", "tags": []},
        {"hashValue": pdq(1).hex, "feedbackValue": "Blocked"},
        {"hashValue": pdq(1).hex, "feedbackValue": "Maybe"},
    ]
    answer = _send(client, "/v1/SubmitFeedback", keys, {"hashFeedbacks": words}).json()
    assert answer["accepted"] == 1
    assert [item["position"] for item in answer["refused"]] == [0, 2]


HASHES, FEEDBACK = "/v1/SubmitHashes", "/v1/SubmitFeedback"
GOOD = {"signalType": "ImagePDQ", "hashValue": pdq(1).hex}
LISTS = {HASHES: "hashRecords", FEEDBACK: "hashFeedbacks"}

#: A record that nobody can take, by what is wrong with it.
BAD: dict[str, tuple[str, Any]] = {
    "a word misspelt": (FEEDBACK, {"hashValue": "a" * 64, "feedbackValue": "Bloked"}),
    "no hash": (FEEDBACK, {"feedbackValue": "Blocked"}),
    "an unknown hash": (FEEDBACK, {"hashValue": pdq(9).hex, "feedbackValue": "Blocked"}),
    "no fingerprint": (FEEDBACK, {"hashValue": "https://x.example", "feedbackValue": "Blocked"}),
    "a tag that nobody keeps": (
        FEEDBACK,
        {"hashValue": pdq(9).hex, "feedbackValue": "Blocked", "tags": ["\0"]},
    ),
    "never handed in": (FEEDBACK, {"hashValue": pdq(9).hex, "feedbackValue": "Withdrawn"}),
    "a type misspelt": (HASHES, GOOD | {"signalType": "ImagePQD"}),
    "a type that is no fingerprint": (HASHES, {"signalType": "URL", "hashValue": "https://x.y"}),
    "capital letters": (HASHES, GOOD | {"hashValue": pdq(0xAB).hex.upper()}),
    "too short": (HASHES, GOOD | {"hashValue": "ab" * 16}),
    "no picture's": (HASHES, GOOD | {"hashValue": "0" * 64}),
    "a number": (HASHES, 7),
    "null": (HASHES, None),
    "an unknown status": (HASHES, GOOD | {"hashStatus": "Gone"}),
    "nothing of its own": (HASHES, GOOD | {"hashStatus": "Withdrawn"}),
    "nothing of its own, in a word": (
        HASHES,
        GOOD | {"CSPFeedbacks": [{"feedbackValue": "Deleted"}]},
    ),
}


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("kind", BAD)
def test_a_list_of_which_nothing_was_taken_is_422_and_says_why_of_each(
    client: Client, keys: dict[str, str], kind: str, count: int
) -> None:
    """The stock client reads nothing but the status."""
    path, record = BAD[kind]
    answer = _send(client, path, keys, {"count": count, LISTS[path]: [record] * count})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    told = json.loads(answer.content)
    assert (told["status"], told["accepted"]) == (422, 0)
    assert [item["position"] for item in told["refused"]] == [*range(count)]
    assert all(item["reason"] for item in told["refused"])
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("kind", BAD)
def test_one_record_that_was_taken_makes_it_200_and_the_others_are_named(
    client: Client, bank: Bank, keys: dict[str, str], kind: str
) -> None:
    path, record = BAD[kind]
    open_case(bank, pdq(3))
    good = GOOD if path == HASHES else {"hashValue": pdq(3).hex, "feedbackValue": "Blocked"}
    good = good | ({"hashValue": pdq(4).hex} if path == HASHES else {})
    answer = _send(client, path, keys, {LISTS[path]: [record, good]})
    assert answer.status_code == 200
    assert answer.json()["accepted"] == 1
    assert [item["position"] for item in answer.json()["refused"]] == [0]


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list_is_no_fault(client: Client, keys: dict[str, str], path: str) -> None:
    answer = _send(client, path, keys, {"count": 0, LISTS[path]: []})
    assert (answer.status_code, answer.json()) == (200, {"accepted": 0, "refused": []})


def _state(client: Client, keys: dict[str, str]) -> list[str]:
    feed = client.get("/api/v2/feed", headers=keys).json()
    return [entry["state"] for entry in feed["entries"]]


#: How a partner says that it takes its own listing back.
WITHDRAWALS = {
    "a word on a hash that is handed in": (
        HASHES,
        GOOD | {"CSPFeedbacks": [{"feedbackValue": "Withdrawn"}]},
    ),
    "deleted": (HASHES, GOOD | {"CSPFeedbacks": [{"feedbackValue": "Deleted"}]}),
    "the status that a fetched record has": (HASHES, GOOD | {"hashStatus": "Withdrawn"}),
    "the status, whatever the words": (
        HASHES,
        GOOD | {"hashStatus": "Deleted", "CSPFeedbacks": [{"feedbackValue": "Blocked"}]},
    ),
    "a word on a value": (FEEDBACK, {"hashValue": pdq(1).hex, "feedbackValue": "Withdrawn"}),
    "a value in capital letters": (
        FEEDBACK,
        {"hashValue": pdq(1).hex.upper(), "feedbackValue": "Withdrawn"},
    ),
}


@pytest.mark.parametrize("way", WITHDRAWALS)
def test_a_partner_takes_its_own_listing_back_and_may_say_so_twice(
    client: Client, keys: dict[str, str], way: str
) -> None:
    path, record = WITHDRAWALS[way]
    assert _send(client, HASHES, keys, {"hashRecords": [GOOD]}).status_code == 200
    assert _state(client, keys) == ["listed"]
    for _ in range(2):
        answer = _send(client, path, keys, {LISTS[path]: [record]})
        assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
        assert _state(client, keys) == ["withdrawn"]
    # Handed in again, it is listed again.
    assert _send(client, HASHES, keys, {"hashRecords": [GOOD]}).status_code == 200
    assert _state(client, keys) == ["listed"]


@pytest.mark.parametrize("way", WITHDRAWALS)
def test_a_partner_takes_nothing_back_of_what_others_listed_and_is_told_so(
    client: Client, bank: Bank, keys: dict[str, str], way: str
) -> None:
    path, record = WITHDRAWALS[way]
    open_case(bank, pdq(1))
    answer = _send(client, path, keys, {LISTS[path]: [record]})
    assert answer.status_code == 422
    assert "nothing of yours to take back" in answer.json()["refused"][0]["reason"]
    assert _state(client, keys) == ["listed"]


@pytest.mark.parametrize("status", ["Active", "Received", "Unknown", None])
def test_a_record_that_is_not_taken_back_is_listed_whatever_its_status(
    client: Client, keys: dict[str, str], status: str | None
) -> None:
    answer = _send(client, HASHES, keys, {"hashRecords": [GOOD | {"hashStatus": status}]})
    assert answer.status_code == 200
    assert _state(client, keys) == ["listed"]


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ({"entry_id": "ENTRY", "value": "Blocked"}, 200),
        ({"entry_id": "0" * 32, "value": "Blocked"}, 404),
        ({"entry_id": "ENTRY", "value": "Unknown"}, 422),
        ({"entry_id": "ENTRY"}, 422),
        ({"entry_id": "ENTRY", "value": "Blocked", "note": "x"}, 422),
        ([], 422),
    ],
)
def test_native_feedback(
    client: Client, bank: Bank, keys: dict[str, str], value: Any, status: int
) -> None:
    open_case(bank, pdq(1))
    entry = client.get("/api/v2/feed", headers=keys).json()["entries"][0]
    if isinstance(value, dict) and value["entry_id"] == "ENTRY":
        value = {**value, "entry_id": entry["entry_id"]}
    assert _send(client, "/api/v2/feedback", keys, value).status_code == status


def test_bodies_that_are_no_json_or_too_large_are_refused(
    client: Client, keys: dict[str, str]
) -> None:
    for body, kind, status in (
        (b"{", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"x" * (4 * 1024 * 1024 + 1), "application/json", 413),
        (b"[" * 100_000, "application/json", 400),
    ):
        response = client.post("/v1/SubmitHashes", body, content_type=kind, headers=keys)
        assert response.status_code == status
        assert response["Content-Type"] == "application/problem+json"


def test_a_tag_that_no_database_keeps_is_refused_on_its_own(
    client: Client, keys: dict[str, str]
) -> None:
    records = [
        {
            "signalType": "ImagePDQ",
            "hashValue": pdq(number).hex,
            "CSPFeedbacks": [{"feedbackValue": "Blocked", "tags": [tag]}],
        }
        for number, tag in enumerate(("a", "b\0"))
    ]
    answer = _send(client, "/v1/SubmitHashes", keys, {"hashRecords": records}).json()
    assert answer["accepted"] == 1
    assert [item["position"] for item in answer["refused"]] == [1]


def test_a_list_that_broke_off_is_told_how_many_records_were_taken_in(
    client: Client, bank: Bank, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "FIRST", 2)
    save, calls = Intake.save, list[Intake]()

    def second_fails(this: Intake) -> None:
        save(this)
        calls.append(this)
        if len(calls) == 2:
            raise Busy

    monkeypatch.setattr(Intake, "save", second_fails)
    records = [
        {"signalType": "ImagePDQ", "hashValue": pdq(n).hex, "CSPFeedbacks": []} for n in range(5)
    ]
    body = {"count": 5, "hashRecords": records}
    broken = _send(client, "/v1/SubmitHashes", keys, body)
    assert (broken.status_code, broken["Retry-After"]) == (503, "5")
    answer = json.loads(broken.content)
    assert (answer["accepted"], answer["held"], Entry.objects.count()) == (2, 0, 2)
    assert _send(client, "/v1/SubmitHashes", keys, body).json() == {"accepted": 5, "refused": []}
    assert Entry.objects.count() == 5


@pytest.mark.parametrize("size", [1, 200])
def test_what_is_handed_in_and_taken_back_in_one_list_is_not_listed(
    client: Client, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Whatever slice each is in. Before it is handed in, there is nothing to take back."""
    monkeypatch.setattr(slices, "FIRST", size)
    gone, other = GOOD | {"hashStatus": "Withdrawn"}, GOOD | {"hashValue": pdq(2).hex}
    answer = _send(client, HASHES, keys, {"hashRecords": [gone, GOOD, other, gone]}).json()
    assert answer["accepted"] == 3
    assert [item["position"] for item in answer["refused"]] == [0]
    assert _state(client, keys) == ["listed"]
    assert Entry.objects.filter(state="withdrawn").count() == 1


def test_a_word_that_takes_back_may_be_said_twice_by_a_partner_that_never_fetched(
    client: Client, keys: dict[str, str]
) -> None:
    """Its first answer may have been lost on the way."""
    _send(client, HASHES, keys, {"hashRecords": [GOOD]})
    for _ in range(2):
        word = {"hashValue": pdq(1).hex, "feedbackValue": "Withdrawn"}
        answer = _send(client, FEEDBACK, keys, {"hashFeedbacks": [word]})
        assert (answer.status_code, answer.json()["accepted"]) == (200, 1)


def test_words_on_unknown_hashes_are_not_counted_as_taken_where_a_list_broke_off(
    client: Client, bank: Bank, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_case(bank, pdq(1))
    monkeypatch.setattr(slices, "FIRST", 2)
    save, calls = Intake.save, list[Intake]()

    def second_fails(this: Intake) -> None:
        save(this)
        calls.append(this)
        if len(calls) == 2:
            raise Busy

    monkeypatch.setattr(Intake, "save", second_fails)
    said = [{"hashValue": pdq(n).hex, "feedbackValue": "Blocked"} for n in (1, 7, 8)]
    broken = _send(client, FEEDBACK, keys, {"hashFeedbacks": said})
    assert (broken.status_code, json.loads(broken.content)["accepted"]) == (503, 1)
