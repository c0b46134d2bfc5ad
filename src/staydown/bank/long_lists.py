"""Who may hand in a long list now: few at once, one for each partner, and whoever had to wait next.

There are few, so that partners never hold every thread of the site. A partner that sends one list
after another would else keep its place for ever: who was turned away has the next place that gets
free, for as long as a program takes to come again.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from staydown.bank.errors import Busy

#: Lists that are taken in at once, and how long another one waits to begin, in seconds.
AT_ONCE, PATIENCE = 2, 1.0

#: How long a place is kept for a partner that was turned away: it is told to come again in five.
KEPT = 15.0

#: Partners that a place is kept for.
_MOST_KEPT = 100


class LongLists:
    """Places for long lists, for the threads of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._begun: set[int] = set()
        #: Partners that were turned away, the first of them first, and until when it counts.
        self._turned_away: dict[int, float] = {}

    @contextmanager
    def place(self, partner_id: int, patience: float = PATIENCE) -> Iterator[None]:
        """Leave to hand a list in, each piece of which takes its turn. Raises Busy."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._has_place(partner_id), patience):
                if partner_id not in self._begun and len(self._turned_away) < _MOST_KEPT:
                    self._turned_away[partner_id] = self._clock() + KEPT
                raise Busy
            self._turned_away.pop(partner_id, None)
            self._begun.add(partner_id)
        try:
            yield
        finally:
            with self._changed:
                self._begun.remove(partner_id)
                self._changed.notify_all()

    def _has_place(self, partner_id: int) -> bool:
        now = self._clock()
        for one in [one for one, until in self._turned_away.items() if until < now]:
            del self._turned_away[one]
        before = list(self._turned_away)
        if partner_id in self._turned_away:
            before = before[: before.index(partner_id)]
        return partner_id not in self._begun and len(self._begun) + len(before) < AT_ONCE
