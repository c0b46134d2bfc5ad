"""Who keeps a case, and where. Memory is one place; a file or a vault keeps the events instead."""

import threading
from typing import Protocol

from staydown.cases.case import Case
from staydown.cases.events import Event, after


class Keeper(Protocol):
    """The one owner of a case: threads read and change it through here alone."""

    def read(self) -> Case:
        """Return the case as it is now."""

    def add(self, event: Event) -> Case:
        """Add an event and return the case after it. Raises Full, and then nothing has changed."""

    def forget(self) -> None:
        """Drop everything: afterwards the case is empty."""


class InMemory:
    """Keeps the case as it stands, and nothing of how it came to that; it ends with the process.

    What was taken back or removed is not kept, since nobody could ask for it again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._case = Case()

    def __repr__(self) -> str:
        return "InMemory()"

    def read(self) -> Case:
        """Return the case as it is now."""
        with self._lock:
            return self._case

    def add(self, event: Event) -> Case:
        """Add an event and return the case after it. Raises Full, and then nothing has changed."""
        with self._lock:
            self._case = after(self._case, event)
            return self._case

    def forget(self) -> None:
        """Drop everything: afterwards the case is empty."""
        with self._lock:
            self._case = Case()
