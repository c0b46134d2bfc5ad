"""The date on which tests run: today, or any other that ``--today`` or a test asks for.

What asks ``SystemClock`` is moved, in this process and in those that it starts. What asks the
machine's clock is not, and needn't be: sessions, signatures, certificates, time limits of calls.
"""

import importlib.util
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from staydown.base.clock import SystemClock

_FOLDER = Path(__file__).parent / "clock"
_NAME = "STAYDOWN_TESTS_CLOCK_SHIFT"


def at_noon(day: date) -> datetime:
    """Return a moment that is on ``day`` in most places, in UTC."""
    return datetime.combine(day, time(12), UTC)


def clock_of(now: datetime | None) -> Mapping[str, str]:
    """Return what to put into the environment of a process whose clock starts at ``now``."""
    if now is None:
        return {}
    shift = now - datetime.now(UTC)
    return {_NAME: str(shift / timedelta(seconds=1)), "PYTHONPATH": _with_folder()}


def move_to(now: datetime) -> None:
    """Move the clock of this process, and of those that it starts."""
    os.environ.update(clock_of(now))
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
