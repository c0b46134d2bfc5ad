"""Answers as registries give them (RFC 9083), of domains and networks that exist only in examples.

``network`` plays the registries in memory.
"""

import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from staydown.net.fake import FakeTransport
from staydown.net.guard import Address
from staydown.net.message import Request, Response
from staydown.notices.contacts.asking import LISTS

FOLDER = Path(__file__).parents[2] / "vectors/rdap"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
#: Public, since those kept for documentation count as private. Nothing is sent to them.
V4, V6 = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"


def bytes_of(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


def network(overrides: Mapping[str, Response] | None = None) -> FakeTransport:
    """IANA's lists, a registry, a registrar, two registries of addresses."""
    pages = {
        **{url: Response(200, {}, bytes_of(f"list-{which}")) for which, url in LISTS.items()},
        "https://rdap.registry.example/domain/example.org": Response(
            200, {}, bytes_of("domain-registry")
        ),
        "https://rdap.registrar.example/domain/EXAMPLE.ORG": Response(
            302, {"Location": "/domain/example.org"}, b""
        ),
        "https://rdap.registrar.example/domain/example.org": Response(
            200, {}, bytes_of("domain-registrar")
        ),
        f"https://rdap.network.example/ip/{V4}": Response(200, {}, bytes_of("ip-one-level")),
        f"https://rdap.other.example/registry/ip/{V6}": Response(200, {}, bytes_of("ip-nested")),
        **(overrides or {}),
    }

    def answer(request: Request) -> Response:
        return pages.get(request.url, Response(404, {}, b"{}"))

    origins = {"/".join(url.split("/")[:3]) for url in pages}
    return FakeTransport({**dict.fromkeys(origins, answer), "https://rdap.uk.example": answer})


def resolve(_host: str, _port: int) -> list[Address]:
    return [ipaddress.ip_address(text) for text in (V4, V6, "10.0.0.1", V4)]
