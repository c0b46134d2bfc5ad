"""The public notice: what this desk keeps of uploads, and for how long, out of its settings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staydown.review.settings import DeskSettings
from staydown.web.desk_site.process import desk


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """``/about/``: for everybody, without signing in."""
    return render(request, "desk/about.html", facts(desk().settings))


def facts(settings: DeskSettings) -> dict[str, object]:
    """Return what the notice says that depends on the settings."""
    return {
        "keep_days": settings.look_back.keep_days,
        "retry_hours": settings.idempotency_hours,
        "previews": bool(settings.preview_origin),
    }
