"""Before Django looks at a request: a made-up ``Content-Type`` must not make it fall over.

Django reads its parameters while it makes the request object, before any middleware. A charset that
Python doesn't know, or that isn't a text encoding, ends there as an answer 500 without headers,
also where it is a parameter's own (RFC 2231). The reader behind it (``email.message``) also takes
time that grows with the square of the length. All that the sites speak is UTF-8, and the only
parameter that any page needs is the ``boundary`` of a form: nothing else gets through, and what is
done here takes one look at each character.
"""

from collections.abc import Callable, Iterable
from typing import Any

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

#: The longest ``Content-Type`` whose parameters are read, in characters.
MAX_LENGTH = 1000

#: RFC 2046: up to 70 of these, the last of which is no space.
_MAX_BOUNDARY = 70
_BOUNDARY_SIGNS = frozenset(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? "
)


def utf8_only(application: WSGIApplication) -> WSGIApplication:
    """Return an application that hears of the media type and the boundary alone, so that all text
    is read as UTF-8."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "CONTENT_TYPE" in environ:
            environ["CONTENT_TYPE"] = media_type(str(environ["CONTENT_TYPE"]))
        return application(environ, start_response)

    return answer


def media_type(stated: str) -> str:
    """Return the type and, for a form of several parts, its boundary: nothing else that is stated.

    A header longer than ``MAX_LENGTH`` has no parameters. A boundary that RFC 2046 doesn't allow,
    or the second of two, leaves none: such a form can't be read.
    """
    too_long = len(stated) > MAX_LENGTH
    plain, _, parameters = stated[:MAX_LENGTH].partition(";")
    plain = plain.strip()
    if too_long or not plain.lower().startswith("multipart/"):
        return plain
    named = [part.partition("=") for part in parameters.split(";")]
    found = [value.strip() for name, _, value in named if name.strip().lower() == "boundary"]
    if len(found) != 1 or (boundary := _unquoted(found[0])) is None:
        return plain
    return f'{plain}; boundary="{boundary}"'


def _unquoted(value: str) -> str | None:
    """Return a boundary without its quotation marks, or None where it isn't one."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1]
    fits = 1 <= len(value) <= _MAX_BOUNDARY and not value.endswith(" ")
    return value if fits and _BOUNDARY_SIGNS.issuperset(value) else None
