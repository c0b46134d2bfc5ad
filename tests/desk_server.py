"""A real desk in processes of its own: the server, and a tick that keeps running."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO

import httpx

from tests import made_once
from tests.dates import ServedClock
from tests.ports import free_port

#: Who decides at every desk made here.
MODERATOR = "anna"

#: The staydown command of the Python that runs the tests.
STAYDOWN = (sys.executable, "-c", "from staydown.cli.main import main; main()")

#: Seconds between two ticks of a desk. Desks of a module go on ticking beside the tests of others:
#: at a tenth of a second each takes an eighth of a core.
_EVERY = "0.5"


@dataclass(frozen=True)
class FollowedBank:
    """A bank for the desk to follow: its address and the keys it gave."""

    name: str
    url: str
    subscription_key: str
    function_key: str
    dialect: str = "v2"


@dataclass
class RunningDesk:
    """What a test needs to talk to a desk. ``output`` holds everything its processes wrote."""

    url: str
    folder: Path
    settings_path: Path
    platform_key: str
    #: Name and one-time password.
    moderator: tuple[str, str]
    output: Path
    clock: ServedClock
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        """The platform's key as a header."""
        return {"Authorization": f"Bearer {self.platform_key}"}

    def command(self, *arguments: str) -> str:
        """Run ``staydown desk …`` on this desk and return what it printed."""
        use = ("--settings", str(self.settings_path))
        return run_desk(*arguments, *use, clock=self.clock)

    def start(self, *arguments: str, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
        """Start ``staydown desk …`` on this desk, with its output going to a file."""
        use = ("--settings", str(self.settings_path))
        environment = {**os.environ, **self.clock.environment}
        return subprocess.Popen(
            [*STAYDOWN, "desk", *arguments, *use], stdout=output, stderr=output, env=environment
        )


def run_desk(*arguments: str, clock: ServedClock) -> str:
    """Run ``staydown desk …`` and return what it printed."""
    done = subprocess.run(
        [*STAYDOWN, "desk", *arguments],
        env={**os.environ, **clock.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def running_desk(
    folder: Path,
    banks: Sequence[FollowedBank] = (),
    *,
    database: str | None = None,
    preview_origin: str = "",
    poll_seconds: float = 0.2,
    ticking: bool = True,
    serving: bool = True,
    more_settings: str = "",
    clock: ServedClock | None = None,
) -> Iterator[RunningDesk]:
    """Make a desk in ``folder`` and run it until the block ends.

    ``database`` is ``USER@HOST:PORT/NAME`` of an empty PostgreSQL database, or None for SQLite;
    ``more_settings`` is put at the end of ``desk.toml``. ``clock``: one that others have as well.
    """
    desk = make_desk(
        folder,
        banks,
        database=database,
        preview_origin=preview_origin,
        poll_seconds=poll_seconds,
        clock=clock,
    )
    with desk.settings_path.open("a") as file:
        file.write(more_settings)
    with ExitStack() as stack:
        output = stack.enter_context(desk.output.open("ab"))
        stack.callback(_stop, desk.processes)
        if serving:
            desk.processes.append(desk.start("serve", output=output))
        if ticking:
            desk.processes.append(desk.start("tick", "--every", _EVERY, output=output))
        if serving:
            _wait(desk)
        yield desk


def make_desk(
    folder: Path,
    banks: Sequence[FollowedBank] = (),
    *,
    database: str | None = None,
    preview_origin: str = "",
    poll_seconds: float = 0.2,
    clock: ServedClock | None = None,
) -> RunningDesk:
    """Make a desk with a moderator, a platform key and its banks; nothing runs yet."""
    folder.mkdir(parents=True, exist_ok=True)
    place, port = folder / "desk", free_port()
    options = ["--poll-seconds", str(poll_seconds), "--allow-private-banks"]
    if preview_origin:
        options += ["--preview-origin", preview_origin]
    if database is None and clock is None:
        clock = ServedClock.beside(folder)
        key, password = _copied(place, port, *options)
    else:
        clock = clock or ServedClock.beside(folder)
        options += [] if database is None else ["--postgres", database]
        key, password = _made(place, clock, "--port", str(port), *options)
    settings = place / "desk.toml"
    for bank in banks:
        add_bank(folder, settings, bank, clock)
    return RunningDesk(
        url=f"http://127.0.0.1:{port}",
        folder=place,
        settings_path=settings,
        platform_key=key,
        moderator=(MODERATOR, password),
        output=folder / "desk-output.txt",
        clock=clock,
    )


def _made(place: Path, clock: ServedClock, *options: str) -> tuple[str, str]:
    """Make a desk by the real commands. Return a key for its gate and the moderator's password."""
    run_desk("init", str(place), *options, clock=clock)
    use = ("--json", "--settings", str(place / "desk.toml"))
    key = json.loads(run_desk("key", "add", "shop", *use, clock=clock))["key"]
    password = json.loads(run_desk("user", "add", MODERATOR, *use, clock=clock))["password"]
    return key, password


@cache
def _pattern(*options: str) -> tuple[Path, str, str]:
    """Make a desk once for all the tests of this process that ask for one of the same options."""
    top = made_once.place()
    return top / "desk", *_made(top / "desk", ServedClock.beside(top), "--port", "1", *options)


def _copied(place: Path, port: int, *options: str) -> tuple[str, str]:
    """Copy a desk that was just made: three commands less for each test."""
    pattern, key, password = _pattern(*options)
    shutil.copytree(pattern, place)
    settings = place / "desk.toml"
    settings.write_text(settings.read_text("utf-8").replace("port = 1\n", f"port = {port}\n"))
    return key, password


def add_bank(folder: Path, settings: Path, bank: FollowedBank, clock: ServedClock) -> None:
    """Let the desk follow ``bank``."""
    files = []
    for name, value in (("sub", bank.subscription_key), ("fun", bank.function_key)):
        file = folder / f"{bank.name}-{name}.key"
        file.write_text(value)
        file.chmod(0o600)
        files.append(str(file))
    run_desk(
        "bank", "add", bank.name, bank.url, "--dialect", bank.dialect,
        "--subscription-key-file", files[0], "--function-key-file", files[1],
        "--settings", str(settings), clock=clock,
    )  # fmt: skip


def _wait(desk: RunningDesk, seconds: float = 180.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if desk.processes[0].poll() is not None:
            break
        try:
            httpx.get(f"{desk.url}/signin/", timeout=30)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(desk.output.read_text())


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)


def eventually(check: Callable[[], object], seconds: float = 180.0) -> None:
    """Wait until ``check()`` is true."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
