"""The date on which tests run: today, or any other that ``--today`` or a test asks for.

What asks ``SystemClock`` is moved, in this process and in those that it starts. What asks the
machine's clock is not, and needn't be: sessions, signatures, certificates, time limits of calls.
"""

import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from staydown.base.clock import SystemClock

_FOLDER = Path(__file__).parent / "clock"
_NAME = "STAYDOWN_TESTS_CLOCK_SHIFT"
_FILE = "STAYDOWN_TESTS_CLOCK_FILE"


def at_noon(day: date) -> datetime:
    """Return a moment that is on ``day`` in most places, in UTC."""
    return datetime.combine(day, time(12), UTC)


@dataclass(frozen=True, slots=True)
class ServedClock:
    """The clock of processes that a test starts: it goes on by itself, and the test moves it.

    It is how many seconds, in a file, the processes are ahead of the tests.
    """

    file: Path

    @classmethod
    def beside(cls, folder: Path, now: datetime | None = None) -> "ServedClock":
        """Return a clock that starts at ``now``, or is the one of the tests, kept in ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        clock = cls(folder / "clock-of-the-test")
        clock._put(timedelta() if now is None else now - SystemClock().now())
        return clock

    @property
    def environment(self) -> Mapping[str, str]:
        """What to put into the environment of a process that is to have this clock."""
        return {_FILE: str(self.file), "PYTHONPATH": _with_folder()}

    def now(self) -> datetime:
        """Return the moment that the processes take for the present, in UTC."""
        return SystemClock().now() + self._ahead()

    def advance(self, by: timedelta) -> None:
        """Let ``by`` pass in an instant, for all the processes at once."""
        self._put(self._ahead() + by)

    def _ahead(self) -> timedelta:
        return timedelta(seconds=float(self.file.read_text("ascii")))

    def _put(self, ahead: timedelta) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(str(ahead / timedelta(seconds=1)), "ascii")
        new.replace(self.file)  # whole at every moment


def move_to(now: datetime) -> None:
    """Move the clock of this process, and of those that it starts."""
    shift = (now - datetime.now(UTC)) / timedelta(seconds=1)
    os.environ.update({_NAME: str(shift), "PYTHONPATH": _with_folder()})
    spec = importlib.util.spec_from_file_location("tests.clock", _FOLDER / "sitecustomize.py")
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def now() -> datetime:
    """Return the present moment of this process, in UTC."""
    return SystemClock().now()


def _with_folder() -> str:
    others = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join(
        [str(_FOLDER), *(one for one in others if one not in ("", str(_FOLDER)))]
    )
