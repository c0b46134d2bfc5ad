"""A real mail server on this machine that takes, refuses or breaks off, as a test asks."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.net.certificates import certificate

USER, PASSWORD = "helpline", "open sesame"


class Post:
    """What the server does with mail; ``taken`` holds (from, to, bytes) in order."""

    def __init__(self, **answers: str) -> None:
        """``rcpt``, ``data``: an answer to give; "hang up" closes the line instead."""
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.said: list[str] = []
        self.tried = 0
        self._answers = answers

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, name: str, responses: list[str]
    ) -> list[str]:
        self.said.append(name)
        session.host_name = name
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._answers.get("rcpt", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self._or_hang_up(server, answer)

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.tried += 1
        answer = self._answers.get("data", "250 taken")
        content = envelope.content
        if answer.startswith("250") or answer == "hang up":
            assert isinstance(content, bytes)
            self.taken.append((envelope.mail_from or "", envelope.rcpt_tos, content))
        return self._or_hang_up(server, answer)

    def _or_hang_up(self, server: SMTP, answer: str) -> str:
        if answer == "hang up" and server.transport is not None:
            cast(asyncio.Transport, server.transport).abort()
        return answer


class _OnFreePort(Controller):
    def _trigger_server(self) -> None:
        """Wake the server up where it really listens, and without TLS in a name it hasn't."""
        with socket.create_connection(("127.0.0.1", _port(self))):
            return


def _port(controller: Controller) -> int:
    assert isinstance(controller.server, asyncio.Server)
    return int(controller.server.sockets[0].getsockname()[1])


@contextmanager
def serving(post: Post, **settings: Any) -> Iterator[int]:
    """Serve mail on a free port of the loopback address; ``ssl_context``: TLS from the start."""
    controller = _OnFreePort(post, hostname="127.0.0.1", port=0, **settings)
    controller.start()
    try:
        yield _port(controller)
    finally:
        controller.stop()


def let_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Let the one user in."""
    fits = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=fits, handled=False)


def certified(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for ``name``; return its file, to be trusted, and a server's context."""
    chain, secret = certificate(folder, name)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, secret)
    return chain, context


def at_home(_host: str, _port: int) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Resolve every name to this machine."""
    return [ipaddress.ip_address("127.0.0.1")]
