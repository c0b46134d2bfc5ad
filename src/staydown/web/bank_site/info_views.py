"""Pages that only say something."""

from django.http import HttpRequest, HttpResponse

from staydown.web.bank_site.page import only_get, page
from staydown.web.bank_site.process import current_site
from staydown.web.bank_site.support import services


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
        request,
        "under_18",
        {"services": services(), "today": current_site().bank.clock.now().date()},
    )
