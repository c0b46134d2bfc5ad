"""Entries, and all that is known of them, in memory: for one command, not for a desk."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.value import Fingerprint
from staydown.matching.matcher import Matcher, Note, alone, best_quality, new_indexes


@dataclass(frozen=True, slots=True)
class Known:
    """An entry as it stands; ``fingerprint`` is None when it was withdrawn.

    ``picture`` is shared by the entries of one listed picture; "" for an entry that stands alone.
    """

    bank: str
    entry_id: str
    state: EntryState
    fingerprint: Fingerprint | None
    picture: str = ""


class MemoryMatcher(Matcher):
    """A matcher that is told of every entry."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._told = MemoryNotes()
        super().__init__(self._told, new_indexes())

    def update(self, entries: Iterable[Known]) -> None:
        """Take in new snapshots of entries; a later one of the same entry replaces the earlier."""
        last = {(entry.bank, entry.entry_id): entry for entry in entries}
        with self._changing:
            keys = {name: self._told.key(name) for name in last}
            listed = [
                (keys[name], entry, entry.fingerprint)
                for name, entry in last.items()
                if entry.fingerprint is not None
            ]
            for key, entry, fingerprint in listed:
                self._told.put(key, _note(entry, fingerprint))
            for kind, index in self._indexes.items():
                put = [(key, made.bits) for key, _, made in listed if made.kind is kind]
                staying = {key for key, _ in put}
                index.change(put=put, drop=[key for key in keys.values() if key not in staying])
            for name, entry in last.items():
                if entry.fingerprint is None:
                    self._told.drop(keys[name])


class MemoryNotes:
    """What is known of entries, in dictionaries."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[tuple[str, str], int] = {}
        self._notes: dict[int, Note] = {}
        #: The entries of each listed picture of each bank.
        self._pictures: dict[tuple[str, str], set[int]] = {}

    def key(self, name: tuple[str, str]) -> int:
        """Return the number that stands for an entry: ``name`` is its bank and its id there."""
        with self._lock:
            return self._keys.setdefault(name, len(self._keys))

    def put(self, key: int, note: Note) -> None:
        """Note an entry, or replace what was noted of it."""
        with self._lock:
            self._forget(key)
            self._notes[key] = note
            self._pictures.setdefault((note.bank, note.picture), set()).add(key)

    def drop(self, key: int) -> None:
        """Forget an entry, if it is known."""
        with self._lock:
            self._forget(key)

    def of(self, keys: Sequence[int]) -> Mapping[int, Note]:
        """Return what is known of the entries numbered ``keys``, and of their pictures."""
        with self._lock:
            notes = {key: self._notes[key] for key in keys if key in self._notes}
            pictures = {(note.bank, note.picture) for note in notes.values()}
            seen = {picture: self._seen_of(picture) for picture in pictures}
        return {
            key: replace(note, copy_listed=copied, picture_quality=quality)
            for key, note in notes.items()
            for copied, quality in [seen[note.bank, note.picture]]
        }

    def _seen_of(self, picture: tuple[str, str]) -> tuple[bool, int | None]:
        """Return whether a picture has a copy code, and how much there is in it."""
        notes = [self._notes[key] for key in self._pictures[picture]]
        return any(note.kind is Kind.COPY1 for note in notes), best_quality(
            note.quality for note in notes if note.kind is Kind.PDQ
        )

    def _forget(self, key: int) -> None:
        note = self._notes.pop(key, None)
        if note is None:
            return
        members = self._pictures[note.bank, note.picture]
        members.discard(key)
        if not members:
            del self._pictures[note.bank, note.picture]


def _note(entry: Known, fingerprint: Fingerprint) -> Note:
    return Note(
        bank=entry.bank,
        entry_id=entry.entry_id,
        kind=fingerprint.kind,
        state=entry.state,
        quality=fingerprint.quality,
        picture=entry.picture or alone(entry.entry_id),
    )
