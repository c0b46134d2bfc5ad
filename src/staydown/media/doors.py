"""Whether a decoder process is really closed in: one is started, and tries each door itself.

What a kernel says of itself is not asked: a container may have taken away what it has.
"""

import ctypes
import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from staydown.base.canonical import JSONValue
from staydown.media.errors import DecoderFailed
from staydown.media.form import Form
from staydown.media.walls import Walls
from staydown.media.worker import PictureWorker

#: How a kernel refuses.
_REFUSALS = frozenset({errno.EPERM, errno.EACCES, errno.ENOSYS})

_READABLE_AND_RUNNABLE = 1 | 4  # PROT_READ, PROT_EXEC
_PRIVATE, _ANONYMOUS = 0x02, 0x20  # MAP_
_SETUP_IO_URING = 425
_INVALID = ctypes.c_void_p(1)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What stands round a decoder process, and which of ``DOORS`` it could open all the same."""

    walls: Walls
    open: tuple[str, ...]


def inspect(worker: PictureWorker) -> Inspection:
    """Let a decoder process of ``worker`` try every door. Raises DecoderUnavailable, MediaError."""
    said = worker.run(b"", tried, Form.FILE)
    walls = worker.walls
    if not isinstance(said, list) or not set(said) <= set(DOORS):
        raise DecoderFailed
    return Inspection(walls, tuple(door for door in DOORS if door in said))


def tried(_: object) -> JSONValue:
    """The doors that this process could open. Runs in the decoder process; does no harm."""
    library = ctypes.CDLL(None, use_errno=True)
    return [door for door, opens in DOORS.items() if opens(library)]


# --------------------------------------------------------------------------- the doors


def _open_for(flags: int, path: str) -> Callable[[Any], bool]:
    def opens(library: Any) -> bool:
        handle = library.open(path.encode(), flags)
        if handle >= 0:
            os.close(handle)
        return bool(handle >= 0)

    return opens


def _parents_memory(library: Any) -> bool:
    return _open_for(os.O_RDONLY, f"/proc/{os.getppid()}/mem")(library)


def _network(library: Any) -> bool:
    for family, kind in ((1, 1), (2, 1), (2, 2), (10, 1), (10, 2), (16, 3)):
        handle = library.socket(family, kind, 0)
        if handle >= 0:
            os.close(handle)
            return True
    return False


def _programs(library: Any) -> bool:
    """With arguments that no program is started with: only whether one might be."""
    return _answered(library.execve(b"/bin/sh", _INVALID, None))


def _processes(library: Any) -> bool:
    child = library.fork()
    if child == 0:
        os._exit(0)
    if child > 0:
        os.waitpid(child, 0)
    return bool(child > 0)


def _signals(library: Any) -> bool:
    return _answered(library.kill(os.getppid(), 0))


def _new_code(library: Any) -> bool:
    library.mmap.restype = ctypes.c_void_p
    kind = _PRIVATE | _ANONYMOUS
    place = library.mmap(None, ctypes.c_size_t(4096), _READABLE_AND_RUNNABLE, kind, -1, 0)
    return place not in {None, ctypes.c_void_p(-1).value}


def _rare_calls(library: Any) -> bool:
    """What kernels have most often been broken through: one of it stands for all."""
    return _answered(library.syscall(_SETUP_IO_URING, 1, _INVALID)) or _answered(library.unshare(0))


def _answered(result: int) -> bool:
    """Whether the kernel went into what was asked, were it only to find fault with it."""
    return result >= 0 or ctypes.get_errno() not in _REFUSALS


#: What a taken-over decoder might try: a word for it, and whether it works.
DOORS: Mapping[str, Callable[[Any], bool]] = {
    "read_files": _open_for(os.O_RDONLY, __file__),
    "write_files": _open_for(os.O_WRONLY, os.devnull),
    "read_parents_memory": _parents_memory,
    "use_network": _network,
    "run_programs": _programs,
    "start_processes": _processes,
    "signal_others": _signals,
    "run_new_code": _new_code,
    "make_rare_calls": _rare_calls,
}
