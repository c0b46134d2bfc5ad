"""PINs as Argon2id hashes; how many are computed at once is bounded.

Each computation takes 64 MiB and some 50 ms. Without a bound a crowd of wrong tries would take the
whole machine; with it the crowd waits for each other, and not for long. Those who wait are bounded
too: each holds one of the site's threads, and some must be left for pages and for partners.
"""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from staydown.bank.errors import Busy

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
    ) -> None:
        self._slots = threading.BoundedSemaphore(slots)
        self._room = threading.BoundedSemaphore(4 * slots if room is None else room)
        self._wait = wait
        self._hasher = hasher or PasswordHasher()
        self._nobody = ""

    def hash(self, pin: str) -> str:
        """Return the encoded Argon2id hash of ``pin``."""
        with _Slot(self._room, 0), _Slot(self._slots, self._wait):
            return self._hasher.hash(pin)

    def matches(self, encoded: str | None, pin: str) -> bool:
        """Whether ``pin`` belongs to ``encoded``. None, for a case that does not exist, costs as
        much as a wrong PIN, so that the time taken doesn't tell which numbers are in use."""
        with _Slot(self._room, 0), _Slot(self._slots, self._wait):
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
