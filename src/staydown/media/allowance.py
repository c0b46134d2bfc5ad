"""How long a decoder process may work on one question."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from staydown.media.errors import DecodeTimedOut

#: Called while a process works. It returns in how many seconds it wants to be called again, and
#: ends the work by an exception.
Look = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Allowance:
    """Until when (``time.monotonic``), and who looks on meanwhile."""

    until: float
    look: Look | None = None

    def left(self) -> float:
        """Return how long to wait before asking again. Raises DecodeTimedOut, and what ``look``
        raises."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise DecodeTimedOut
        return left if self.look is None else min(left, self.look())
