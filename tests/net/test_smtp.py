"""Mail goes out over TLS, once, and nobody is told "sent" who can't be sure of it."""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from staydown.net.errors import AddressRefused, MailNotSent, MailUncertain, NetError, NoAnswer
from staydown.net.smtp import MAX_MESSAGE_BYTES, MailServer, Security, SmtpMailer
from tests.net.mail_site import PASSWORD, USER, Post, at_home, certified, let_in, serving

NAME = "mail.example.org"
RAW = b"From: a@example.org\r\nTo: b@example.net\r\nSubject: x\r\n\r\nfirst\r\n.second\r\n"


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    chain, context = certified(tmp_path, NAME)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    return context


def mailer(port: int, security: Security = "none", *, host: str = NAME, user: str = "",
           password: str = "", seconds: float = 20.0) -> SmtpMailer:  # fmt: skip
    server = MailServer(host, port, security, user, password)
    return SmtpMailer(server, allow_private=True, resolve=at_home, total_seconds=seconds)


def send(sender: SmtpMailer, to: str = "b@example.net") -> None:
    sender.send("a@example.org", to, RAW)


def test_over_starttls_with_a_password_the_message_arrives_byte_for_byte(
    tls: ssl.SSLContext,
) -> None:
    post = Post()
    settings = {"tls_context": tls, "require_starttls": True, "auth_required": True}
    with serving(post, authenticator=let_in, **settings) as port:
        send(mailer(port, "starttls", user=USER, password=PASSWORD))
    assert post.taken == [("a@example.org", ["b@example.net"], RAW)]
    assert set(post.said) == {"[127.0.0.1]"}, "the machine's own name is never said"


def test_over_tls_from_the_first_byte_the_message_arrives(tls: ssl.SSLContext) -> None:
    post = Post()
    with serving(post, ssl_context=tls) as port:
        send(mailer(port, "tls"))
    assert [entry[2] for entry in post.taken] == [RAW]


def test_plain_is_for_this_machine_alone() -> None:
    post = Post()
    with serving(post) as port:
        send(mailer(port, "none"))
    assert len(post.taken) == 1
    other = [ipaddress.ip_address("10.0.0.7")]
    away = SmtpMailer(
        MailServer(NAME, 25, "none"), allow_private=True, resolve=lambda _h, _p: other
    )
    with pytest.raises(AddressRefused):
        send(away)


def test_a_private_address_needs_leave() -> None:
    with pytest.raises(AddressRefused):
        send(SmtpMailer(MailServer(NAME, 587, "starttls"), resolve=at_home))


def test_a_server_without_starttls_gets_nothing() -> None:
    post = Post()
    with serving(post) as port, pytest.raises(MailNotSent):
        send(mailer(port, "starttls"))
    assert post.tried == 0


def test_a_certificate_for_another_name_ends_it(tls: ssl.SSLContext) -> None:
    post = Post()
    with serving(post, tls_context=tls) as port, pytest.raises(MailNotSent, match="certificate"):
        send(mailer(port, "starttls", host="other.example.org"))
    with serving(post, ssl_context=tls) as port, pytest.raises(NoAnswer):
        send(mailer(port, "tls", host="other.example.org"))
    assert post.tried == 0


def test_a_wrong_password_sends_nothing(tls: ssl.SSLContext) -> None:
    post = Post()
    with (
        serving(post, tls_context=tls, authenticator=let_in, auth_required=True) as port,
        pytest.raises(MailNotSent, match="password") as caught,
    ):
        send(mailer(port, "starttls", user=USER, password="wrong"))
    assert "wrong" not in str(caught.value)
    assert post.tried == 0


@pytest.mark.parametrize(
    ("answers", "fault", "tried"),
    [
        ({"rcpt": "550 no such box b@example.net"}, MailNotSent, 0),
        ({"rcpt": "451 later"}, MailNotSent, 0),
        ({"rcpt": "hang up"}, MailNotSent, 0),
        ({"data": "554 b@example.net is not wanted"}, MailNotSent, 1),
        ({"data": "452 full"}, MailNotSent, 1),
        ({"data": "hang up"}, MailUncertain, 1),
    ],
)
def test_what_is_refused_or_broken_off_is_never_called_sent_and_never_tried_again(
    answers: dict[str, str], fault: type[NetError], tried: int
) -> None:
    post = Post(**answers)
    with serving(post) as port, pytest.raises(fault) as caught:
        send(mailer(port))
    assert post.tried == tried
    assert "@" not in str(caught.value), "what a server says is not repeated"


def test_a_message_that_is_too_large_for_the_server_is_not_sent() -> None:
    post = Post()
    with serving(post, data_size_limit=10) as port, pytest.raises(MailNotSent):
        send(mailer(port))
    assert post.taken == []


def test_no_server_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        send(mailer(1))


@pytest.mark.parametrize(
    "address",
    ["b@example.net\r\nRCPT TO:<c@example.net>", "b", "<b@example.net>", "b c@example.net", "", "@",
     "b@", "bé@example.net", "b@example.net ", f"{'b' * 65}@example.net"],
)  # fmt: skip
def test_an_address_that_could_smuggle_a_command_is_refused(address: str) -> None:
    with pytest.raises(MailNotSent):
        send(mailer(1), address)


def drip(line: socket.socket) -> None:
    """Answer without end."""
    with line:
        try:
            while True:
                line.sendall(b"220-and so on\r\n" * 100)
        except OSError:
            return


def mute(line: socket.socket) -> None:
    """Greet, take everything, then fall silent after the last byte."""
    with line, line.makefile("rb") as heard:
        line.sendall(b"220 hello\r\n")
        for said in heard:
            if said.rstrip() == b".":
                break
            if said[:4].upper() in (b"EHLO", b"MAIL", b"RCPT"):
                line.sendall(b"250 fine\r\n")
            if said[:4].upper() == b"DATA":
                line.sendall(b"354 go on\r\n")
        heard.read(1)


def babble(line: socket.socket, at_last: bytes = b"what?\r\n") -> None:
    """The same, with an answer at the end that means nothing."""
    with line, line.makefile("rb") as heard:
        line.sendall(b"220 hello\r\n")
        for said in heard:
            if said[:4].upper() in (b"EHLO", b"MAIL", b"RCPT"):
                line.sendall(b"250 fine\r\n")
            if said[:4].upper() == b"DATA":
                line.sendall(b"354 go on\r\n")
            if said.rstrip() == b".":
                line.sendall(at_last)


def bid_farewell(line: socket.socket) -> None:
    """The same, with an answer that neither takes the message nor refuses it."""
    babble(line, b"221 goodbye\r\n")


def ask_for_more(line: socket.socket) -> None:
    """The same."""
    babble(line, b"354 go on\r\n")


@contextmanager
def talking(behaviour: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            line, _ = door.accept()
            behaviour(line)

        Thread(target=answer, daemon=True).start()
        yield door.getsockname()[1]


def test_a_server_that_talks_without_end_is_left() -> None:
    with talking(drip) as port, pytest.raises(NoAnswer):
        send(mailer(port))


@pytest.mark.parametrize("behaviour", [mute, babble, bid_farewell, ask_for_more])
def test_silence_or_babble_after_the_last_byte_leaves_it_open_whether_it_was_sent(
    behaviour: Callable[[socket.socket], None],
) -> None:
    with talking(behaviour) as port, pytest.raises(MailUncertain):
        send(mailer(port, seconds=1.0))


def test_names_and_passwords_stay_out_of_the_repr() -> None:
    text = repr(MailServer(NAME, 587, "starttls", USER, PASSWORD))
    assert not any(secret in text for secret in (NAME, USER, PASSWORD))


@pytest.mark.parametrize(
    "body",
    [
        b"a\n.\nMAIL FROM:<c@example.net>\n",
        b"a\r.\rb",
        b"..\r\n.\r\n...",
        b".",
        b"",
        b"no end of line",
        b"x" * 900,
    ],
)
def test_no_text_can_end_the_message_early_or_start_another(body: bytes) -> None:
    post = Post()
    with serving(post) as port:
        mailer(port).send("a@example.org", "b@example.net", b"Subject: x\r\n\r\n" + body)
    assert len(post.taken) == 1
    lines = [line.rstrip(b"\r") for line in post.taken[0][2].split(b"\n")]
    assert b"\n".join(lines).strip() == (
        b"Subject: x\n\n" + body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    ).strip()  # fmt: skip


def test_a_message_beyond_the_limit_is_not_begun() -> None:
    with pytest.raises(MailNotSent, match="longer"):
        mailer(1).send("a@example.org", "b@example.net", b"x" * (MAX_MESSAGE_BYTES + 1))
