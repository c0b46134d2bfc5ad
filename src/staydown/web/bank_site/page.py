"""What every page of the site shares: rendering, and forms that carry nothing unexpected."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staydown.bank.errors import (
    BankError,
    Busy,
    NotACaseNumber,
    NotAPhrase,
    PinRefused,
    TryLater,
    WorkNeeded,
)
from staydown.exchange.records import Demand
from staydown.web.bank_site.process import current_site
from staydown.web.kit.errors import ErrorPages
from staydown.web.kit.forms import Form
from staydown.web.kit.guards import View, takes
from staydown.web.kit.pages import Pages
from staydown.web.kit.words import words

#: Below these, programs ask: they get no pages.
PROGRAMS = ("/api", "/v1")

PAGES = Pages("bank")
ERRORS = ErrorPages(PAGES, PROGRAMS, busy=(Busy,))
page, refused = PAGES.page, PAGES.refused

#: The field at which a form says what is wrong with it; the PIN, for all else.
_FIELDS: Mapping[type[BankError], str] = {
    NotACaseNumber: "case_number",
    NotAPhrase: "recovery_phrase",
}


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


def again(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    form: Form,
    error: BankError,
    *,
    field: str | None = None,
) -> HttpResponse:
    """The form again, which says at a field what is wrong: the error's own, unless one is named.

    ``form``: one that was sent.

    A browser that is asked to wait can work instead, and then nobody sees this page: see
    ``send-in-page.js``.
    """
    status, after = 422, None
    if isinstance(error, TryLater | WorkNeeded):
        status, after = 429, error.seconds
        asked = Demand(error.ticket, error.parts)
        context = {**context, "asked": asked, "ticket": error.ticket}
    elif isinstance(error, Busy):
        status, after = 503, 3
    form.is_valid()
    form.add_error(field or _FIELDS.get(type(error), "pin"), _text(error))
    shown = {**context, "form": form}
    return page(request, template, shown, errors=form.faults, status=status, retry_after=after)


def _text(error: BankError) -> str:
    """What a person is told of an error, for how long to wait, or which PIN to use instead."""
    if isinstance(error, TryLater):
        return wait_text(error.seconds)
    if isinstance(error, WorkNeeded):
        return _(
            "We’re very busy at the moment, and your browser couldn’t solve the puzzle that we "
            "asked it to solve. Nothing is lost. Type your PIN again and press the button."
        )
    text = words(error.said)
    if isinstance(error, PinRefused) and error.offered:
        text += " " + _("You could use this one: %(pin)s") % {"pin": error.offered}
    return text


def wait_text(seconds: int) -> str:
    """What a person is told who has to wait before the next try at a PIN."""
    message = ngettext(
        "There were many tries lately. Nothing is lost. Wait %(seconds)d second, then try again.",
        "There were many tries lately. Nothing is lost. Wait %(seconds)d seconds, then try again.",
        seconds,
    )
    return message % {"seconds": seconds}


def form_fields(*fields: str) -> Callable[[View], View]:
    """Let only plain forms with these fields in."""
    return takes(refused, "GET", "POST", fields=fields)


only_get = takes(refused, "GET")
