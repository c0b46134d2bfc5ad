"""The OpenAPI files are whole, and describe every address that the sites have."""

import json
import re
from typing import Any

import pytest
from django.urls import URLPattern

from staydown.base.vocabulary import (
    Decision,
    EntryState,
    Feedback,
    GateAnswer,
    Kind,
)
from staydown.exchange.records import (
    V1Status,
)
from staydown.web.bank_site.urls import urlpatterns as bank_addresses
from staydown.web.desk_site.urls import urlpatterns as desk_addresses
from tests.docs.openapi import (
    BANK,
    DESK,
    both,
    operations,
)
from tests.docs.schema import KNOWN, Document, faults, resolve


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
        "picture": None,
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
