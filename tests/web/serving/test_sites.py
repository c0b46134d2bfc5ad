"""A bank and a desk beside people who hold hundreds of connections and want nothing."""

import contextlib
import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import pytest

from tests.bank_server import running_bank
from tests.desk_server import eventually, running_desk

#: More than a site takes at once.
CROWD = 600

FORM = b"application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Site:
    """A running site: where it listens, its process, its settings, a form that anybody may send."""

    kind: str
    port: int
    process: subprocess.Popen[bytes]
    settings: Path
    form: bytes


@contextmanager
def serving(kind: str, folder: Path) -> Iterator[Site]:
    """Serve a bank or a desk until the block ends."""
    if kind == "bank":
        with running_bank(folder / "bank") as bank:
            port = urlsplit(bank.url).port or 0
            yield Site(kind, port, bank.process, bank.settings_path, b"/api/public/status")
    else:
        with running_desk(folder, ticking=False) as desk:
            port = urlsplit(desk.url).port or 0
            yield Site(kind, port, desk.processes[0], desk.settings_path, b"/signin/")


def page(site: Site) -> float:
    """Open a page as anybody may, and return the seconds that it took."""
    start = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    line.request("GET", "/about/")
    answer = line.getresponse()
    assert (answer.status, b"</html>" in answer.read()) == (200, True)
    line.close()
    return time.monotonic() - start


def body_of(site: Site, length: int) -> bytes:
    """Return the beginning of a form whose body is announced."""
    head = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
    return head % (site.form, FORM, length)


READS_SLOWLY = b"GET /static/js/pdq.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 16

#: What each of the crowd says at first, and then again and again.
ATTACKS: dict[str, tuple[Callable[[Site], bytes], bytes]] = {
    "nothing": (lambda _: b"", b""),
    "headers that drip": (lambda _: b"GET /about/ HTTP/1.1\r\nHost: x\r\nX-A: ", b"a"),
    "a body that never comes": (lambda site: body_of(site, 1000) + b"{", b""),
    "a body that drips": (lambda site: body_of(site, 100_000), b"a"),
    "nobody reads": (lambda _: READS_SLOWLY, b""),
    "HTTP/2": (lambda _: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", b"\0"),
    "one request each": (lambda _: b"GET /about/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b""),
}


class Crowd:
    """Hundreds of connections that are kept up for as long as the server lets them."""

    def __init__(self, site: Site, begin: bytes, drip: bytes) -> None:
        self._site, self._begin, self._drip = site, begin, drip
        self._lines: list[socket.socket] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_on, daemon=True)

    def __enter__(self) -> "Crowd":
        self._fill()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for line in self._lines:
            line.close()

    def _fill(self) -> None:
        while len(self._lines) < CROWD and not self._over.is_set():
            line = socket.socket()
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.settimeout(0.5)
            try:
                line.connect(("127.0.0.1", self._site.port))
                line.sendall(self._begin)
                line.setblocking(False)
            except OSError:
                line.close()
                return  # the backlog is full, or the site has ended: another time
            self._lines.append(line)

    def _keep_on(self) -> None:
        while not self._over.wait(0.5):
            for line in tuple(self._lines):
                try:
                    line.send(self._drip)
                except BlockingIOError:
                    pass
                except OSError:  # it was ended: a new one takes its place
                    line.close()
                    self._lines.remove(line)
            self._fill()


@pytest.mark.parametrize("kind", ["bank", "desk"])
def test_a_page_comes_as_when_it_is_quiet_beside_every_kind_of_crowd(
    kind: str, tmp_path: Path
) -> None:
    """And with all of them there, the site still ends when it is told to."""
    with serving(kind, tmp_path) as site, contextlib.ExitStack() as crowds:
        page(site)
        quiet = median(page(site) for _ in range(10))
        for begin, drip in ATTACKS.values():
            with Crowd(site, begin(site), drip):
                took = median(page(site) for _ in range(10))
            # A page takes a few milliseconds, and the crowd's own work shares the machine. Where
            # a crowd held the threads, no page came at all.
            assert took < 50 * quiet + 2
        for begin, drip in ATTACKS.values():
            crowds.enter_context(Crowd(site, begin(site), drip))
        start = time.monotonic()
        site.process.send_signal(signal.SIGTERM)
        assert site.process.wait(60) == 0
        assert time.monotonic() - start < 30  # 10 s on a machine with nothing else to do


@pytest.mark.parametrize("kind", ["bank", "desk"])
def test_a_site_that_is_killed_leaves_nothing_behind_and_starts_again(
    kind: str, tmp_path: Path
) -> None:
    with serving(kind, tmp_path) as site:
        kept = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(20)]
        for line in kept:
            line.sendall(body_of(site, 1000) + b"{")
        page(site)
        group = family(site.process.pid)
        site.process.kill()
        site.process.wait()
        eventually(lambda: not [one for one in group if lives(one)], 30)
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", site.port))
        again = subprocess.Popen(
            [sys.executable, "-m", "staydown", kind, "serve", "--settings", str(site.settings)]
        )
        try:
            eventually(lambda: answers(site), 120)
        finally:
            again.terminate()
            again.wait(30)
            for line in kept:
                line.close()


def answers(site: Site) -> bool:
    """Say whether a page comes."""
    try:
        page(site)
    except OSError:
        return False
    return True


def family(process: int) -> list[int]:
    """Return a process and all that it started."""
    found = [process]
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = status.read_text().rpartition(")")[2].split()
            if int(fields[1]) in found:
                found += family(int(status.parent.name))
    return found


def lives(process: int) -> bool:
    """Say whether a process is still there, and not only its number."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
