"""Which days count: weekends and public holidays, the latter from the ``holidays`` package.

That package is a good list and no statute book: some dates are estimates (they follow the moon),
some hold in one province only, and whether a moved ("observed") day is free is often a matter of
who asks. So there are two answers. A day is *certainly* off when nobody would doubt it, and
*possibly* off when somebody could say so. The first makes a time limit no longer than it must be,
the second no shorter than it may be.
"""

import warnings
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from staydown.notices.directory.records import Calendar

if TYPE_CHECKING:
    from holidays import HolidayBase

_DAY = timedelta(days=1)
#: What a notary, a bank or an office may call a holiday.
_WIDER = frozenset({"public", "bank", "government"})


@dataclass(frozen=True, slots=True)
class _Year:
    certain: frozenset[date]
    possible: frozenset[date]


def certainly_off(day: date, calendar: Calendar) -> bool:
    """Whether ``day`` is a weekend day there, or a public holiday beyond doubt."""
    if day.weekday() in calendar.weekend:
        return True
    return day in _year(calendar.holidays_of, calendar.subdivision, day.year).certain


def possibly_off(day: date, calendar: Calendar) -> bool:
    """Whether ``day`` is a weekend day there, or somebody could call it a public holiday."""
    if day.weekday() in calendar.weekend:
        return True
    return day in _year(calendar.holidays_of, calendar.subdivision, day.year).possible


@lru_cache(maxsize=512)
def _year(country: str | None, subdivision: str | None, year: int) -> _Year:
    """Collect a year's holidays once. A country or year that the package doesn't know has none."""
    # It takes a quarter of a second to load, and a limit in hours never asks.
    import holidays

    if country is None or country not in holidays.list_supported_countries():
        return _Year(frozenset(), frozenset())
    kind = type(holidays.country_holidays(country))
    if subdivision is not None and subdivision not in kind.subdivisions:
        subdivision = None
    certain: set[date] | None = None
    possible: set[date] = set()
    for part in (subdivision,) if subdivision else (None, *kind.subdivisions):
        for observed in (True, False):
            sure, maybe = _listed(kind, part, year, observed=observed)
            certain = sure if certain is None else certain & sure
            possible |= maybe
    return _Year(frozenset(certain or ()), frozenset(possible))


def _listed(
    kind: "type[HolidayBase]", part: str | None, year: int, *, observed: bool
) -> tuple[set[date], set[date]]:
    """Return the days off that one list is sure of, and all that it may mean."""
    sure: set[date] = set()
    maybe: set[date] = set()
    for category in _WIDER.intersection(kind.supported_categories):
        with warnings.catch_warnings():
            # It warns of years for which it has no dates of feasts that follow the moon.
            warnings.simplefilter("ignore")
            # The language is named, since the package would otherwise ask the machine for its own.
            days = kind(
                years=year, subdiv=part, observed=observed, categories=category,
                language=kind.default_language,
            )  # fmt: skip
        mark = _mark_of_estimates(days)
        maybe |= set(days)
        if category == "public":
            sure = {day for day, name in days.items() if not _has(mark, name)}
        for day, name in days.items():
            if _has(mark, name):  # the moon may be seen a day sooner or later
                maybe |= {day - _DAY, day + _DAY}
    return sure, maybe


def _mark_of_estimates(year: object) -> str:
    """Return what the package adds to the name of a holiday whose date it has estimated."""
    return str(getattr(year, "estimated_label", "")).replace("%s", "").strip()


def _has(mark: str, name: str) -> bool:
    return bool(mark) and mark in name
