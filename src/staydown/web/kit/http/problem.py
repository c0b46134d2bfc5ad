"""Errors as RFC 9457 problem documents."""

import json
from typing import Any

from django.http import HttpResponse

_TITLES = {
    400: "The request could not be read",
    401: "A valid key is needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "In conflict with what is already here",
    413: "Too large",
    415: "Unsupported media type",
    422: "The request was read but cannot be accepted",
    429: "Too many at this moment",
    500: "A fault here",
    503: "Busy",
}


def problem(
    status: int, detail: str, *, retry_after: int | None = None, **members: Any
) -> HttpResponse:
    """Return a problem document. ``detail`` says what to do and never repeats what was sent."""
    body = {"type": "about:blank", "title": _TITLES[status], "status": status, "detail": detail}
    response = HttpResponse(
        json.dumps(body | members), status=status, content_type="application/problem+json"
    )
    if status == 401:
        response["WWW-Authenticate"] = 'Key realm="staydown"'
    if status == 413:
        # The rest of the body is never read: another request on this connection would be lost.
        response["Connection"] = "close"
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response
