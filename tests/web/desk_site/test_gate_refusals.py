"""What the gate refuses: each fault plainly, as a problem document, and nothing kept of it."""

import http.client
import socket
import struct
import zlib
from collections.abc import Iterator

import pytest

from staydown.media.errors import OurFault
from staydown.web.desk_site.errors import media_status
from tests.web.desk_site.support import SAMPLES, Site, fresh, is_problem

MIB = 1024 * 1024


def test_a_mistake_of_ours_is_no_fault_of_the_picture() -> None:
    assert media_status(OurFault("TypeError", "media/frames.py:1")) == 500


def png(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


BAD_PICTURES = {
    "text": (b"this is no picture, whatever it says", 415),
    "HTML": (b"<html><script>alert(1)</script>", 415),
    "a video": (b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0" * 100, 415),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\0" * 100, 415),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
    "cut off": ((SAMPLES / "coffee.jpg").read_bytes()[:5000], 422),
    "a header alone": (b"\xff\xd8\xff\xe0", 422),
    "a bomb": (png(60_000, 60_000), 413),
    "zeros": (b"\0" * 1000, 415),
}


@pytest.mark.parametrize("name", BAD_PICTURES)
@pytest.mark.parametrize("form", ["multipart", "raw"])
def test_a_bad_picture_is_refused_plainly_and_leaves_nothing(
    site: Site, name: str, form: str
) -> None:
    data, status = BAD_PICTURES[name]
    before = site.rows("review_item")
    if form == "raw":
        headers = site.desk.headers | {"Content-Type": "image/jpeg"}
        answer = site.http.post("/api/v1/uploads", content=data, headers=headers)
    else:
        answer = site.http.post(
            "/api/v1/uploads", files={"picture": data}, headers=site.desk.headers
        )
    assert is_problem(answer, status), answer.text
    assert answer.json()["code"]
    assert site.rows("review_item") == before
    assert site.offer(fresh()).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "video/mp4", "application/xml", ""])
def test_other_media_types_are_refused(site: Site, kind: str) -> None:
    headers = site.desk.headers | {"Content-Type": kind}
    assert is_problem(site.http.post("/api/v1/uploads", content=b"x", headers=headers), 415)


def test_an_empty_picture_is_refused(site: Site) -> None:
    headers = site.desk.headers | {"Content-Type": "image/png"}
    assert is_problem(site.http.post("/api/v1/uploads", content=b"", headers=headers), 400)


BAD_JSON = {
    "not JSON": (b"{", 400),
    "deep": (b"[" * 50_000, 400),
    "null": (b"null", 422),
    "no fingerprints": (b'{"fingerprints": []}', 422),
    "unknown key": (b'{"fingerprints": [], "picture": "x"}', 422),
    "short value": (b'{"fingerprints": [{"kind": "pdq", "value": "00"}]}', 422),
    "unknown kind": (b'{"fingerprints": [{"kind": "photodna", "value": "00"}]}', 422),
    "quality 101": (
        b'{"fingerprints": [{"kind": "pdq", "value": "%s", "quality": 101}]}' % (b"0" * 64),
        422,
    ),
    "too long": (b" " * 300_000, 413),
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_bad_json_is_refused_plainly(site: Site, name: str) -> None:
    body, status = BAD_JSON[name]
    headers = site.desk.headers | {"Content-Type": "application/json"}
    assert is_problem(site.http.post("/api/v1/uploads", content=body, headers=headers), status)


BAD_MULTIPART = {
    "no boundary": ("multipart/form-data", b"x", 400),
    "empty": ("multipart/form-data; boundary=b", b"", 422),
    "no file": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="picture"\r\n\r\nx\r\n--b--\r\n',
        422,
    ),
    "broken off": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n',
        422,
    ),
}


@pytest.mark.parametrize("name", BAD_MULTIPART)
def test_bad_multipart_is_refused_plainly(site: Site, name: str) -> None:
    kind, body, status = BAD_MULTIPART[name]
    headers = site.desk.headers | {"Content-Type": kind}
    answer = site.http.post("/api/v1/uploads", content=body, headers=headers)
    assert is_problem(answer, status), answer.text


def test_more_than_one_file_or_foreign_fields_are_refused(site: Site, coffee: bytes) -> None:
    key = site.desk.headers
    two = [("picture", coffee), ("picture", coffee)]
    assert is_problem(site.http.post("/api/v1/uploads", files=two, headers=key), 422)
    other = {"picture": coffee, "more": coffee}
    assert is_problem(site.http.post("/api/v1/uploads", files=other, headers=key), 422)
    answer = site.http.post(
        "/api/v1/uploads", files={"picture": coffee}, data={"name": "x"}, headers=key
    )
    assert is_problem(answer, 422)


@pytest.mark.parametrize("form", ["multipart", "raw"])
def test_a_body_beyond_64_mib_is_refused_unread(site: Site, form: str) -> None:
    kind = "image/jpeg" if form == "raw" else "multipart/form-data; boundary=b"
    headers = site.desk.headers | {
        "Host": "127.0.0.1",
        "Content-Type": kind,
        "Content-Length": str(65 * MIB),
    }
    lines = [
        "POST /api/v1/uploads HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    port = int(site.desk.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_a_refusal_that_leaves_the_body_unread_ends_the_connection(site: Site) -> None:
    """Or a caller that keeps it would lose the next upload."""
    line = http.client.HTTPConnection(site.desk.url.removeprefix("http://"), timeout=20)
    key = site.desk.headers
    picture = {"Content-Type": "image/jpeg"}
    body = b"x" * 300_000
    for path, headers, status, unread in (
        ("/api/v1/uploads", picture | {"Authorization": "Bearer sd_wrong"}, 401, True),
        ("/api/v1/uploads", key | {"Content-Type": "text/plain"}, 415, True),
        ("/api/v1/uploads", key | picture, 415, False),
        ("/nothing", picture, 404, True),
    ):
        line.request("POST", path, body, headers)
        answer = line.getresponse()
        assert (answer.status, answer.headers["Connection"] == "close") == (status, unread)
        answer.read()
    line.request("GET", "/about/")
    answer = line.getresponse()
    assert (answer.status, answer.headers["Connection"]) == (200, None)
    line.close()


def test_a_type_with_made_up_or_endless_parameters_is_no_fault_of_ours(site: Site) -> None:
    """Read by Django before anybody's key is looked at."""
    for parameters, status in (
        ("x*=nope''y", 415),
        ('x="' + ";" * 20_000, 415),
        ('x="' + ";" * 390_000, 431),  # by the server itself
    ):
        headers = site.desk.headers | {"Content-Type": f"image/jpeg; {parameters}"}
        answer = site.http.post("/api/v1/uploads", content=b"x", headers=headers)
        assert is_problem(answer, status)


def test_a_chunked_body_is_refused(site: Site) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x"

    headers = site.desk.headers | {"Content-Type": "image/jpeg"}
    answer = site.http.post("/api/v1/uploads", content=pieces(), headers=headers)
    assert is_problem(answer, 400)
