"""What the tests ask a decoder process to do: it imports this module by its name."""

import os
import signal
import sys
import time
import weakref
from pathlib import Path
from typing import BinaryIO

import numpy as np

from staydown.base.canonical import JSONValue
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
    """What the process holds open, as numbers and kinds."""
    kinds = []
    for number in range(64):
        try:
            target = str(Path(f"/proc/self/fd/{number}").readlink())
        except OSError:
            continue
        kinds.append(target.split(":", maxsplit=1)[0])
    return kinds


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
