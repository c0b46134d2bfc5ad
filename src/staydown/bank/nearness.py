"""A list of fingerprints that can be asked which of them lies near: plain Python, nothing stored.

The 256 bits of a PDQ are cut into 16 bands. Two fingerprints that differ in at most 31 bits differ
in at most one bit of some band, so 16 × 17 look-ups find every candidate, and no row is gone
through; so with every kind that counts as near up to so few. A copy code may differ in nearly a
third of its bits, for which no such cut exists: those rows are gone through. Exact kinds must be
the same. Near is what a desk would hold an upload for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from staydown.fingerprint.kinds import KINDS, KindSpec
from staydown.fingerprint.value import Fingerprint

_BANDS = 16


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest listed fingerprint: its row, and how many bits differ."""

    row: int
    distance: int


class _Rows:
    """The fingerprints of one kind, gone through one by one; ``most``: how far off is near."""

    def __init__(self, spec: KindSpec) -> None:
        self._most = spec.hold
        self._bits: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._bits)

    def add(self, row: int, bits: int) -> None:
        self._bits[row] = bits

    def nearest(self, bits: int) -> Near | None:
        found = [
            (distance, row)
            for row in self.candidates(bits)
            if (distance := (self._bits[row] ^ bits).bit_count()) <= self._most
        ]
        return Near(*reversed(min(found))) if found else None

    def candidates(self, _bits: int) -> Iterable[int]:
        return self._bits


class Banded(_Rows):
    """Those that share a band with what is asked for, but for one bit, are gone through."""

    def __init__(self, spec: KindSpec) -> None:
        super().__init__(spec)
        self._width = spec.bits // _BANDS
        self._tables: list[dict[int, list[int]]] = [{} for _ in range(_BANDS)]

    def add(self, row: int, bits: int) -> None:
        super().add(row, bits)
        for table, band in self._bands(bits):
            table.setdefault(band, []).append(row)

    def candidates(self, bits: int) -> set[int]:
        found: set[int] = set()
        for table, band in self._bands(bits):
            found.update(table.get(band, ()))
            for place in range(self._width):
                found.update(table.get(band ^ (1 << place), ()))
        return found

    def _bands(self, bits: int) -> Iterator[tuple[dict[int, list[int]], int]]:
        mask = (1 << self._width) - 1
        for place, table in enumerate(self._tables):
            yield table, bits >> (place * self._width) & mask


class _Same:
    """Those of an exact kind: the last row of several."""

    def __init__(self) -> None:
        self._rows: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: int, bits: int) -> None:
        self._rows[bits] = row

    def nearest(self, bits: int) -> Near | None:
        row = self._rows.get(bits)
        return None if row is None else Near(row, 0)


def _of(spec: KindSpec) -> _Rows | _Same:
    if spec.exact:
        return _Same()
    # Two that are near differ in one bit at most of some band.
    return Banded(spec) if spec.hold < 2 * _BANDS else _Rows(spec)


class Nearness:
    """Fingerprints by the number of their row. Add to it before others read it."""

    def __init__(self) -> None:
        self._kinds = {kind: _of(spec) for kind, spec in KINDS.items()}

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._kinds.values())

    def add(self, row: int, one: Fingerprint) -> None:
        """Add a fingerprint under a row's number that isn't there yet."""
        self._kinds[one.kind].add(row, int.from_bytes(one.bits))

    def nearest(self, one: Fingerprint) -> Near | None:
        """Return the nearest fingerprint of the same kind that counts as near; the lowest row of
        several."""
        return self._kinds[one.kind].nearest(int.from_bytes(one.bits))


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
