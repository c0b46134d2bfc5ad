"""Which addresses may be called.

A host name is resolved once, every address it has is checked, and the caller connects to the
address that was checked. A name that answers differently the second time (DNS rebinding) gains
nothing, because it isn't asked a second time.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from staydown.net.errors import AddressRefused, NoAnswer

_PORTS = {"http": 80, "https": 443}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Turns a host name and a port into every address the name has.
Resolver = Callable[[str, int], Sequence[Address]]


@dataclass(frozen=True, slots=True)
class Target:
    """A checked place to connect to. ``host`` is the name the certificate must carry."""

    scheme: str
    host: str = field(repr=False)
    port: int
    address: str = field(repr=False)

    @property
    def authority(self) -> str:
        """The ``Host`` header: the name, and the port where it isn't the scheme's own."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"


def is_public(address: Address) -> bool:
    """Say whether ``address`` is on the public Internet, also when wrapped in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def check(url: str, *, allow_private: bool = False, resolve: Resolver | None = None) -> Target:
    """Return where to connect for ``url``.

    ``allow_private`` lets private, loopback and link-local addresses through, and plain ``http``
    to them; to the public Internet only ``https`` goes. Raises AddressRefused for everything
    else, and NoAnswer where the name has no address.
    """
    try:
        parts = urlsplit(url)
        host, given = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused("the address is not a web address") from error
    if parts.scheme not in _PORTS or not host:
        raise AddressRefused("the address must start with https:// and name a host")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("the address must not hold a user name or password")
    port = given or _PORTS[parts.scheme]
    addresses = (resolve or system_resolver)(host, port)
    if not addresses:
        raise NoAnswer("the host name has no address: check it, and the network")
    for address in addresses:
        public = is_public(address)
        if not public and not allow_private:
            raise AddressRefused("the address lies in a private network: allow it in the settings")
        if public and parts.scheme != "https":
            raise AddressRefused("an address on the Internet must start with https://")
    return Target(parts.scheme, host, port, str(addresses[0]))


def system_resolver(host: str, port: int) -> list[Address]:
    """Ask the machine's own resolver. Raises NoAnswer."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer("the host name has no address: check it, and the network") from error
    return [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
