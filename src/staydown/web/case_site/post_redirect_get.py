"""A form that was sent is never answered with a page, but with the way to one.

A browser keeps what a form sent for as long as it shows the page that answered it, and Chromium
writes that to its own disk, to open its windows again. So a page that says what is wrong is held
here for a moment, and the browser fetches it: then it keeps an address, and nothing that was typed.
"""

import threading
from urllib.parse import quote

from django.http import HttpResponse
from django.http.response import HttpResponseBase

#: Pages held at most. One is, mostly: the browser fetches it at once.
_MOST = 8

_SEE_OTHER = 303


class Held:
    """Pages that answer a form, each until its address is opened once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: dict[str, HttpResponseBase] = {}

    def __repr__(self) -> str:
        return "Held()"  # the pages hold what was typed

    def hold(self, path: str, answer: HttpResponseBase) -> HttpResponse:
        """Keep the answer to a form sent to ``path``; return one that leads there."""
        # Two slashes at the beginning would lead to another host.
        path = "/" + path.lstrip("/")
        with self._lock:
            self._pages.pop(path, None)
            self._pages[path] = answer
            while len(self._pages) > _MOST:
                del self._pages[next(iter(self._pages))]
        # Written out: a header may not hold every character that an address may.
        return see(quote(path))

    def take(self, path: str) -> HttpResponseBase | None:
        """Return the page that is held for ``path``, once."""
        with self._lock:
            return self._pages.pop(path, None)

    def forget(self) -> None:
        """Drop all of them."""
        with self._lock:
            self._pages.clear()


def see(path: str) -> HttpResponse:
    """Return the answer that makes a browser open ``path`` instead."""
    return HttpResponse(status=_SEE_OTHER, headers={"Location": path})
