"""Pages that only say something, and what is said when an address or a request is wrong."""

import sys

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from staydown.bank.errors import Busy
from staydown.web.bank_site.page import only_get, page
from staydown.web.bank_site.process import current
from staydown.web.bank_site.support import services
from staydown.web.kit.http.problem import problem
from staydown.web.kit.http.roots import below
from staydown.web.kit.trouble import unavailable

_PROGRAMS = ("/api", "/v1")


@only_get
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the ways in."""
    return page(request, "home")


@only_get
def about(request: HttpRequest) -> HttpResponse:
    """How it works, and what it cannot do."""
    return page(request, "about")


@only_get
def under_18(request: HttpRequest) -> HttpResponse:
    """Where to go with pictures of people under 18; nothing is taken in here."""
    return page(
        request, "under_18", {"services": services(), "today": current().bank.clock.now().date()}
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a host name or a form that Django itself refuses."""
    del exception
    if below(request.path, _PROGRAMS):
        return problem(400, "the request could not be read")
    return page(request, "refused", {"reason": _("The form could not be read.")}, status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    del exception
    if below(request.path, _PROGRAMS):
        return problem(404, "there is nothing at this address")
    return page(request, "not_found", status=404)


def _unavailable(request: HttpRequest) -> HttpResponse:
    return page(request, "unavailable", status=503)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours. 503: the database is in trouble, or many people want to write at once.

    Django asks this for whatever raised, so no other page has to think of it.
    """
    busy = unavailable(request, _PROGRAMS, _unavailable)
    if busy is None and isinstance(sys.exc_info()[1], Busy):
        if below(request.path, _PROGRAMS):
            return problem(503, "other requests come first: send it again", retry_after=5)
        busy = _unavailable(request)
        busy["Retry-After"] = "5"
    if busy is not None:
        return busy
    if below(request.path, _PROGRAMS):
        return problem(500, "something went wrong here: try again later")
    return page(request, "server_error", status=500)
