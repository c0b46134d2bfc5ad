"""What every page shares: rendering, the order of the first steps, forms of plain text alone."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from staydown.base.vocabulary import Under18
from staydown.web.case_site.memory import Case
from staydown.web.case_site.process import current

View = Callable[..., HttpResponseBase]

FORM = "application/x-www-form-urlencoded"


def site_context(request: HttpRequest) -> dict[str, object]:
    """Context processor: where *Exit this page* leads, and how far the case has come."""
    del request
    site = current()
    case = site.memory.read()
    return {
        "exit_url": site.exit_url,
        "has_age": case.under18 is not None,
        "adult": case.under18 is Under18.NO,
        "letters_sent": len(case.sent),
    }


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render ``case/<template>.html``. ``errors`` maps the id of an element to what is wrong."""
    given = {**(context or {}), "errors": dict(errors or {})}
    if errors and status == 200:
        status = 422
    return render(request, f"case/{template}.html", given, status=status)


def refused(
    request: HttpRequest, reason: str, *, status: int = 422, instead: str = ""
) -> HttpResponse:
    """The page that says why something was not done; ``instead``: where the letter is as text."""
    return page(request, "refused", {"reason": reason, "instead": instead}, status=status)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form without this browser's token."""
    del reason
    return refused(
        request, _("This form is out of date. Open the page again, then try once more."), status=403
    )


def takes(*methods: str) -> Callable[[View], View]:
    """Let only these methods in, and only forms of plain text: no page takes a file."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
            if request.method not in (*methods, *(("HEAD",) if "GET" in methods else ())):
                return HttpResponseNotAllowed(methods)
            if request.method == "POST" and request.content_type not in (FORM, ""):
                return refused(request, _("Files are not taken here."), status=415)
            return view(request, *args, **more)

        return guarded

    return wrap


def after_age(view: View) -> View:
    """Let a view run once the page about shared devices was read and the age answered."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
        case = current().memory.read()
        if not case.warned:
            return redirect("home")
        if case.under18 is None:
            return redirect("age")
        return view(request, *args, **more)

    return guarded


def adults(view: View) -> View:
    """The same, and where somebody may be under 18, lead to those who help instead."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
        if current().memory.read().under18 is not Under18.NO:
            return redirect("under-18")
        return view(request, *args, **more)

    return after_age(guarded)


def with_facts(view: View) -> View:
    """The same, and the facts must be there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
        if current().memory.read().facts is None:
            return redirect("facts")
        return view(request, *args, **more)

    return adults(guarded)


def download(body: bytes, name: str, kind: str) -> HttpResponse:
    """An answer that the browser saves under a neutral name."""
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def case_now() -> Case:
    """Return the case as it is now."""
    return current().memory.read()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    del exception
    return refused(request, _("The form could not be read."), status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    del exception
    return page(request, "not_found", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours."""
    return page(request, "server_error", status=500)
