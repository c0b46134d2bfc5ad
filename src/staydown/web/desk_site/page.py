"""What every page of the desk shares: its templates, its console, what is said of errors."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from staydown.review import api
from staydown.web.console.site import Console, Tab
from staydown.web.console.staff import Staff
from staydown.web.desk_site.process import current_site
from staydown.web.kit.errors import ErrorPages
from staydown.web.kit.pages import Pages

PAGES = Pages("desk", "console")
#: Below these, programs ask: they get no pages.
ERRORS = ErrorPages(PAGES, ("/api",))
page = PAGES.page

_TABS = (Tab("items", _("Items")), Tab("banks", _("Banks")), Tab("alarms", _("Alarms")))


def site_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what counts the alarms, where they are shown."""
    del request
    return {"count_open_alarms": api.count_open_alarms}


def desk_console() -> Console:
    """Return the console, as the desk mounts it."""
    here = current_site()
    staff = Staff(
        sign_in=partial(api.sign_in, sealer=here.sealer, clock=here.clock),
        remember_device=partial(api.remember_device, sealer=here.sealer, clock=here.clock),
        device_known=api.DEVICE_KNOWN,
        change_password=partial(api.change_password, clock=here.clock),
    )
    return Console(here.settings.name, PAGES, "items", _TABS, staff, "desk/alarm_notice.html")
