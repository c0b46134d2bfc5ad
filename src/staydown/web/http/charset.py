"""Before Django looks at a request: a made-up ``Content-Type`` must not make it fall over.

Django reads its parameters while it makes the request object, before any middleware. A charset that
Python doesn't know, or that isn't a text encoding, ends there as an answer 500 without headers,
also where it is a parameter's own (RFC 2231). And the time grows with the square of the length: one
of 390,000 characters, which the server lets through, took minutes. All that the sites speak is
UTF-8.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

#: The longest ``Content-Type`` whose parameters are read, in characters.
MAX_LENGTH = 1000

_CHARSET = re.compile(r";\s*(charset|[^;=]*\*[^;=]*)=[^;]*", re.IGNORECASE)


def utf8_only(application: WSGIApplication) -> WSGIApplication:
    """Return an application that hears of no charset, so that all text is read as UTF-8,
    and of no parameters where there are too many."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        stated = environ.get("CONTENT_TYPE", "")
        if len(stated) > MAX_LENGTH:
            environ["CONTENT_TYPE"] = stated[:MAX_LENGTH].partition(";")[0]
        elif ";" in stated:
            environ["CONTENT_TYPE"] = _CHARSET.sub("", stated)
        return application(environ, start_response)

    return answer
