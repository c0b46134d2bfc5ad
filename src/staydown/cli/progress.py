"""A line on a terminal that says how far a long command is."""

import os
import sys
import time
from typing import TextIO

from staydown.cli.output import ERASE, steer

_SECONDS_BETWEEN = 0.1


class Progress:
    """Counts files on standard error, if that is a terminal; otherwise does nothing.

    ``words`` say what is counted. Call ``hide`` before anything else is written: both streams may
    be the same terminal.
    """

    def __init__(self, words: str = "files", stream: TextIO | None = None) -> None:
        self._words = words
        stream = stream or sys.stderr
        self._stream = stream if stream is not None and stream.isatty() else None
        if os.environ.get("TERM") == "dumb":
            self._stream = None
        self._started = time.monotonic()
        self._drawn = 0.0
        self._done = 0
        self._shown = False

    def step(self) -> None:
        """Count one more file."""
        self._done += 1
        now = time.monotonic()
        if self._stream is None or now - self._drawn < _SECONDS_BETWEEN:
            return
        self._drawn = now
        rate = self._done / max(now - self._started, 0.001)
        self._put(f"{ERASE}{self._done:,} {self._words}, {rate:,.0f} a second")
        self._shown = True

    def hide(self) -> None:
        """Take the line away."""
        if self._shown:
            self._put(ERASE)
            self._shown = False

    def _put(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            steer(self._stream, text)
        except OSError:  # the terminal went away: the results matter, the count does not
            self._stream = None
