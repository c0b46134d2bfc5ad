"""A live index: rows come and go under numbers while other threads ask, and it is kept on disk."""

import logging
import threading
import time
import weakref
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np

from staydown.index import compaction, memory, snapshot
from staydown.index.errors import RadiusTooWide
from staydown.index.folder import Folder
from staydown.index.found import Neighbour, answers
from staydown.index.hits import Rows
from staydown.index.keys import Keys, checked, given, last_of_each, once
from staydown.index.segments import TAIL_ROWS, Part, Tail, make_part

#: More rows at once than this become a part of their own instead of going through the tail.
_BULK = TAIL_ROWS // 2

#: Threads that merge. Only one at a time makes a part of more than ``_LARGE`` rows, which may take
#: a minute: small ones must not pile up meanwhile.
_WORKERS = 2
_LARGE = 1 << 20

#: Who adds many rows to more parts than this helps to merge them first: where the threads get too
#: little of the processor, adding slows down, and asking doesn't.
_MOST_PARTS = 12

#: After merging for the sake of few parts alone, so many times as long nothing but what is urgent.
_REST = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class _View:
    """What a search sees: one moment. Replaced as a whole, never changed."""

    parts: tuple[Part, ...]
    tail: Tail
    #: Rows of the tail that have been added.
    count: int
    #: The number of the last change that this view shows.
    epoch: int


class LiveIndex:
    """Keys (0 … 2**63 - 1) and bits of one width; a key has at most one row.

    Each change becomes visible as a whole, for the next search. A search sees one moment and waits
    for nobody: it takes the present view and works on arrays in which nothing that it looks at
    changes. Changes wait for each other, but not for the merging that goes on in the background.
    """

    def __init__(self, bits: int, *, reach: int | None = None, background: bool = True) -> None:
        """Begin empty. ``reach`` is the largest radius that can be asked for (bits // 3).

        Without ``background`` merging is done by the call that made it necessary.
        """
        if bits % 64 or bits <= 0:
            raise ValueError("the width must be a multiple of 64 bits")
        self._bits = bits
        self.reach = bits // 3 if reach is None else reach
        #: Held for every change of what is below; never while something large is built.
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._view = _View((), Tail(bits // 64), 0, 1)
        self._alive = 0
        self._background = background
        #: Threads at work; whether one of them waits (until when), or makes something large; and
        #: how many callers wait for them.
        self._working = 0
        self._resting = self._large = False
        self._rested = 0.0
        self._hurry = 0
        self._closed = False
        self._saving = threading.Lock()
        self._folder: Folder | None = None
        #: What was last saved. Not held: it may be the last that still has parts merged long ago.
        self._saved: weakref.ref[_View] | None = None
        #: How far the feed had been read when this was last saved or opened …
        self.cursor = 0
        #: … and whose rows these are, in the caller's words.
        self.origin = ""

    @classmethod
    def open(
        cls,
        folder: Path,
        name: str,
        bits: int,
        *,
        reach: int | None = None,
        writable: bool,
        background: bool = True,
    ) -> Self:
        """Open what was last saved in ``folder`` under ``name``; nothing there is an empty index.

        The folder is made when it is missing and ``writable`` is set; only then can the index be
        saved, and only one process can hold it so. Others open it for reading; what they change
        stays in their own memory. Raises SnapshotRefused (throw the files away with
        ``snapshot.discard`` and build anew), SnapshotLocked or FolderRefused.
        """
        index = cls(bits, reach=reach, background=background)
        try:
            place = Folder(folder, name, create=writable)
        except FileNotFoundError:
            return index
        try:
            if writable:
                place.lock()
            saved = snapshot.load(place, bits)
            if saved is not None:
                index._take(saved)
        except BaseException:
            place.close()
            raise
        if writable:
            index._folder = place
        else:
            place.close()
        return index

    def _take(self, saved: snapshot.Saved) -> None:
        self.cursor, self.origin = saved.cursor, saved.origin
        tail = self._view.tail
        tail.append(saved.keys, saved.rows)
        self._view = _View(tuple(saved.parts), tail, tail.count, 1)
        self._alive = tail.alive + sum(part.alive for part in saved.parts)

    def __len__(self) -> int:
        return self._alive

    def change(self, put: Iterable[tuple[int, bytes]] = (), drop: Iterable[int] = ()) -> None:
        """Let the keys in ``drop`` leave, then add or replace those in ``put``, all at once.

        A later put of a key replaces an earlier one; a key that isn't there may be dropped. Raises
        ValueError for bits of another width or an impossible key, and then nothing has changed.
        """
        table = dict(put)
        for bits in table.values():
            self._check_width(bits)
        rows = np.frombuffer(b"".join(table.values()), dtype=np.uint64)
        self._apply(given(table), rows.reshape(len(table), self._bits // 64), given(drop))

    def change_rows(self, keys: Keys, rows: Rows, drop: Keys) -> None:
        """Do the same with arrays: ``keys`` (n,), ``rows`` (n, words), ``drop`` (m,).

        The arrays are copied, or kept: don't write to them afterwards.
        """
        if rows.ndim != 2 or rows.shape != (len(keys), self._bits // 64):
            raise ValueError(f"this index holds rows of {self._bits} bits, one for each key")
        self._apply(checked(keys), rows.astype(np.uint64, copy=False), checked(drop))

    def _apply(self, keys: Keys, rows: Rows, drop: Keys) -> None:
        keys, rows = last_of_each(keys, rows)
        leaving = once(np.concatenate([drop, keys])) if len(drop) else keys
        if not len(leaving):
            return
        bulk = make_part(keys, rows, self._bits) if len(keys) > _BULK else None
        with self._lock:
            # What can fail for want of memory comes first.
            parts, tail, epoch = list(self._view.parts), self._view.tail, self._view.epoch + 1
            if bulk is None and tail.count + len(keys) > TAIL_ROWS:
                parts.extend(self._freeze(tail))
                tail = Tail(self._bits // 64)
            self._alive -= tail.leave(leaving, epoch)
            self._alive -= sum(part.leave(leaving, epoch) for part in parts)
            if bulk is not None:
                parts.append(bulk)
            else:
                tail.append(keys, rows)
            self._alive += len(keys)
            alive = tuple(part for part in parts if part.alive)
            self._view = _View(alive, tail, tail.count, epoch)
        if bulk is not None and self._background:
            self._help()
        self._tidy()

    def _freeze(self, tail: Tail) -> list[Part]:
        """Return the living rows of a tail as a part; none when there is none."""
        keys, rows = tail.living()
        return [make_part(keys, rows, self._bits)] if len(keys) else []

    def query(self, bits: bytes, radius: int) -> list[Neighbour]:
        """Return every row within ``radius`` (inclusive) of ``bits``, nearest first.

        Raises ValueError for bits of another width and RadiusTooWide for more than the reach.
        """
        return self.batch([bits], radius)[0]

    def batch(self, queries: Sequence[bytes], radius: int) -> list[list[Neighbour]]:
        """Return what ``query`` would for each of ``queries``, all at one moment."""
        if radius > self.reach:
            raise RadiusTooWide(f"this index answers up to radius {self.reach}, not {radius}")
        for bits in queries:
            self._check_width(bits)
        if not queries or radius < 0:
            return [[] for _ in queries]
        rows = np.frombuffer(b"".join(queries), dtype=np.uint64).reshape(len(queries), -1)
        return _ask(self._view, rows, radius)

    def nearest(self, bits: bytes, count: int, radius: int | None = None) -> list[Neighbour]:
        """Return the ``count`` nearest rows within ``radius`` (by default the reach).

        Of rows at one distance, those with the smallest keys. A small radius costs little, so it
        grows until it holds enough.
        """
        widest = self.reach if radius is None else radius
        found: list[Neighbour] = []
        for share in (4, 2, 1):
            found = self.query(bits, widest // share)
            if len(found) >= count:
                break
        return found[: max(count, 0)]

    def settle(self) -> None:
        """Wait until nothing is left to merge."""
        with self._idle:
            self._hurry += 1
            self._idle.notify_all()
            self._idle.wait_for(lambda: self._working == 0)
            self._hurry -= 1

    def memory(self) -> memory.Memory:
        """Return how many bytes the rows, their tables and keys, and what has left take."""
        return memory.of(self._view.parts, self._view.tail)

    def save(self, cursor: int, *, origin: str = "", now: datetime | None = None) -> None:
        """Write everything up to now to the folder; when this returns, it is on disk.

        Only what is new is written. Other threads go on asking and changing. A row that has left is
        gone from the files after the first save that follows by ``snapshot.STALE_SECONDS``, or
        sooner, so call this now and then even if nothing has changed: then it costs nothing. Raises
        SnapshotNotWritten: what was saved before still stands, or only old files weren't removed.
        """
        with self._saving:
            if self._folder is None:
                raise ValueError("this index was not opened for writing in a folder")
            stamp = int(time.time() if now is None else now.timestamp())
            for part in self._view.parts:
                if snapshot.is_stale(part, stamp):
                    self._renew(part)
            with self._lock:
                view = self._view
                dead = [part.dead_places() for part in view.parts]
                keys, rows = view.tail.living()
            unchanged = self._saved is not None and self._saved() is view
            if unchanged and (cursor, origin) == (self.cursor, self.origin):
                return
            for part in view.parts:
                if part.stored is None:
                    part.stored = snapshot.write_part(self._folder, part)
            for part, places in zip(view.parts, dead, strict=True):
                if len(places) and part.stale_since is None:
                    part.stale_since = stamp
            saved = snapshot.Saved(cursor, origin, list(view.parts), *last_of_each(keys, rows))
            snapshot.write_manifest(self._folder, self._bits, saved, dead)
            self.cursor, self.origin = cursor, origin
            snapshot.remove_litter(self._folder, view.parts)
            self._saved = weakref.ref(view)

    def close(self) -> None:
        """Let go of the folder. What was not saved is lost; merging stops after the present one."""
        with self._lock:
            self._closed = True
            self._idle.notify_all()
        with self._saving:
            if self._folder is not None:
                self._folder.close()
                self._folder = None

    def _check_width(self, bits: bytes) -> None:
        if len(bits) * 8 != self._bits:
            raise ValueError(f"this index holds rows of {self._bits} bits")

    def _tidy(self) -> None:
        """See to it that what should be merged is merged."""
        if not self._background:
            while chosen := self._claim(compaction.choose(self._view.parts, compaction.EAGER)):
                self._merge(chosen)
            return
        with self._lock:
            ratio = compaction.LAZY if self._working else compaction.EAGER
            if self._working < _WORKERS and not self._closed and self._due(ratio):
                worker = threading.Thread(target=self._work, name="index merging", daemon=True)
                with suppress(RuntimeError):  # no threads any more: the process is about to end
                    worker.start()
                    self._working += 1

    def _help(self) -> None:
        with self._lock:
            parts = [part for part in self._view.parts if len(part) <= _LARGE // 4]
            crowded = len(self._view.parts) > _MOST_PARTS
            chosen = self._mark(compaction.choose(parts, compaction.LAZY)) if crowded else []
        if chosen:
            self._merge(chosen)

    def _work(self) -> None:
        try:
            while chosen := self._next():
                begun = time.monotonic()
                try:
                    self._merge(chosen)
                finally:
                    if _rows(chosen) > _LARGE:
                        self._large = False
                now = time.monotonic()
                self._rested = now + _REST * (now - begun)
        except Exception:
            # The parts stay as they are, and are right; the next change tries again.
            log.exception("parts of the index could not be merged: the next change tries again")
        finally:
            with self._idle:
                self._working -= 1
                self._idle.notify_all()

    def _next(self) -> list[Part]:
        """Wait until something is to be merged, and claim it; nothing when there is nothing.

        What is urgent goes first: many small parts are quickly made one.
        """
        with self._idle:
            while not self._closed:
                now = time.monotonic()
                rested = self._hurry > 0 or now >= self._rested
                eager = self._due(compaction.EAGER)
                if chosen := self._due(compaction.LAZY) or (eager if rested else []):
                    self._large = self._large or _rows(chosen) > _LARGE
                    return self._mark(chosen)
                if not eager or self._resting:
                    break
                self._resting = True
                self._idle.wait(self._rested - now)
                self._resting = False
            return []

    def _due(self, ratio: float) -> list[Part]:
        """Return what should be merged now, of the small parts while something large is made."""
        parts: Sequence[Part] = self._view.parts
        if self._large:
            parts = [part for part in parts if part.alive <= _LARGE // 4]
        return compaction.choose(parts, ratio)

    def _claim(self, parts: Sequence[Part]) -> list[Part]:
        """Return ``parts`` to be merged; nothing if one of them is gone or claimed already."""
        with self._lock:
            # Another merge may have come first.
            if all(part.leaving is None and part in self._view.parts for part in parts):
                return self._mark(parts)
            return []

    def _mark(self, parts: Sequence[Part]) -> list[Part]:
        for part in parts:
            part.leaving = []
        return list(parts)

    def _renew(self, part: Part) -> None:
        """Put another in the place of a part, or wait until the merge that has it has done so."""
        while part in self._view.parts:
            with self._idle:
                self._idle.wait_for(lambda: part.leaving is None)
            if claimed := self._claim([part]):
                self._merge(claimed)

    def _merge(self, chosen: Sequence[Part]) -> None:
        """Put one part in the place of those that have been claimed."""
        try:
            merged = compaction.merge(chosen, self._bits)
        except BaseException:
            with self._lock:
                for part in chosen:
                    part.leaving = None
                self._idle.notify_all()
            raise
        with self._lock:
            compaction.catch_up(merged, chosen)
            view = self._view
            rest = [part for part in view.parts if part not in chosen]
            both = tuple([*rest, merged] if merged.alive else rest)
            self._view = _View(both, view.tail, view.count, view.epoch)
            self._idle.notify_all()


def _ask(view: _View, rows: Rows, radius: int) -> list[list[Neighbour]]:
    found = [part.search(rows, radius, view.epoch) for part in view.parts]
    found.append(view.tail.search(rows, radius, view.count, view.epoch))
    return answers([one for one in found if one is not None], len(rows))


def _rows(parts: Sequence[Part]) -> int:
    return sum(len(part) for part in parts)
