"""Connections of another account of this machine are told from one's own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from staydown.net.peers import of_other_account

NOBODY = 65534

CONNECT = """import os, socket, sys
os.setgid({nobody}); os.setuid({nobody})
with socket.socket() as client:
    client.connect(("127.0.0.1", {port}))
    sys.stdin.read()
"""

linux = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="no list of connections")


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        yield server


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_ones_own_connection_is_ones_own(listening: socket.socket, family: int) -> None:
    own = listening.getsockname()
    address = "127.0.0.1" if family == socket.AF_INET else "::ffff:127.0.0.1"
    with socket.socket(family) as client:
        try:
            client.connect((address, own[1]))
        except OSError:
            pytest.skip("no IPv6 here")
        accepted, peer = listening.accept()
        with accepted:
            assert not of_other_account(peer, own)


@linux
def test_one_that_was_given_up_or_never_was_is_anothers(listening: socket.socket) -> None:
    own = listening.getsockname()
    with socket.create_connection(own):
        accepted, peer = listening.accept()
    with accepted:
        assert of_other_account(peer, own)
    assert of_other_account(("127.0.0.1", 1), own)


@linux
@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another account")
def test_a_connection_of_another_account_is_anothers(listening: socket.socket) -> None:
    own = listening.getsockname()
    code = CONNECT.format(nobody=NOBODY, port=own[1])
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as other:
        accepted, peer = listening.accept()
        with accepted:
            assert of_other_account(peer, own)
        other.communicate(timeout=10)
