"""Where a platform reports a picture that may show somebody under 18, out of the directories."""

from dataclasses import dataclass
from datetime import date

from staydown.base.records import Standing
from staydown.guidance.support.choosing import hotlines
from staydown.guidance.support.record import Support
from staydown.notices.directory.directory import ELSEWHERE, Directory
from staydown.notices.directory.reading import load_directory
from staydown.notices.directory.records import Authority


@dataclass(frozen=True, slots=True)
class Contact:
    """A hotline, or the police. ``confirmed``: somebody saw its address on the day ``checked``."""

    name: str
    url: str
    phone: str
    standing: Standing
    confirmed: bool

    @property
    def checked(self) -> date:
        """The day on which it was looked at."""
        return self.standing.checked

    @property
    def due(self) -> date:
        """The last day on which it counts as fresh."""
        return self.standing.due


@dataclass(frozen=True, slots=True)
class Reporting:
    """Where to report. ``country`` is its name, or its code, or "" where the settings say none.

    ``own``: hotlines made for this country; ``worldwide`` leads to others; ``police`` may be none.
    """

    country: str
    own: tuple[Contact, ...]
    worldwide: tuple[Contact, ...]
    police: tuple[Contact, ...]


def reporting(country: str, directory: Directory | None = None) -> Reporting:
    """Return where to report in a country, by its code ("NL", "US-CA"; "" where none is set)."""
    known = load_directory() if directory is None else directory
    chain = known.chain(country or None)
    found = hotlines(chain)
    return Reporting(
        country=_name(known, country),
        own=tuple(_hotline(one) for one in found if one.country != "INT"),
        worldwide=tuple(_hotline(one) for one in found if one.country == "INT"),
        police=_police(known, chain),
    )


def _name(directory: Directory, country: str) -> str:
    named = directory.jurisdictions.get(country)
    if named is None or country == ELSEWHERE:
        return country
    return named.name.removesuffix(" (federal)")  # as the records of laws say it


def _police(directory: Directory, chain: tuple[str, ...]) -> tuple[Contact, ...]:
    """Return the police of the nearest place that has a record of them."""
    for code in chain:
        found = [
            _authority(one)
            for one in directory.authorities.values()
            if one.kind == "police" and one.jurisdiction == code
        ]
        if found:
            return tuple(sorted(found, key=lambda one: one.name))
    return ()


def _hotline(one: Support) -> Contact:
    name = one.public_page.name if one.public_page and one.public_page.name else one.name
    return Contact(name, one.url, one.phone, one.standing, one.address_confirmed)


def _authority(one: Authority) -> Contact:
    sure = one.confirmed and "URL" not in " ".join(one.unconfirmed)
    return Contact(one.name, one.url, one.phone, one.standing, sure)
