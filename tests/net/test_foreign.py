"""Whatever comes from outside, only this package's own errors come out of ``net``."""

import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from staydown.net import guard
from staydown.net.errors import AddressRefused, NetError, NoAnswer, RequestUnfit
from staydown.net.fake import FakeTransport
from staydown.net.guard import Address
from staydown.net.http import HttpTransport
from staydown.net.message import Request, Response, Transport
from staydown.net.smtp import MailServer, SmtpMailer
from tests.net.mail_site import at_home


def nowhere(host: str, port: int) -> list[Address]:
    """Find no name."""
    raise NoAnswer("the host name has no address")


#: Both ways out; the one in memory has the same promises.
WAYS_OUT: list[Transport] = [
    HttpTransport(allow_private=True, total_seconds=20, resolve=nowhere),
    FakeTransport({"https://site.example": lambda _: Response(200, {}, b"ok")}),
]

ODD_ADDRESSES = [
    "http://127.0.0.1:1/\x7f", "http://127.0.0.1:1/a\nb", "http://127.0.0.1:99999/",
    "http://127.0.0.1:0/", "http://127.0.0.1:-1/", "http://[::1/", "http://[::1]x/", "http://[v1.a]/",
    "http://127.0.0.1:1/" + "a" * 70_000, "http://" + "a" * 300 + ".example/", "http://a..b/",
    "http://\ud800.example/", "http://xn--\xff/", "https://" + "\u0130" * 70 + "/", "http://:80/",
    "http://1.2.3.4.5/", "http://999.1.1.1/", "http://%31/", "http://a\\@b/", "http:///", "http:",
    "https://site.example:\u0663/", "https://site.example/\ud800", "https://\u2488com/", "https://-/",
    "https://\u200d.example/", "https://site.example:" + "9" * 5000 + "/", "http://[fe80::1%25lo]/",
]  # fmt: skip

web_addresses = st.one_of(
    st.text(max_size=40),
    st.builds(
        "{}://{}{}{}".format,
        st.sampled_from(["http", "https", "HTTPS", "ftp", ""]),
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(["site.example", "[::1]", "127.0.0.1", "bücher.example", "user@a"]),
        ),
        st.sampled_from(["", ":80", ":x", ":-1", ":99999999999", ":"]),
        st.one_of(st.just("/"), st.text(max_size=20).map("/{}".format)),
    ),
)
names_and_values = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)


def tried(transport: Transport, request: Request) -> None:
    with suppress(NetError):
        transport.send(request)


@pytest.mark.parametrize("url", ODD_ADDRESSES, ids=range(len(ODD_ADDRESSES)))
@pytest.mark.parametrize("transport", WAYS_OUT, ids=["real", "fake"])
def test_an_address_that_is_none_is_refused_in_our_own_words(
    transport: Transport, url: str
) -> None:
    with pytest.raises(NetError) as caught:
        transport.send(Request("GET", url))
    assert caught.value.__cause__ is None or isinstance(caught.value.__cause__, NetError)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@settings(max_examples=200)
@given(web_addresses)
def test_any_text_as_an_address_is_called_or_refused(url: str) -> None:
    for transport in WAYS_OUT:
        tried(transport, Request("GET", url))


@settings(max_examples=200)
@given(st.one_of(st.sampled_from(["GET", "POST", "HEAD"]), st.text(max_size=6)), names_and_values)
@example("GET", {"key": "a\nb"})
@example("GET", {"key": "a\r\nHost: b"})
@example("GET", {"a b": "c"})
@example("POST", {"content-length": "9999"})
@example("POST", {"transfer-encoding": "chunked"})
def test_any_method_and_headers_are_sent_or_refused(method: str, headers: dict[str, str]) -> None:
    for transport in WAYS_OUT:
        tried(transport, Request(method, "https://site.example/", headers, b"body"))


@pytest.mark.parametrize("transport", WAYS_OUT, ids=["real", "fake"])
@pytest.mark.parametrize("value", ["key\nwith a break", "kéy\u2028", "\0"])
def test_a_key_that_no_header_can_hold_is_refused_before_anything_is_sent(
    transport: Transport, value: str
) -> None:
    with pytest.raises(RequestUnfit) as caught:
        transport.send(Request("GET", "https://site.example/", {"x-functions-key": value}))
    assert value not in str(caught.value)


def test_a_name_in_other_letters_is_looked_up_and_asked_for_as_one() -> None:
    place = guard.read("https://Bücher.example/straße?q=ß")
    assert (place.host, place.authority) == ("xn--bcher-kva.example", "xn--bcher-kva.example")
    assert place.target.isascii()


@pytest.mark.parametrize(
    "url", ["https://evil.example\\@site.example/", "https://site.example@evil.example/"]
)
def test_no_address_leads_elsewhere_than_it_reads(url: str) -> None:
    with pytest.raises(AddressRefused):
        guard.read(url)


# --------------------------------------------------------------------------- what servers say


@contextmanager
def saying(said: "queue.Queue[bytes]") -> Iterator[int]:
    """Answer each connection with the next of ``said``, and hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection = listening.accept()[0]
                    with suppress(OSError), connection:
                        connection.settimeout(5)
                        connection.sendall(said.get())
                        connection.shutdown(socket.SHUT_WR)
                        while connection.recv(65536):
                            pass

        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple["queue.Queue[bytes]", int]]:
    said: queue.Queue[bytes] = queue.Queue()
    with saying(said) as port:
        yield said, port


TRANSPORT = HttpTransport(allow_private=True, total_seconds=20)

web_answers = st.lists(
    st.one_of(
        st.sampled_from(
            [
                b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0 999 \r\n",
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", b"HTTP/2 200\r\n",
                b"Content-Length: 5\r\n", b"Content-Length: -1\r\n", b"Content-Length: 5, 5\r\n",
                b"Content-Length: " + b"9" * 5000 + b"\r\n", b"Transfer-Encoding: chunked\r\n",
                b"Transfer-Encoding: gzip\r\n", b"Content-Encoding: br\r\n",
                b"Set-Cookie: \xff=;\r\n",
                b"\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n", b"fffffffffffffffffffff\r\n", b": x\r\n",
                b" folded\r\n", b"Location: http://[::1\r\n", b"\xff\xfe: \x00\r\n",
            ]
        ),
        st.binary(max_size=12),
    ),
    max_size=8,
).map(b"".join)  # fmt: skip


@settings(max_examples=200)
@given(web_answers, st.sampled_from(["GET", "HEAD", "POST"]))
def test_any_bytes_as_an_answer_are_an_answer_or_our_own_error(
    server: tuple["queue.Queue[bytes]", int], answer: bytes, method: str
) -> None:
    said, port = server
    said.put(answer)
    tried(TRANSPORT, Request(method, f"http://127.0.0.1:{port}/", body=b"x", limit=1000))


mail_answers = st.lists(
    st.one_of(
        st.sampled_from(
            [
                b"220 here\r\n", b"250 fine\r\n", b"250-AUTH LOGIN CRAM-MD5\r\n250 x\r\n",
                b"334 !!!\r\n", b"334 \xff\r\n", b"235 in\r\n", b"354 go on\r\n", b"550 no\r\n",
                b"421 bye\r\n", b"999999 \r\n", b"\xff\xff\xff\r\n",
                b"250-" + b"x" * 9000 + b"\r\n",
                b"250-STARTTLS\r\n250 x\r\n", b"-1 \r\n",
            ]
        ),
        st.binary(max_size=12),
    ),
    max_size=8,
).map(b"".join)  # fmt: skip


@settings(max_examples=100)
@given(mail_answers, st.sampled_from(["none", "starttls"]), st.sampled_from(["", "helpline"]))
def test_any_bytes_from_a_mail_server_are_an_answer_or_our_own_error(
    server: tuple["queue.Queue[bytes]", int], answer: bytes, security: str, user: str
) -> None:
    said, port = server
    said.put(answer)
    place = MailServer("mail.example", port, security, user, "secret")  # type: ignore[arg-type]
    mailer = SmtpMailer(place, allow_private=True, total_seconds=20, resolve=at_home)
    with suppress(NetError):
        mailer.send("a@example.org", "b@example.net", b"Subject: x\r\n\r\nx\r\n")
