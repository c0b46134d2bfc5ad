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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from staydown.base.errors import StaydownError
from staydown.base.settings import write_secret
from staydown.cli.demo.patience import Patience
from staydown.net.ports import is_free

HOST = "127.0.0.1"
#: Long, for a busy machine that compiles for the first time; what is waited for is said meanwhile.
START_SECONDS = 180.0
STOP_SECONDS = 10.0
POLL_SECONDS = 1
#: How long what is handed in waits at most; in a real bank it is minutes.
RELEASE_SECONDS = 2


_WHY = (
    "The first start on a machine takes longest: the code that compares pictures is compiled, "
    "and kept for the next time."
)


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
        patience = Patience()
        sites = _Maker(patience).make(bank, desk, bank_port, desk_port)
        processes = _Processes(folder / "log")
        running.callback(processes.stop)
        processes.start("bank", "serve", "--settings", str(bank / "bank.toml"))
        processes.start("desk", "serve", "--settings", str(desk / "desk.toml"))
        processes.wait_for_ports({"the bank": bank_port, "the desk": desk_port}, patience)
        processes.start("bank", "tick", "--settings", str(bank / "bank.toml"), "--every", "60")
        processes.start("desk", "tick", "--settings", str(desk / "desk.toml"), "--every", "0.5")
        yield sites


class _Maker:
    """Makes both sites with the commands that an operator would use."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience

    def make(self, bank: Path, desk: Path, bank_port: int, desk_port: int) -> Sites:
        """Make a bank and a desk that follows it in these folders. Raises DemoFailed."""
        at = ("--port", str(bank_port), "--release-seconds", str(RELEASE_SECONDS))
        self._run("bank", "init", str(bank), "--name", "Demo bank", *at)
        bank_settings = ("--settings", str(bank / "bank.toml"))
        keys = self._run_json("bank", "partner", "add", "Demo platform", *bank_settings)
        self._run(
            *("desk", "init", str(desk), "--name", "Demo platform", "--port", str(desk_port)),
            *("--poll-seconds", str(POLL_SECONDS), "--allow-private-banks"),
        )
        desk_settings = ("--settings", str(desk / "desk.toml"))
        subscription, function = desk / "subscription.key", desk / "function.key"
        write_secret(subscription, keys["subscription_key"])
        write_secret(function, keys["function_key"])
        self._run(
            *("desk", "bank", "add", "demo-bank", f"http://{HOST}:{bank_port}"),
            *("--subscription-key-file", str(subscription)),
            *("--function-key-file", str(function), *desk_settings),
        )
        platform = self._run_json("desk", "key", "add", "demo", *desk_settings)
        moderator = self._run_json("desk", "user", "add", "moderator", *desk_settings)
        return Sites(
            bank_url=f"http://{HOST}:{bank_port}",
            desk_url=f"http://{HOST}:{desk_port}",
            moderator="moderator",
            one_time_password=moderator["password"],
            platform_key=platform["key"],
        )

    def _run(self, *arguments: str) -> str:
        """Run a ``staydown`` command and return what it prints."""
        with subprocess.Popen(  # noqa: S603  # our own program with our own arguments
            [sys.executable, "-m", "staydown", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            printed, said = self._end_of(process, " ".join(arguments[:2]))
        if process.returncode != 0:
            last = said.strip().splitlines()[-1:] or ["no message"]
            raise DemoFailed(f"staydown {' '.join(arguments[:2])} failed: {last[0]}")
        return printed

    def _end_of(self, process: subprocess.Popen[str], command: str) -> tuple[str, str]:
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return process.communicate(timeout=0.5)
                self._patience.waiting_for(f"staydown {command}, which makes a part of the demo")
        except BaseException:
            process.kill()
            raise

    def _run_json(self, *arguments: str) -> dict[str, str]:
        answer = json.loads(self._run(*arguments, "--json"))
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

    def wait_for_ports(self, ports: Mapping[str, int], patience: Patience) -> None:
        """Return when something listens on the port of each. Raises DemoFailed if a process ended,
        or if it takes too long."""
        give_up = time.monotonic() + START_SECONDS
        while missing := [name for name, port in ports.items() if is_free(HOST, port)]:
            if any(process.poll() is not None for process in self._running):
                raise DemoFailed(f"a site stopped while starting; its last words: {self._tail()}")
            names = " and ".join(missing)
            if time.monotonic() > give_up:
                raise DemoFailed(f"{names} did not start within {START_SECONDS:.0f} seconds")
            patience.waiting_for(f"{names} to start", _WHY)
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
