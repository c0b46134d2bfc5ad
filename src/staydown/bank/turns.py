"""Whose turn it is to write: people first, and a long list of a partner in small pieces.

SQLite has one lock for everybody and no order among those who wait for it: somebody who hands in
thousands of records, piece by piece, leaves a gap of microseconds between two pieces, and others
may miss it for minutes. On PostgreSQL all that changes the feed waits for one row. So within a
process writers take turns here before they ask the database; a partner's next piece waits until
nobody is waiting in person.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from staydown.bank.errors import Busy
from staydown.bank.long_lists import LongLists
from staydown.base.trouble import trouble_of

#: How long somebody waits for a turn and for the database's lock together, in seconds.
PATIENCE = 2.5

#: The same for a while after the database itself could not be had: nobody waits long for what just
#: failed, or threads would run out; and the first who gets through ends it.
SHORT_PATIENCE, WHILE = 0.3, 5.0

#: How long each piece of a partner's list waits for its turn, in seconds.
PIECE_PATIENCE = 10.0

#: After so many seconds of programs' turns, SQLite is left alone for a moment: another process (the
#: tick, a command) that waits for its lock looks only every 0.1 s, and would miss shorter gaps.
BUSY_FOR, GAP = 1.0, 0.12


class Turns:
    """Turns at writing, for the threads of one process, first come first served among people and
    among programs. Raises Busy for whom none comes in time."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._short_until = float("-inf")
        self._changed = threading.Condition()
        self._taken = False
        self._people: list[object] = []
        self._programs: list[object] = []
        self._worked = 0.0
        self._programs_from = float("-inf")
        self._lists = LongLists()

    @contextmanager
    def person(self) -> Iterator[None]:
        """A turn of somebody who waits in front of a page."""
        with self._turn(self._people, self._patience):
            yield

    @contextmanager
    def few_rows(self) -> Iterator[None]:
        """A turn at a few rows apart from the feed: only SQLite locks everything for them."""
        if connection.vendor == "sqlite":
            with self.person():
                yield
        else:
            yield

    @contextmanager
    def program(self, patience: float | None = None) -> Iterator[None]:
        """A turn of a partner's program: not while a person waits."""
        with self._turn(self._programs, self._patience if patience is None else patience):
            yield

    @contextmanager
    def long_list(self, partner_id: int) -> Iterator[None]:
        """Leave of a partner to hand in a long list, each piece of which takes its turn."""
        with self._lists.place(partner_id):
            yield

    @contextmanager
    def _turn(self, queue: list[object], patience: float) -> Iterator[None]:
        ends = time.monotonic() + patience
        if time.monotonic() < self._short_until:
            ends = time.monotonic() + SHORT_PATIENCE
        self._take(queue, ends)
        began = time.monotonic()
        try:
            _wait_for_lock(min(self._patience, ends - time.monotonic()))
            yield
            self._short_until = float("-inf")
        except DatabaseError as error:
            if trouble_of(error) is not None:
                self._short_until = time.monotonic() + WHILE
            raise
        finally:
            with self._changed:
                if queue is self._programs:
                    self._leave_gap(began)
                self._taken = False
                self._changed.notify_all()

    def _leave_gap(self, began: float) -> None:
        """Let no program begin for a moment, when they have had turn after turn."""
        now = time.monotonic()
        self._worked += now - began
        if self._worked >= BUSY_FOR and connection.vendor == "sqlite":
            self._worked, self._programs_from = 0.0, now + GAP

    def _take(self, queue: list[object], ends: float) -> None:
        ticket = object()
        with self._changed:
            queue.append(ticket)
            try:
                while (wait := self._until_mine(queue, ticket)) > 0:
                    left = ends - time.monotonic()
                    if left <= 0:
                        raise Busy
                    self._changed.wait(min(left, wait))
                self._taken = True
            finally:
                queue.remove(ticket)
                self._changed.notify_all()  # whoever gave up keeps nobody waiting

    def _until_mine(self, queue: list[object], ticket: object) -> float:
        """Return how long a ticket waits at least, in seconds: 0 when it's its turn."""
        if self._taken or (self._people or self._programs)[0] is not ticket:
            return float("inf")
        return self._programs_from - time.monotonic() if queue is self._programs else 0.0


def _wait_for_lock(seconds: float) -> None:
    """Let SQLite wait so long for its lock; another process may hold it."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {max(100, int(seconds * 1000))}")
