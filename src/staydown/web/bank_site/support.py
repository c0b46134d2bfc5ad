"""What the page for people under 18 shows: the services that ``guidance.support`` marks for it."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from staydown.guidance.support.reading import load_support
from staydown.guidance.support.record import PublicPage, Support


@dataclass(frozen=True, slots=True)
class Service:
    """A service for young people, in the words of the page.

    ``confirmed``: somebody saw the service and its address on the day ``checked``; the page says
    so where that has not happened yet. ``due``: the last day on which it counts as fresh.
    """

    name: str
    url: str
    phone: str
    country: str
    country_name: str
    for_whom: str
    what: str
    checked: date
    due: date
    confirmed: bool


@cache
def services() -> tuple[Service, ...]:
    """Return what the page shows, worldwide services first."""
    found = [(item.public_page, item) for item in load_support().values() if item.public_page]
    in_order = sorted(found, key=lambda pair: (pair[0].order, pair[0].name or pair[1].name))
    return tuple(_as_shown(page, item) for page, item in in_order)


def _as_shown(page: PublicPage, item: Support) -> Service:
    return Service(
        name=page.name or item.name,
        url=item.url,
        phone=item.phone,
        country=item.country,
        country_name=page.country_name,
        for_whom=page.for_whom,
        what=page.what,
        checked=item.checked,
        due=item.standing.due,
        confirmed=item.address_confirmed,
    )
