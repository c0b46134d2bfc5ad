"""The directory as a value: everything in it, looked up by id or by place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from staydown.notices.directory.records import (
    Authority,
    Calendar,
    Jurisdiction,
    Law,
    Place,
    Regime,
    Risk,
    Tombstone,
)

#: No host name is longer (RFC 1035, section 2.3.4).
MAX_HOST = 253
#: The jurisdiction of anywhere that has no record of its own.
ELSEWHERE = "ZZ"
#: Codes that ISO 3166 keeps for these countries and that people, and the Union, write.
ALSO_WRITTEN = MappingProxyType({"UK": "GB", "EL": "GR"})


@dataclass(frozen=True, slots=True)
class Directory:
    """Every record, by its id; jurisdictions and calendars by code."""

    jurisdictions: Mapping[str, Jurisdiction]
    regimes: Mapping[str, Regime]
    laws: Mapping[str, Law]
    authorities: Mapping[str, Authority]
    risks: Mapping[str, Risk]
    places: Mapping[str, Place]
    calendars: Mapping[str, Calendar]
    retired: Mapping[str, Tombstone]
    #: Worked out from the records, so that a look-up doesn't go through all of them.
    _places_by_host: Mapping[str, Place] = field(init=False, repr=False, compare=False)
    _unions: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_host = {host: place for place in self.places.values() for host in place.hosts}
        unions = {
            member: union.code for union in self.jurisdictions.values() for member in union.members
        }
        object.__setattr__(self, "_places_by_host", by_host)
        object.__setattr__(self, "_unions", unions)

    def chain(self, code: str | None) -> tuple[str, ...]:
        """Return ``code`` and what it belongs to, nearest first: ("US-CA", "US"), ("NL", "EU").

        A code without a record is kept as it is; a subdivision without one leads to its country.
        ``None`` gives (); "UK" and "EL" are read as "GB" and "GR".
        """
        found: list[str] = []
        if code is not None:
            country, dash, part = code.partition("-")
            code = f"{ALSO_WRITTEN.get(country, country)}{dash}{part}"
        while code is not None and code not in found:
            found.append(code)
            code = self._parent(code)
        return tuple(found)

    def _parent(self, code: str) -> str | None:
        record = self.jurisdictions.get(code)
        if record is not None and record.parent is not None:
            return record.parent
        if record is None and "-" in code:
            return code.split("-", maxsplit=1)[0]
        return self._unions.get(code)

    def place_of_host(self, host: str) -> Place | None:
        """Return the place that a host name ("m.facebook.com") belongs to, if one is known."""
        name = host.lower().rstrip(".")
        if len(name) > MAX_HOST:
            return None
        while name:
            if name in self._places_by_host:
                return self._places_by_host[name]
            _, _, name = name.partition(".")
        return None
