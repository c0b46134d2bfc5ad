"""Slowing tries: the one place that keeps count, for passwords, PINs and the bank's door.

What is counted at whom stands in its ``Limit``, and the rules in ``throttle_rules``. A try is
booked before it is looked at, and released or rolled back after, so that tries sent side by side
gain nothing. The row is locked from the first look at its marks until the transaction ends.
"""

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import transaction

from staydown.accounts import throttle_rules
from staydown.accounts.models import Throttle
from staydown.accounts.throttle_rules import Decision, Lane, Limit, Marks
from staydown.base.allowance import room

#: A flood of made-up subjects leaves a row for each: one try in so many clears up, and how much.
_TIDY_ONE_IN, _MOST = 64, 500

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


class LockedMarks:
    """A subject's marks, locked until the open transaction ends."""

    def __init__(self, limit: Limit, row: Throttle, now: datetime) -> None:
        self._limit, self._row, self._now = limit, row, now

    @property
    def marks(self) -> Marks:
        """The marks as they are now."""
        return _read(self._row)

    def book(self, opened: Collection[Lane] | None = None, count: int = 1) -> Decision:
        """Take ``count`` together from the first lane that has room: see ``admit``."""
        found = throttle_rules.admit(self._limit, self.marks, self._now, opened, count)
        self._keep(found.marks)
        return found

    def room(self, lane: Lane) -> int:
        """Return how many ``book`` would take together from a lane."""
        return room(self.marks.get(lane.name, self._now), self._now, lane)

    def release(self, lane: Lane) -> None:
        """What was booked in ``lane`` was right: forget it, and the slips before it."""
        self._keep(throttle_rules.released(self._limit, self.marks, lane, self._now))

    def rollback(self, lane: Lane, count: int = 1) -> None:
        """What was booked in ``lane`` was not looked at: put it back."""
        self._keep(throttle_rules.rolled_back(self.marks, lane, count))

    def _keep(self, marks: Marks) -> None:
        if marks != self.marks:
            self._row.marks = {lane: (mark - _EPOCH) // _UNIT for lane, mark in marks.items()}
            self._row.whole_at = max(marks.values())
            self._row.save(update_fields=["marks", "whole_at"])


@contextmanager
def locked(limit: Limit, subject: bytes, now: datetime) -> Iterator[LockedMarks]:
    """Lock what is counted at a subject, within the open transaction or one of its own."""
    with transaction.atomic():
        yield LockedMarks(limit, _locked_row(limit.scope, subject, now), now)


def marks(limit: Limit, subject: bytes) -> Marks:
    """Return a subject's marks without a lock: for a refusal that writes nothing."""
    row = Throttle.objects.filter(scope=limit.scope, subject=subject).first()
    return {} if row is None else _read(row)


def is_drawn_to_tidy() -> bool:
    """Say, by lot, if the caller should call ``forget_old`` after its own transaction."""
    return secrets.randbelow(_TIDY_ONE_IN) == 0


def forget_old(now: datetime) -> int:
    """Delete some rows that slow nobody any more; return how many."""
    with transaction.atomic():
        old = Throttle.objects.filter(whole_at__lte=now).select_for_update(skip_locked=True)
        taken = list(old.values_list("pk", flat=True)[:_MOST])
        return Throttle.objects.filter(pk__in=taken).delete()[0]


def _read(row: Throttle) -> Marks:
    return {lane: _EPOCH + mark * _UNIT for lane, mark in row.marks.items()}


def _locked_row(scope: str, subject: bytes, now: datetime) -> Throttle:
    """Return the subject's row, locked. One that is being forgotten is made once more."""
    while True:
        Throttle.objects.bulk_create(
            [Throttle(scope=scope, subject=subject, whole_at=now)], ignore_conflicts=True
        )
        row = Throttle.objects.select_for_update().filter(scope=scope, subject=subject).first()
        if row is not None:
            return row
