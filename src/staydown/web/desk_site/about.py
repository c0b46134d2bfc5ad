"""The public page about the desk: what it keeps of uploads, and for how long."""

from django.http import HttpRequest, HttpResponse

from staydown.review.settings import DeskSettings
from staydown.web.console.site import takes
from staydown.web.desk_site.page import page
from staydown.web.desk_site.process import current_site


@takes("GET")
def about(request: HttpRequest) -> HttpResponse:
    """``/about/``: for everybody, without signing in."""
    return page(request, "about", facts(current_site().settings))


def facts(settings: DeskSettings) -> dict[str, object]:
    """Return what the page says that depends on the settings."""
    return {
        "keep_days": settings.look_back.keep_days,
        "retry_hours": settings.idempotency_hours,
        "previews": bool(settings.preview_origin),
    }
