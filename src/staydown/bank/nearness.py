"""A list of fingerprints that can be asked which of them lies near: plain Python, nothing stored.

For PDQ the 256 bits are cut into 16 bands. Two fingerprints that differ in at most 31 bits differ
in at most one bit of some band, so 16 × 17 look-ups find every candidate, and no row is gone
through. A copy code may differ in nearly a third of its bits, for which no such cut exists: those
rows are gone through. Exact kinds must be the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from staydown.base.vocabulary import Cut, Kind
from staydown.fingerprint.value import PDQ_MATCH_DISTANCE, Fingerprint
from staydown.matching.limits import DEFAULT

_BANDS, _WIDTH = 16, 16
_MASK = (1 << _WIDTH) - 1

#: How many bits two copy codes of one picture may differ in: as a desk that holds an upload.
COPY_DISTANCE = DEFAULT.of("", Kind.COPY1, Cut.WHOLE).hold


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest listed fingerprint: its row, and how many bits differ."""

    row: int
    distance: int


@dataclass(slots=True)
class Nearness:
    """Fingerprints by the number of their row. Add to it before others read it."""

    _bits: dict[int, int] = field(default_factory=dict)
    _bands: list[dict[int, list[int]]] = field(default_factory=lambda: [{} for _ in range(_BANDS)])
    _codes: list[int] = field(default_factory=list)
    _exact: dict[tuple[Kind, bytes], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._bits) + len(self._exact)

    def add(self, row: int, one: Fingerprint) -> None:
        """Add a fingerprint under a row's number that isn't there yet."""
        if one.kind not in (Kind.PDQ, Kind.COPY1):
            self._exact[one.kind, one.bits] = row
            return
        bits = self._bits[row] = int.from_bytes(one.bits)
        if one.kind is Kind.COPY1:
            self._codes.append(row)
            return
        for table, band in zip(self._bands, _bands(bits), strict=True):
            table.setdefault(band, []).append(row)

    def nearest(self, one: Fingerprint) -> Near | None:
        """Return the nearest fingerprint of the same kind that counts as near; the lowest row of
        several."""
        if one.kind not in (Kind.PDQ, Kind.COPY1):
            row = self._exact.get((one.kind, one.bits))
            return None if row is None else Near(row, 0)
        bits = int.from_bytes(one.bits)
        pdq = one.kind is Kind.PDQ
        rows: Iterable[int] = self._candidates(bits) if pdq else self._codes
        most = PDQ_MATCH_DISTANCE if pdq else COPY_DISTANCE
        found = [(distance, row) for row in rows if (distance := self._far(row, bits)) <= most]
        return Near(*reversed(min(found))) if found else None

    def _far(self, row: int, bits: int) -> int:
        return (self._bits[row] ^ bits).bit_count()

    def _candidates(self, bits: int) -> set[int]:
        found: set[int] = set()
        for table, band in zip(self._bands, _bands(bits), strict=True):
            found.update(table.get(band, ()))
            for place in range(_WIDTH):
                found.update(table.get(band ^ (1 << place), ()))
        return found


class Latest:
    """The list as this process read it last, with the version it had then."""

    def __init__(self) -> None:
        self._held: tuple[int, Nearness] | None = None

    def get(self) -> tuple[int, Nearness] | None:
        """Return version and list; None before the first reading."""
        return self._held

    def put(self, version: int, listed: Nearness) -> None:
        """Keep a list that nobody adds to any more. Of two threads that read it, either will do:
        an older version is found out at the next question."""
        self._held = (version, listed)


def _bands(bits: int) -> Iterator[int]:
    for place in range(_BANDS):
        yield bits >> (place * _WIDTH) & _MASK
