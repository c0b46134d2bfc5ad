"""Listed entries in indexes, and the evidence that an upload comes close to them.

An index holds numbers and bits, nothing else. What is known of an entry (``Note``) is asked for by
its number, and only when something came close: memory is what the bits need, and what is said of a
match is what is true when it is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.kinds import KINDS
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import Fingerprint
from staydown.index.found import Neighbour
from staydown.index.store import LiveIndex
from staydown.matching.limits import DEFAULT, MatchLimits
from staydown.matching.rules import Evidence

#: An index for each kind.
Indexes = Mapping[Kind, LiveIndex]


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a live entry.

    ``picture`` is shared by the entries of one listed picture of a bank. ``copy_listed``: that
    picture has a copy code in the bank. ``picture_quality``: see ``best_quality``.
    """

    bank: str
    entry_id: str
    kind: Kind
    state: EntryState
    quality: int | None
    picture: str
    copy_listed: bool = False
    picture_quality: int | None = None

    @property
    def entry_quality(self) -> int | None:
        """How much there is in the entry's own picture: where its kind can't say, its PDQs can."""
        spec = KINDS[self.kind]
        measured = spec.exact or spec.listing_quality is not None
        return self.quality if measured else self.picture_quality


class Notes(Protocol):
    """Who knows the entries."""

    def of(self, keys: Sequence[int]) -> Mapping[int, Note]:
        """Return what is known of the entries numbered ``keys``; those that are gone are absent."""


class AskedOnce:
    """Notes that ask of each entry once, for the steps of one upload; not for several threads.

    A bank full of look-alikes then costs each upload one asking, not one for each step.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._known: dict[int, Note | None] = {}

    def of(self, keys: Sequence[int]) -> Mapping[int, Note]:
        """Return what is known of ``keys``: of those asked for before, what was known then."""
        new = [key for key in keys if key not in self._known]
        if new:
            found = self._notes.of(new)
            self._known.update((key, found.get(key)) for key in new)
        return {key: note for key in keys if (note := self._known[key]) is not None}


@dataclass(frozen=True, slots=True)
class Found:
    """What came of looking up some queries.

    ``evidence`` is what counts by the limits, by distance. ``nearest`` says for each query, in
    their order, how far off the nearest entry of its kind is; None where none is in sight.
    """

    evidence: tuple[Evidence, ...]
    nearest: tuple[int | None, ...]


class KnownEntries(Protocol):
    """What is listed, as the cascade asks it: in this process, or in another one."""

    def count(self, kind: Kind) -> int:
        """Return how many live entries of a kind there are."""

    def look_up(
        self, queries: Sequence[Query], limits: MatchLimits = DEFAULT, almost: int = 0
    ) -> Found:
        """Look up all ``queries`` at once.

        The nearest of a copy code is looked for ``almost`` bits around, at least.
        """


class Matcher:
    """Knows every live entry; may be asked and changed by many threads at once."""

    def __init__(self, notes: Notes, indexes: Indexes) -> None:
        self._notes = notes
        self._indexes = indexes

    def __len__(self) -> int:
        return sum(len(index) for index in self._indexes.values())

    def count(self, kind: Kind) -> int:
        """Return how many live entries of a kind there are."""
        return len(self._indexes[kind])

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of which entries can be found."""
        return tuple(self._indexes)

    def for_one_upload(self) -> "Matcher":
        """Return a matcher over the same indexes that asks for what is known of an entry once."""
        return Matcher(AskedOnce(self._notes), self._indexes)

    def look_up(
        self, queries: Sequence[Query], limits: MatchLimits = DEFAULT, almost: int = 0
    ) -> Found:
        """Return every entry that a query comes close to, once for each such query.

        One search for each kind of fingerprint, whatever the number of queries.
        """
        near = self._near(queries, limits, almost)
        radius = {kind: limits.radius(kind) for kind in {one.fingerprint.kind for one in queries}}
        close = [
            [one for one in found if one.distance <= radius[query.fingerprint.kind]]
            for query, found in zip(queries, near, strict=True)
        ]
        notes = self._notes.of(list(dict.fromkeys(one.key for found in close for one in found)))
        evidence = [
            _evidence(query, one.distance, notes[one.key])
            for query, found in zip(queries, close, strict=True)
            for one in found
            # It may have left, or become another kind, since the index was asked.
            if one.key in notes and notes[one.key].kind is query.fingerprint.kind
        ]
        evidence.sort(key=lambda one: (one.distance, one.bank, one.entry_id))
        nearest = (found[0].distance if found else None for found in near)
        return Found(tuple(evidence), tuple(nearest))

    def evidence(
        self, queries: Sequence[Query], limits: MatchLimits = DEFAULT
    ) -> tuple[Evidence, ...]:
        """Return every entry that a query comes close to, by distance; ``limits`` say how close."""
        return self.look_up(queries, limits).evidence

    def near(self, fingerprint: Fingerprint, radius: int) -> list[Neighbour]:
        """Return the numbers and distances of the entries within ``radius``, nearest first."""
        return self._indexes[fingerprint.kind].query(fingerprint.bits, radius)

    def nearest(self, fingerprint: Fingerprint, radius: int) -> int | None:
        """Return the distance of the nearest entry of this kind; None beyond ``radius``."""
        near = self._indexes[fingerprint.kind].nearest(fingerprint.bits, 1, radius)
        return near[0].distance if near else None

    def _near(
        self, queries: Sequence[Query], limits: MatchLimits, almost: int
    ) -> list[list[Neighbour]]:
        """Return the neighbours of each query, nearest first."""
        near: list[list[Neighbour]] = [[] for _ in queries]
        for kind, places in _by_kind(queries).items():
            radius = limits.radius(kind)
            if kind is Kind.COPY1:
                radius = max(radius, almost)
            bits = [queries[place].fingerprint.bits for place in places]
            for place, found in zip(places, self._indexes[kind].batch(bits, radius), strict=True):
                near[place] = found
        return near


def best_quality(qualities: Iterable[int | None]) -> int | None:
    """Return how much there is in a listed picture, by the qualities of its PDQs.

    The best counts, so that nobody weakens a picture by listing a plain one with it; None (which
    counts as fine) where one of them isn't known, or there are none.
    """
    best: int | None = None
    for quality in qualities:
        if quality is None:
            return None
        best = quality if best is None else max(best, quality)
    return best


def alone(entry_id: str) -> str:
    """Return the picture of an entry that its bank doesn't group: one of its own."""
    return f"entry {entry_id}"  # a bank's own names of pictures hold no space


def new_indexes() -> Indexes:
    """Return an empty index for each kind."""
    return {kind: LiveIndex(row.bits, reach=row.reach) for kind, row in KINDS.items()}


def _by_kind(queries: Sequence[Query]) -> dict[Kind, list[int]]:
    """Return the places of the queries of each kind."""
    places: dict[Kind, list[int]] = {}
    for place, query in enumerate(queries):
        places.setdefault(query.fingerprint.kind, []).append(place)
    return places


def _evidence(query: Query, distance: int, note: Note) -> Evidence:
    return Evidence(
        bank=note.bank,
        entry_id=note.entry_id,
        picture=note.picture,
        kind=note.kind,
        distance=distance,
        state=note.state,
        view=query.view,
        part=query.part,
        query_quality=query.quality,
        entry_quality=note.entry_quality,
        copy_listed=note.copy_listed,
        face=query.face,
    )
