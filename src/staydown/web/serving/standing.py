"""How a connection stands, when it has had its time, and who goes first when there is no room.

Pure: values and the clock in, a word or a number out. Addresses are compared and never kept here.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from staydown.web.serving.limits import Limits

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Phase(Enum):
    """What a connection is at."""

    IDLE = "idle"
    HEAD = "headers"
    BODY = "body"
    #: A request that is whole waits for a thread, or has one.
    WORK = "work"
    ANSWER = "answer"
    #: It was refused, and what it still sends is thrown away.
    LINGER = "linger"


@dataclass(frozen=True, slots=True)
class Pace:
    """How far bytes keep up with the least rate.

    ``credit`` is what may still be missing, in bytes: it starts full, falls by the rate each
    second and rises with what moves, but never above full. So neither dripping nor a stall after a
    quick beginning lasts; and the whole of a request takes ``allowance + size / rate`` at most.
    """

    credit: float
    #: When, and after how many bytes, that was so.
    at: float
    moved: int = 0

    def after(self, now: float, moved: int, limits: Limits) -> "Pace":
        """Return the pace at a later moment, when ``moved`` bytes have moved in all."""
        credit = self.credit - (now - self.at) * limits.rate + (moved - self.moved)
        return Pace(min(credit, full_credit(limits)), now, moved)


def full_credit(limits: Limits) -> float:
    """Return the bytes that may be missing at most."""
    return limits.slow_seconds * limits.rate


@dataclass(frozen=True, slots=True)
class Standing:
    """Phase, when that began (monotonic seconds), and the credit of bytes that move in it."""

    phase: Phase
    since: float
    credit: float = 0.0


def patience(standing: Standing, now: float, limits: Limits) -> float:
    """Return what is left of a connection's time: 1 at its beginning, below 0 when it must end.

    One whose request is worked on has all of it.
    """
    age = now - standing.since
    match standing.phase:
        case Phase.HEAD:
            return 1 - age / limits.head_seconds
        case Phase.BODY | Phase.ANSWER:
            return standing.credit / full_credit(limits)
        case Phase.IDLE:
            return 1 - age / limits.idle_seconds
        case Phase.LINGER:
            return 1 - age / limits.linger_seconds
        case Phase.WORK:
            return 1.0


_FIRST_TO_GO = {Phase.LINGER: 0, Phase.IDLE: 1}


def deserving(standing: Standing, now: float, limits: Limits) -> tuple[int, float]:
    """Return a key by which the least deserving of a place comes first.

    Those that were refused, then those without a request, then by what is left of their time: one
    that drips or is silent goes before one that has just come or keeps up.
    """
    return _FIRST_TO_GO.get(standing.phase, 2), patience(standing, now, limits)


def deserving_memory(
    standing: Standing, held: int, now: float, limits: Limits
) -> tuple[int, float]:
    """Return a key by which the least deserving of the ``held`` bytes that it keeps comes first.

    What is left of its time counts in eighths; among equals, whoever holds most goes.
    """
    return min(7, int(8 * patience(standing, now, limits))), -held


def share_of(address: str) -> str | None:
    """Return whose share a connection from ``address`` counts to; None for nobody's.

    An IPv6 address counts with its /64, which one household or one machine has. Loopback and
    Unix sockets are nobody's: behind them is a proxy or Tor, and so everybody.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        elif not parsed.is_loopback:
            return str(ipaddress.ip_network((parsed, 64), strict=False))
    return None if parsed.is_loopback else str(parsed)


def forwarded_share(peer: str, forwarded: str, proxies: Sequence[Network]) -> str | None:
    """Return whose share a request counts to that came through a proxy of the operator's.

    ``forwarded`` is its ``X-Forwarded-For``: the last address in it that isn't a proxy itself was
    written by a proxy and not by the sender. Without one the request is nobody's.
    """
    if not is_proxy(peer, proxies):
        return share_of(peer)
    for address in map(str.strip, reversed(forwarded.split(","))):
        if not is_proxy(address, proxies):
            return share_of(address)
    return None


def is_proxy(address: str, proxies: Sequence[Network]) -> bool:
    """Say whether an address is one of the operator's proxies."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in proxies)
