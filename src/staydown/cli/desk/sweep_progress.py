"""How far a sweep is: a line redrawn on a terminal, plain lines now and then elsewhere."""

import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import TextIO

import click

from staydown.cli.progress import Progress
from staydown.matching.sweep_list import COMPARED
from staydown.review.records import SweepCounts

_LINE_SECONDS = 30.0


class SweepProgress:
    """Adds up what comes of the parts, and says so on standard error."""

    def __init__(self, files: int, before: SweepCounts, stream: TextIO | None = None) -> None:
        self._files = files
        self._before = before.files
        self._stream = stream or sys.stderr
        self._line = Progress("files", files, done=before.files, stream=stream)
        self._started = self._said = time.monotonic()
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
        self._line.step(part.files, self._came_of_it())
        now = time.monotonic()
        if not self._line.drawn and now - self._said >= _LINE_SECONDS and self._stream is not None:
            self._said = now
            with suppress(OSError):  # the terminal went away: the work matters, this does not
                click.echo(self.words(), file=self._stream)

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
        return ", ".join([*parts, self._came_of_it()])

    def end(self) -> None:
        """Take the line away."""
        self._line.hide()

    def _came_of_it(self) -> str:
        unreadable = unread(self.counts.faults).total()
        counts = self.counts
        return f"{counts.held:,} held, {counts.flagged:,} flagged, {unreadable:,} unreadable"


def unread(faults: Counter[str]) -> Counter[str]:
    """Return those that could not be looked at."""
    return Counter({code: count for code, count in faults.items() if code not in COMPARED})


def in_part(faults: Counter[str]) -> Counter[str]:
    """Return those that were looked at as far as they can be shown."""
    return faults - unread(faults)


def reasons(faults: Counter[str]) -> str:
    """Say how many files there are of each reason."""
    return ", ".join(f"{code}: {count:,}" for code, count in faults.most_common())
