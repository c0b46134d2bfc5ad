"""HMA's calls over a real server: connections, limits, silence in the logs."""

import http.client
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.value import Fingerprint
from tests.desk_server import eventually
from tests.web.desk_site.lookup.support import COFFEE, FORM, form, signal
from tests.web.desk_site.support import Site, fresh

MIB = 1024 * 1024


def look(site: Site, fingerprint: Fingerprint, **headers: str) -> httpx.Response:
    """Look a fingerprint up."""
    headers = site.desk.headers | headers
    return site.http.get("/m/lookup", params=signal(fingerprint), headers=headers)


def connect(site: Site) -> socket.socket:
    """Open a connection to the desk."""
    address = urlsplit(site.desk.url)
    assert address.hostname is not None
    assert address.port is not None
    return socket.create_connection((address.hostname, address.port), timeout=20)


def head(site: Site, path: str, **headers: str) -> bytes:
    """Return the beginning of a request that sends a body."""
    sent = site.desk.headers | {"Host": "127.0.0.1"} | headers
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def test_a_listing_is_found_and_a_withdrawal_ends_that(site: Site) -> None:
    fingerprint = fresh()
    entry = site.bank.put(fingerprint)
    eventually(lambda: set(look(site, fingerprint).json()) == {"bank"})
    site.bank.change(entry, EntryState.WITHDRAWN)
    eventually(lambda: look(site, fingerprint).json() == {})


def test_a_lookup_leaves_no_item(site: Site, coffee: bytes) -> None:
    before = site.rows("review_item")
    answer = site.http.post("/m/lookup", files={"photo": coffee}, headers=site.desk.headers)
    assert set(answer.json()["pdq"]) == {"bank"}
    assert site.rows("review_item") == before


def test_one_connection_serves_many_calls(site: Site) -> None:
    """Also after refusals whose body was read, and with bodies sent in chunks."""
    address = urlsplit(site.desk.url)
    line = http.client.HTTPConnection(address.netloc, timeout=20)

    def pieces() -> Iterator[bytes]:
        body = form(("photo", COFFEE))
        yield body[:1000]
        yield body[1000:]

    line.connect()
    used = line.sock
    for body, status in ((form(("photo", COFFEE)), 200), (form(), 400), (pieces(), 200)):
        headers = site.desk.headers | {"Content-Type": FORM}
        line.request("POST", "/h/hash", body, headers)
        answer = line.getresponse()
        assert answer.status == status, answer.read()
        assert answer.read().startswith(b"{")
    line.request("HEAD", "/m/raw_lookup?signal=&signal_type=pdq", headers=site.desk.headers)
    answer = line.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    line.request("PUT", "/m/lookup")
    answer = line.getresponse()
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    answer.read()
    assert line.sock is used
    line.close()


def test_a_refusal_that_leaves_the_body_unread_ends_the_connection(site: Site) -> None:
    """The rest would be taken for the next request."""
    body = form(("photo", COFFEE))
    for path, key, status in (("/m/lookup", "sd_wrong", 401), ("/m/none", "", 404)):
        address = urlsplit(site.desk.url)
        line = http.client.HTTPConnection(address.netloc, timeout=20)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": FORM}
        line.request("POST", path, body, headers)
        answer = line.getresponse()
        assert (answer.status, answer.headers["Connection"]) == (status, "close")
        answer.read()
        line.request("GET", "/m/none")  # over a new connection
        assert line.getresponse().status == 404
        line.close()


def test_a_body_beyond_the_limit_is_refused_unread(site: Site) -> None:
    sent = head(site, "/m/lookup", **{"Content-Type": FORM, "Content-Length": str(65 * MIB)})
    with connect(site) as line:
        line.sendall(sent)
        answer = line.recv(1000)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()


def test_those_who_send_slowly_take_no_picture_turns(site: Site) -> None:
    """As many as there are turns for pictures have begun, and will not end."""
    sent = head(site, "/m/lookup", **{"Content-Type": FORM, "Content-Length": "100000"})
    lines = [connect(site) for _ in range(4)]
    try:
        for line in lines:
            line.sendall(sent + b"--b\r\n")
        answer = site.http.post("/h/hash", files={"photo": COFFEE}, headers=site.desk.headers)
        assert answer.status_code == 200
    finally:
        for line in lines:
            line.close()
    assert look(site, fresh()).status_code == 200


def test_answers_are_not_kept_by_anybody(site: Site) -> None:
    answer = look(site, fresh())
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/json"


def test_nothing_that_was_asked_is_written_down(site: Site) -> None:
    """Fingerprints stand in query strings here, where servers like to log them."""
    asked, refused = fresh(), Fingerprint(Kind.PDQ, bytes(range(32)))
    assert look(site, asked).status_code == 200
    assert look(site, asked, Authorization="Bearer sd_wrong").status_code == 401
    bad = {"signal": refused.hex + "ff", "signal_type": "pdq"}
    assert site.http.get("/m/lookup", params=bad, headers=site.desk.headers).status_code == 400
    assert site.http.get(f"/m/{refused.hex}", headers=site.desk.headers).status_code == 404
    odd = {"url": f"https://media.example/{refused.hex}"}
    assert site.http.get("/h/hash", params=odd, headers=site.desk.headers).status_code == 403
    written = site.written()
    for text in (asked.hex, refused.hex, "media.example", "sd_wrong", "/m/lookup"):
        assert text.encode() not in written
    assert asked.bits not in written
