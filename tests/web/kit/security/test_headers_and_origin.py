"""Every answer carries the headers; a form from another site is refused."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from staydown.web.kit.http.refusals import _SAID, refusal
from staydown.web.kit.security.headers import (
    NOTHING_LOADS,
    content_security_policy,
    headers_for,
    secured,
)
from staydown.web.kit.security.origin import SameOriginForms


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def answered(
    stated: dict[str, str], *, https: bool = False, environ: dict[str, str] | None = None
) -> dict[str, str]:
    """Return the headers that an answer stating these goes out with."""
    sent: list[tuple[str, str]] = []

    def inside(_: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", list(stated.items()))
        return []

    secured(inside, https=https)(environ or {}, lambda _, headers: sent.extend(headers))
    assert len({name.lower() for name, _ in sent}) == len(sent)
    return dict(sent)


def test_every_answer_carries_the_headers() -> None:
    headers = answered({"Content-Type": "text/html"})
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["application/json", "application/problem+json"])
def test_an_answer_for_programs_loads_nothing(kind: str) -> None:
    assert "default-src 'none'" in answered({"Content-Type": kind})["Content-Security-Policy"]


def test_a_policy_and_a_rule_for_caches_may_be_another_and_nothing_else() -> None:
    stated = {
        "content-security-policy": "default-src 'none'",
        "cache-control": "max-age=60",
        "x-frame-options": "ALLOWALL",
        "referrer-policy": "unsafe-url",
    }
    headers = answered(stated)
    assert headers["content-security-policy"] == "default-src 'none'"
    assert headers["cache-control"] == "max-age=60"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_over_https_browsers_are_told_to_stay_there() -> None:
    name = "Strict-Transport-Security"
    over = {"HTTP_X_FORWARDED_PROTO": "https"}
    assert name in answered({}, https=True, environ=over)
    assert name not in answered({}, https=True, environ={"HTTP_X_FORWARDED_PROTO": "http"})
    assert name not in answered({}, https=False, environ=over)


@pytest.mark.parametrize("status", sorted(_SAID))
def test_what_the_server_itself_refuses_carries_them_too(status: int) -> None:
    for accept in ("", "text/html"):
        answer = refusal(status, {"HTTP_ACCEPT": accept, "PATH_INFO": "/"})
        headers = {name.decode(): value.decode() for name, value in answer[1]}
        assert dict(headers_for({}, policy=NOTHING_LOADS)).items() <= headers.items()


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
