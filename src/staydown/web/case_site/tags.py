"""What templates say of records and times."""

import re
from datetime import datetime, timedelta

from babel import Locale
from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from staydown.base.records import Standing
from staydown.guidance.support.reading import load_support
from staydown.notices.routes.route import Route
from staydown.web.case_site.law import directory
from staydown.web.case_site.moment import Moment
from staydown.web.case_site.process import current_site
from staydown.web.case_site.titles import title_of
from staydown.web.kit.words import words

register = template.Library()

_WORD = re.compile(r"\S+")
#: Several words as a record's file joins them.
_NAME = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")


register.filter("words", words)


@register.filter
def stale(standing: Standing) -> bool:
    """Whether somebody should have looked at the record again by now."""
    return standing.is_stale(current_site().clock.now().date())


@register.filter
def unsure(route: Route) -> bool:
    """Whether anything that a way leans on is not confirmed: its law, or how to reach whom."""
    return not all(one.confirmed for one in (route.ground.standing, *reached_by(route)))


@register.filter
def old(route: Route) -> bool:
    """Whether any of it should have been checked again by now."""
    return any(stale(one) for one in (route.ground.standing, *reached_by(route)))


@register.filter
def reached_by(route: Route) -> tuple[Standing, ...]:
    """How far the record of whom a way leads to can be relied on; () where there is none."""
    known = directory()
    records = (
        known.places.get(route.place or ""),
        known.authorities.get(route.authority or ""),
        load_support().get(route.support or ""),
    )
    return tuple(one.standing for one in records if one is not None)


@register.filter
def source(text: str) -> str:
    """A source: as a link where it is an address."""
    if text.startswith(("https://", "http://")):
        return format_html(
            '<a href="{}" target="_blank" rel="noreferrer noopener">{}</a>', text, _host(text)
        )
    return text


@register.filter
def address(text: str) -> str:
    """A line of a record: where it is an address, a link that shows all of it."""
    if text.startswith(("https://", "http://")):
        shown = text.partition("://")[2].removesuffix("/")
        return format_html(
            '<a href="{}" target="_blank" rel="noreferrer noopener">{}</a>', text, shown
        )
    return text


@register.filter
def country_name(code: str) -> str:
    """A country of a record by its name."""
    if code == "INT":
        return _("Worldwide")
    known = directory().jurisdictions.get(code)
    return Locale("en").territories.get(code) or (known.name if known else code)


@register.filter(is_safe=True)
def plain(text: str) -> str:
    """Words of a record without the underscores of its file."""
    return _WORD.sub(lambda word: _plain_word(word[0]), text)


def _plain_word(word: str) -> str:
    """An address stays as it is."""
    if "@" in word or "://" in word:
        return word
    return _NAME.sub(lambda found: found[0].replace("_", " "), word)


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
