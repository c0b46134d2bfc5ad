"""Let Django's form protection read what browsers say instead of the missing ``Origin``."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


class StatedOrigin:
    """Middleware before CsrfViewMiddleware.

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
