"""A site is alone on its port, or doesn't start; its server outlives its worker process."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.desk_server import eventually, running_desk


@pytest.mark.parametrize("site", ["bank", "desk"])
def test_a_site_does_not_share_its_port(site: str, tmp_path: Path) -> None:
    """The server could: it asks the kernel to let several processes listen on one port."""
    staydown = [sys.executable, "-m", "staydown", site]
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        made = [*staydown, "init", str(tmp_path / site), "--name", "Example", "--port", port]
        subprocess.run(made, check=True, capture_output=True)
        settings = str(tmp_path / site / f"{site}.toml")
        done = subprocess.run(
            [*staydown, "serve", "--settings", settings],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"staydown: port {port} of 127.0.0.1 cannot be used: it is taken or not allowed"
    )


def _children(process: int) -> list[int]:
    return [
        int(status.parent.name)
        for status in Path("/proc").glob("[0-9]*/status")
        if f"\nPPid:\t{process}\n" in _text(status)
    ]


def _text(status: Path) -> str:
    try:
        return status.read_text()
    except OSError:  # ended meanwhile
        return ""


def test_a_worker_that_the_kernel_ended_is_replaced(tmp_path: Path) -> None:
    """As it does for want of memory: a gate that stays silent lets uploads through."""

    def answers() -> bool:
        try:
            return httpx.get(f"{desk.url}/signin/", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    with running_desk(tmp_path, ticking=False) as desk:
        first = _children(desk.processes[0].pid)
        assert first
        for process in first:
            os.kill(process, signal.SIGKILL)
        eventually(lambda: not set(first) & set(_children(desk.processes[0].pid)), 20)
        eventually(answers, 30)
