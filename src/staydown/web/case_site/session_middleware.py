"""Only the browser that came in by the printed address reaches a view, but for the door itself."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from staydown.web.case_site.post_redirect_get import see
from staydown.web.case_site.process import current_site


class Inside:
    """Middleware that lets only the browser with the session reach a view, but for the door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        site = current_site()
        is_in = site.door.is_in(request.COOKIES.get(site.cookie, ""))
        if not is_in and not request.path.startswith("/open/"):
            return see("/") if request.method == "POST" else outside(request)
        held = site.held.take(request.path) if is_in and request.method == "GET" else None
        if held is not None:
            return held
        response = self._get_response(request)
        if is_in and request.method == "POST" and response.status_code >= HTTPStatus.BAD_REQUEST:
            return site.held.hold(request.path, response)
        return response


def outside(request: HttpRequest) -> HttpResponse:
    """The page for a browser that is not in, or whose address was used before."""
    return render(request, "case/outside.html", {"is_outside": True}, status=403)
