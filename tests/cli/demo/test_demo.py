"""``staydown demo`` runs the product, says plainly what is wrong, and leaves nothing behind."""

import dataclasses
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from staydown.cli.demo import _show, patience
from staydown.cli.demo.demo_script import walk
from staydown.cli.demo.patience import Patience
from staydown.cli.demo.sites import DemoFailed, Sites, running_sites
from tests.ports import free_port

STEPS = 16
DEMO = [sys.executable, "-m", "staydown", "demo"]


def ports() -> list[str]:
    return ["--bank-port", str(free_port()), "--desk-port", str(free_port())]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The demonstration's temporary folder is made inside the test's own."""
    return {**os.environ, "TMPDIR": str(tmp_path)}


def test_once_walks_every_step_and_removes_its_folder(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [*DEMO, "--once", "--json", *ports()], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    *steps, end = [json.loads(line) for line in done.stdout.splitlines()]
    assert [step["step"] for step in steps] == list(range(1, STEPS + 1))
    assert end["ok"] is True
    assert list(tmp_path.glob("staydown-demo-*")) == []


def test_the_walk_fails_at_the_step_that_does_not_happen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what was waited for until then was said."""
    monkeypatch.setattr(patience, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(patience, "BETWEEN_SECONDS", 0.0)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)  # read the variable anew
    with running_sites(free_port(), free_port()) as sites:
        shut_out = dataclasses.replace(sites, platform_key="sd_not-the-key")
        with pytest.raises(DemoFailed, match=r"unrelated photograph.*answered 401"):
            list(walk(shut_out))
    assert list(tmp_path.glob("staydown-demo-*")) == []
    told = capsys.readouterr().err
    # Which of the commands was caught at work is chance: a quick one ends before it is looked at.
    assert "Waiting for staydown " in told
    assert "Waiting for the bank and the desk to start (" in told
    assert "is compiled" in told


def test_whoever_waits_is_told_now_and_then_and_not_at_once() -> None:
    now, told = [0.0], list[str]()
    waiting = Patience(told.append, clock=lambda: now[0])
    for now[0] in range(61):
        waiting.waiting_for("the desk to start", "The first start takes longest.")
    assert told[0] == "Waiting for the desk to start (4 s so far). The first start takes longest."
    assert [line.split("(")[1].split()[0] for line in told] == ["4", "19", "34", "49"]


def test_a_taken_port_is_said_plainly(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*DEMO, "--once", "--bank-port", port, "--desk-port", str(free_port())],
            capture_output=True,
            text=True,
            env=environment,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.strip() == (
        f"staydown: port {port} is taken; choose another with --bank-port"
    )


def test_one_port_for_both_sites_is_said_plainly(environment: dict[str, str]) -> None:
    """Two servers could really share it, and each would get some of the other's requests."""
    port = str(free_port())
    done = subprocess.run(
        [*DEMO, "--once", "--bank-port", port, "--desk-port", port],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "staydown: the bank and the desk each need a port of their own"


def test_the_shown_command_is_one_that_a_shell_reads_right(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the folder of the package has a space in its name."""
    monkeypatch.setattr("staydown.cli.demo.sample_folder", lambda: "/home/my own/staydown")
    _show(Sites("http://bank", "http://desk", "moderator", "once", "key"), as_json=False)
    shown = capsys.readouterr().out.split("   curl", 1)[1].split("\n   (", 1)[0]
    words = shlex.split("curl" + shown)
    assert words[-2:] == ["@/home/my own/staydown/coffee-copy.jpg", "http://desk/api/v1/uploads"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_and_other_ends_stop_everything_and_remove_the_folder(
    number: signal.Signals, environment: dict[str, str], tmp_path: Path
) -> None:
    with demo(environment, tmp_path) as (process, folder):
        process.send_signal(number)
        process.wait(30)
    assert_gone(tmp_path, folder)


def test_a_demo_that_is_told_to_outlive_its_terminal_does(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with demo(environment, tmp_path, "nohup") as (process, folder):
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2)
        assert running_with(folder)
        process.send_signal(signal.SIGINT)
        process.wait(30)
    assert_gone(tmp_path, folder)


@contextmanager
def demo(
    environment: dict[str, str], tmp_path: Path, *by: str
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run the demo, started ``by`` another program; yield it and the name of its folder."""
    with subprocess.Popen(
        [*by, *DEMO, "--json", *ports()], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            assert len(told["one_time_password"]) >= 16
            folder = str(next(tmp_path.glob("staydown-demo-*")))
            assert running_with(folder)
            yield process, folder
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def assert_gone(tmp_path: Path, folder: str) -> None:
    """No folder is left, and soon no process either."""
    assert list(tmp_path.glob("staydown-demo-*")) == []
    give_up = time.monotonic() + 180
    while running_with(folder) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert running_with(folder) == []


def running_with(folder: str) -> list[str]:
    """Return the commands of this machine's processes that name ``folder``."""
    listed = subprocess.run(
        ["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True
    )
    return [line for line in listed.stdout.splitlines() if folder in line]
