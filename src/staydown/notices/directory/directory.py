"""The directory as a value: everything in it, looked up by id or by place."""

from collections.abc import Mapping
from dataclasses import dataclass

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

    def chain(self, code: str | None) -> tuple[str, ...]:
        """Return ``code`` and what it belongs to, nearest first: ("US-CA", "US"), ("NL", "EU").

        A code without a record is kept as it is; a subdivision without one leads to its country.
        ``None`` gives ().
        """
        found: list[str] = []
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
        for other in self.jurisdictions.values():
            if code in other.members:
                return other.code
        return None

    def place_of_host(self, host: str) -> Place | None:
        """Return the place that a host name ("m.facebook.com") belongs to, if one is known."""
        name = host.lower().rstrip(".")
        by_host = {known: place for place in self.places.values() for known in place.hosts}
        while name:
            if name in by_host:
                return by_host[name]
            _, _, name = name.partition(".")
        return None
