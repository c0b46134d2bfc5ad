"""A small site on the real server, in a process of its own, and clients that say single bytes."""

import contextlib
import hashlib
import json
import logging.config
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.ports import free_port

#: Short, so that tests need not wait; the rules are the same.
QUICK: dict[str, Any] = {
    "head_seconds": 1.5, "slow_seconds": 1.5, "idle_seconds": 3.0, "linger_seconds": 2.0,
    "rate": 2000.0, "stop_seconds": 2.0, "end_seconds": 6.0,
}  # fmt: skip


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """What the site does: ``/echo``, ``/large``, ``/sleep``, ``/exit``, ``/fail``, the rest."""
    asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    status, body = "200 OK", b"hello"
    match environ["PATH_INFO"]:
        case "/echo":
            try:
                body = hashlib.sha256(environ["wsgi.input"].read()).hexdigest().encode()
            except OSError:
                status, body = "413 Content Too Large", b"too large"
        case "/large":
            body = b"x" * int(asked["bytes"])
        case "/sleep":
            time.sleep(float(asked["seconds"]))
        case "/exit":
            sys.exit("a view must not do this")
        case "/fail":
            raise ValueError("secret words")
        case "/environ":
            kept = {name: value for name, value in environ.items() if isinstance(value, str)}
            body = json.dumps(kept).encode()
    start(status, [("Content-Type", "text/plain")])
    return [body]


def main() -> None:
    """Serve as the arguments say."""
    from staydown.base.quietlog import logging_config
    from staydown.base.settings import SiteSettings
    from staydown.web.serving.limits import Limits
    from staydown.web.serving.server import serve

    logging.config.dictConfig(logging_config())
    given = json.loads(sys.argv[1])
    settings = SiteSettings(**{**given["site"], "proxies": tuple(given["proxies"])})
    limits = replace(Limits.of(settings), **given["limits"])
    admits = (lambda environ: "HTTP_AUTHORIZATION" in environ) if given["admits"] else None
    serve(application, settings, limits, admits=admits)


@dataclass
class SmallSite:
    """A running site."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def say(self, data: bytes, *, receive: int | None = None) -> socket.socket:
        """Open a connection and send bytes; ``receive`` bounds what the kernel takes for us."""
        line = socket.socket()
        if receive is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        line.settimeout(20)
        line.connect(("127.0.0.1", self.port))
        line.sendall(data)
        return line

    def ask(self, data: bytes) -> bytes:
        """Send bytes and return everything that comes until the connection ends."""
        with self.say(data) as line:
            return read_all(line)

    def hello(self) -> float:
        """Ask for the page and return the seconds that it took."""
        start = time.monotonic()
        answer = self.ask(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200"), answer
        assert answer.endswith(b"hello")
        return time.monotonic() - start

    def memory(self) -> int:
        """Return the bytes of memory that the process holds."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE")


def read_all(line: socket.socket) -> bytes:
    """Return what comes until the connection ends, or is reset."""
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := line.recv(65536):
            said += piece
    return said


def ended_after(line: socket.socket, *, drip: bytes = b"", every: float = 0.2) -> float:
    """Return the seconds until the other side ends the connection, while one byte drips."""
    start = time.monotonic()
    line.settimeout(every)
    while time.monotonic() - start < 30:
        try:
            if drip:
                line.sendall(drip)
            if not line.recv(65536):
                break
        except TimeoutError:
            pass
        except OSError:
            break
        time.sleep(0 if not drip else every / 4)
    return time.monotonic() - start


@contextlib.contextmanager
def small_site(
    folder: Path, *, proxies: tuple[str, ...] = (), admits: bool = False,
    site: dict[str, Any] | None = None, **limits: Any,
) -> Iterator[SmallSite]:  # fmt: skip
    """Serve until the block ends."""
    port = free_port()
    given = {
        "site": {"port": port, **(site or {})}, "proxies": proxies, "admits": admits,
        "limits": QUICK | limits,
    }  # fmt: skip
    log = folder / f"small-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.web.serving.site", json.dumps(given)],
            stdout=output, stderr=output, cwd=Path(__file__).parents[3],
        )  # fmt: skip
    running = SmallSite(port, process, log)
    try:
        end = time.monotonic() + 180
        while process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError):
                running.connect().close()
                break
            time.sleep(0.05)
        yield running
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)
            raise


if __name__ == "__main__":
    main()
