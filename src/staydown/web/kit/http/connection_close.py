"""After an answer that left the body unread, the connection ends, and the caller is told so.

The server then closes the connection without a word, or has to read the rest: a caller that keeps
its connections would send the next request down a closed one.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from staydown.web.kit.http.body import declared_length
from staydown.web.kit.http.charset import WSGIApplication


class Body(Protocol):
    """What a WSGI server gives to read a body from."""

    def read(self, size: int = -1, /) -> bytes: ...

    def readline(self, size: int = -1, /) -> bytes: ...


class _Counted:
    """A body that counts what was read of it."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self.read_bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        return self._count(self._body.read(size))

    def readline(self, size: int = -1, /) -> bytes:
        return self._count(self._body.readline(size))

    def _count(self, data: bytes) -> bytes:
        self.read_bytes += len(data)
        return data


def ends_unread(application: WSGIApplication) -> WSGIApplication:
    """Return an application that says ``Connection: close`` where it left a body unread.

    A body of unknown length counts as unread: none of our pages takes one.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        stated = str(environ.get("CONTENT_LENGTH") or "0")
        if stated == "0" and "HTTP_TRANSFER_ENCODING" not in environ:
            return application(environ, start_response)
        body = environ["wsgi.input"] = _Counted(environ["wsgi.input"])

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            declared = declared_length(stated)
            if declared is None or not 0 < declared <= body.read_bytes:
                headers = [*headers, ("Connection", "close")]
            return start_response(status, headers, *more)

        return application(environ, start)

    return answer
