"""Which clocks have run out."""

from collections.abc import Sequence
from datetime import datetime

from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.entries import DeadlineEntry


def overdue(entries: Sequence[DeadlineEntry], now: datetime) -> tuple[DeadlineEntry, ...]:
    """Return the entries whose latest lawful end is past and that nothing ended, longest first.

    One whose end is in doubt is not among them before its last doubt is past; one without a
    certain date never is.
    """
    over: list[tuple[datetime, int]] = []
    for position, entry in enumerate(entries):
        shown = show(entry.terms, entry.happened, now)
        if shown.state == "over" and shown.wait_until is not None:
            over.append((shown.wait_until, position))
    return tuple(entries[position] for _, position in sorted(over))
