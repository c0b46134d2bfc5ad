"""Landlock: the kernel keeps this thread, and all that it starts, away from files and networks.

Nothing is allowed here: files that are open already stay usable, and no other can be had. Each
version of the kernel's interface knows more to refuse; what it has is taken.
https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
from ctypes import c_uint64

#: Numbers of the system calls, the same on every kind of processor.
_CREATE_RULESET = 444
_RESTRICT_SELF = 446

_ASK_VERSION = 1

#: Version of the interface from which on there is so much to refuse: for files, networks, and
#: abstract sockets and signals to processes outside.
_FILES = ((1, (1 << 13) - 1), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
_NETWORK = ((4, 0b11),)
_SCOPES = ((6, 0b11),)


class _Ruleset(ctypes.Structure):
    """What is refused; an older kernel takes the beginning alone."""

    _fields_ = [("files", c_uint64), ("network", c_uint64), ("scopes", c_uint64)]


def version() -> int:
    """Return the version of the interface that this kernel has; 0 where it has none."""
    return max(0, _system_call(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION))


def refuse_everything() -> int:
    """Take every file, network and process from this thread. Return the version; 0 if refused.

    The process must have renounced new privileges before (``PR_SET_NO_NEW_PRIVS``).
    """
    has = version()
    rules = _Ruleset(_known(_FILES, has), _known(_NETWORK, has), _known(_SCOPES, has))
    size = 8 if has < 4 else 16 if has < 6 else ctypes.sizeof(rules)
    if not has:
        return 0
    handle = _system_call(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    if handle < 0:
        return 0
    refused = _system_call(_RESTRICT_SELF, handle, 0)
    os.close(handle)
    return has if refused == 0 else 0


def _known(table: tuple[tuple[int, int], ...], has: int) -> int:
    return sum(bits for since, bits in table if has >= since)


def _system_call(number: int, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    return int(library.syscall(number, *arguments))
