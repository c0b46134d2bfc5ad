"""Saving the index while the desk serves: in a thread of its own, and no upload waits for it."""

import logging
import threading
import time

from django.db import connections

from staydown.review.entries.live import LiveMatcher

log = logging.getLogger(__name__)

#: Seconds between two looks at what is new …
LOOK = 5.0
#: … after which something new is saved, at the latest …
EVERY = 60.0
#: … unless so many rows came that the next start would have to read again.
ROWS = 100_000
#: With nothing new: withdrawn rows leave the files at the first saving after their day is over.
IDLE = 600.0


class Saving:
    """Keeps the index fresh and saved until it is stopped, and saves it once more then."""

    def __init__(self, live: LiveMatcher, look: float = LOOK) -> None:
        self._live = live
        self._look = look
        self._last = float("-inf")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="saving", daemon=True)

    def start(self) -> None:
        """Begin. The first saving comes at once: what was just built is worth most."""
        self._thread.start()

    def stop(self) -> None:
        """Save what is unsaved, and end."""
        self._stop.set()
        self._thread.join()
        try:
            if self._live.unsaved:
                self._live.save()
        except Exception:
            # The database may be gone: the next start reads a little more.
            log.exception("the index could not be saved at the end: the next start reads more")

    def _run(self) -> None:
        while True:
            try:
                self._once()
            except Exception:
                # The database may be gone for a while: uploads say so, this only waits.
                log.exception("the index could not be kept fresh: it is tried again")
                connections.close_all()
            if self._stop.wait(self._look):
                connections.close_all()
                return

    def _once(self) -> None:
        self._live.refresh()
        unsaved, waited = self._live.unsaved, time.monotonic() - self._last
        if unsaved >= ROWS or waited >= (EVERY if unsaved else IDLE):
            self._live.save()
            self._last = time.monotonic()
