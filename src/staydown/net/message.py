"""A request and its response as plain values, and the one method a transport has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


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


class Transport(Protocol):
    """Something that carries a request out and brings the response back."""

    def send(self, request: Request) -> Response:
        """Return the response, whatever its status. Raises a NetError."""
        ...
