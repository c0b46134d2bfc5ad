"""Room in memory for large bodies: little, and never all of it for one key."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from staydown.media.errors import Busy

#: Bodies up to this size are bounded by the number of threads alone.
SMALL = 4 * 1024 * 1024


class Bodies:
    """Counts the bytes of large bodies that are in memory; thread-safe.

    One key may hold three quarters of them, so that another's upload finds room.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._most_of_key = most_bytes * 3 // 4
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def room(self, key: str, size: int) -> Iterator[None]:
        """Count a body of ``size`` bytes while the block lasts. Raises Busy at once."""
        if size <= SMALL:
            yield
            return
        with self._lock:
            after = self._held[key] + size
            if after > self._most_of_key or self._held.total() + size > self._most:
                raise Busy(costly=True)
            self._held[key] = after
        try:
            yield
        finally:
            with self._lock:
                self._held[key] -= size
                if not self._held[key]:
                    del self._held[key]
