"""The entries in memory, kept up with the rows: at every upload only what is newer is loaded."""

import threading

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.seal import Sealer
from staydown.matching.limits import DEFAULT, MatchLimits
from staydown.matching.matcher import Known, Matcher
from staydown.review.models import BankEntry, Head

_CHUNK = 5000


class LiveMatcher:
    """A matcher that follows the table of entries; thread-safe, one per process.

    ``limits`` say how close counts as a match at this desk.
    """

    def __init__(self, sealer: Sealer, limits: MatchLimits = DEFAULT) -> None:
        self.limits = limits
        self._sealer = sealer
        self._lock = threading.Lock()
        self._seen = 0
        self.matcher = Matcher()

    def refresh(self) -> Matcher:
        """Take in every change committed before this call, and return the matcher.

        One cheap query when nothing changed. Raises SealBroken if the key is another one than the
        entries were sealed with: half an index would let matches through unnoticed.
        """
        head = _head()
        if head <= self._seen:
            return self.matcher
        with self._lock:
            if head > self._seen:
                self._load(self._seen)
                self._seen = head
        return self.matcher

    def _load(self, seen: int) -> None:
        rows = (
            BankEntry.objects.filter(change__gt=seen)
            .order_by("change")
            .values_list("bank__name", "entry_id", "kind", "state", "sealed", "picture")
        )
        chunk: list[Known] = []
        for bank, entry_id, kind, state, sealed, picture in rows.iterator(chunk_size=_CHUNK):
            value = self._sealer.open(Kind(kind), bytes(sealed)) if sealed else None
            chunk.append(Known(bank, entry_id, EntryState(state), value, picture))
            if len(chunk) == _CHUNK:
                self.matcher.update(chunk)
                chunk = []
        self.matcher.update(chunk)


def _head() -> int:
    return Head.objects.filter(pk=1).values_list("change", flat=True).first() or 0
