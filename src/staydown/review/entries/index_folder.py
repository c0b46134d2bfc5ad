"""The folder that keeps an index from one start to the next. Derived and disposable.

What a saved index says it holds is believed only if the database says so too: before it is saved, a
row with a random number is written (``IndexMark``), and the index names that number as its origin.
A database that was restored from an older copy, or is another desk's, doesn't know the number.
"""

import logging
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from staydown.base.clock import Clock
from staydown.base.errors import StaydownError
from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import KINDS
from staydown.index import snapshot
from staydown.index.errors import SnapshotLocked, SnapshotRefused
from staydown.index.store import LiveIndex
from staydown.matching.matcher import Indexes, new_indexes
from staydown.review.models import IndexMark

log = logging.getLogger(__name__)

#: How long a mark is kept. An index that nobody saved for so long is built anew.
_KEPT = timedelta(days=90)


class OtherDatabase(StaydownError):
    """The database doesn't know the mark of the index: it was restored while the desk ran."""


class IndexFolder:
    """The indexes of a desk on disk: one process writes them, others read them."""

    def __init__(self, path: Path, clock: Clock, *, reads_only: bool = False) -> None:
        self._path = path
        self._clock = clock
        self._reads_only = reads_only
        #: Whether this process is the one that writes; known once opened.
        self.writable = False
        self._mark: IndexMark | None = None
        #: The number of the mark of what is on disk.
        self._number: int | None = None

    def open(self) -> tuple[Indexes, int]:
        """Return the indexes, and up to which change they hold the rows: at worst empty, and 0.

        What can't be trusted is removed, and the log says why. Raises FolderRefused where the
        folder itself is unfit.
        """
        try:
            return self._open()
        except SnapshotRefused as refused:
            log.warning(
                "the index on disk can't be used: it is made anew from the database",
                exc_info=refused,
            )
        if not self.writable:
            return new_indexes(), 0
        try:
            for kind in KINDS:
                snapshot.discard(self._path, kind.value)
        except SnapshotLocked:  # another process starts too, and makes it anew
            self.writable = False
            return new_indexes(), 0
        return self._open()

    def save(self, indexes: Indexes, change: int) -> None:
        """Save the indexes, which hold the rows up to ``change`` at least.

        Costs nothing when nothing changed. Raises SnapshotNotWritten; what was saved before then
        still stands. Raises OtherDatabase where a new mark would make a wrong index believed: one
        of rows that the database had before it was restored.
        """
        number = self._number
        if number is not None and not IndexMark.objects.filter(number=number).exists():
            raise OtherDatabase("the database doesn't know this index")
        now = self._clock.now()
        mark = self._marked(change, now)
        for index in indexes.values():
            index.save(change, origin=str(mark.number), now=now)

    def _marked(self, change: int, now: datetime) -> IndexMark:
        """Return the mark of an index with the rows up to ``change``, made if there is none yet."""
        mark = self._mark
        if mark is None or mark.change != change:
            number = secrets.randbits(62) + 1
            mark = self._mark = IndexMark.objects.create(number=number, change=change, at=now)
            self._number = number
            IndexMark.objects.filter(at__lt=now - _KEPT).delete()
        return mark

    def _open(self) -> tuple[Indexes, int]:
        try:
            self.writable = not self._reads_only
            indexes = self._open_as(writable=self.writable)
        except SnapshotLocked:
            self.writable = False
            indexes = self._open_as(writable=False)
        try:
            held = _held(indexes)
        except SnapshotRefused:
            _close(indexes)
            raise
        origins = [index.origin for index in indexes.values() if index.cursor]
        self._number = int(origins[0]) if origins else None
        return indexes, held

    def _open_as(self, *, writable: bool) -> Indexes:
        indexes: dict[Kind, LiveIndex] = {}
        try:
            for kind, row in KINDS.items():
                indexes[kind] = LiveIndex.open(
                    self._path, kind.value, row.bits, reach=row.reach, writable=writable
                )
        except BaseException:
            _close(indexes)
            raise
        return indexes


def _close(indexes: Indexes) -> None:
    for index in indexes.values():
        index.close()


def _held(indexes: Indexes) -> int:
    """Return up to which change all indexes hold the rows. Raises SnapshotRefused."""
    for index in indexes.values():
        marks = IndexMark.objects.filter(change=index.cursor).values_list("number", flat=True)
        if index.cursor and index.origin not in map(str, marks):
            raise SnapshotRefused(
                "it belongs to another database, or this one was restored from an older copy"
            )
    return min(index.cursor for index in indexes.values())
