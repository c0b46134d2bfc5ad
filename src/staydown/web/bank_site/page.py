"""What every page of the site shares: rendering, and forms that carry nothing unexpected."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staydown.bank.errors import Busy, PinRefused, TryLater, WorkNeeded
from staydown.exchange.records import Demand
from staydown.web.bank_site.process import current_site
from staydown.web.kit.errors import ErrorPages
from staydown.web.kit.guards import View, takes
from staydown.web.kit.pages import Pages

#: Below these, programs ask: they get no pages.
PROGRAMS = ("/api", "/v1")

PAGES = Pages("bank")
ERRORS = ErrorPages(PAGES, PROGRAMS, busy=(Busy,))
page, refused = PAGES.page, PAGES.refused


def site_context(request: HttpRequest) -> dict[str, str | int]:
    """Context processor: the bank's name, where *Exit this page* leads, and after how many minutes
    at most what people do goes out to partners (0: at once)."""
    del request
    site = current_site()
    minutes = -(-site.bank.release_seconds // 60)
    return {"bank_name": site.name, "exit_url": site.exit_url, "window_minutes": minutes}


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
    """Let only plain forms with these fields in."""
    return takes(refused, "GET", "POST", fields=fields)


only_get = takes(refused, "GET")
