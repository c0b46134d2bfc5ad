"""What the server itself answers, before or instead of the site: few words, nothing repeated."""

import json
from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Any

from staydown.web.kit.http.roots import PROGRAMS, below
from staydown.web.kit.security.headers import NOTHING_LOADS, headers_for

#: Status, in words for people. Nothing was stored in any of these cases.
_SAID = {
    400: "This request could not be read. Nothing was stored. Reload the page and try again.",
    408: "This took too long to arrive, so nothing was stored. Please send it again.",
    413: "This is larger than the site takes. Nothing was stored.",
    421: (
        "This site isn't found under this address. Nothing was stored. "
        "Please use the address that you were given for it."
    ),
    431: "The headers of this request are too long. Nothing was stored.",
    500: "Something went wrong here. Please try again in a few minutes.",
    501: "This site does not read bodies that are encoded like this. Nothing was stored.",
    503: "The site is busy. Nothing was stored. Please try again in a few seconds.",
}

#: Seconds, for those who are told to come back.
RETRY_AFTER = 5

_HEADERS = (*headers_for({}, policy=NOTHING_LOADS), ("Connection", "close"))

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


def refusal(
    status: int, environ: Mapping[str, Any] | None = None, programs: tuple[str, ...] = PROGRAMS
) -> Answer:
    """Return status, headers and body: a page for a browser, a problem document for a program, and
    for whoever asks for what lies below one of ``programs``."""
    phrase, said = HTTPStatus(status).phrase, _SAID[status]
    asked = {} if environ is None else environ
    is_program = below(str(asked.get("PATH_INFO", "")), programs)
    if "text/html" in str(asked.get("HTTP_ACCEPT", "")).lower() and not is_program:
        kind = "text/html; charset=utf-8"
        text = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(phrase)}</title>'
            f"<h1>{escape(phrase)}</h1><p>{escape(said)}</p></html>\n"
        )
    else:
        kind = "application/problem+json"
        text = json.dumps(
            {"type": "about:blank", "title": phrase, "status": status, "detail": said}
        )
    body = text.encode()
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), *_HEADERS]
    if status in (408, 503):
        headers.append(("Retry-After", str(RETRY_AFTER)))
    return status, [(name.encode(), value.encode()) for name, value in headers], body


def written(answer: Answer) -> bytes:
    """Return a refusal as it goes over the wire."""
    status, headers, body = answer
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join([*lines, b"", body])
