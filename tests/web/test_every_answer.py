"""Every address of the real sites answers with the headers, whatever is asked and however badly."""

import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from itertools import product
from urllib.parse import urlsplit

import httpx
import pytest
from django.urls import URLPattern

from staydown.web.kit.security.headers import headers_for
from tests.bank_server import running_bank
from tests.case_server import running_case
from tests.desk_server import running_desk

#: What may differ from answer to answer is looked at by itself.
ALWAYS = {
    name.lower(): value
    for name, value in headers_for({})
    if name not in ("Content-Security-Policy", "Cache-Control")
}
LOOKUPS = (
    *("/h/hash", "/m/lookup", "/m/raw_lookup", "/m/compare", "/m/none", "/h/"),
    *("/m/index/status", "/status", "/status/live"),
)
NOWHERE = ("/nowhere/", "/api/none", "/static/css/style.css", "/static/none.js", "/%00", "/..%2f")


def paths(urlconf: str) -> list[str]:
    """Return an address for each pattern of a site."""
    found = []
    for pattern in import_module(urlconf).urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = str(pattern.pattern).removeprefix("^").removesuffix("$").replace("//?", "/")
        for name, converter in pattern.pattern.converters.items():
            value = str(uuid.UUID(int=0)) if "UUID" in type(converter).__name__ else "x"
            kind = next(part for part in path.split("<") if f":{name}>" in part).split(":")[0]
            path = path.replace(f"<{kind}:{name}>", value)
        assert not set("<>^$()") & set(path), path
        found.append("/" + path)
    return found


@dataclass(frozen=True)
class Site:
    """A running site, an address of it that takes bodies, and what lets somebody in."""

    url: str
    takes_bodies: str
    inside: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_bank(tmp_path_factory.mktemp("bank") / "bank") as running:
        yield Site(running.url, "/api/public/cases")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_desk(tmp_path_factory.mktemp("desk"), ticking=False) as running:
        yield Site(running.url, "/h/hash", running.headers)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_case(tmp_path_factory.mktemp("case")) as running, running.client() as browser:
        browser.get(running.address)
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        yield Site(running.url, "/list/", {"Cookie": cookies})


def holds(headers: httpx.Headers) -> bool:
    """Say whether an answer carries all of them, once."""
    return (
        {name: headers.get(name) for name in ALWAYS} == ALWAYS
        and "frame-ancestors 'none'" in headers.get("content-security-policy", "")
        and "unsafe" not in headers["content-security-policy"]
        and all(len(headers.get_list(name)) == 1 for name in (*ALWAYS, "content-security-policy"))
        and (
            "no-store" in headers.get("cache-control", "") or "max-age" in headers["cache-control"]
        )
    )


def asked(site: Site, path: str) -> Iterator[tuple[str, httpx.Response]]:
    """Ask for an address in every way that there is, and yield what was asked and the answer."""
    json = {"Content-Type": "application/json"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    several = {"Content-Type": "multipart/form-data; boundary=x"}
    ways: tuple[tuple[str, dict[str, str], bytes], ...] = (
        ("GET", {}, b""),
        ("GET", {"Accept": "text/html"}, b""),
        ("HEAD", {}, b""),
        ("OPTIONS", {"Origin": "https://evil.example"}, b""),
        ("GET", {"Host": "evil.example"}, b""),
        ("POST", {"Sec-Fetch-Site": "cross-site"} | form, b"a=b"),
        ("POST", json, b"{"),
        ("POST", json, b"[" * 10_000),
        ("POST", several, b"broken off"),
        ("POST", {"Content-Type": "text/odd"}, b"odd"),
        ("POST", form, b"&".join(b"a%d=b" % number for number in range(3000))),
        ("PUT", json, b"{}"),
        ("DELETE", {}, b""),
    )
    with httpx.Client(base_url=site.url, timeout=120) as client:
        for method, headers, body in ways:
            for more in ({}, site.inside) if site.inside else ({},):
                answer = client.request(
                    method, path, headers={**headers, **more}, content=body or None
                )
                yield f"{method} {path} {headers}", answer


def raw(site: Site, sent: bytes) -> tuple[int, httpx.Headers]:
    """Send bytes, and return the status and headers that come back."""
    where = urlsplit(site.url)
    with socket.create_connection(
        (where.hostname or "", where.port or 0), timeout=120
    ) as connection:
        connection.sendall(sent)
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = connection.recv(65536)
            assert piece, answer
            answer += piece
    lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
    pairs = [line.split(b": ", 1) for line in lines[1:]]
    return int(lines[0].split()[1]), httpx.Headers([(name, value) for name, value in pairs])


@pytest.mark.parametrize(
    ("site", "urlconf", "more", "expected"),
    [
        (
            "bank",
            "staydown.web.bank_site.urls",
            NOWHERE,
            {200, 302, 400, 401, 403, 404, 405, 415, 421},
        ),
        (
            "desk",
            "staydown.web.desk_site.urls",
            (*LOOKUPS, *NOWHERE),
            {200, 302, 400, 401, 403, 404, 405, 415, 421, 422},
        ),
        ("case", "staydown.web.case_site.urls", NOWHERE, {200, 302, 303, 403, 404, 405}),
    ],
)
def test_every_address_answers_with_every_header(
    site: str,
    urlconf: str,
    more: tuple[str, ...],
    expected: set[int],
    request: pytest.FixtureRequest,
) -> None:
    running: Site = request.getfixturevalue(site)
    statuses: set[int] = set()
    for path in (*paths(urlconf), *more):
        for way, answer in asked(running, path):
            assert holds(answer.headers), (way, answer.status_code, answer.headers)
            assert answer.status_code < 500, (way, answer.text)
            if "evil.example" in way and "Host" in way:
                assert answer.status_code in (403, 421), way
            statuses.add(answer.status_code)
    assert expected <= statuses, statuses


#: Below these, programs ask: the roots of a site, and of what no page of it has.
PROGRAMS = {
    "bank": ("/api", "/v1", "/api/v2", "/api/public/cases", "/v1/FetchHashes"),
    "desk": (
        *("/api", "/api/v1", "/api/v1/uploads", "/h", "/h/hash", "/m", "/m/lookup", "/m/index"),
        *("/m/index/status", "/c", "/c/banks", "/status", "/status/live", "/site-map"),
        "/openapi/openapi.json",
    ),
}
#: What is asked of each of them, and how.
WAYS: tuple[tuple[str, dict[str, str]], ...] = (
    ("GET", {}),
    ("GET", {"Accept": "text/html"}),
    ("GET", {"Accept": "text/html", "Host": "evil.example"}),
    ("HEAD", {}),
    ("POST", {"Sec-Fetch-Site": "cross-site", "Accept": "text/html"}),
    ("PUT", {"Content-Type": "text/odd"}),
    ("OPTIONS", {"Origin": "https://evil.example"}),
)
ODD = ("", "/", "/nothing", "/nothing/", "//nothing", "/%00", "/..%2f", "/%2e%2e/x", "/é", "?a=b")


@pytest.mark.parametrize("site", PROGRAMS)
def test_what_programs_ask_is_never_answered_by_a_page(
    site: str, request: pytest.FixtureRequest
) -> None:
    """Unknown paths, wrong methods, foreign hosts, forms of other sites, whatever is accepted."""
    running: Site = request.getfixturevalue(site)
    seen: set[int] = set()
    asked_for = [
        f"{more}{root}{odd}" for root in PROGRAMS[site] for odd in ODD for more in ("", "/")
    ]
    with httpx.Client(timeout=120, headers=running.inside) as client:
        for path, (method, headers) in product(asked_for, WAYS):
            # By its whole address, since "//api" alone would be taken for a host.
            answer = client.request(method, running.url + path, headers=headers)
            kind, way = answer.headers.get("content-type", ""), (method, path, headers)
            seen.add(answer.status_code)
            if answer.status_code < 300 and kind.startswith("text/plain"):
                assert answer.text in ("I-AM-ALIVE", ""), way
            else:
                assert "json" in kind, (way, answer.status_code, kind)
            assert answer.status_code < 500, (way, answer.text)
    assert {404, 405, 421} <= seen, seen


@pytest.mark.parametrize("site", ["bank", "desk", "case"])
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"no HTTP\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: %b\r\n\r\n" % (b"x" * 300_000), 431),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \xb2\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %b\r\n\r\n" % (b"9" * 5000), 400),
    ],
)
def test_what_is_refused_before_it_is_read_carries_them_too(
    site: str, sent: bytes, status: int, request: pytest.FixtureRequest
) -> None:
    said, headers = raw(request.getfixturevalue(site), sent)
    assert said == status
    assert holds(headers), headers


@pytest.mark.parametrize("site", ["bank", "desk"])
def test_what_is_too_large_is_refused_with_them_too(
    site: str, request: pytest.FixtureRequest
) -> None:
    running: Site = request.getfixturevalue(site)
    kind = "multipart/form-data; boundary=x" if running.inside else "application/json"
    head = {"Host": "127.0.0.1", "Content-Type": kind, "Content-Length": "9" * 18, **running.inside}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    sent = f"POST {running.takes_bodies} HTTP/1.1\r\n{lines}\r\n"
    status, headers = raw(running, sent.encode())
    assert status == 413
    assert holds(headers), headers
