"""Only callers whom the desk knows may fill its memory with large bodies."""

import socket

import pytest

from tests.web.desk_site.support import Site

MIB = 1024 * 1024

PATHS = ("/api/v1/uploads", "/h/hash", "/m/lookup")


def head(site: Site, path: str, **headers: str) -> bytes:
    """Return the beginning of a request that announces three MiB."""
    sent = {"Host": "127.0.0.1", "Content-Length": str(3 * MIB), **headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return "\r\n".join([*lines, "Expect: 100-continue", "", ""]).encode()


def first_line(site: Site, said: bytes) -> bytes:
    """Return the first line of what is answered before any of the body was sent."""
    port = int(site.desk.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(said)
        return line.recv(4096).partition(b"\r\n")[0]


@pytest.mark.parametrize("path", PATHS)
def test_a_large_body_is_asked_for_only_with_a_key_that_holds(site: Site, path: str) -> None:
    kind = {"Content-Type": "image/jpeg"}
    if path != "/api/v1/uploads":
        kind = {"Content-Type": "multipart/form-data; boundary=b"}
    known = head(site, path, **kind, **site.desk.headers)
    assert first_line(site, known) == b"HTTP/1.1 100 Continue"
    for other in ({}, {"Authorization": "Bearer sd_wrong"}, {"Authorization": "Basic eDp5"}):
        assert b" 401 " in first_line(site, head(site, path, **kind, **other))


@pytest.mark.parametrize("path", ["/signin/", "/about/", "/m/compare", "/nothing"])
def test_no_other_page_takes_a_large_body(site: Site, path: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert b" 100 " not in first_line(site, head(site, path, **form, **site.desk.headers))
