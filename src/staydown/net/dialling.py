"""Connecting to whichever of a name's addresses answers, in the spirit of RFC 8305.

A name often has several addresses, and one of them may be dead, typically the IPv6 one. Each gets a
short head start over the next; the first connection that stands is kept.
"""

import selectors
import socket
from collections import deque
from collections.abc import Sequence
from errno import EINPROGRESS
from itertools import chain, zip_longest

from staydown.net.deadline import Deadline

#: How long an address is tried before the next one is tried as well, in seconds.
HEAD_START = 0.25

#: A name may have thousands of addresses; so many are tried.
MOST_ADDRESSES = 8


def connect(
    addresses: Sequence[str], port: int, deadline: Deadline, *, most_seconds: float
) -> socket.socket:
    """Return a connection to one of ``addresses`` (IPv4 or IPv6, already checked).

    Raises TimeoutError when none stands in time, and OSError when all are refused.
    """
    ends = Deadline(deadline.left(most_seconds))
    waiting = deque(in_turn(addresses)[:MOST_ADDRESSES])
    race = _Race()
    try:
        while waiting or race.running:
            if waiting:
                race.begin(waiting.popleft(), port)
            won = race.winner(ends.left(HEAD_START if waiting else None)) if race.running else None
            if won is not None:
                return won
        raise ConnectionError("no address takes a connection")
    finally:
        race.end()


def in_turn(addresses: Sequence[str]) -> list[str]:
    """Return each address once, the two families by turns, the family of the first one first."""
    unlike: tuple[list[str], list[str]] = ([], [])
    for address in dict.fromkeys(addresses):
        unlike[(":" in address) != (":" in addresses[0])].append(address)
    pairs = chain.from_iterable(zip_longest(*unlike))
    return [address for address in pairs if address is not None]


class _Race:
    """Connections that are being made side by side; the winner leaves, the others are closed."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    @property
    def running(self) -> bool:
        return bool(self._selector.get_map())

    def begin(self, address: str, port: int) -> None:
        """Start a connection. An address that can't even be tried here is passed over."""
        try:
            trying = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        except OSError:  # this machine has no IPv6 at all
            return
        trying.setblocking(False)
        if trying.connect_ex((address, port)) in (0, EINPROGRESS):
            self._selector.register(trying, selectors.EVENT_WRITE)
        else:
            trying.close()

    def winner(self, seconds: float) -> socket.socket | None:
        """Wait until one of them stands. None: one failed, or the seconds are over."""
        for key, _ in self._selector.select(seconds):
            trying = key.fileobj
            if not isinstance(trying, socket.socket):
                continue
            self._selector.unregister(trying)
            if trying.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                return trying
            trying.close()
        return None

    def end(self) -> None:
        """Give up those that didn't win."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()
