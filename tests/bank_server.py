"""A real bank in a process of its own, for tests that speak to it over HTTP."""

import contextlib
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests import made_once
from tests.dates import ServedClock
from tests.ports import free_port

SRC = Path(__file__).parent.parent / "src"


@dataclass(frozen=True)
class PartnerKeys:
    """The keys that the command line printed."""

    subscription_key: str
    function_key: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every call."""
        return {
            "Ocp-Apim-Subscription-Key": self.subscription_key,
            "x-functions-key": self.function_key,
        }


@dataclass(frozen=True)
class RunningBank:
    """A bank that answers at ``url``."""

    url: str
    settings_path: Path
    log_path: Path
    process: subprocess.Popen[bytes]
    clock: ServedClock

    def run(self, *arguments: str) -> str:
        """Run ``staydown bank …`` on this bank and return what it prints."""
        use = ("--settings", str(self.settings_path))
        return staydown("bank", *arguments, *use, environment=self.clock.environment)

    def add_partner(self, name: str) -> PartnerKeys:
        """Let a partner in."""
        keys = json.loads(self.run("partner", "add", name, "--json"))
        return PartnerKeys(keys["subscription_key"], keys["function_key"])

    def call(
        self, path: str, value: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Send JSON (or GET) and return status and JSON answer."""
        body = None if value is None else json.dumps(value).encode()
        given = {**(headers or {}), **({"Content-Type": "application/json"} if body else {})}
        request = urllib.request.Request(self.url + path, body, given)  # noqa: S310 - our own
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def open_case(self, *values: str, pin: str = "kastanie7") -> dict[str, str]:
        """Hand in PDQ fingerprints given in hex."""
        status, answer = self.call(
            "/api/public/cases",
            {
                "under18": "no",
                "acting_for": "self",
                "fingerprints": [{"kind": "pdq", "value": v, "quality": 90} for v in values],
                "pin": pin,
            },
        )
        assert status == 201, answer
        return {**answer, "pin": pin}

    def withdraw(self, case: dict[str, str], numbers: list[int] | None = None) -> Any:
        """Withdraw pictures of a case (None: all)."""
        status, answer = self.call(
            "/api/public/withdraw",
            {"case_number": case["case_number"], "pin": case["pin"], "numbers": numbers},
        )
        assert status == 200, answer
        return answer

    def status(self, case: dict[str, str]) -> Any:
        """How a case stands."""
        status, answer = self.call(
            "/api/public/status", {"case_number": case["case_number"], "pin": case["pin"]}
        )
        assert status == 200, answer
        return answer


def staydown(*arguments: str, environment: Mapping[str, str] = MappingProxyType({})) -> str:
    """Run the command line, with more in its environment, and return its standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "staydown", *arguments],
        env=environment_of(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def running_bank(
    folder: Path,
    *,
    postgres: str | None = None,
    release_seconds: int = 0,
    pictures_free_at_once: int | None = None,
    quarantine_minutes: int | None = None,
    clock: ServedClock | None = None,
) -> Iterator[RunningBank]:
    """Make a bank in ``folder`` and serve it until the block ends.

    ``postgres`` is ``USER@HOST:PORT/NAME`` of an empty database; SQLite otherwise. What is handed
    in goes out at once, unless it is to wait for its window. ``pictures_free_at_once`` and
    ``quarantine_minutes``: where they aren't the default. ``clock``: one that others have as well.
    """
    port, extra = free_port(), ["--release-seconds", str(release_seconds)]
    if postgres is None and clock is None:
        clock = ServedClock.beside(folder.parent)
        _copy(folder, port, *extra)
    else:
        clock = clock or ServedClock.beside(folder.parent)
        extra += ["--postgres", postgres] if postgres else []
        _make(folder, clock, "--port", str(port), *extra)
    settings, log = folder / "bank.toml", folder / "serve.log"
    for name, value in (
        ("pictures_free_at_once", pictures_free_at_once),
        ("quarantine_minutes", quarantine_minutes),
    ):
        if value is not None:
            settings.write_text(f"{name} = {value}\n" + settings.read_text("utf-8"), "utf-8")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "staydown", "bank", "serve", "--settings", str(settings)],
            env=environment_of(clock.environment),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(port, process)
            yield RunningBank(f"http://127.0.0.1:{port}", settings, log, process, clock)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _make(folder: Path, clock: ServedClock, *options: str) -> None:
    named = ("--name", "Test bank", *options)
    staydown("bank", "init", str(folder), *named, environment=clock.environment)


@functools.cache
def _pattern(*options: str) -> Path:
    """Make a bank once for all the tests of this process that ask for one of the same options."""
    top = made_once.place()
    _make(top / "bank", ServedClock.beside(top), "--port", "1", *options)
    return top / "bank"


def _copy(folder: Path, port: int, *options: str) -> None:
    """Copy a bank that was just made: a command less for each test."""
    shutil.copytree(_pattern(*options), folder, dirs_exist_ok=True)
    settings = folder / "bank.toml"
    settings.write_text(settings.read_text("utf-8").replace("port = 1\n", f"port = {port}\n"))


def environment_of(more: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return this process's environment with ``more`` in it, in which the package is found."""
    given = {**os.environ, **more}
    path = os.pathsep.join([str(SRC), given.get("PYTHONPATH", "")])
    return {**given, "PYTHONPATH": path}


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        assert process.poll() is None, "the bank ended at once"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("the bank did not answer within three minutes")
