"""HMA's calls at the desk answer as their OpenAPI file says."""

import json
import re
from typing import Any

import httpx
import pytest

from staydown.web.desk_site.lookup import calls
from tests.docs.openapi import FOLDER, METHODS, hold, operations
from tests.docs.schema import KNOWN, Document, faults, resolve
from tests.web.desk_site.support import Site, fresh

LOOKUP: Document = json.loads((FOLDER / "lookup.json").read_text("utf-8"))
RAW, LOOK, HASH, COMPARE = "/m/raw_lookup", "/m/lookup", "/h/hash", "/m/compare"
INDEX, READY, LIVE = "/m/index/status", "/status", "/status/live"


def held(path: str, method: str, answer: httpx.Response, status: int) -> Any:
    """Fail unless an answer is ``status`` and as described."""
    assert answer.status_code == status, answer.text
    return hold(LOOKUP, path, method, status=status, headers=answer.headers, content=answer.content)


def test_the_described_paths_and_methods_are_taken_and_no_other(site: Site) -> None:
    assert set(LOOKUP["paths"]) == {RAW, LOOK, HASH, COMPARE, INDEX, READY, LIVE}
    for path, item in LOOKUP["paths"].items():
        for method in METHODS:
            answer = site.http.request(method, path, headers=site.desk.headers)
            if method.lower() in item:
                assert answer.status_code != 405
            else:
                assert answer.status_code == 405
                allowed = {name.lower() for name in answer.headers["allow"].split(", ")}
                assert allowed - {"head"} == set(item)


def test_every_reference_leads_somewhere_and_every_component_is_used() -> None:
    used = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(LOOKUP)))
    for target in used:
        assert resolve(LOOKUP, {"$ref": target}) is not None
    parts = LOOKUP["components"]
    assert used == {
        f"#/components/{part}/{name}" for part in ("schemas", "responses") for name in parts[part]
    }
    for schema in parts["schemas"].values():
        assert set(schema) <= KNOWN


def test_every_operation_says_what_it_answers() -> None:
    names = [operation["operationId"] for *_, operation in operations(LOOKUP)]
    assert len(set(names)) == len(names)
    for _, method, operation in operations(LOOKUP):
        assert list(operation["responses"]) == sorted(operation["responses"])
        assert {"200", "405", "500", "503"} <= set(operation["responses"])
        assert ("401" in operation["responses"]) == ("security" not in operation)
        assert ("requestBody" in operation) == (method == "POST")


def test_the_words_are_the_codes_own() -> None:
    (kind,) = [one for one in LOOKUP["paths"][RAW]["get"]["parameters"] if "enum" in one["schema"]]
    assert kind["schema"]["enum"] == list(calls.TYPES)
    file = LOOKUP["paths"][HASH]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert list(file["schema"]["properties"]) == list(calls.CONTENT)


def test_answers_are_as_described(site: Site, coffee: bytes) -> None:
    key, listed = site.desk.headers, fresh()
    site.list(listed)
    look = {"signal": listed.hex, "signal_type": "pdq"}

    def get(path: str, **parameters: str) -> Any:
        answer = site.http.get(path, params=parameters, headers=key)
        return held(path, "GET", answer, 200)

    assert get(RAW, **look)["matches"]
    assert get(RAW, **look, include_distance="true")["matches"][0]["distance"] == "0"
    assert set(get(LOOK, **look)) == {"bank"}
    assert get(LOOK, signal=fresh().hex, signal_type="pdq") == {}
    for path in (HASH, LOOK, f"{LOOK}?views=true"):
        answer = site.http.post(path, files={"photo": coffee}, headers=key)
        assert set(held(path.partition("?")[0], "POST", answer, 200)) == {"pdq"}
    pair = {"pdq": [listed.hex, fresh().hex]}
    held(COMPARE, "POST", site.http.post(COMPARE, json=pair, headers=key), 200)
    assert get(INDEX)["pdq"]["size"] >= 1
    assert set(get(INDEX, signal_type="pdq")) == {"pdq"}
    assert get(READY) == get(LIVE) == "I-AM-ALIVE"
    assert held(LIVE, "GET", site.http.get(LIVE), 200) == "I-AM-ALIVE"


def test_refusals_are_as_described(site: Site, coffee: bytes) -> None:
    key = site.desk.headers
    for path, item in LOOKUP["paths"].items():
        for method in item:
            if path != LIVE:
                held(path, method, site.http.request(method.upper(), path), 401)
    held(RAW, "GET", site.http.get(RAW, headers=key), 422)
    held(INDEX, "GET", site.http.get(INDEX, params={"signal_type": "x"}, headers=key), 400)
    held(LOOK, "GET", site.http.get(LOOK, headers=key), 400)
    elsewhere = {"url": "https://media.example/a.jpg"}
    held(LOOK, "GET", site.http.get(LOOK, params=elsewhere, headers=key), 403)
    held(HASH, "GET", site.http.get(HASH, params=elsewhere, headers=key), 403)
    for path in (HASH, LOOK):
        for data, status in ((b"text", 415), (coffee[:4000], 422)):
            answer = site.http.post(path, files={"photo": data}, headers=key)
            held(path, "POST", answer, status)
        held(path, "POST", site.http.post(path, headers=key), 400)
    held(COMPARE, "POST", site.http.post(COMPARE, content=b"{", headers=key), 400)
    held(COMPARE, "POST", site.http.post(COMPARE, content=b" " * 70_000, headers=key), 413)


@pytest.mark.parametrize(
    "match",
    [{"bank_content_id": "1", "distance": "0"}, {"bank_content_id": 1, "distance": 0},
     {"bank_content_id": 0, "distance": "0"}, {"bank_content_id": 1}],
)  # fmt: skip
def test_the_checker_sees_what_is_wrong(match: dict[str, Any]) -> None:
    assert [*faults(LOOKUP, {"$ref": "#/components/schemas/Match"}, match)]
    assert [*faults(LOOKUP, {"$ref": "#/components/schemas/Either"}, {"BANK": [match]})]
