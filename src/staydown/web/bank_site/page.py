"""What every page of the site shares: rendering, and forms that carry nothing unexpected."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staydown.bank.errors import PinRefused, TryLater, WorkNeeded
from staydown.exchange.records import Demand
from staydown.web.bank_site.process import current

View = Callable[[HttpRequest], HttpResponse]

FORM = "application/x-www-form-urlencoded"


def site_context(request: HttpRequest) -> dict[str, str | int]:
    """Context processor: the bank's name, where *Exit this page* leads, and after how many minutes
    at most what people do goes out to partners (0: at once)."""
    del request
    site = current()
    minutes = -(-site.bank.release_seconds // 60)
    return {"bank_name": site.name, "exit_url": site.exit_url, "window_minutes": minutes}


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    retry_after: int | None = None,
) -> HttpResponse:
    """Render ``bank/<template>.html``. ``errors`` maps the id of a field to what is wrong there."""
    given = {**(context or {}), "errors": dict(errors or {})}
    if errors and status == 200:
        status = 422
    response = render(request, f"bank/{template}.html", given, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def refused(request: HttpRequest, reason: str, *, status: int = 422) -> HttpResponse:
    """The page that says a form was not taken, and that nothing of it was kept."""
    return page(request, "refused", {"reason": reason}, status=status)


def handed_in_before(request: HttpRequest, reason: str, *, sure: bool) -> HttpResponse:
    """The page that says a last button did nothing now, but has (or may have) done so before."""
    context = {"reason": reason, "before": "sure" if sure else "perhaps"}
    return page(request, "refused", context, status=409 if sure else 422)


def pin_text(error: PinRefused) -> str:
    """What a person is told whose PIN was not taken; it may offer one that was made up."""
    reason = _(str(error))
    if not error.offered:
        return reason
    return reason + " " + _("You could use this one: %(pin)s") % {"pin": error.offered}


def wait_text(error: TryLater) -> str:
    """What a person is told who has to wait before the next try at a PIN."""
    message = ngettext(
        "There were many tries lately. Nothing is lost. Wait %(seconds)d second, then try again.",
        "There were many tries lately. Nothing is lost. Wait %(seconds)d seconds, then try again.",
        error.seconds,
    )
    return message % {"seconds": error.seconds}


def wait_or_work(
    request: HttpRequest, template: str, context: Mapping[str, Any], error: TryLater | WorkNeeded
) -> HttpResponse:
    """The form again, which says how long to wait; a browser that can work needs no wait.

    Where it works out, nobody sees this page: see ``send-in-page.js``.
    """
    asked = Demand(error.ticket, error.parts)
    given = {**context, "asked": asked, "ticket": error.ticket}
    if isinstance(error, TryLater):
        message = wait_text(error)
    else:
        message = _(
            "We’re very busy at the moment, and your browser couldn’t solve the puzzle that we "
            "asked it to solve. Nothing is lost. Type your PIN again and press the button."
        )
    return page(
        request,
        template,
        given,
        errors={"pin": message},
        status=429,
        retry_after=error.seconds,
    )


def form_fields(*fields: str) -> Callable[[View], View]:
    """Let only plain forms with these fields in: no files, nothing that was not asked for."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if request.method == "POST":
                # A form without an answer may come without a type; nothing is read from it then.
                if request.content_type not in (FORM, ""):
                    return refused(request, _("Files are not taken here."), status=415)
                if not set(request.POST) <= set(fields):
                    return refused(request, _("The form held something that was not asked for."))
            elif request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["GET", "POST"])
            return view(request)

        return guarded

    return wrap


def only_get(view: View) -> View:
    """Answer 405 to anything but reading."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        return view(request)

    return guarded
