"""When what waits goes out: at moments that everybody shares. Plain functions over a moment.

Whoever reads the feed sees when something came, and beside what. So all that people hand in or
withdraw within a window goes out together at its end, and only the bank knows whose is whose.
"""

from datetime import UTC, datetime, timedelta

from staydown.bank.settings import LONGEST_WINDOW

#: Nothing is held longer than this, windows included. A moment further ahead was written by a clock
#: that was wrong then.
LONGEST = timedelta(hours=2, seconds=LONGEST_WINDOW)


def window_end(now: datetime, seconds: int) -> datetime:
    """Return the end of the window that ``now`` lies in: later than ``now``, ``seconds`` at most.

    Windows follow each other from the epoch on, so that every process has the same ones.
    """
    return datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, UTC)


def is_due(due_at: datetime, now: datetime) -> bool:
    """Whether what was to wait until ``due_at`` goes out now."""
    return due_at <= now or due_at > now + LONGEST


def minutes_until(due_at: datetime, now: datetime) -> int:
    """Return in how many minutes at most it goes out: what a page says, from 1."""
    return max(1, -(-int((due_at - now).total_seconds()) // 60))
