"""What the tests ask a decoder process to do: it imports this module by its name."""

import ctypes
import os
import platform
import signal
import sys
import time
import weakref
from typing import BinaryIO

import av
import numpy as np

from staydown.base.canonical import JSONValue
from staydown.media import frames
from staydown.media.picture import Pixels

_watched: list[weakref.ref[Pixels]] = []


def size(pixels: Pixels) -> JSONValue:
    """The width and the height."""
    return [pixels.shape[1], pixels.shape[0]]


def corners(pixels: Pixels) -> JSONValue:
    """The colours of the four corners: top left, top right, bottom left, bottom right."""
    return [[int(part) for part in pixels[y, x]] for y in (0, -1) for x in (0, -1)]


def everything(pixels: Pixels) -> JSONValue:
    """All levels of a small picture, as hexadecimal digits."""
    return {"shape": list(pixels.shape), "levels": pixels.tobytes().hex()}


def process(pixels: Pixels) -> JSONValue:
    """The number of the process that does the work."""
    return os.getpid()


def variables(pixels: Pixels, names: list[str]) -> JSONValue:
    """What variables of these names hold."""
    return {name: os.environ.get(name) for name in names}


def killed(pixels: Pixels) -> JSONValue:
    """End as if somebody had said ``kill -9``."""
    os.kill(os.getpid(), signal.SIGKILL)
    return None


def crashed(pixels: Pixels) -> JSONValue:
    """End as a decoder does that writes where it may not."""
    os.kill(os.getpid(), signal.SIGSEGV)
    return None


def hung(pixels: Pixels) -> JSONValue:
    """Wait for ever."""
    while True:
        time.sleep(3600)


def spinning(pixels: Pixels) -> JSONValue:
    """Compute for ever."""
    while True:
        pass


def greedy(pixels: Pixels) -> JSONValue:
    """Ask for more memory than there may be."""
    return int(np.ones(1 << 32, dtype=np.uint8).sum())


def talkative(pixels: Pixels) -> JSONValue:
    """Answer with more than an answer may hold."""
    return "x" * (1 << 22)


def chatty(pixels: Pixels) -> JSONValue:
    """Print where a library might, in the midst of the work."""
    print("decoder says hello")
    sys.stdout.flush()
    os.write(1, b"\x00\x00\x00\x05hello")
    return "quiet"


def wrong(pixels: Pixels) -> JSONValue:
    """Raise what nobody foresaw."""
    raise LookupError("secret")


def unsayable(pixels: Pixels) -> JSONValue:
    """Answer with what JSON cannot say."""
    return object()  # type: ignore[return-value]  # the fault under test


def environment(pixels: Pixels) -> JSONValue:
    """The names of all environment variables."""
    return sorted(os.environ)


def open_files(pixels: Pixels) -> JSONValue:
    """What the process holds open: the format of each, by its number."""
    import stat

    library = ctypes.CDLL(None, use_errno=True)
    number_of_fstat = {"x86_64": 5, "aarch64": 80}[platform.machine()]
    place_of_mode = {"x86_64": 24, "aarch64": 16}[platform.machine()]
    about = ctypes.create_string_buffer(256)
    kinds = {}
    for number in range(4096):
        if library.syscall(number_of_fstat, number, about) == 0:
            mode = int.from_bytes(about.raw[place_of_mode : place_of_mode + 4], sys.byteorder)
            kinds[str(number)] = stat.filemode(mode)[0]
    return dict(kinds)


def called(_: object, *, calls: list[list[int]]) -> JSONValue:
    """Make system calls. What came of each: 0, or how it was refused."""
    library = ctypes.CDLL(None, use_errno=True)
    return [
        ctypes.get_errno() if library.syscall(*map(ctypes.c_long, call)) == -1 else 0
        for call in calls
    ]


def parent(_: object) -> JSONValue:
    """The number of the process that asks."""
    return os.getppid()


def counted_modules(_: object) -> JSONValue:
    """How many modules are loaded."""
    return len(sys.modules)


def processor_time(_: object) -> JSONValue:
    """Time of a processor that this process has used, in microseconds."""
    return round(time.process_time() * 1_000_000)


def limits(pixels: Pixels) -> JSONValue:
    """The bounds that the kernel holds the process to."""
    import resource

    return {
        "memory": resource.getrlimit(resource.RLIMIT_AS)[1],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[1],
    }


def identity(pixels: Pixels) -> JSONValue:
    return id(pixels)


def remember(pixels: Pixels) -> JSONValue:
    """Watch whether these pixels are still in memory."""
    _watched.append(weakref.ref(pixels))
    return None


def remembered(_: Pixels) -> JSONValue:
    return any(watch() is not None for watch in _watched)


def echo(_: Pixels, *, words: JSONValue) -> JSONValue:
    return words


def first_bytes(file: BinaryIO, *, count: int) -> JSONValue:
    return file.read(count).decode()


def slow(_: Pixels) -> JSONValue:
    """Take most of a short time limit."""
    time.sleep(0.7)
    return None


def working(_: Pixels, *, milliseconds: int) -> JSONValue:
    """Use so much of the processor; return the number of the process."""
    end = time.process_time() + milliseconds / 1000
    while time.process_time() < end:
        pass
    return os.getpid()


def stalling(_: object) -> None:
    """Never let go of a file."""
    time.sleep(3600)


def nested(_: Pixels) -> JSONValue:
    """Write, past the protocol's own hand, an answer of brackets within brackets."""
    import gc
    import io

    text = b"[" * 100_000
    for pipe in gc.get_objects():
        if isinstance(pipe, io.BufferedWriter) and not pipe.closed and pipe.fileno() > 2:
            pipe.write(len(text).to_bytes(4) + text)
            pipe.flush()
    time.sleep(3600)
    return None


def process_of(file: BinaryIO) -> JSONValue:
    """The number of the process that holds the file."""
    return os.getpid()


def frames_of(file: BinaryIO) -> JSONValue:
    """How many pictures are taken out of a video."""
    return sum(frame.luma().size > 0 for frame in frames.Film(file))


def read_by_another_av(file: BinaryIO) -> JSONValue:
    """Read a video with an ``av.open`` that doesn't take an argument any more."""
    opened = av.open

    def another(file: BinaryIO, mode: str, *, format: str, options: dict[str, str]) -> object:  # noqa: A002
        return opened(file, mode, format=format, options=options)  # type: ignore[call-overload]

    av.open = another  # type: ignore[assignment]
    try:
        return len(list(frames.Film(file)))
    finally:
        av.open = opened


def raised_limits(_: object) -> JSONValue:
    """The bounds that this process can loosen for itself."""
    import resource

    raised: list[JSONValue] = []
    for name in ("RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE"):
        bound = getattr(resource, name)
        _, hard = resource.getrlimit(bound)
        try:
            resource.setrlimit(bound, (hard + 1, hard + 1))
        except (OSError, ValueError):
            continue
        raised.append(name)
    return raised
