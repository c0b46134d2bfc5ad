"""Closing a decoder process in, before it sees its first file. Nothing opens it again.

Whoever takes over a decoder is left with the memory of that process and two ends of pipes. Each
part is a wall of its own, so that a machine that lacks one still has the others.
"""

import ctypes
import os
import resource
import struct
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from staydown.media import landlock, system_calls
from staydown.media.walls import Walls

_SET_DUMPABLE = 4
_SET_NO_NEW_PRIVILEGES = 38

#: The third version of Linux' interface for capabilities, and this process.
_CAPABILITIES_OF_THIS = struct.pack("=Ii", 0x20080522, 0)

#: The highest number of a file that is still open afterwards, and as many may be.
_MOST_FILES = 16


def close_in(requests: int, answers: int) -> Walls:
    """Close this process in, leaving those two files open, and say what stands.

    What will be needed has been imported, compiled and opened: there is no more of that.
    """
    _close_files({requests, answers})
    for bound, most in ((resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, _MOST_FILES)):
        resource.setrlimit(bound, (most, most))
    if sys.platform != "linux":
        return Walls()
    alone = _threads() == 1
    library = ctypes.CDLL(None, use_errno=True)
    privileges = library.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
    library.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    library.capset(_CAPABILITIES_OF_THIS, bytes(24))
    files = landlock.refuse_everything()
    calls = system_calls.refuse_others(requests)
    return Walls(files, calls, privileges, alone)


def _close_files(kept: set[int]) -> None:
    """Close what libraries have left open; the standard three lead nowhere."""
    edges = [2, *sorted(kept), resource.getrlimit(resource.RLIMIT_NOFILE)[0]]
    for before, after in pairwise(edges):
        os.closerange(before + 1, after)


def _threads() -> int:
    with suppress(OSError):
        return len(list(Path("/proc/self/task").iterdir()))
    return 0
