"""Refuse forms that another site sends in a person's name.

The bank's public pages set no cookie, so there is no standing permission that a foreign page could
borrow; this is the second lock. Browsers state where a form came from (``Sec-Fetch-Site``, else
``Origin``); programs send neither and pass.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase

from staydown.web.http.problem import problem

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOriginForms:
    """Middleware that answers 403 to a cross-site write from a browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in _SAFE and _foreign(request):
            return problem(403, "this form was sent by another site")
        return self._get_response(request)


def _foreign(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    # Referrer-Policy: no-referrer makes older browsers send "null" for our own forms too.
    if origin is None or origin == "null":
        return False
    try:
        return urlsplit(origin).netloc != request.get_host()
    except ValueError:
        return True
