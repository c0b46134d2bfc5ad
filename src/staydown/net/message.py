"""A request and its response as plain values, and the one method a transport has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import h11

from staydown.net import guard
from staydown.net.errors import RequestUnfit
from staydown.net.guard import Place

_DEFAULTS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "staydown"}


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. ``limit`` bounds the body of the answer, in bytes.

    Address, headers and body stay out of ``repr``: they hold keys and fingerprints.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    limit: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Response:
    """What came back; header names in lower case. A redirect is returned, never followed."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it goes over the wire, with nothing in it that HTTP can't carry."""

    place: Place
    method: bytes
    headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    body: bytes = field(repr=False)

    @classmethod
    def of(cls, request: Request) -> "Outgoing":
        """Make a request ready to be sent. Raises AddressRefused or RequestUnfit."""
        place = guard.read(request.url)
        body = b"" if request.method in ("GET", "HEAD") else request.body
        given = {**_DEFAULTS, **request.headers, "Host": place.authority, "Connection": "close"}
        # The last of one name counts, however it is spelled; how long the body is, we know best.
        last = {name.lower(): (name, value) for name, value in given.items()}
        for name in ("transfer-encoding", "content-length"):
            last.pop(name, None)
        if request.method not in ("GET", "HEAD"):
            last["content-length"] = ("Content-Length", str(len(body)))
        try:
            method = request.method.encode("ascii")
            pairs = [
                (name.encode("ascii"), value.encode("latin-1")) for name, value in last.values()
            ]
            h11.Request(method=method, target=place.target, headers=pairs)
        except (h11.LocalProtocolError, UnicodeError):
            # "from None": the foreign message may hold a key.
            raise RequestUnfit(
                "nothing was sent: a key or header holds characters that can't be sent, "
                "such as a line break"
            ) from None
        return cls(place, method, tuple(pairs), body)


class Transport(Protocol):
    """Something that carries a request out and brings the response back."""

    def send(self, request: Request) -> Response:
        """Return the response, whatever its status. Raises a NetError."""
        ...
