"""The case pages in a process of their own, as ``staydown case serve`` starts them."""

import contextlib
import html
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from tests.bank_server import environment_of
from tests.dates import ServedClock
from tests.ports import free_port

#: A browser's own form: it says that it comes from the page itself.
OWN_FORM = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class RunningCase:
    """Case pages that answer at ``url``; ``address`` opens them once."""

    url: str
    address: str
    process: subprocess.Popen[bytes]
    folder: Path
    clock: ServedClock

    def client(self) -> httpx.Client:
        """Return a program that behaves like a browser with nothing in it."""
        return httpx.Client(base_url=self.url, headers=OWN_FORM, timeout=30, follow_redirects=False)

    def enter(self) -> "Person":
        """Come in with the printed address."""
        client = self.client()
        answer = client.get(self.address)
        assert answer.status_code == 302, answer.text
        return Person(client, form_token(client.get("/").text))


@dataclass(frozen=True)
class Person:
    """Somebody who is in, and fills in forms without a browser."""

    client: httpx.Client
    #: Of the forms; one for the whole session.
    token: str

    def get(self, path: str) -> httpx.Response:
        """Open a page, following where it leads."""
        return self.client.get(path, follow_redirects=True)

    def send(self, path: str, fields: Mapping[str, object]) -> httpx.Response:
        """Send a form to ``path``, and follow where it leads."""
        given = {"csrfmiddlewaretoken": self.token, **fields}
        return self.client.post(path, data=given, follow_redirects=True)

    def begin(self, under18: str = "no") -> httpx.Response:
        """Read the page about shared devices, and answer the age."""
        self.send("/", {})
        return self.send("/age/", {"under18": under18})


def form_token(page: str) -> str:
    """Return the token that every form of a page carries."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None, "the page has no form"
    return html.unescape(found[1])


@contextlib.contextmanager
def running_case(folder: Path, now: datetime | None = None) -> Iterator[RunningCase]:
    """Serve a case until the block ends, with ``folder`` as working and home folder.

    Its clock starts at ``now``, or is the one of the tests.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    clock = ServedClock.beside(folder.parent, now)
    printed, errors = folder / "printed.txt", folder / "errors.txt"
    with printed.open("w") as out, errors.open("w") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "staydown", "case", "serve", "--port", str(port)],
            env={**environment_of(clock.environment), "HOME": str(folder), "TMPDIR": str(folder)},
            cwd=folder,
            stdout=out,
            stderr=err,
        )
    try:
        address = _address(printed, process)
        yield RunningCase(f"http://127.0.0.1:{port}", address, process, folder, clock)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=30)


def _address(printed: Path, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        found = re.search(r"^ +(http://\S+)\n", printed.read_text(), re.MULTILINE)
        if found:
            return found[1]
        assert process.poll() is None, "the pages ended at once"
        time.sleep(0.05)
    raise AssertionError("no address was printed within three minutes")
