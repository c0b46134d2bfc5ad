"""What stands before a view: the methods it takes, and forms that carry nothing unexpected."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from staydown.web.kit.http.problem import problem

View = Callable[..., HttpResponseBase]

FORM = "application/x-www-form-urlencoded"


class Refuses(Protocol):
    """What makes the page that says why a form was not taken."""

    def __call__(self, request: HttpRequest, reason: str, /, *, status: int) -> HttpResponse: ...


def takes(
    refused: Refuses, *methods: str, fields: Collection[str] | None = None
) -> Callable[[View], View]:
    """Let only these methods in, and only forms of plain text: no page takes a file.

    Who may GET may HEAD. ``fields``: all that a form may hold; any, unless given.
    """
    allowed = (*methods, *(("HEAD",) if "GET" in methods else ()))

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
            if request.method not in allowed:
                return HttpResponseNotAllowed(methods)
            if request.method == "POST":
                # A form without an answer may come without a type; nothing is read from it then.
                if request.content_type not in (FORM, ""):
                    return refused(request, _("Files are not taken here."), status=415)
                if fields is not None and not set(request.POST) <= set(fields):
                    reason = _("The form held something that was not asked for.")
                    return refused(request, reason, status=422)
            return view(request, *args, **more)

        return guarded

    return wrap


def asks(*methods: str) -> Callable[[View], View]:
    """Let programs ask with these methods alone; else they get a problem document."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
            if request.method not in methods:
                response = problem(405, f"send {methods[0]}")
                response["Allow"] = ", ".join(methods)
                return response
            return view(request, *args, **more)

        return guarded

    return wrap
