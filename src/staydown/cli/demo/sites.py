"""A bank and a desk of this machine's own, made in a temporary folder and removed afterwards.

Each site runs as it would in production: ``init``, ``serve`` and ``tick`` as processes of their
own, on SQLite, with a real partner key between them.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from staydown.base.errors import StaydownError
from staydown.base.settings import write_secret
from staydown.net.ports import is_free

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 1


class DemoFailed(StaydownError):
    """A part of the demonstration did not start, or a step of the walk did not happen."""


@dataclass(frozen=True, slots=True)
class Sites:
    """What the demonstration made and what one needs to use it. Secrets stay out of ``repr``."""

    bank_url: str
    desk_url: str
    moderator: str
    one_time_password: str = field(repr=False)
    platform_key: str = field(repr=False)


@contextlib.contextmanager
def running_sites(bank_port: int, desk_port: int) -> Iterator[Sites]:
    """Make both sites, start them, and on leaving stop all of it and remove the folder.

    Raises DemoFailed when a port is taken or given twice, or a site doesn't start.
    """
    if bank_port == desk_port:
        raise DemoFailed("the bank and the desk each need a port of their own")
    for name, port in (("bank", bank_port), ("desk", desk_port)):
        if not is_free(HOST, port):
            raise DemoFailed(f"port {port} is taken; choose another with --{name}-port")
    with (
        _leaving_in_order(),
        tempfile.TemporaryDirectory(prefix="staydown-demo-") as name,
        contextlib.ExitStack() as running,
    ):
        folder = Path(name)
        bank, desk = folder / "bank", folder / "desk"
        sites = _make(bank, desk, bank_port, desk_port)
        processes = _Processes(folder / "log")
        running.callback(processes.stop)
        processes.start("bank", "serve", "--settings", str(bank / "bank.toml"))
        processes.start("desk", "serve", "--settings", str(desk / "desk.toml"))
        processes.wait_for_ports((bank_port, desk_port))
        processes.start("bank", "tick", "--settings", str(bank / "bank.toml"), "--every", "60")
        processes.start("desk", "tick", "--settings", str(desk / "desk.toml"), "--every", "0.5")
        yield sites


def _make(bank: Path, desk: Path, bank_port: int, desk_port: int) -> Sites:
    _run("bank", "init", str(bank), "--name", "Demo bank", "--port", str(bank_port))
    bank_settings = ("--settings", str(bank / "bank.toml"))
    keys = _run_json("bank", "partner", "add", "Demo platform", *bank_settings)
    _run(
        *("desk", "init", str(desk), "--name", "Demo platform", "--port", str(desk_port)),
        *("--poll-seconds", str(POLL_SECONDS), "--allow-private-banks"),
    )
    desk_settings = ("--settings", str(desk / "desk.toml"))
    subscription, function = desk / "subscription.key", desk / "function.key"
    write_secret(subscription, keys["subscription_key"])
    write_secret(function, keys["function_key"])
    _run(
        *("desk", "bank", "add", "demo-bank", f"http://{HOST}:{bank_port}"),
        *("--subscription-key-file", str(subscription)),
        *("--function-key-file", str(function), *desk_settings),
    )
    platform = _run_json("desk", "key", "add", "demo", *desk_settings)
    moderator = _run_json("desk", "user", "add", "moderator", *desk_settings)
    return Sites(
        bank_url=f"http://{HOST}:{bank_port}",
        desk_url=f"http://{HOST}:{desk_port}",
        moderator="moderator",
        one_time_password=moderator["password"],
        platform_key=platform["key"],
    )


def _run(*arguments: str) -> str:
    """Run a ``staydown`` command and return what it prints."""
    done = subprocess.run(  # noqa: S603  # our own program with our own arguments
        [sys.executable, "-m", "staydown", *arguments],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise DemoFailed(f"staydown {' '.join(arguments[:2])} failed: {said[0]}")
    return done.stdout


def _run_json(*arguments: str) -> dict[str, str]:
    answer = json.loads(_run(*arguments, "--json"))
    if not isinstance(answer, dict):
        raise DemoFailed(f"staydown {' '.join(arguments[:2])} gave no JSON object")
    return answer


class _Processes:
    """The sites' processes, each in a session of its own so that Ctrl-C reaches only us."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("ab")
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> None:
        process = subprocess.Popen(  # noqa: S603  # our own program with our own arguments
            [sys.executable, "-m", "staydown", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._running.append(process)

    def wait_for_ports(self, ports: tuple[int, ...]) -> None:
        """Return when something listens on each port. Raises DemoFailed if a process ended."""
        give_up = time.monotonic() + START_SECONDS
        while any(is_free(HOST, port) for port in ports):
            if any(process.poll() is not None for process in self._running):
                raise DemoFailed(f"a site stopped while starting; its last words: {self._tail()}")
            if time.monotonic() > give_up:
                raise DemoFailed(f"the sites did not start within {START_SECONDS:.0f} seconds")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask each process to end, and end the whole session of one that doesn't."""
        for process in self._running:
            process.terminate()
        give_up = time.monotonic() + STOP_SECONDS
        for process in self._running:
            try:
                process.wait(max(0.1, give_up - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._log.close()

    def _tail(self) -> str:
        self._log.flush()
        lines = Path(self._log.name).read_text("utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "none"


@contextlib.contextmanager
def _leaving_in_order() -> Iterator[None]:
    """Turn "end" and "the terminal is gone" into an orderly exit: the folder goes then too."""

    def leave(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    # Told to outlive its terminal (nohup), it does. Ctrl-C ends it also where a shell that started
    # it in the background has had that ignored.
    outlives = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    handlers = {signal.SIGTERM: leave, signal.SIGINT: signal.default_int_handler}
    if not outlives:
        handlers[signal.SIGHUP] = leave
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
