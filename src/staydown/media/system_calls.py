"""Which system calls a decoder process may still make once it is closed in, as a seccomp filter.

A list of what is allowed: computing, memory that can't be run, reading and writing what is open
already, time, signals to itself, threads of its own. All else is refused, and so is whatever
kernels learn later. https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_KILL_PROCESS = 0x80000000
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_SET_MODE_FILTER = 1
_ALL_THREADS = 1

#: The kernel's ``struct sock_filter``, and the few instructions of it that are used.
_INSTRUCTION = struct.Struct("=HBBI")
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

#: Where ``struct seccomp_data`` has the call's number, the kind of processor, and the lower half
#: of an argument (both kinds of processor here put it first).
_NUMBER, _PROCESSOR, _ARGUMENTS = 0, 4, 16

#: From here on numbers are the same everywhere and belong to kernels from 2019 on. Libraries take
#: "there is no such call" for an older kernel, and go the older way.
_NEWER = 424

_EXECUTABLE = 4  # PROT_EXEC
_SET_NAME = 15  # PR_SET_NAME

#: What the two C libraries there are ask of ``clone`` for a thread, and for nothing else.
_THREADS = (0x3D0F00, 0x7D0F00)

#: Calls that are allowed whatever they are given: numbers on x86-64 and on 64-bit ARM.
PLAIN: Mapping[str, tuple[int | None, int | None]] = {
    # what is open already
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66),
    "pread64": (17, 67), "lseek": (8, 62), "close": (3, 57), "fstat": (5, 80),
    # memory
    "brk": (12, 214), "munmap": (11, 215), "mremap": (25, 216), "madvise": (28, 233),
    # threads and waiting
    "futex": (202, 98), "set_robust_list": (273, 99), "rseq": (334, 293), "membarrier": (324, 283),
    "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "getcpu": (309, 168),
    "nanosleep": (35, 101), "clock_nanosleep": (230, 115), "restart_syscall": (219, 128),
    # signals to itself
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    # asking
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "gettimeofday": (96, 169),
    "time": (201, None), "times": (100, 153), "getrandom": (318, 278), "getrusage": (98, 165),
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174),
    "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177), "uname": (63, 160),
    "sysinfo": (99, 179), "getrlimit": (97, 163), "setrlimit": (160, 164),
    # the end
    "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """A call that is allowed where an argument (counted from 0) is one of ``only``, or has none of
    the bits ``without``."""

    numbers: tuple[int, int]
    argument: int
    only: tuple[int, ...] = ()
    without: int = 0


def guarded(requests: int) -> tuple[Rule, ...]:
    """Return the calls that depend on an argument. ``requests``: where open files come in."""
    this = (os.getpid(),)
    return (
        Rule((9, 222), 2, without=_EXECUTABLE),  # mmap
        Rule((10, 226), 2, without=_EXECUTABLE),  # mprotect
        Rule((56, 220), 0, only=_THREADS),  # clone
        Rule((62, 129), 0, only=this),  # kill
        Rule((234, 131), 0, only=this),  # tgkill
        Rule((302, 261), 0, only=(0,)),  # prlimit64, of itself
        Rule((157, 167), 0, only=(_SET_NAME,)),  # prctl
        Rule((47, 212), 0, only=(requests,)),  # recvmsg
    )


@dataclass(frozen=True, slots=True)
class Processor:
    """A kind of processor: its mark in the kernel, its column in the tables, its ``seccomp``."""

    mark: int
    column: int
    seccomp: int


PROCESSORS = {
    "x86_64": Processor(0xC000003E, 0, 317),
    "aarch64": Processor(0xC00000B7, 1, 277),
}


def refuse_others(requests: int) -> bool:
    """Set the filter for every thread of this process, for ever. Say whether the kernel took it.

    The process must have renounced new privileges before (``PR_SET_NO_NEW_PRIVS``).
    """
    processor = PROCESSORS.get(platform.machine())
    if processor is None or sys.maxsize < 1 << 32:
        return False
    program = filter_for(processor, guarded(requests))
    code = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("@HP", len(program) // _INSTRUCTION.size, ctypes.addressof(code))
    library = ctypes.CDLL(None, use_errno=True)
    arguments = (_SET_MODE_FILTER, _ALL_THREADS, described)
    return int(library.syscall(processor.seccomp, *arguments)) == 0


def filter_for(processor: Processor, rules: Sequence[Rule]) -> bytes:
    """Return the filter, as instructions of the kernel's classic BPF.

    Calls by another kind of processor's numbers (the 32-bit ones, which the same kernel takes)
    end the process.
    """
    refused = _give(_ERRNO | errno.EPERM)
    parts = [
        _step(_LOAD, _PROCESSOR), _step(_EQUAL, processor.mark, yes=1), _give(_KILL_PROCESS),
        _step(_LOAD, _NUMBER),
        _step(_AT_LEAST, _NEWER, no=1), _give(_ERRNO | errno.ENOSYS),
    ]  # fmt: skip
    for numbers in PLAIN.values():
        number = numbers[processor.column]
        if number is not None:
            parts += [_step(_EQUAL, number, no=1), _give(_ALLOW)]
    for rule in rules:
        body = [_step(_LOAD, _ARGUMENTS + 8 * rule.argument)]
        if rule.without:
            body += [_step(_ANY_BIT, rule.without, no=1), refused, _give(_ALLOW)]
        else:
            for value in rule.only:
                body += [_step(_EQUAL, value, no=1), _give(_ALLOW)]
            body.append(refused)
        parts += [_step(_EQUAL, rule.numbers[processor.column], no=len(body)), *body]
    return b"".join([*parts, refused])


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    """One instruction; ``yes`` and ``no``: how many to leap over."""
    return _INSTRUCTION.pack(code, yes, no, value)


def _give(answer: int) -> bytes:
    return _step(_RETURN, answer)
