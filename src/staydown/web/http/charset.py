"""Before Django looks at a request: a made-up charset must not make it fall over.

Django reads the charset of ``Content-Type`` while it makes the request object, before any
middleware; one that Python doesn't know, or that isn't a text encoding, ends there as an answer
500 without headers. All that the sites speak is UTF-8.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_CHARSET = re.compile(r";\s*charset=[^;]*", re.IGNORECASE)


def utf8_only(application: WSGIApplication) -> WSGIApplication:
    """Return an application that hears of no charset, so that all text is read as UTF-8."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        stated = environ.get("CONTENT_TYPE", "")
        if "charset" in stated.lower():
            environ["CONTENT_TYPE"] = _CHARSET.sub("", stated)
        return application(environ, start_response)

    return answer
