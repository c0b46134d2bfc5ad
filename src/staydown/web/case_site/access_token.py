"""Who may come in: the browser that opened the printed address, and nobody through it.

Before Django looks at a request, its ``Host`` must be this server's own: a page elsewhere whose
name was made to point here (DNS rebinding) says another one. And no other site may ask for
anything, not even for a style sheet, so that none can find out that these pages are here.

Nor may another account of this machine. Cookies don't tell ports apart: a page that another account
serves on a port of its own is sent the session's cookie, too, once the browser is led there.
"""

import hmac
import secrets
import threading
from collections.abc import Callable, Iterable
from typing import Any

from staydown.net.peers import of_other_account
from staydown.web.kit.http.charset import WSGIApplication
from staydown.web.kit.security.headers import NOTHING_LOADS, headers_for

#: What a browser may say of where a request came from: these pages, or the address bar.
_OWN = (None, "same-origin", "none")

_ELSEWHERE = (
    b"Copy the address from the window where you started the pages, "
    b"and paste it into the address bar.\n"
)


def own_host_only(application: WSGIApplication, port: int) -> WSGIApplication:
    """Return an application that answers 403 to another ``Host`` and to other sites' requests, and
    to those of other accounts of this machine."""
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        host, site = environ.get("HTTP_HOST"), environ.get("HTTP_SEC_FETCH_SITE")
        if host in hosts and site in _OWN and not _of_other_account(environ, port):
            return application(environ, start_response)
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(_ELSEWHERE))),
            *headers_for({}, policy=NOTHING_LOADS),
        ]
        start_response("403 Forbidden", headers)
        return [_ELSEWHERE]

    return answer


def _of_other_account(environ: dict[str, Any], port: int) -> bool:
    peer = environ["REMOTE_ADDR"], int(environ["REMOTE_PORT"])
    return of_other_account(peer, ("127.0.0.1", port))


class Door:
    """The one-time token of the printed address, and the session it is exchanged for.

    Only one browser is in at a time: a new token, once used, ends the session before it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token: str | None = None
        self._session: str | None = None

    def new_token(self) -> str:
        """Return a token that opens the door once; the one before it no longer does."""
        with self._lock:
            self._token = secrets.token_urlsafe(32)
            return self._token

    def open(self, token: str) -> str | None:
        """Exchange the token for a session, once. ``None`` for any other token."""
        with self._lock:
            if self._token is None or not _same(token, self._token):
                return None
            self._token = None
            self._session = secrets.token_urlsafe(32)
            return self._session

    def is_in(self, session: str) -> bool:
        """Whether this is the session of the browser that came in last."""
        with self._lock:
            return self._session is not None and _same(session, self._session)

    def shut(self) -> None:
        """End the session; no token opens any more."""
        with self._lock:
            self._token = self._session = None


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())
