"""Certificates are checked against the name, though the connection goes to an address."""

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from staydown.net.errors import NoAnswer
from staydown.net.http import HttpTransport
from staydown.net.message import Request
from tests.net.certificates import certificate


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that walks away from the handshake is what one test wants."""


@contextmanager
def _https(chain: Path, secret: Path) -> Iterator[int]:
    server = _Server(("127.0.0.1", 0), _Hello)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def test_the_certificate_must_carry_the_name_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain, secret = certificate(tmp_path, "bank.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    here = [ipaddress.ip_address("127.0.0.1")]
    transport = HttpTransport(allow_private=True, resolve=lambda *_: here)
    with _https(chain, secret) as port:
        answer = transport.send(Request("GET", f"https://bank.example:{port}/"))
        assert answer.body == b"hello"
        with pytest.raises(NoAnswer):
            transport.send(Request("GET", f"https://other.example:{port}/"))
