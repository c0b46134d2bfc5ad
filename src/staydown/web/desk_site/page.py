"""What every page of the desk shares: its templates, its console, what is said of errors."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from staydown.accounts.roles import Permission
from staydown.review import api
from staydown.web.console.site import Console, Tab
from staydown.web.desk_site.process import current_site
from staydown.web.kit.errors import ErrorPages
from staydown.web.kit.pages import Pages

PAGES = Pages("desk", "console")
#: Below these, programs ask: they get no pages.
ERRORS = ErrorPages(PAGES, ("/api",))
page = PAGES.page

_TABS = (
    Tab("items", _("Items"), Permission.ITEMS_SEE),
    Tab("banks", _("Banks"), Permission.BANKS_SEE),
    Tab("alarms", _("Alarms"), Permission.ALARMS_SEE),
)


def site_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what counts the alarms, where they are shown."""
    del request
    return {"count_open_alarms": api.count_open_alarms}


def desk_console() -> Console:
    """Return the console, as the desk mounts it."""
    here = current_site()
    return Console(
        here.settings.name,
        PAGES,
        home="items",
        tabs=_TABS,
        place=api.WORKPLACE,
        sealer=here.sealer,
        clock=here.clock,
        notice="desk/alarm_notice.html",
    )
