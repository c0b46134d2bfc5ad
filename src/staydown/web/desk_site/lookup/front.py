"""The callable in front of Django: it knows the paths of HMA's calls, and passes on the rest."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from staydown.base.canonical import JSONValue
from staydown.base.errors import StaydownError
from staydown.media.errors import Busy, MediaError
from staydown.review.errors import KeyNotTaken
from staydown.review.lookup import Lookups
from staydown.web.desk_site.lookup import callers
from staydown.web.desk_site.lookup.asked import Asked, Refused, left_unread
from staydown.web.desk_site.lookup.calls import Calls, media_status
from staydown.web.desk_site.lookup.fetch import Fetcher
from staydown.web.desk_site.process import Desk
from staydown.web.http.charset import WSGIApplication
from staydown.web.trouble import DETAIL, passing

log = logging.getLogger(__name__)

#: What lies below these is answered here, in JSON, also when there is no such path.
_OURS = ("/h/", "/m/")

_JSON = ("Content-Type", "application/json")

_Call = Callable[[Asked], JSONValue]


def in_front(application: WSGIApplication, desk: Desk) -> WSGIApplication:
    """Return an application that answers look-ups itself and leaves the rest to ``application``.

    The desk's gate must have been started.
    """
    front = Front(desk)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(_OURS):
            return application(environ, start_response)
        status, headers, body = front.answer(environ)
        if left_unread(environ):
            headers = {**headers, "Connection": "close"}
        start_response(f"{status.value} {status.phrase}", [_JSON, *headers.items()])
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
        #: What answers each path, by method; whoever may GET may HEAD.
        self.routes: Mapping[str, Mapping[str, _Call]] = {
            "/h/hash": {"GET": calls.hash_url, "POST": calls.hash_form},
            "/m/raw_lookup": {"GET": calls.raw_lookup},
            "/m/lookup": {"GET": calls.lookup, "POST": calls.lookup_form},
            "/m/compare": {"POST": calls.compare},
        }

    def answer(self, environ: dict[str, Any]) -> tuple[HTTPStatus, Mapping[str, str], bytes]:
        """Return status, headers and body. Whatever goes wrong is an answer in JSON too."""
        try:
            return HTTPStatus.OK, {}, _json(self._answer(environ))
        except Refused as refused:
            return HTTPStatus(refused.status), refused.headers, _json(refused.body)
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
        head = callers.check(asked, self._lookups, self._settings)
        return call(replace(asked, head=head, key=callers.digest(asked)))


def _refusal(
    status: int, message: str, headers: Mapping[str, str] | None = None, *, code: str = ""
) -> tuple[HTTPStatus, Mapping[str, str], bytes]:
    refused = Refused(status, message, headers=headers, code=code)
    return HTTPStatus(status), refused.headers, _json(refused.body)


def _json(value: JSONValue) -> bytes:
    return json.dumps(value).encode()
