"""PINs as Argon2id hashes; how many are computed at once is bounded.

Each computation takes 64 MiB and some 50 ms. Without a bound a crowd of wrong tries would take the
whole machine; with it the crowd waits for each other, and not for long. Those who wait are bounded
too: each holds one of the site's threads, and some must be left for pages and for partners.

Tries at numbers that no case has are paid for only up to an allowance. Beyond it they are answered
after as long as a check lately took, without one: a flood of them takes no time from people who
have a case, and looks the same from outside.
"""

import threading
import time

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from staydown.bank import brakes
from staydown.bank.errors import Busy
from staydown.base.clock import Clock, SystemClock
from staydown.base.even_time import EvenTime

WAIT_SECONDS = 5.0


class PinGate:
    """Hashes and checks PINs, at most ``slots`` at once. Raises Busy when no slot comes free, and
    at once when ``room`` people are being served or waiting (default: four for each slot)."""

    def __init__(
        self,
        slots: int,
        *,
        room: int | None = None,
        wait: float = WAIT_SECONDS,
        hasher: PasswordHasher | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._slots = threading.BoundedSemaphore(slots)
        self._room = threading.BoundedSemaphore(4 * slots if room is None else room)
        self._wait = wait
        self._hasher = hasher or PasswordHasher()
        self._nobody = ""
        self._clock = clock or SystemClock()
        self._even = EvenTime(brakes.NOBODYS)

    def hash(self, pin: str) -> str:
        """Return the encoded Argon2id hash of ``pin``."""
        with _Slot(self._room, 0), _Slot(self._slots, self._wait):
            return self._hasher.hash(pin)

    def matches(self, encoded: str | None, pin: str) -> bool:
        """Whether ``pin`` belongs to ``encoded``. None, for a case that does not exist, costs as
        much as a wrong PIN, so that the time taken doesn't tell which numbers are in use."""
        with _Slot(self._room, 0):
            if encoded is None and not self._even.is_due(self._clock.now()):
                self._even.let_pass()
                return False
            began = time.perf_counter()
            with _Slot(self._slots, self._wait):
                right = self._verify(encoded, pin)
            self._even.note(time.perf_counter() - began)
            return right

    def _verify(self, encoded: str | None, pin: str) -> bool:
        if encoded is None and not self._nobody:
            self._nobody = self._hasher.hash("a PIN that cannot be chosen")
        try:
            self._hasher.verify(encoded or self._nobody, pin)
        except VerifyMismatchError:
            return False
        return encoded is not None


class _Slot:
    def __init__(self, slots: threading.BoundedSemaphore, wait: float) -> None:
        self._slots, self._wait = slots, wait

    def __enter__(self) -> None:
        if not self._slots.acquire(timeout=self._wait):
            raise Busy

    def __exit__(self, *_: object) -> None:
        self._slots.release()
