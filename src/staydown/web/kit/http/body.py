"""Request bodies: bounded before they are read, JSON before it is believed."""

import json
from typing import Any

from django.http import HttpRequest, RawPostDataException, UnreadablePostError

from staydown.base.errors import StaydownError
from staydown.web.kit.http.numbers import whole


class BodyRefused(StaydownError):
    """A body that was not taken; ``status`` is the HTTP status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def declared_length(stated: object) -> int | None:
    """Return a ``Content-Length`` in bytes, or None where it is absent or not a number."""
    return whole(str(stated or ""), most=10**19)


def read_body(request: HttpRequest, *, limit: int) -> bytes:
    """Return the raw body of at most ``limit`` bytes. Raises BodyRefused (411/413 become 413)."""
    declared = declared_length(request.headers.get("Content-Length"))
    if declared is not None and declared > limit:
        raise BodyRefused(413, f"the body is larger than {limit} bytes")
    try:
        body = request.read(limit + 1)
    except (UnreadablePostError, RawPostDataException) as error:
        raise BodyRefused(400, "the body broke off: send it again") from error
    if len(body) > limit:
        raise BodyRefused(413, f"the body is larger than {limit} bytes")
    return body


def read_json(request: HttpRequest, *, limit: int = 1024 * 1024) -> Any:
    """Return the JSON value of the body. Raises BodyRefused for anything else."""
    if request.content_type != "application/json":
        raise BodyRefused(415, "send application/json")
    body = read_body(request, limit=limit)
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BodyRefused(400, "the body is not valid JSON") from error
