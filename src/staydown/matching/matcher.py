"""The entries of all banks in memory, and the evidence that an upload comes close to them."""

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import BITS, Fingerprint
from staydown.index.store import LiveIndex
from staydown.matching.limits import DEFAULT, MatchLimits
from staydown.matching.rules import Evidence

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """An entry as the matcher needs it; ``fingerprint`` is None when it was withdrawn.

    ``picture`` is shared by the entries of one listed picture; "" for an entry that stands alone.
    """

    bank: str
    entry_id: str
    state: EntryState
    fingerprint: Fingerprint | None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class _Note:
    kind: Kind
    state: EntryState
    quality: int | None
    picture: str


class Matcher:
    """Knows every live entry; thread-safe. Derived and disposable: rebuilt from the kept rows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._indexes: dict[Kind, LiveIndex[_Key]] = {
            kind: LiveIndex(bits) for kind, bits in BITS.items()
        }
        self._notes: dict[_Key, _Note] = {}
        #: How many copy codes each listed picture has.
        self._copies: Counter[_Key] = Counter()
        #: The qualities of each listed picture's PDQs, and how often each occurs.
        self._qualities: dict[_Key, Counter[int | None]] = {}

    def __len__(self) -> int:
        return len(self._notes)

    def count(self, kind: Kind) -> int:
        """Return how many live entries of a kind there are."""
        return len(self._indexes[kind])

    def update(self, entries: Iterable[Known]) -> None:
        """Take in new snapshots of entries; a later one of the same entry replaces the earlier."""
        last = {(entry.bank, entry.entry_id): entry for entry in entries}
        with self._lock:
            for key, entry in last.items():
                if entry.fingerprint is not None:
                    self._note(key, _note(entry, entry.fingerprint))
            for kind, index in self._indexes.items():
                put = [
                    (key, entry.fingerprint.bits)
                    for key, entry in last.items()
                    if entry.fingerprint is not None and entry.fingerprint.kind is kind
                ]
                staying = {key for key, _ in put}
                index.change(put=put, drop=[key for key in last if key not in staying])
            for key, entry in last.items():
                if entry.fingerprint is None:
                    self._note(key, None)

    def evidence(
        self, queries: Sequence[Query], limits: MatchLimits = DEFAULT
    ) -> tuple[Evidence, ...]:
        """Return every entry that a query comes close to, once for each such query.

        ``limits`` say how close; the order is by distance.
        """
        found: list[Evidence] = []
        for query in queries:
            kind = query.fingerprint.kind
            index = self._indexes[kind]
            for neighbour in index.query(query.fingerprint.bits, limits.radius(kind)):
                note = self._notes.get(neighbour.key)
                if (
                    note is not None and note.kind is kind
                ):  # it may have left, or changed, meanwhile
                    found.append(self._evidence(query, neighbour.key, neighbour.distance, note))
        return tuple(sorted(found, key=lambda one: (one.distance, one.bank, one.entry_id)))

    def nearest(self, fingerprint: Fingerprint, radius: int) -> int | None:
        """Return the distance of the nearest entry of this kind; None beyond ``radius``."""
        near = self._indexes[fingerprint.kind].query(fingerprint.bits, radius)
        return near[0].distance if near else None

    def _evidence(self, query: Query, key: _Key, distance: int, note: _Note) -> Evidence:
        return Evidence(
            bank=key[0],
            entry_id=key[1],
            picture=note.picture,
            kind=note.kind,
            distance=distance,
            state=note.state,
            view=query.view,
            part=query.part,
            query_quality=query.quality,
            entry_quality=self._quality((key[0], note.picture), note),
            copy_listed=self._copies[key[0], note.picture] > 0,
        )

    def _quality(self, picture: _Key, note: _Note) -> int | None:
        """Return how much there is in an entry's own picture.

        A copy code can't say: it goes by the PDQ that is listed of the same picture, by the best
        where there are several, so that nobody weakens an entry by listing a plain picture with it.
        """
        known = self._qualities.get(picture, ())
        if note.kind is not Kind.COPY1 or None in known:
            return note.quality
        return max((one for one in known if one is not None), default=None)

    def _note(self, key: _Key, note: _Note | None) -> None:
        """Replace what is noted of an entry, and keep what is noted of its picture in step."""
        old = self._notes.pop(key, None)
        for one, step in ((old, -1), (note, 1)):
            if one is not None:
                self._count((key[0], one.picture), one, step)
        if note is not None:
            self._notes[key] = note

    def _count(self, picture: _Key, note: _Note, step: int) -> None:
        """Count an entry of a picture in (1) or out (-1)."""
        if note.kind is Kind.COPY1:
            self._copies[picture] += step
            if not self._copies[picture]:
                del self._copies[picture]
        elif note.kind is Kind.PDQ:
            qualities = self._qualities.setdefault(picture, Counter())
            qualities[note.quality] += step
            if not qualities[note.quality]:
                del qualities[note.quality]
            if not qualities:
                del self._qualities[picture]


def _note(entry: Known, fingerprint: Fingerprint) -> _Note:
    # An entry that stands alone is a picture of its own; entry ids hold no space.
    picture = entry.picture or f"entry {entry.entry_id}"
    return _Note(fingerprint.kind, entry.state, fingerprint.quality, picture)
