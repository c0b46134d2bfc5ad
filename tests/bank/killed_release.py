"""Releases that are killed, each at another line; the last one is left alone.

``python -m tests.bank.killed_release SETTINGS KILLS``: prints how many were killed.
"""

import itertools
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from staydown.bank.settings import BankSettings
from staydown.base.settings import load
from staydown.web.bank_site.process import configure

#: Where a release goes through; steps through all of it would take minutes.
_ROOMS = ("bank/release.py", "bank/entries.py", "bank/waiting.py", "bank/audit.py")

#: Lines between two kills: no part of any loop's length.
_STRIDE = 17


def main() -> None:
    """Let children release and be killed, until one comes to its end."""
    settings, most = Path(sys.argv[1]), int(sys.argv[2])
    bank = configure(load(settings, BankSettings)).bank
    from staydown.bank import release

    release.PIECE = 3
    for killed in itertools.count():
        child = os.fork()
        if child == 0:
            if killed < most:
                _die_after(_STRIDE * killed)
            release.release(bank)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
    print(killed)
    sys.exit(os.waitstatus_to_exitcode(status))


def _die_after(lines: int) -> None:
    left = itertools.count(lines, -1)

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.endswith(_ROOMS):
            return None
        if event == "line" and next(left) <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


if __name__ == "__main__":
    main()
