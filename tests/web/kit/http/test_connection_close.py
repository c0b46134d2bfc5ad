"""Who leaves a body unread says that the connection ends; everybody else keeps it."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from staydown.web.kit.http.connection_close import ends_unread


def ended(read: Callable[[Any], object], **environ: str) -> bool:
    """Say whether the connection ends after an application that reads the body like ``read``."""
    started: list[list[tuple[str, str]]] = []

    def inside(environ: dict[str, Any], start: Any) -> list[bytes]:
        read(environ["wsgi.input"])
        start("200 OK", [("X-Own", "yes")])
        return []

    ends_unread(inside)(
        {"wsgi.input": io.BytesIO(b"one\ntwo\n"), **environ},
        lambda status, headers: started.append(headers),  # noqa: ARG005 - WSGI's signature
    )
    (headers,) = started
    assert ("X-Own", "yes") in headers
    return ("Connection", "close") in headers


def nothing(_: Any) -> None:
    """Leave the body alone."""


@pytest.mark.parametrize(
    ("read", "environ", "ends"),
    [
        (nothing, {}, False),
        (nothing, {"CONTENT_LENGTH": ""}, False),
        (nothing, {"CONTENT_LENGTH": "0"}, False),
        (nothing, {"CONTENT_LENGTH": "8"}, True),
        (nothing, {"HTTP_TRANSFER_ENCODING": "chunked"}, True),
        (nothing, {"CONTENT_LENGTH": "0", "HTTP_TRANSFER_ENCODING": "chunked"}, True),
        (lambda body: body.read(7), {"CONTENT_LENGTH": "8"}, True),
        (lambda body: body.read(), {"CONTENT_LENGTH": "8"}, False),
        (lambda body: (body.readline(), body.read(4)), {"CONTENT_LENGTH": "8"}, False),
    ],
)
def test_a_body_left_unread_ends_the_connection(
    read: Callable[[Any], object], environ: dict[str, str], ends: bool
) -> None:
    assert ended(read, **environ) is ends
