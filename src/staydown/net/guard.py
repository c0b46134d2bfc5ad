"""Which addresses may be called.

A host name is resolved once, every address it has is checked, and the caller connects to the
address that was checked. A name that answers differently the second time (DNS rebinding) gains
nothing, because it isn't asked a second time.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from staydown.net.errors import AddressRefused, NoAnswer

_PORTS = {"http": 80, "https": 443}

#: A name or an address as it is looked up: nothing quoted, no scope.
_HOST = re.compile(r"[a-z0-9._:-]+")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Turns a host name and a port into every address the name has.
Resolver = Callable[[str, int], Sequence[Address]]


@dataclass(frozen=True, slots=True)
class Place:
    """A web address, read: what is checked is what is called, since nobody reads it again."""

    scheme: str
    #: In lower case and ASCII (a name in other letters as it is looked up), without brackets.
    host: str = field(repr=False)
    port: int
    #: What is asked for there: the path and the query.
    target: bytes = field(repr=False)

    @property
    def authority(self) -> str:
        """The ``Host`` header: the name, and the port where it isn't the scheme's own."""
        return self._name if self.port == _PORTS[self.scheme] else f"{self._name}:{self.port}"

    @property
    def spellings(self) -> frozenset[str]:
        """How a setting may write the host and port: the usual port is said or left out."""
        return frozenset({self.authority, f"{self._name}:{self.port}"})

    @property
    def _name(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


@dataclass(frozen=True, slots=True)
class Target(Place):
    """A checked place to connect to, by any of ``addresses``.

    The certificate must carry ``host``.
    """

    addresses: tuple[str, ...] = field(repr=False)


def is_public(address: Address) -> bool:
    """Say whether ``address`` is on the public Internet, also when wrapped in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def read(url: str) -> Place:
    """Return what ``url`` names. Raises AddressRefused for anything but a plain web address."""
    try:
        parsed = httpx.URL(url)
        scheme, host, port = parsed.scheme, parsed.raw_host.decode("ascii"), parsed.port
        credentials, target = parsed.userinfo, parsed.raw_path
    except (httpx.InvalidURL, ValueError):
        # "from None": the foreign message may hold the address.
        raise AddressRefused("the address is not a web address") from None
    if scheme not in _PORTS or not _HOST.fullmatch(host):
        raise AddressRefused("the address must start with https:// and name a host")
    if credentials:
        raise AddressRefused("the address must not hold a user name or password")
    if port is not None and not 0 < port < 65536:
        raise AddressRefused("the address is not a web address")
    return Place(scheme, host, port or _PORTS[scheme], target)


def check(
    url: str | Place, *, allow_private: bool = False, resolve: Resolver | None = None
) -> Target:
    """Return where to connect for ``url``.

    ``allow_private`` lets private, loopback and link-local addresses through, and plain ``http``
    to them; to the public Internet only ``https`` goes. Raises AddressRefused for everything
    else, and NoAnswer where the name has no address.
    """
    place = url if isinstance(url, Place) else read(url)
    addresses = (resolve or system_resolver)(place.host, place.port)
    if not addresses:
        raise NoAnswer("the host name has no address: check it, and the network")
    for address in addresses:
        public = is_public(address)
        if not public and not allow_private:
            raise AddressRefused("the address lies in a private network: allow it in the settings")
        if public and place.scheme != "https":
            raise AddressRefused("an address on the Internet must start with https://")
    found = tuple(str(address) for address in addresses)
    return Target(place.scheme, place.host, place.port, place.target, found)


def system_resolver(host: str, port: int) -> list[Address]:
    """Ask the machine's own resolver, which takes as long as it likes. Raises NoAnswer."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:  # a name that can't be one ends in the latter
        raise NoAnswer("the host name has no address: check it, and the network") from error
    return [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
