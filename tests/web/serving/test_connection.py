"""What can be read in two ways, or isn't HTTP/1, is refused, and reaches no view."""

import contextlib
import hashlib
import http.client

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web.serving.site import SmallSite, read_all, small_site

HOST = b"Host: x\r\n"
BODY = b"POST /echo HTTP/1.1\r\nHost: x\r\n"
MIB = 1024 * 1024

NEXT = b"GET /exit HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """A site."""
    with small_site(tmp_path_factory.mktemp("refusing")) as running:
        yield running


REFUSED = {
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/3 by name": b"GET / HTTP/3.0\r\n" + HOST + b"\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 50,
    "length and chunks": BODY + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": BODY + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": BODY + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "two equal lengths": BODY + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
    "a list of lengths": BODY + b"Content-Length: 4, 4\r\n\r\nabcd",
    "a length with a sign": BODY + b"Content-Length: +4\r\n\r\nabcd",
    "a length below zero": BODY + b"Content-Length: -4\r\n\r\nabcd",
    "a length in hexadecimal": BODY + b"Content-Length: 0x4\r\n\r\nabcd",
    "a length beyond all numbers": BODY + b"Content-Length: %s\r\n\r\n" % (b"9" * 30),
    "an empty length": BODY + b"Content-Length:\r\n\r\nabcd",
    "another coding": BODY + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": BODY + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunked in two headers": BODY + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n0\r\n\r\n",
    "not quite chunked": BODY + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "identity": BODY + b"Transfer-Encoding: identity\r\n\r\n",
    "chunks in HTTP/1.0": b"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk's size with a sign": BODY + b"Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n",
    "a chunk's size in bare lines": BODY + b"Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n",
    "a chunk that is longer than it says":
        BODY + b"Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: 1\r\n 2\r\n\r\n",
    "a folded length": BODY + b"Content-Length:\r\n 4\r\n\r\nabcd",
    "bare line feeds": b"GET / HTTP/1.1\nHost: x\n\n",
    "one bare line feed": b"GET / HTTP/1.1\r\nX-A: 1\nX-B: 2\r\n" + HOST + b"\r\n",
    "a bare carriage return": b"GET / HTTP/1.1\r\nX-A: 1\rX-B: 2\r\n" + HOST + b"\r\n",
    "a blank before the colon": BODY + b"Content-Length : 4\r\n\r\nabcd",
    "a header without a name": b"GET / HTTP/1.1\r\n" + HOST + b": x\r\n\r\n",
    "a zero byte": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: a\0b\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "a tunnel": b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
    "a method that isn't one": b"G\xc3\x84T / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path that isn't ASCII": b"GET /\xc3\xa4 HTTP/1.1\r\n" + HOST + b"\r\n",
    "long headers": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: " + b"a" * 40_000 + b"\r\n\r\n",
    "long headers without end": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: " + b"a" * 400_000,
    "many headers": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: 1\r\n" * 200 + b"\r\n",
    "a long path": b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_that_can_be_read_in_two_ways_is_refused_with_all_that_follows(
    site: SmallSite, name: str
) -> None:
    """Its connection ends: what follows might be part of it, or another request."""
    answer = site.ask(REFUSED[name] + NEXT)
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 501")), answer[:200]
    assert answer.count(b"HTTP/1.1") == 1, answer
    assert b"nothing was stored" in answer.lower()
    assert b"content-security-policy: default-src 'none'" in answer.lower()


@pytest.mark.parametrize(
    ("chunk", "more"),
    [
        (b"0\r\n", b"a:b\r\n"),  # trailers
        (b"0\r\na: ", b"b" * 100),  # one trailer without end
        (b"", b"1\r\nx\r\n"),  # chunks of a byte
        (b"1;", b"a" * 100),  # a chunk's extension
    ],
)
def test_what_comes_with_a_body_and_is_none_of_it_is_bounded(
    site: SmallSite, chunk: bytes, more: bytes
) -> None:
    """Whatever its form: else a stranger fills the memory past all that is counted."""
    begun = BODY + b"Transfer-Encoding: chunked\r\n\r\n" + chunk
    before = site.memory()
    with site.say(begun) as line:
        line.settimeout(60)
        with contextlib.suppress(OSError):  # it hangs up before all of it came
            for _ in range(400):
                line.sendall(more * (20_000 // len(more)))
            answer = read_all(line)
            assert answer == b"" or b" 431 " in answer.split(b"\r\n")[0]
    assert site.memory() < before + 20 * MIB
    assert site.hello() < 60


def test_trailers_of_a_request_reach_no_view_and_do_no_harm(site: SmallSite) -> None:
    chunks = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-A: 1\r\n\r\n"
    answer = site.ask(BODY.replace(b"Host: x\r\n", b"Host: x\r\nConnection: close\r\n") + chunks)
    assert answer.startswith(b"HTTP/1.1 200"), answer
    assert answer.endswith(hashlib.sha256(b"abc").hexdigest().encode())


def test_another_protocol_that_is_offered_is_not_taken(site: SmallSite) -> None:
    for upgrade in (b"h2c\r\nHTTP2-Settings: AAMAAABk", b"websocket"):
        ask = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n" % upgrade
        answer = site.ask(ask + NEXT)
        assert answer.startswith(b"HTTP/1.1 200"), answer
        assert answer.count(b"HTTP/1.1") == 1


def test_a_body_behind_an_unanswered_request_is_not_taken(site: SmallSite) -> None:
    first = b"GET /sleep?seconds=0.3 HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = site.ask(first + BODY + b"Content-Length: 3\r\n\r\nabc")
    assert answer.count(b"HTTP/1.1 200") == 1


def test_a_kept_connection_serves_on_after_bodies_of_both_kinds(site: SmallSite) -> None:
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    line.connect()
    used = line.sock
    for body in (b"abc", iter([b"ab", b"c"]), b""):
        line.request("POST", "/echo", body, encode_chunked=False)
        answer = line.getresponse()
        assert (answer.status, len(answer.read())) == (200, 64)
        line.request("HEAD", "/large?bytes=100000")
        answer = line.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
    assert line.sock is used
    line.close()


def test_an_old_client_is_answered_and_its_connection_ends(site: SmallSite) -> None:
    answer = site.ask(b"GET / HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"hello")


def test_a_browser_is_refused_with_a_page(site: SmallSite) -> None:
    ask = b"GET /fail HTTP/1.1\r\nHost: x\r\nAccept: text/html,*/*\r\n\r\n"
    with site.say(ask) as line:
        answer = read_all(line)
    assert b"text/html" in answer
    assert b"<h1>" in answer


PIECES = st.sampled_from(
    [
        b"GET / HTTP/1.1\r\n", b"POST /echo HTTP/1.1\r\n", HOST, b"Content-Length: 3\r\n", b"abc",
        b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n", b"0\r\n\r\n", b"\r\n", b"\n", b"\r",
        b" ", b"\0", b"Expect: 100-continue\r\n", b"Connection: close\r\n", b"\xff" * 20,
        b"Connection: Upgrade\r\nUpgrade: h2c\r\n", b"X: " + b"y" * 5000 + b"\r\n", b"HTTP/1.0",
    ]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.one_of(PIECES, st.binary(max_size=40)), max_size=14))
def test_no_bytes_make_the_server_stumble(site: SmallSite, pieces: list[bytes]) -> None:
    with site.say(b"".join(pieces)) as line:
        line.settimeout(0.02)
        try:
            answer = line.recv(65536)
        except OSError:
            answer = b""
    assert not answer.startswith(b"HTTP/1.1 500")
    assert answer == b"" or answer.startswith(b"HTTP/1.1 ")


def test_nothing_of_all_that_was_a_fault_of_ours(site: SmallSite) -> None:
    """Last: what the log says after the tests above is that one view failed."""
    assert site.hello() < 10
    log = site.log.read_text()
    assert log.count('"level"') == log.count("a request could not be answered"), log
