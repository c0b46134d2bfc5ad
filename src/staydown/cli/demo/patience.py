"""Saying what is waited for, and why, where it takes long."""

import time
from collections.abc import Callable

import click

#: Seconds without a word, and then between two.
QUIET_SECONDS = 4.0
BETWEEN_SECONDS = 15.0


class Patience:
    """Tells a person who waits what for, on standard error; nothing where it's quickly over.

    ``clock`` counts seconds, from anywhere.
    """

    def __init__(
        self,
        say: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say = say or (lambda words: click.echo(words, err=True))
        self._clock = clock
        self._begun = clock()
        self._next = self._begun + QUIET_SECONDS

    def waiting_for(self, what: str, why: str = "") -> None:
        """Say that ``what`` isn't there yet, if nothing was said for a while. ``why`` is for the
        first time: a sentence."""
        now = self._clock()
        if now < self._next:
            return
        self._say(f"Waiting for {what} ({now - self._begun:.0f} s so far).{why and ' ' + why}")
        self._next = now + BETWEEN_SECONDS
