"""Bodies are bounded before they are believed; errors are problem documents."""

import json

import pytest
from django.test import RequestFactory

from staydown.web.kit.http.body import BodyRefused, read_body, read_json
from staydown.web.kit.http.problem import problem

JSON = "application/json"


def test_a_json_body_is_read() -> None:
    request = RequestFactory().post("/", b'{"a": [1]}', content_type=JSON)
    assert read_json(request) == {"a": [1]}


@pytest.mark.parametrize(
    ("body", "content_type", "limit", "status"),
    [
        (b'{"a": 1}', "text/plain", 100, 415),
        (b'{"a": 1}', "multipart/form-data; boundary=x", 100, 415),
        (b"{", JSON, 100, 400),
        (b"\xff\xfe", JSON, 100, 400),
        (b"[" * 200_000, JSON, 1_000_000, 400),
        (b'"' + b"a" * 100 + b'"', JSON, 100, 413),
        (b" ", JSON, 100, 400),
    ],
)
def test_a_wrong_body_is_refused_with_its_status(
    body: bytes, content_type: str, limit: int, status: int
) -> None:
    request = RequestFactory().post("/", body, content_type=content_type)
    with pytest.raises(BodyRefused) as refused:
        read_json(request, limit=limit)
    assert refused.value.status == status


def test_a_body_that_lies_about_its_length_is_still_bounded() -> None:
    request = RequestFactory().post("/", b"a" * 500, content_type=JSON)
    del request.META["CONTENT_LENGTH"]
    with pytest.raises(BodyRefused, match="larger than 100 bytes"):
        read_body(request, limit=100)


def test_a_problem_names_its_status_and_says_when_to_try_again() -> None:
    response = problem(429, "too many tries: wait", retry_after=7)
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "7"
    assert json.loads(response.content)["status"] == 429
    assert "WWW-Authenticate" in problem(401, "send a key")


def test_too_large_a_body_ends_the_connection_whose_rest_nobody_reads() -> None:
    assert problem(413, "the body is larger than 1 byte")["Connection"] == "close"
    assert "Connection" not in problem(422, "the body makes no sense")
