"""What templates say of records and times."""

from datetime import datetime, timedelta

from django import template
from django.utils.html import format_html

from staydown.base.records import Standing
from staydown.notices.routes.route import Route
from staydown.web.case_site.memory import Moment
from staydown.web.case_site.process import current
from staydown.web.case_site.titles import title_of

register = template.Library()


@register.filter
def stale(standing: Standing) -> bool:
    """Whether somebody should have looked at the record again by now."""
    return standing.is_stale(current().clock.now().date())


@register.filter
def source(text: str) -> str:
    """A source: as a link where it is an address."""
    if text.startswith(("https://", "http://")):
        return format_html('<a href="{}" rel="noreferrer noopener">{}</a>', text, _host(text))
    return text


@register.filter
def way_title(route: Route) -> str:
    """What is done on a way."""
    return title_of(route)


@register.filter
def moment(at: datetime | None) -> str:
    """A time as this machine's clock on the wall says it, and its distance from UTC."""
    return "" if at is None else str(Moment(at))


@register.filter
def moment_up(at: datetime | None) -> str:
    """The same for the end of a wait: a minute that has begun is not shown as its start."""
    whole = at and at.replace(second=0, microsecond=0)
    return moment(at if at is None or at == whole else at + timedelta(minutes=1))


def _host(url: str) -> str:
    return url.split("/", maxsplit=3)[2]
