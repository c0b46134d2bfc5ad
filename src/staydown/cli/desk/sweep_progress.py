"""How far a sweep is: a line redrawn on a terminal, plain lines now and then elsewhere."""

import sys
import time
from collections import Counter
from datetime import timedelta
from typing import TextIO

from staydown.cli.output import ERASE, steer
from staydown.matching.sweep_list import COMPARED
from staydown.review.records import SweepCounts

_REDRAW_SECONDS = 0.2
_LINE_SECONDS = 30.0


class SweepProgress:
    """Adds up what comes of the parts, and says so on standard error."""

    def __init__(self, files: int, before: SweepCounts, stream: TextIO | None = None) -> None:
        self._files = files
        self._before = before.files
        self._stream = stream or sys.stderr
        self._redraw = self._stream is not None and self._stream.isatty()
        self._started = time.monotonic()
        self._said = self._started
        self._shown = False
        self.counts = before

    def begin(self) -> None:
        """Count the time from now on: the decoders are warm."""
        self._started = self._said = time.monotonic()

    def add(self, part: SweepCounts) -> None:
        """Count a part that was saved."""
        so_far = self.counts
        self.counts = SweepCounts(
            so_far.files + part.files,
            so_far.parts + part.parts,
            so_far.held + part.held,
            so_far.flagged + part.flagged,
            so_far.items + part.items,
            so_far.faults + part.faults,
        )
        now = time.monotonic()
        if now - self._said >= (_REDRAW_SECONDS if self._redraw else _LINE_SECONDS):
            self._said = now
            self._say(self.words())

    @property
    def rate(self) -> float:
        """Files a second, of those that this run looked at."""
        return (self.counts.files - self._before) / max(time.monotonic() - self._started, 0.001)

    def words(self) -> str:
        """Say how far it is, how fast, and for how much longer."""
        done, left = self.counts.files, self._files - self.counts.files
        parts = [f"{done:,} of {self._files:,} files", f"{self.rate:,.1f} a second"]
        if left and self.rate:
            parts.append(f"{timedelta(seconds=round(left / self.rate))} left")
        parts.append(f"{self.counts.held:,} held, {self.counts.flagged:,} flagged")
        return ", ".join([*parts, f"{unread(self.counts.faults).total():,} unreadable"])

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            self._put(ERASE)
            self._shown = False

    def _say(self, words: str) -> None:
        self._put(ERASE + words if self._redraw else words + "\n")
        self._shown = self._redraw

    def _put(self, text: str) -> None:
        try:
            if self._stream is not None:
                steer(self._stream, text)
        except OSError:  # the terminal went away: the work matters, the count does not
            self._redraw = False


def unread(faults: Counter[str]) -> Counter[str]:
    """Return those that could not be looked at."""
    return Counter({code: count for code, count in faults.items() if code not in COMPARED})


def in_part(faults: Counter[str]) -> Counter[str]:
    """Return those that were looked at as far as they can be shown."""
    return faults - unread(faults)


def reasons(faults: Counter[str]) -> str:
    """Say how many files there are of each reason."""
    return ", ".join(f"{code}: {count:,}" for code, count in faults.most_common())
