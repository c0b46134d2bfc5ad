"""The entries in memory, kept up with the rows: at every upload only what is newer is loaded."""

import logging
import threading
from collections.abc import Sequence

import numpy as np

from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import KINDS
from staydown.fingerprint.sealing import Sealer
from staydown.index.errors import SnapshotNotWritten
from staydown.matching.limits import DEFAULT, MatchLimits
from staydown.matching.matcher import Indexes, Matcher, new_indexes
from staydown.review.entries.index_folder import IndexFolder, OtherDatabase
from staydown.review.entries.metadata import EntryNotes
from staydown.review.models import BankEntry, Head
from staydown.review.statements import in_lots

log = logging.getLogger(__name__)

#: Rows that are taken in at once; each lot is a change of its own.
_LOT = 20_000

#: A row as it is loaded: its number, its kind, its sealed value (empty when withdrawn).
_Row = tuple[int, str, bytes | memoryview]


class LiveMatcher:
    """A matcher that follows the table of entries; thread-safe, one per process.

    ``limits`` say how close counts as a match at this desk. With ``folder``, the index is opened
    from there at the first look and can be saved there; the rows stay the truth.
    """

    def __init__(
        self, sealer: Sealer, limits: MatchLimits = DEFAULT, folder: IndexFolder | None = None
    ) -> None:
        self.limits = limits
        self.sealer = sealer
        self._folder = folder
        self._lock = threading.Lock()
        self._opened = False
        #: Up to which change the rows were taken in, and how many since the last saving.
        self._seen = self._taken = 0
        self._notes = EntryNotes(sealer)
        self._take(new_indexes())

    def refresh(self, head: int | None = None) -> Matcher:
        """Take in every change committed before this call; return a matcher for one upload.

        One cheap query when nothing changed; none where the caller has just read the ``head``.
        Raises SealBroken if the key is another one than the entries were sealed with: half an index
        would let matches through unnoticed.
        """
        matcher = self.matcher
        current = self._opened and (Head.read() if head is None else head) == self._seen
        if current and matcher is self.matcher:  # it may have been replaced: see _start_again
            return matcher.for_one_upload()
        with self._lock:
            if not self._opened:
                self._open()
            head = Head.read()
            if head < self._seen:
                self._start_again()
            if head > self._seen:
                self._load(self._seen)
                self._seen = head
        return self.matcher.for_one_upload()

    def save(self) -> bool:
        """Save the index to its folder. Return whether that could be done; the log says why not.

        False too where there is no folder, or another process writes it. Nobody is held up.
        """
        with self._lock:
            folder, indexes, seen, taken = self._folder, self._indexes, self._seen, self._taken
        if folder is None or not folder.writable:
            return False
        try:
            folder.save(indexes, seen)
        except SnapshotNotWritten as error:
            log.warning(
                "the index could not be saved: the next start of the desk takes longer",
                exc_info=error,
            )
            return False
        except OtherDatabase:
            with self._lock:
                if self._folder is folder:  # nobody else has noticed meanwhile
                    self._start_again()
            return False
        with self._lock:
            self._taken -= taken
        return True

    @property
    def unsaved(self) -> int:
        """How many rows were taken in since the index was last saved."""
        return self._taken

    def close(self) -> None:
        """Let go of the index and its folder; nothing may be asked any more."""
        with self._lock:
            for index in self._indexes.values():
                index.close()

    def _open(self) -> None:
        if self._folder is not None:
            self._check_key()
            indexes, self._seen = self._folder.open()
            self._take(indexes)
        self._opened = True

    def _take(self, indexes: Indexes) -> None:
        self._indexes = indexes
        self.matcher = Matcher(self._notes, indexes)

    def _check_key(self) -> None:
        """Open one entry: an index from disk would hide that the key is another one."""
        row = BankEntry.objects.live().order_by("-pk").values_list("kind", "sealed").first()
        if row is not None:
            self.sealer.open(Kind(row[0]), bytes(row[1]))

    def _start_again(self) -> None:
        """The database was put back under our feet: build anew, in memory, until the next start."""
        log.warning("the database is older than the index: it was restored, restart the desk")
        self._folder = None
        self._seen = 0  # first, so that nobody takes the empty index for a current one
        self._take(new_indexes())

    def _load(self, seen: int) -> None:
        if len(self.matcher):
            rows = BankEntry.objects.filter(change__gt=seen)
        else:  # nothing is there that could have to go
            rows = BankEntry.objects.live().filter(change__gt=seen).order_by("pk")
        found = rows.values_list("pk", "kind", "sealed").iterator(chunk_size=_LOT)
        for lot in in_lots(found, _LOT):
            self._take_in(lot)
            self._taken += len(lot)

    def _take_in(self, lot: Sequence[_Row]) -> None:
        for kind, index in self._indexes.items():
            keys = [key for key, of, sealed in lot if sealed and of == kind.value]
            bits = b"".join(
                self.sealer.open_bits(kind, bytes(sealed))
                for _, of, sealed in lot
                if sealed and of == kind.value
            )
            staying = set(keys)
            gone = [key for key, _, _ in lot if key not in staying] if len(index) else []
            if keys or gone:
                index.change_rows(
                    np.array(keys, dtype=np.uint64),
                    np.frombuffer(bits, dtype=np.uint64).reshape(len(keys), KINDS[kind].bits // 64),
                    np.array(gone, dtype=np.uint64),
                )
