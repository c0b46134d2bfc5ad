"""The callable in front of Django: it knows the paths of HMA's calls, and passes on the rest."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError

from staydown.base.canonical import JSONValue
from staydown.base.errors import StaydownError
from staydown.media.errors import Busy, MediaError
from staydown.review.api import Lookups
from staydown.review.errors import KeyNotTaken
from staydown.web.desk_site.errors import media_status
from staydown.web.desk_site.lookup import auth
from staydown.web.desk_site.lookup.calls import TYPES, Calls
from staydown.web.desk_site.lookup.fetch import Fetcher
from staydown.web.desk_site.lookup.request import Asked, Refused, Text, left_unread
from staydown.web.desk_site.lookup.status import Status, stale_if_passing
from staydown.web.desk_site.process import Desk
from staydown.web.kit.http.charset import WSGIApplication
from staydown.web.kit.http.roots import HMA, below
from staydown.web.kit.trouble import DETAIL, passing

log = logging.getLogger(__name__)

_KIND = "Content-Type"
_JSON, _TEXT = "application/json", "text/plain; charset=utf-8"

#: Whoever asks whether the process answers gets an answer: also without a key, and without a look
#: at the database, or a desk would be restarted whenever its database is away.
_LIVE = "/status/live"
_READY = "/status"

_Call = Callable[[Asked], JSONValue | Text]


def in_front(application: WSGIApplication, desk: Desk) -> WSGIApplication:
    """Return an application that answers look-ups itself and leaves the rest to ``application``.

    The desk's gate must have been started.
    """
    front = Front(desk)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # What lies below HMA's roots is answered here, also when there is no such path.
        if not below(environ.get("PATH_INFO", ""), HMA):
            return application(environ, start_response)
        status, headers, body = front.answer(environ)
        if left_unread(environ):
            headers = {**headers, "Connection": "close"}
        start_response(f"{status.value} {status.phrase}", [*headers.items()])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return answer


class Front:
    """Answers look-ups; thread-safe. Raises ValueError where the desk has no gate yet."""

    def __init__(self, desk: Desk) -> None:
        if desk.gate is None:
            raise ValueError("the desk's gate must be started first")
        #: What looks at pictures for it.
        self.gate = desk.gate
        self._settings = desk.settings
        self._lookups = Lookups(desk.sealer, desk.gate.live)
        calls = Calls(desk.gate, self._lookups, Fetcher(desk.settings))
        status = Status(self._lookups, TYPES)
        #: What answers each path, by method; whoever may GET may HEAD.
        self.routes: Mapping[str, Mapping[str, _Call]] = {
            "/h/hash": {"GET": calls.hash_url, "POST": calls.hash_form},
            "/m/raw_lookup": {"GET": calls.raw_lookup},
            "/m/lookup": {"GET": calls.lookup, "POST": calls.lookup_form},
            "/m/compare": {"POST": calls.compare},
            "/m/index/status": {"GET": status.index},
            _READY: {"GET": status.ready},
            _LIVE: {"GET": status.live},
        }

    def answer(self, environ: dict[str, Any]) -> tuple[HTTPStatus, Mapping[str, str], bytes]:
        """Return status, headers and body. Whatever goes wrong is an answer in JSON too."""
        try:
            return _said(HTTPStatus.OK, {}, self._answer(environ))
        except Refused as refused:
            return _said(HTTPStatus(refused.status), refused.headers, refused.body)
        except KeyNotTaken as error:
            return _refusal(401, str(error), {"WWW-Authenticate": 'Bearer realm="staydown"'})
        except Busy as error:
            after = {"Retry-After": str(error.retry_after)}
            return _refusal(503, str(error), after, code=error.code)
        except MediaError as error:
            return _refusal(media_status(error), str(error), code=error.code)
        except StaydownError:
            # The key file no longer opens the entries, or the like: the operator must act.
            log.exception("a look-up cannot be answered: the caller was told to try again")
            return _refusal(503, "the desk cannot answer now: try again", {"Retry-After": "5"})
        except Exception as error:
            seconds = passing(error)
            if seconds is not None:
                return _refusal(503, DETAIL, {"Retry-After": str(seconds)})
            log.exception("a look-up failed: this is a fault of the software")
            return _refusal(500, "a fault here, not in the request")

    def _answer(self, environ: dict[str, Any]) -> JSONValue:
        asked = Asked.read(environ)
        calls = self.routes.get(asked.path)
        if calls is None:
            raise Refused(404, "there is no such call here")
        call = calls.get("GET" if asked.method == "HEAD" else asked.method)
        if call is None:
            known = ", ".join(sorted({*calls, *(("HEAD",) if "GET" in calls else ())}))
            raise Refused(405, f"use {known}", headers={"Allow": known})
        if asked.path == _LIVE:
            return call(asked)
        head = self._checked(asked)
        return call(replace(asked, head=head, key=auth.digest(asked)))

    def _checked(self, asked: Asked) -> int | None:
        """Return the number of the last change; as ``callers.check``, but for whoever asks how the
        desk is, and hears it also where nobody's key can be looked up."""
        try:
            return auth.check(asked, self._lookups, self._settings)
        except DatabaseError as error:
            away = stale_if_passing(error) if asked.path == _READY else None
            if away is None:
                raise
            raise away from None


def _refusal(
    status: int, message: str, headers: Mapping[str, str] | None = None, *, code: str = ""
) -> tuple[HTTPStatus, Mapping[str, str], bytes]:
    refused = Refused(status, message, headers=headers, code=code)
    return _said(HTTPStatus(status), refused.headers, refused.body)


def _said(
    status: HTTPStatus, headers: Mapping[str, str], value: JSONValue | Text
) -> tuple[HTTPStatus, Mapping[str, str], bytes]:
    plain = isinstance(value, Text)
    body = value if plain else json.dumps(value)
    return status, {_KIND: _TEXT if plain else _JSON, **headers}, str(body).encode()
