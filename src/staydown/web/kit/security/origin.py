"""Refuse forms that another site sends in a person's name.

The bank's public pages set no cookie, so there is no standing permission that a foreign page could
borrow; for them this is the second lock. Browsers state where a form came from
(``Sec-Fetch-Site``, else ``Origin``); programs send neither and pass.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase

from staydown.web.kit.http.problem import problem

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


class StatedOrigin:
    """Middleware before CsrfViewMiddleware: it reads what browsers say instead of ``Origin``.

    ``Referrer-Policy: no-referrer`` makes browsers send ``Origin: null`` with our own forms, which
    Django takes for a stranger's. ``Sec-Fetch-Site: same-origin`` is set by the browser itself and
    can't be set by a page, so it is as good; the form's token is checked all the same.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        same = request.META.get("HTTP_SEC_FETCH_SITE") == "same-origin"
        if same and request.META.get("HTTP_ORIGIN") in (None, "null"):
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return self._get_response(request)
