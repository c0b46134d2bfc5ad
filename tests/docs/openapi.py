"""The OpenAPI files, and how an answer is held against them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.docs.schema import Document, faults, resolve

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
    """Fail unless an answer is as described. Return its JSON value, or its text."""
    answer = described(document, path, method, status)
    media = headers["content-type"].split(";")[0]
    assert media in answer["content"], f"{method} {path} {status}: {media}"
    value = content.decode() if media == "text/plain" else json.loads(content)
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
