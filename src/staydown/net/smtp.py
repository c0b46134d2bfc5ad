"""SMTP out: TLS or nothing, bounded, to an address that was checked, and never twice by itself.

Submission as in RFC 6409 and RFC 8314: TLS from the first byte (port 465) or STARTTLS, which must
succeed (port 587). One message to one recipient for each connection. What a server says is never
shown: it may repeat addresses.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from staydown.net import guard, names
from staydown.net.deadline import Deadline
from staydown.net.dialling import connect
from staydown.net.errors import AddressRefused, MailNotSent, MailUncertain, NoAnswer

CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 60.0
MAX_MESSAGE_BYTES = 10 * 1024 * 1024
#: All that a server may say in one session.
MAX_ANSWER_BYTES = 256 * 1024

#: What is handed to the system at once, in bytes.
_PIECE = 64 * 1024

#: Said in EHLO instead of the machine's own name (an address literal, RFC 5321 section 4.1.3).
_SAYS_IT_IS = "[127.0.0.1]"

#: An address as it goes into a command: no quoting, no spaces, plain letters.
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*"
)

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in.

    ``security``: "tls" from the first byte, "starttls", or "none", which is taken for this
    machine itself only (a mail server on the loopback address).
    """

    host: str = field(repr=False)
    port: int
    security: Security
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


class SmtpMailer:
    """Hands one message at a time to a mail server. Nothing is tried again by itself."""

    def __init__(
        self,
        server: MailServer,
        *,
        allow_private: bool = False,
        total_seconds: float = TOTAL_SECONDS,
        resolve: guard.Resolver = guard.system_resolver,
    ) -> None:
        """``allow_private`` lets a server in a private network or on this machine through."""
        self._server = server
        self._allow_private = allow_private
        self._total_seconds = total_seconds
        self._resolve = resolve

    def send(self, sender: str, to: str, raw: bytes) -> None:
        """Hand in ``raw`` (a whole message, RFC 5322) from ``sender`` to ``to``.

        Returns only when the server said that it took it. Raises MailNotSent when it certainly
        did not, MailUncertain when nobody can know, and AddressRefused or NoAnswer when the server
        may not or cannot be called.
        """
        for address in (sender, to):
            _check_address(address)
        if len(raw) > MAX_MESSAGE_BYTES:
            raise MailNotSent(f"the message is longer than {MAX_MESSAGE_BYTES} bytes: shorten it")
        deadline = Deadline(self._total_seconds)
        line = _Line(self._server, self._checked_addresses(deadline), deadline)
        try:
            _hand_in(line, self._server, sender, to, raw)
        finally:
            line.close()

    def _checked_addresses(self, deadline: Deadline) -> list[str]:
        """Return where to connect: any of these. Raises AddressRefused or NoAnswer."""
        server = self._server
        addresses = names.within(deadline, self._resolve)(server.host, server.port)
        if not addresses:
            raise NoAnswer("the mail server's name has no address: check it, and the network")
        for address in addresses:
            if not guard.is_public(address) and not self._allow_private:
                raise AddressRefused(
                    "the mail server lies in a private network: allow it in the settings"
                )
            if server.security == "none" and not address.is_loopback:
                raise AddressRefused(
                    "the mail server is not this machine itself: set security to tls or starttls"
                )
        return [str(address) for address in addresses]


class _Line(smtplib.SMTP):
    """smtplib over a checked address, with one deadline and a limit for all that comes back."""

    def __init__(self, server: MailServer, addresses: Sequence[str], deadline: Deadline) -> None:
        self._target = server
        self._addresses = addresses
        self._deadline = deadline
        self._tls = ssl.create_default_context()
        try:
            super().__init__(server.host, server.port, _SAYS_IT_IS, timeout=CONNECT_SECONDS)
        except (OSError, smtplib.SMTPException, ValueError):
            # "from None": the foreign message may hold the address.
            self.close()
            raise NoAnswer(
                "no connection to the mail server: check its name, port, security and certificate"
            ) from None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect to a checked address; the certificate must carry the name."""
        plain = connect(self._addresses, port, self._deadline, most_seconds=timeout)
        try:
            plain.settimeout(self._deadline.left(timeout))
            if self._target.security != "tls":
                return plain
            return self._tls.wrap_socket(plain, server_hostname=host)
        except (OSError, ValueError):
            plain.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer within the deadline and the limit."""
        if self.sock is None:
            raise OSError("closed")
        if self.file is None:
            self.file = _Answers(self.sock, self._deadline)
        answer = super().getreply()
        if self.sock is not None:
            # A TLS handshake may follow. It gets what is left now, not what this answer had.
            try:
                self.sock.settimeout(self._deadline.left())
            except TimeoutError:  # but the answer came in time
                self.sock.settimeout(0.01)
        return answer

    def secure(self) -> None:
        """Go over to TLS. Raises MailNotSent where the server can't."""
        code, _ = self.starttls(context=self._tls)
        if code != 220:
            raise MailNotSent("the mail server refused TLS, and nothing is sent without it")

    def send(self, s: Any) -> None:
        """What smtplib sends its commands with."""
        self.write(s.encode(self.command_encoding) if isinstance(s, str) else bytes(s))

    def write(self, data: bytes) -> None:
        """Send bytes within the deadline, however slowly the server reads. Raises OSError."""
        rest = memoryview(data)
        while rest:
            if self.sock is None:
                raise OSError("closed")
            self.sock.settimeout(self._deadline.left())
            rest = rest[self.sock.send(rest[:_PIECE]) :]


class _Answers:
    """The server's side of the line, by lines; smtplib reads from it as from a file."""

    def __init__(self, line: socket.socket, deadline: Deadline) -> None:
        self._line = line
        self._deadline = deadline
        self._waiting = bytearray()
        self._read = 0

    def readline(self, limit: int) -> bytes:
        """Return up to ``limit`` bytes, to the end of a line; b"" at the end of it all."""
        while (end := self._waiting.find(b"\n") + 1) == 0 and len(self._waiting) < limit:
            self._line.settimeout(self._deadline.left())
            piece = self._line.recv(4096)
            self._read += len(piece)
            if self._read > MAX_ANSWER_BYTES:
                raise OSError("the server says too much")
            if not piece:
                end = len(self._waiting)
                break
            self._waiting += piece
        end = min(end or limit, limit)
        found = bytes(self._waiting[:end])
        del self._waiting[:end]
        return found

    def close(self) -> None:
        """Nothing to close: the socket belongs to the line."""


def _hand_in(line: _Line, server: MailServer, sender: str, to: str, raw: bytes) -> None:
    """Speak to the server up to its word that it took the message."""
    try:
        _introduce(line, server)
        _expect(line.mail(sender), "the mail server refused the sender: check the settings")
        _expect(line.rcpt(to), "the mail server refused the recipient: check the address")
        _expect(line.docmd("DATA"), "the mail server refused the message", wanted=354)
        line.write(_dotted(raw))
    except smtplib.SMTPAuthenticationError:
        raise MailNotSent("the mail server refused the name or password") from None
    except smtplib.SMTPNotSupportedError:
        raise MailNotSent(
            "the mail server lacks TLS or sign-in as the settings ask for: nothing was sent"
        ) from None
    except ssl.SSLError:
        raise MailNotSent(
            "the mail server's certificate does not fit its name: nothing was sent"
        ) from None
    except (OSError, smtplib.SMTPException, ValueError):
        raise MailNotSent(
            "the line to the mail server broke: nothing was sent, try again"
        ) from None
    # From here on the server may have it even when its answer doesn't arrive.
    try:
        line.write(b".\r\n")
        answer = line.getreply()
        if answer[0] != 250 and not 400 <= answer[0] < 600:
            raise ValueError("neither taken nor refused")
    except (OSError, smtplib.SMTPException, ValueError):
        raise MailUncertain(
            "the mail server took the text and then fell silent: it may have been sent or not. "
            "Look into the sent mail, or ask the provider, before you send it again"
        ) from None
    _expect(answer, "the mail server refused the message")
    _say_goodbye(line)


def _introduce(line: _Line, server: MailServer) -> None:
    line.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        line.secure()
        line.ehlo_or_helo_if_needed()
    if server.user:
        line.login(server.user, server.password)


def _say_goodbye(line: _Line) -> None:
    """End politely; the message is taken, so a fault here is none."""
    try:
        line.quit()
    except (OSError, smtplib.SMTPException, ValueError):
        return


def _expect(answer: tuple[int, bytes], fault: str, *, wanted: int | None = None) -> None:
    code, _ = answer
    if (code != wanted) if wanted else not 200 <= code < 300:
        raise MailNotSent(f"{fault} (code {code}); nothing was sent")


def _dotted(raw: bytes) -> bytes:
    """Return the message as it goes over the wire: CRLF, a dot before a dot, an end of line."""
    text = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    if not text.endswith(b"\r\n"):
        text += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", text)


def _check_address(address: str) -> None:
    """Raise MailNotSent for what is no plain e-mail address, or could smuggle a command."""
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise MailNotSent("the e-mail address is not one that can be written to: check it")
