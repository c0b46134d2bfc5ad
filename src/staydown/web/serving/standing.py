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
class Standing:
    """Phase, when that began (monotonic seconds), and bytes that have moved in it."""

    phase: Phase
    since: float
    moved: int = 0


def is_overdue(standing: Standing, now: float, limits: Limits) -> bool:
    """Say whether a connection has had its time. One whose request is worked on never has."""
    age = now - standing.since
    match standing.phase:
        case Phase.HEAD:
            return age > limits.head_seconds
        case Phase.BODY | Phase.ANSWER:
            return standing.moved < (age - limits.slow_seconds) * limits.rate
        case Phase.IDLE:
            return age > limits.idle_seconds
        case Phase.LINGER:
            return age > limits.linger_seconds
        case Phase.WORK:
            return False


#: Everybody begins with so many bytes to their credit: whoever has just come isn't the slowest.
_CREDIT = 2048

_FIRST_TO_GO = {Phase.LINGER: 0, Phase.IDLE: 1}


def deserving(standing: Standing, now: float) -> tuple[int, float, float]:
    """Return a key by which the least deserving comes first.

    Those that were refused, then those without a request, the longest first; then by how fast
    their bytes have moved, so that one that drips goes before one that is merely large.
    """
    age = max(0.0, now - standing.since)
    before = _FIRST_TO_GO.get(standing.phase)
    if before is not None:
        return before, -age, 0.0
    return 2, (standing.moved + _CREDIT) / max(age, 1.0), -age


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
