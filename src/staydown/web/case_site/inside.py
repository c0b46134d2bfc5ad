"""Only the browser that came in by the printed address reaches a view, but for the door itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from staydown.web.case_site.process import current


class Inside:
    """Middleware that lets only the browser with the session reach a view, but for the door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        site = current()
        at_the_door = request.path.startswith("/open/")
        if at_the_door or site.door.is_in(request.COOKIES.get(site.cookie, "")):
            return self._get_response(request)
        return outside(request)


def outside(request: HttpRequest) -> HttpResponse:
    """The page for a browser that is not in, or whose address was used before."""
    return render(request, "case/outside.html", {"is_outside": True}, status=403)
