"""Free ports, and listening before anybody serves."""

import socket

import pytest

from staydown.net.ports import is_free, listening


def test_a_port_is_free_until_something_listens_on_it() -> None:
    with listening("127.0.0.1", None, 8) as listener:
        port = listener.getsockname()[1]
        assert not is_free("127.0.0.1", port)
        with pytest.raises(OSError, match="in use"):
            listening("127.0.0.1", port, 8)
    assert is_free("127.0.0.1", port)


def test_whoever_connects_before_anything_is_served_waits_and_is_not_refused() -> None:
    with (
        listening("127.0.0.1", None, 8) as listener,
        socket.create_connection(listener.getsockname(), timeout=10) as client,
    ):
        client.sendall(b"early")
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.recv(5) == b"early"
