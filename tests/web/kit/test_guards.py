"""Before a view: only its methods, and only forms of plain text."""

import json
from functools import partial

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from staydown.web.kit.guards import FORM, asks
from staydown.web.kit.guards import takes as takes_of

MAKE = RequestFactory()


def refused(request: HttpRequest, reason: str, /, *, status: int) -> HttpResponse:
    return HttpResponse(reason, status=status)


takes = partial(takes_of, refused)


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "OPTIONS"])
def test_a_page_to_read_takes_nothing_else(method: str) -> None:
    answer = takes("GET")(view)(MAKE.generic(method, "/"))
    assert (answer.status_code, answer["Allow"]) == (405, "GET")


def test_who_may_get_may_head() -> None:
    assert takes("GET")(view)(MAKE.head("/")).status_code == 200
    assert takes("POST")(view)(MAKE.head("/")).status_code == 405


def test_a_plain_form_comes_in_and_a_file_does_not() -> None:
    taken = takes("GET", "POST")(view)
    assert taken(MAKE.post("/", "a=b", content_type=FORM)).status_code == 200
    assert taken(MAKE.generic("POST", "/", b"", content_type="")).status_code == 200
    assert taken(MAKE.post("/", {"a": "b"})).status_code == 415  # of several parts
    assert taken(MAKE.post("/", "{}", content_type="application/json")).status_code == 415


def test_a_field_that_was_not_asked_for_refuses_the_form() -> None:
    taken = takes("GET", "POST", fields=("a", "b"))(view)
    assert taken(MAKE.post("/", "a=1&b=2", content_type=FORM)).status_code == 200
    assert taken(MAKE.post("/", "a=1&c=2", content_type=FORM)).status_code == 422


def test_a_program_that_asks_with_another_method_is_told_which() -> None:
    answer = asks("POST")(view)(MAKE.get("/"))
    assert isinstance(answer, HttpResponse)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert json.loads(answer.content)["detail"] == "send POST"
    assert asks("GET")(view)(MAKE.head("/")).status_code == 405  # a feed counts what it gave out
    assert asks("GET", "HEAD")(view)(MAKE.head("/")).status_code == 200
