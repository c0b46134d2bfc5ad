"""Work that can lead to nothing takes as long as work that can, without being done each time.

Whoever asks with names or numbers that nobody has must not see it from the time taken, nor take the
time from people who do have one. Up to an allowance the work is done; beyond it the answer comes
after as long as the work lately took.
"""

import random
import threading
import time
from collections import deque
from datetime import UTC, datetime

from staydown.base.allowance import Allowance, spend


class EvenTime:
    """How long the work lately took, and how much of it may still be done for nothing."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._lock = threading.Lock()
        self._mark = datetime.min.replace(tzinfo=UTC)
        self._took: deque[float] = deque(maxlen=64)

    def is_due(self, now: datetime) -> bool:
        """Whether the work is to be done though it leads to nothing."""
        with self._lock:
            self._mark, wait = spend(self._mark, now, self._allowance)
            return not wait or not self._took

    def note(self, seconds: float) -> None:
        """Remember how long it took just now, waiting for its turn included."""
        with self._lock:
            self._took.append(seconds)

    def let_pass(self) -> None:
        """Wait for as long as it lately took."""
        with self._lock:
            seconds = random.choice(self._took)  # noqa: S311 - no secret hangs on it
        time.sleep(seconds)
