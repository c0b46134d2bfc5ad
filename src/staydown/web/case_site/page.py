"""What every page shares: rendering, the order of the first steps, forms of plain text alone."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from staydown.base.vocabulary import Under18
from staydown.cases.case import Case
from staydown.cases.events import Full
from staydown.web.case_site.process import current_site
from staydown.web.kit import guards
from staydown.web.kit.errors import ErrorPages
from staydown.web.kit.guards import View
from staydown.web.kit.pages import Pages

PAGES = Pages("case")
ERRORS = ErrorPages(PAGES)
page, refused = PAGES.page, PAGES.refused


def site_context(request: HttpRequest) -> dict[str, object]:
    """Context processor: where *Exit this page* leads, and how far the case has come."""
    del request
    site = current_site()
    case = site.keeper.read()
    return {
        "exit_url": site.exit_url,
        "has_age": case.under18 is not None,
        "adult": case.under18 is Under18.NO,
        "letters_sent": len(case.sent),
    }


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form without this browser's token."""
    del reason
    return refused(
        request, _("This form is out of date. Open the page again, then try again."), status=403
    )


def takes(*methods: str) -> Callable[[View], View]:
    """Let only these methods in, and only forms of plain text; say so where there is no room."""

    def decorate(view: View) -> View:
        @wraps(view)
        def with_room(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **more)
            except Full as error:
                return refused(request, str(error))

        return guards.takes(refused, *methods)(with_room)

    return decorate


def after_age(view: View) -> View:
    """Let a view run once the page about shared devices was read and the age answered."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
        case = current_site().keeper.read()
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
        if current_site().keeper.read().under18 is not Under18.NO:
            return redirect("under-18")
        return view(request, *args, **more)

    return after_age(guarded)


def with_facts(view: View) -> View:
    """The same, and the facts must be there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
        if current_site().keeper.read().facts is None:
            return redirect("facts")
        return view(request, *args, **more)

    return adults(guarded)


def case_now() -> Case:
    """Return the case as it is now."""
    return current_site().keeper.read()
