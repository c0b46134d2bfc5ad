"""The moment at which a whole conversation with another machine has to be over."""

import time


class Deadline:
    """So many seconds from now, whatever is waited for in between."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Return the seconds that are left, or ``most`` if that is less; always above 0.

        Raises TimeoutError when there are none.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("no time left")
        return left if most is None else min(left, most)
