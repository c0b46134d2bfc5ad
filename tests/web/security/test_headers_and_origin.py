"""Every answer carries the headers; a form from another site is refused."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from staydown.web.security.headers import SecurityHeaders, content_security_policy
from staydown.web.security.origin import SameOriginForms


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def test_every_answer_carries_the_headers() -> None:
    response = SecurityHeaders(view)(RequestFactory().get("/"))
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Cache-Control"] == "no-store"


def test_over_https_browsers_are_told_to_stay_there() -> None:
    name = "Strict-Transport-Security"
    assert name in SecurityHeaders(view)(RequestFactory().get("/", secure=True)).headers
    assert name not in SecurityHeaders(view)(RequestFactory().get("/")).headers


def test_only_images_may_come_from_the_one_named_origin() -> None:
    policy = content_security_policy("https://previews.example")
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["img-src"] == "'self' https://previews.example"
    assert [name for name, value in parts.items() if "example" in value] == ["img-src"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "null"}, 200),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "https://["}, 403),
        ({"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_form_that_another_site_sends_is_refused(headers: dict[str, str], status: int) -> None:
    request = RequestFactory(headers=headers).post("/", {"a": "b"})
    assert SameOriginForms(view)(request).status_code == status


def test_reading_is_open_to_links_from_anywhere() -> None:
    request = RequestFactory(headers={"Sec-Fetch-Site": "cross-site"}).get("/")
    assert SameOriginForms(view)(request).status_code == 200
