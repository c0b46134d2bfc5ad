"""The entries of all banks in memory, and the candidates that an upload comes close to."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.value import BITS, PDQ_MATCH_DISTANCE, Fingerprint
from staydown.index.store import LiveIndex
from staydown.matching.rules import Candidate, quality_is_fine

#: How far apart two fingerprints of a kind may be and still be candidates.
RADIUS = {Kind.PDQ: PDQ_MATCH_DISTANCE, Kind.MD5: 0, Kind.SHA256: 0}


@dataclass(frozen=True, slots=True)
class Known:
    """An entry as the matcher needs it; ``fingerprint`` is None when it was withdrawn."""

    bank: str
    entry_id: str
    state: EntryState
    fingerprint: Fingerprint | None


@dataclass(frozen=True, slots=True)
class _Note:
    kind: Kind
    state: EntryState
    quality_fine: bool


class Matcher:
    """Knows every live entry; thread-safe. Derived and disposable: rebuilt from the kept rows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._indexes: dict[Kind, LiveIndex[tuple[str, str]]] = {
            kind: LiveIndex(bits) for kind, bits in BITS.items()
        }
        self._notes: dict[tuple[str, str], _Note] = {}

    def __len__(self) -> int:
        return len(self._notes)

    def update(self, entries: Iterable[Known]) -> None:
        """Take in new snapshots of entries; a later one of the same entry replaces the earlier."""
        last = {(entry.bank, entry.entry_id): entry for entry in entries}
        with self._lock:
            for key, entry in last.items():
                if entry.fingerprint is not None:
                    self._notes[key] = _note(entry, entry.fingerprint)
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
                    self._notes.pop(key, None)

    def candidates(self, fingerprints: Sequence[Fingerprint]) -> tuple[Candidate, ...]:
        """Return every entry that one of ``fingerprints`` comes close to, nearest first.

        An entry that several of them come close to is there once, with the smallest distance.
        """
        best: dict[tuple[str, str], Candidate] = {}
        for fingerprint in fingerprints:
            index = self._indexes[fingerprint.kind]
            for neighbour in index.query(fingerprint.bits, RADIUS[fingerprint.kind]):
                note = self._notes.get(neighbour.key)
                seen = best.get(neighbour.key)
                if note is None or (seen is not None and seen.distance <= neighbour.distance):
                    continue
                best[neighbour.key] = Candidate(
                    bank=neighbour.key[0],
                    entry_id=neighbour.key[1],
                    kind=note.kind,
                    distance=neighbour.distance,
                    state=note.state,
                    quality_fine=note.quality_fine,
                )
        return tuple(sorted(best.values(), key=lambda found: (found.distance, found.entry_id)))


def _note(entry: Known, fingerprint: Fingerprint) -> _Note:
    return _Note(fingerprint.kind, entry.state, quality_is_fine(fingerprint, unknown_is_fine=True))
