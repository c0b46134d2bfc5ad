"""A line on a terminal that says how far a long command is: drawn by ``rich``, taken away again."""

import io
import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self, TextIO

from staydown.cli.output import steer

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_SECONDS_BETWEEN = 0.1


class Progress:
    """Counts on standard error, if that is a terminal; otherwise does nothing.

    ``words`` say what is counted, ``total`` how many there are where that is known, and ``done``
    how many of them were done before. Call ``hide`` before anything else is written: both streams
    may be the same terminal. Use it in a ``with``, so that nothing of it stays behind.
    """

    def __init__(
        self,
        words: str = "files",
        total: int | None = None,
        *,
        done: int = 0,
        stream: TextIO | None = None,
    ) -> None:
        stream = stream or sys.stderr
        self._bar: Bar | None = None
        if stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb":
            self._bar = _bar(words, total, done, stream)
        self._drawn = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.hide()

    @property
    def drawn(self) -> bool:
        """Whether there is a terminal that it is drawn on."""
        return self._bar is not None

    def step(self, by: int = 1, note: str = "") -> None:
        """Count more; ``note`` stands behind the count."""
        if self._bar is None:
            return
        self._bar.update(self._bar.task_ids[0], advance=by, note=note)
        now = time.monotonic()
        if now - self._drawn < _SECONDS_BETWEEN:
            return
        self._drawn = now
        try:
            self._bar.start()
            self._bar.refresh()
        except OSError:  # the terminal went away: the results matter, the count does not
            self._bar = None

    def hide(self) -> None:
        """Take the line away."""
        if self._bar is not None:
            with suppress(OSError):
                self._bar.stop()


class _OurOwn(io.StringIO):
    """What ``rich`` writes here is our own: the terminal obeys it."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str, /) -> int:
        steer(self._stream, text)
        return len(text)


def _bar(words: str, total: int | None, done: int, stream: TextIO) -> "Bar":
    # Imported here: only a command with a terminal before it pays for it.
    from rich.console import Console
    from rich.progress import BarColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class Rate(ProgressColumn):
        """How many a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.finished_speed or task.speed or 0:,.0f} a second")

    class Terminal(Console):
        """Leaves the cursor alone: a command that is killed couldn't give it back."""

        def show_cursor(self, show: bool = True) -> bool:
            del show
            return False

    count = f"{{task.completed:,}} {words}" if total is None else f"of {{task.total:,}} {words}"
    known = () if total is None else (TextColumn("{task.completed:,}"), BarColumn(20))
    left = () if total is None else (TimeRemainingColumn(compact=True),)
    bar = Bar(
        *(*known, TextColumn(count), Rate(), *left, TextColumn("{task.fields[note]}")),
        console=Terminal(file=_OurOwn(stream), force_terminal=True, color_system=None),
        auto_refresh=False,
        transient=True,
    )
    bar.add_task("", total=total, completed=done, note="")
    return bar
