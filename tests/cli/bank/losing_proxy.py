"""Stands before a bank and loses its answers after the bank has done what it was asked."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

#: What may become of an answer: it breaks off, never ends, or somebody else answers in its place.
BREAK, HANG = b"", b"hang"
BUSY = b"HTTP/1.1 503 Busy\r\nRetry-After: 900\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
NO_JSON = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n<h1>"


@dataclass
class LosingProxy:
    """Passes requests on; of the bank's answers to what did something, the first are replaced by
    ``instead``. A request that only reads passes as it is."""

    bank: str
    instead: list[bytes]
    #: The bank's answers so far, the lost ones too.
    answers: list[bytes] = field(default_factory=list)
    #: Set when the bank has given an answer that now hangs.
    hanging: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """Listen until the block ends; gives the address."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(0.2)
            thread = threading.Thread(target=self._serve, args=(listening,))
            thread.start()
            try:
                yield f"http://127.0.0.1:{listening.getsockname()[1]}"
            finally:
                self._ended.set()
                thread.join()

    def _serve(self, listening: socket.socket) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(TimeoutError):
                client, _ = listening.accept()
                with client, contextlib.suppress(OSError):
                    client.settimeout(30)
                    self._pass_on(client)

    def _pass_on(self, client: socket.socket) -> None:
        """One request over one connection, which is then closed."""
        place = urlsplit(self.bank)
        with socket.create_connection((str(place.hostname), int(place.port or 80)), 30) as bank:
            asked = _message(client)
            bank.sendall(asked)
            answer = _message(bank)
        if asked.startswith(b"GET "):
            client.sendall(answer)
            return
        self.answers.append(answer)
        instead = self.instead.pop(0) if self.instead else answer
        if instead == HANG:
            self.hanging.set()
            self._ended.wait(60)
        else:
            client.sendall(instead)


def _message(line: socket.socket) -> bytes:
    """Read a request or answer whose length is told."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(line)
    head, _, body = data.partition(b"\r\n\r\n")
    for name, _, value in (row.partition(b":") for row in head.split(b"\r\n")):
        if name.lower() == b"content-length":
            while len(body) < int(value):
                body += _more(line)
    return head + b"\r\n\r\n" + body


def _more(line: socket.socket) -> bytes:
    data = line.recv(65536)
    if not data:
        raise ConnectionError
    return data
