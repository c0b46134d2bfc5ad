"""Which registry answers for a name or an address: IANA's lists, read as RFC 9224 says."""

import ipaddress
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from staydown.notices.contacts.errors import BadAnswer

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_Entries = Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=5000)]
MAX_SERVICES = 5000


def _sound(given: Any) -> Any:
    """Keep the services that are two lists of texts: one that is broken must not end the rest."""
    if not isinstance(given, list) or len(given) > MAX_SERVICES:
        return given
    return [one for one in given if _is_service(one)]


def _is_service(given: Any) -> bool:
    return (
        isinstance(given, list)
        and len(given) == 2
        and all(
            isinstance(part, list) and all(isinstance(text, str) for text in part) for part in given
        )
    )


class Registries(BaseModel):
    """One of the lists: pairs of entries (top-level names or networks) and servers."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    publication: Annotated[str, Field(max_length=100)]
    services: Annotated[
        list[Annotated[list[_Entries], Field(min_length=2, max_length=2)]],
        Field(max_length=MAX_SERVICES),
        BeforeValidator(_sound),
    ]


def read_registries(untrusted: bytes) -> Registries:
    """Return a list of registries. Raises BadAnswer."""
    try:
        return Registries.model_validate_json(untrusted)
    except ValidationError:
        raise BadAnswer("the list of registries is not as RFC 9224 has it") from None


def server_of_domain(registries: Registries, domain: str) -> tuple[str, str] | None:
    """Return the entry with most labels that ``domain`` ends in, and its server."""
    labels = domain.lower().split(".")
    endings = {".".join(labels[start:]) for start in range(len(labels))}
    best: tuple[str, str] | None = None
    for entries, servers in registries.services:
        server = _secure(servers)
        for entry in entries:
            fits = server and entry.lower() in endings
            if fits and (best is None or entry.count(".") > best[0].count(".")):
                best = entry, server
    return best


def server_of_address(registries: Registries, address: Address) -> tuple[str, str] | None:
    """Return the narrowest network that ``address`` lies in, and its server."""
    best: tuple[str, str] | None = None
    width = -1
    for entries, servers in registries.services:
        server = _secure(servers)
        for entry in entries:
            network = _network(entry)
            if server and network and address in network and network.prefixlen > width:
                best, width = (entry, server), network.prefixlen
    return best


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(entry)
    except ValueError:
        return None


def _secure(servers: list[str]) -> str:
    """Return the first server that is asked over HTTPS, with a slash at its end; or ""."""
    found = next((server for server in servers if server.lower().startswith("https://")), "")
    return found if not found or found.endswith("/") else f"{found}/"
