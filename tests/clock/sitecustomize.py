"""Another date for the processes that tests start: Python loads this file where it is on the path.

It is no part of the package, so that no setting of a bank or desk can move its clock.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_shift = os.environ.get("STAYDOWN_TESTS_CLOCK_SHIFT")  # seconds
_file = os.environ.get("STAYDOWN_TESTS_CLOCK_FILE")  # holds seconds, and a test may write others
if _shift or _file:
    try:
        from staydown.base.clock import SystemClock
    except ImportError:  # a Python without the package: it has no clock of ours
        pass
    else:

        def _now(self: SystemClock) -> datetime:
            more = Path(_file).read_text("ascii") if _file else 0
            return datetime.now(UTC) + timedelta(seconds=float(_shift or 0) + float(more))

        SystemClock.now = _now  # type: ignore[method-assign]
