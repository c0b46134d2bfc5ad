"""A site is alone on its port, or doesn't start."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest


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
