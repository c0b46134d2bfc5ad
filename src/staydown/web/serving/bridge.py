"""From the event loop to a WSGI application: whole requests in, whole answers out.

The loop reads the body; a thread gets it whole, makes the whole answer, and is free again before
the first byte of it is sent. Bodies and answers are in memory alone, never in a file.
"""

import asyncio
import io
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

from staydown.web.kit.http.charset import WSGIApplication
from staydown.web.kit.http.refusals import Answer, refusal
from staydown.web.serving.connection import Connection
from staydown.web.serving.environ import Unread, environ_of
from staydown.web.serving.limits import Limits
from staydown.web.serving.workers import Unwanted, Workers

log = logging.getLogger(__name__)

T = TypeVar("T")

#: Says whether a request may send more than a small body. Gets the WSGI environment without one.
Admits = Callable[[dict[str, Any]], bool]

_Receive = Callable[[], Any]
_Send = Callable[[Mapping[str, Any]], Any]


class _Gone(Exception):
    """The sender left in the middle."""


class _NoRoom(Exception):
    """There is no memory for this body now."""


class Bridge:
    """What the HTTP library calls for each request."""

    def __init__(
        self,
        application: WSGIApplication,
        workers: Workers,
        limits: Limits,
        admits: Admits | None = None,
    ) -> None:
        self._application = application
        self._workers = workers
        self._limits = limits
        self._admits = admits

    async def __call__(self, scope: Any, receive: _Receive, send: _Send) -> None:
        """Answer one request."""
        connection = cast(Connection, scope["state"]["connection"])
        environ = environ_of(scope)
        try:
            answer = await self._answer(connection, environ, receive)
        except asyncio.CancelledError:
            return  # the site stops, and everybody was given up
        except (_Gone, Unwanted, _NoRoom):  # who has gone won't hear it
            answer = refusal(503, environ)
        except Exception:
            log.exception("a request could not be answered")
            answer = refusal(500, environ)
        status, headers, body = answer
        connection.answering(len(body))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(
        self, connection: Connection, environ: dict[str, Any], receive: _Receive
    ) -> Answer:
        body = environ["wsgi.input"] = await self._body(connection, environ, receive)
        connection.working()
        work = partial(_call, self._application, environ)
        answer = await self._run(connection, work)
        if isinstance(body, Unread):
            answer[1].append((b"Connection", b"close"))
        return answer

    async def _body(
        self, connection: Connection, environ: dict[str, Any], receive: _Receive
    ) -> io.BytesIO | Unread:
        """Return the whole body; or, of one that is too large, what can't be read.

        The application then refuses it in its own words. Raises _Gone, _NoRoom.
        """
        chunked = "HTTP_TRANSFER_ENCODING" in environ
        declared = int(environ.get("CONTENT_LENGTH") or 0)
        if not chunked and not declared:
            return io.BytesIO()
        most = self._limits.body_bytes
        if (chunked or declared > most) and await self._admitted(connection, environ):
            most = self._limits.admitted_bytes
        if declared > most:
            return Unread()
        connection.reading()
        body = io.BytesIO()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                raise _Gone
            chunk, more = message["body"], message["more_body"]
            if not connection.crowd.hold(connection, len(chunk)):
                raise _Gone if connection.gone else _NoRoom
            connection.took(len(chunk))
            if body.tell() + len(chunk) > most:
                return Unread()
            body.write(chunk)
        body.seek(0)
        return body

    async def _run(self, connection: Connection, work: Callable[[], T]) -> T:
        """Run ``work`` in a thread; a sender that leaves takes what waits along."""
        return await self._workers.run(
            work, connection.share, lambda: not connection.gone, connection.waiting
        )

    async def _admitted(self, connection: Connection, environ: dict[str, Any]) -> bool:
        if self._admits is None:
            return False
        connection.working()
        work = partial(self._admits, environ)
        return await self._run(connection, work)


def _call(application: WSGIApplication, environ: dict[str, Any]) -> Answer:
    """Call a WSGI application and return its answer as a whole."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    pieces: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        if begun and exc_info is None:
            raise RuntimeError("the application began two answers")
        begun[:] = [(status, headers)]
        return pieces.append

    made: Iterable[bytes] = application(environ, start_response)
    try:
        pieces.extend(made)
    finally:
        close = getattr(made, "close", None)
        if close is not None:
            close()
    ((status, headers),) = begun
    return _answer(int(status[:3]), headers, b"".join(pieces), environ["REQUEST_METHOD"])


def _answer(status: int, headers: list[tuple[str, str]], body: bytes, method: str) -> Answer:
    """Return an answer with its length said, and without a body where none may be."""
    bare = status in (204, 304) or status < 200
    named = {name.lower() for name, _ in headers}
    if bare:
        body = b""
        headers = [one for one in headers if one[0].lower() != "content-length"]
    elif "content-length" not in named and method != "HEAD":
        headers = [*headers, ("Content-Length", str(len(body)))]
    if method == "HEAD":
        body = b""
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return status, raw, body
