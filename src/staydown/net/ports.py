"""Ports of this machine: which can be listened on, and listening."""

import socket
from typing import TypeAlias

#: A socket that is listened on.
Listener: TypeAlias = socket.socket


def is_free(host: str, port: int) -> bool:
    """Say whether a server could listen on ``host``:``port`` right now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def listening(host: str, port: int | None, backlog: int) -> Listener:
    """Return a socket that takes connections at once; whoever serves them may begin later.

    ``port``: None for any that is free. Raises OSError when it can't be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port or 0))
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    return listener
