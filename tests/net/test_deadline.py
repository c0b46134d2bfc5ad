"""One deadline for a whole conversation, in whichever way the other side drags it out."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from staydown.net import names
from staydown.net.deadline import Deadline
from staydown.net.dialling import MOST_ADDRESSES, in_turn
from staydown.net.errors import AnswerTooLarge, MailNotSent, MailUncertain, NetError, NoAnswer
from staydown.net.guard import Address
from staydown.net.http import HttpTransport
from staydown.net.message import Request
from staydown.net.smtp import MailServer, SmtpMailer
from tests.desk_server import eventually
from tests.net import dripping
from tests.net.dripping import Speaker, drip, flood, hold
from tests.net.mail_site import at_home, certified

NAME = "slow.example.org"

#: What is allowed, and what a busy machine may need for it; every server here goes on far longer.
ALLOWED, GENEROUS = 0.3, 15.0

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

DRAGGED: dict[str, Speaker] = {
    "nothing is said": hold,
    "the status line is dripped": drip(b"", b"HTTP/1.1 200 "),
    "the headers are dripped": drip(OK, b"X-Y: z\r\n"),
    "one header has no end": drip(OK + b"X-Y: ", b"z"),
    "interim answers are dripped": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "interim answers come in floods": flood(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "headers come in floods": flood(OK, b"X-Y: z\r\n"),
    "the body is dripped": drip(OK + b"Content-Length: 100000\r\n\r\n", b"x"),
    "a body without a length is dripped": drip(OK + b"\r\n", b"x"),
    "chunks are dripped": drip(CHUNKED, b"1\r\nx\r\n"),
    "the length of a chunk is dripped": drip(CHUNKED, b"0"),
    "the extension of a chunk is dripped": drip(CHUNKED + b"1;", b"a"),
    "chunks come in floods": flood(CHUNKED, b"1\r\nx\r\n"),
    "the trailer is dripped": drip(CHUNKED + b"1\r\nx\r\n0\r\n", b"X-Y: z\r\n"),
}


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    chain, context = certified(tmp_path, NAME)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    return context


def ends_in_time(work: Callable[[], object], *errors: type[NetError]) -> None:
    started = time.monotonic()
    with pytest.raises(errors):
        work()
    assert time.monotonic() - started < GENEROUS


def transport(resolve: Callable[[str, int], list[Address]] = at_home) -> HttpTransport:
    """One whose silence alone would never end it."""
    return HttpTransport(
        allow_private=True, read_seconds=60, total_seconds=ALLOWED, resolve=resolve
    )  # fmt: skip


@pytest.mark.parametrize("way", DRAGGED)
def test_an_answer_that_is_dragged_out_ends_at_the_deadline(way: str) -> None:
    with dripping.serving(DRAGGED[way]) as port:
        request = Request("GET", f"http://127.0.0.1:{port}/", limit=50_000)
        ends_in_time(lambda: transport().send(request), NoAnswer, AnswerTooLarge)


def test_an_error_says_how_much_of_the_answer_had_come() -> None:
    def breaks_off(connection: socket.socket, stop: threading.Event) -> None:
        connection.sendall(OK + b"Content-Length: 100000\r\n\r\n" + b"x" * 5000)

    with dripping.serving(breaks_off) as port, pytest.raises(NoAnswer) as caught:
        transport().send(Request("GET", f"http://{NAME}:{port}/"))
    assert 5000 < caught.value.received < 6000


@pytest.mark.parametrize("way", ["the headers are dripped", "chunks are dripped"])
def test_over_tls_too(way: str, tls: ssl.SSLContext) -> None:
    with dripping.serving(DRAGGED[way], tls) as port:
        request = Request("GET", f"https://{NAME}:{port}/")
        ends_in_time(lambda: transport().send(request), NoAnswer)


@pytest.mark.parametrize("fast", [0, 2000])
def test_a_dripped_handshake_and_dripped_records_end_at_the_deadline(
    tls: ssl.SSLContext, fast: int
) -> None:
    """The bytes of TLS itself are dripped: from its first one, or those of a long record."""
    long = flood(OK + b"Content-Length: 1000000\r\n\r\n", b"x")
    with dripping.serving(long, tls) as far, dripping.dripping_back(far, fast) as port:
        request = Request("GET", f"https://{NAME}:{port}/")
        ends_in_time(lambda: transport().send(request), NoAnswer)


def test_a_server_that_takes_no_handshake_ends_at_the_deadline(tls: ssl.SSLContext) -> None:
    with dripping.serving(hold) as port:
        request = Request("GET", f"https://{NAME}:{port}/")
        ends_in_time(lambda: transport().send(request), NoAnswer)


@pytest.mark.parametrize("secured", [False, True])
def test_a_server_that_does_not_read_ends_at_the_deadline(
    tls: ssl.SSLContext, secured: bool
) -> None:
    def sip(connection: socket.socket, stop: threading.Event) -> None:
        while not stop.wait(dripping.PAUSE):
            connection.recv(100)

    with dripping.serving(sip, tls if secured else None) as port:
        place = f"https://{NAME}:{port}/" if secured else f"http://127.0.0.1:{port}/"
        request = Request("POST", place, body=b"x" * 20_000_000)
        ends_in_time(lambda: transport().send(request), NoAnswer)


def test_an_address_that_takes_no_connection_ends_at_the_deadline() -> None:
    with dripping.dead_end() as port:
        request = Request("GET", f"http://127.0.0.1:{port}/")
        ends_in_time(lambda: transport().send(request), NoAnswer)


# --------------------------------------------------------------------------- names


def test_a_name_that_is_not_found_in_time_ends_at_the_deadline() -> None:
    release = threading.Event()

    def hangs(host: str, port: int) -> list[Address]:
        release.wait(60)
        return [ipaddress.ip_address("127.0.0.1")]

    try:
        request = Request("GET", "http://hangs.invalid/")
        ends_in_time(lambda: transport(hangs).send(request), NoAnswer)
    finally:
        release.set()


def test_names_that_hang_leave_few_threads_behind_and_other_names_are_found() -> None:
    release = threading.Event()

    def hangs(host: str, port: int) -> list[Address]:
        if host.startswith("hangs"):
            release.wait(60)
        return [ipaddress.ip_address("127.0.0.1")]

    def look_up(host: str) -> list[Address]:
        return list(names.within(Deadline(0.005), hangs)(host, 443))

    try:
        for _ in range(3 * names.MOST):  # one name, however often, holds one thread
            with pytest.raises(NoAnswer):
                look_up("hangs")
        assert names.within(Deadline(GENEROUS), hangs)("quick", 443)
        before = threading.active_count()
        for number in range(3 * names.MOST):
            with pytest.raises(NoAnswer):
                look_up(f"hangs-{number}")
        assert threading.active_count() - before < names.MOST
    finally:
        release.set()
    eventually(lambda: _is_found(hangs))


def _is_found(resolve: Callable[[str, int], list[Address]]) -> bool:
    try:
        return bool(names.within(Deadline(GENEROUS), resolve)("quick", 443))
    except NoAnswer:
        return False


# --------------------------------------------------------------------------- several addresses


def test_a_dead_address_among_others_costs_a_moment_and_not_the_answer() -> None:
    def greet(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(OK + b"Content-Length: 2\r\n\r\nok")

    dead, refused, alive = (ipaddress.ip_address(f"127.0.0.{last}") for last in (3, 2, 1))
    with dripping.serving(greet) as port, dripping.dead_end(str(dead), port):
        sender = HttpTransport(
            allow_private=True,
            total_seconds=GENEROUS,
            resolve=lambda *_: [dead, refused, alive],
        )
        assert sender.send(Request("GET", f"http://{NAME}:{port}/")).body == b"ok"


def test_the_two_families_are_tried_by_turns_and_each_address_once() -> None:
    assert in_turn(["::1", "::2", "10.0.0.1", "::1", "10.0.0.2", "10.0.0.3"]) == [
        "::1", "10.0.0.1", "::2", "10.0.0.2", "10.0.0.3",
    ]  # fmt: skip
    assert in_turn(["10.0.0.1"]) == ["10.0.0.1"]
    assert MOST_ADDRESSES >= 2


# --------------------------------------------------------------------------- mail


def mail(port: int, security: str = "none") -> None:
    server = MailServer(NAME, port, security)  # type: ignore[arg-type]  # one of three words
    sender = SmtpMailer(server, allow_private=True, resolve=at_home, total_seconds=ALLOWED)
    sender.send("a@example.org", "b@example.net", b"Subject: x\r\n\r\n" + b"x\r\n" * 1_500_000)


def mail_server(drag_at: bytes) -> Speaker:
    """A mail server that answers as it should until the command that begins with ``drag_at``."""

    def speak(connection: socket.socket, stop: threading.Event) -> None:
        connection.sendall(b"220 here\r\n")
        heard = b""
        while not stop.is_set():
            heard += connection.recv(100)
            if not heard.endswith(b"\r\n"):
                continue
            if heard.startswith(drag_at):
                while not stop.wait(dripping.PAUSE):
                    connection.sendall(b"2")
            connection.sendall(b"354 go on\r\n" if heard.startswith(b"DATA") else b"250 fine\r\n")
            if heard.startswith(b"DATA"):  # and from here on it hardly reads
                while not stop.wait(dripping.PAUSE):
                    connection.recv(100)
            heard = b""

    return speak


@pytest.mark.parametrize("command", [b"ehlo", b"mail", b"rcpt", b"DATA", b"no such command"])
def test_mail_that_is_dragged_out_ends_at_the_deadline_unsent(command: bytes) -> None:
    with dripping.serving(mail_server(command)) as port:
        ends_in_time(lambda: mail(port), MailNotSent, NoAnswer)


def test_a_mail_server_whose_greeting_or_handshake_is_dripped_ends_at_the_deadline(
    tls: ssl.SSLContext,
) -> None:
    with dripping.serving(drip(b"", b"220-")) as port:
        ends_in_time(lambda: mail(port), NoAnswer)
    with dripping.serving(hold) as port:
        ends_in_time(lambda: mail(port, "tls"), NoAnswer)
    with dripping.serving(hold, tls) as far, dripping.dripping_back(far, 0) as port:
        ends_in_time(lambda: mail(port, "tls"), NoAnswer)


def test_a_starttls_whose_handshake_never_comes_ends_at_the_deadline() -> None:
    def speak(connection: socket.socket, stop: threading.Event) -> None:
        connection.sendall(b"220 here\r\n")
        connection.recv(1000)
        connection.sendall(b"250-here\r\n250 STARTTLS\r\n")
        connection.recv(1000)
        connection.sendall(b"220 go on\r\n")
        stop.wait()

    with dripping.serving(speak) as port:
        ends_in_time(lambda: mail(port, "starttls"), MailNotSent)


def test_a_message_over_tls_that_the_server_sips_ends_at_the_deadline(tls: ssl.SSLContext) -> None:
    with dripping.serving(mail_server(b"no such command"), tls) as port:
        ends_in_time(lambda: mail(port, "tls"), MailNotSent, MailUncertain)
