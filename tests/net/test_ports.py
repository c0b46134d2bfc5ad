"""Free ports."""

import socket

from staydown.net.ports import free_port, is_free


def test_a_port_is_free_until_something_listens_on_it() -> None:
    port = free_port()
    assert is_free("127.0.0.1", port)
    with socket.socket() as server:
        server.bind(("127.0.0.1", port))
        server.listen()
        assert not is_free("127.0.0.1", port)
