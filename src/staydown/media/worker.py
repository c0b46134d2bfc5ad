"""Runs a function on the pixels of hostile files, in child processes that are kept warm.

Whatever a file does to its decoder (crash, hang, devour memory) costs that one file: the child is
replaced and the next file goes on. Data goes over pipes, answers are JSON, and the parent never
holds more than the file and one small answer.
"""

import math
import os
import queue
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from staydown.base.canonical import JSONValue
from staydown.media.errors import NotAVideo, TooLarge
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.pipe import Request
from staydown.media.process import DecoderProcess
from staydown.media.walls import Walls

#: ``function(opened, **arguments)``: what is opened depends on the form; JSON comes back.
Task = Callable[..., JSONValue]

#: A function that each child calls before its first file, with its arguments.
Warm = tuple[Callable[..., None], Mapping[str, JSONValue]]


class OpenFile:
    """One file in the hands of one child: read once, asked as often as needed.

    Get it from ``PictureWorker.open``; it ends with that block. The file is read at the first
    ``run``, and the child keeps what it read for the next ones. A MediaError ends it. All further
    questions about a picture share the time that the first one may take: a file that makes each
    slow must not hold a child for a multiple of it. A video has that time for each.
    """

    def __init__(self, child: DecoderProcess, data: bytes | int, form: Form) -> None:
        self._child = child
        self._data = data
        self._form = form
        self._read = False
        self._until = math.inf

    def run(self, function: Task, **arguments: JSONValue) -> JSONValue:
        """Return ``function(opened, **arguments)``, computed in the child. Raises a MediaError.

        ``function`` must stand at the top of a module that the child can import, and take and
        return what JSON can say.
        """
        request = Request(
            _reference(function),
            arguments,
            self._form,
            keep=True,
            again=self._read,
        )
        left = max(0.0, self._until - time.monotonic())
        answer = self._child.run(b"" if self._read else self._data, request, left)
        if not self._read and self._form is not Form.FILE:
            self._until = time.monotonic() + self._child.seconds
        self._read, self._data = True, b""
        return answer


class PictureWorker:
    """Decodes files one after another in ``processes`` warm children; safe for many threads.

    ``warm`` are module-level functions, with arguments, that each child calls before its first
    file. Children start when they are first needed and end with ``close`` or with this process.
    ``must_be_closed``: on a machine that can't close them in (``confine``) no file is opened.
    """

    def __init__(
        self,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        processes: int = 1,
        warm: Sequence[Warm] = (),
        *,
        must_be_closed: bool = False,
    ) -> None:
        self.limits = limits
        warm_names = [(_reference(function), arguments) for function, arguments in warm]
        self._children = [
            DecoderProcess(limits, warm_names, must_be_closed=must_be_closed)
            for _ in range(processes)
        ]
        # Last in, first out: a warm child is taken before one that was never started.
        self._idle: queue.LifoQueue[DecoderProcess] = queue.LifoQueue()
        for child in reversed(self._children):
            self._idle.put(child)

    def run(
        self, data: bytes, function: Task, form: Form = Form.FULL, **arguments: JSONValue
    ) -> JSONValue:
        """Return ``function(opened, **arguments)``, computed in a child on one file.

        Waits while every child is busy. Raises a MediaError.
        """
        if len(data) > self.limits.file_bytes:
            raise TooLarge
        child = self._idle.get()
        try:
            return child.run(data, Request(_reference(function), arguments, form))
        finally:
            self._idle.put(child)

    @contextmanager
    def open(self, data: bytes, form: Form = Form.FULL) -> Iterator[OpenFile]:
        """Hold a child for several questions about one file; it is read once.

        Waits while every child is busy. Raises TooLarge.
        """
        if len(data) > self.limits.file_bytes:
            raise TooLarge
        child = self._idle.get()
        try:
            yield OpenFile(child, data, form)
        finally:
            child.forget()
            self._idle.put(child)

    @contextmanager
    def open_path(self, path: Path | bytes) -> Iterator[OpenFile]:
        """Hold a child for questions about a file too large to send: the child reads it itself.

        It is opened here, since a child can open nothing; its tasks get the open file
        (``Form.FILE``). Raises TooLarge, OSError, and NotAVideo where it is a pipe or a device.
        """
        with open(path, "rb", opener=_at_once) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):  # a pipe ends for the next reader, or never does
                raise NotAVideo
            if about.st_size > self.limits.video_bytes:
                raise TooLarge
            child = self._idle.get()
            try:
                yield OpenFile(child, file.fileno(), Form.FILE)
            finally:
                child.forget()
                self._idle.put(child)

    @property
    def walls(self) -> Walls:
        """What stands round the child that was started last, as it said before its first file."""
        return self._children[0].walls

    def start(self) -> None:
        """Start every child now, so that no file waits for it. Raises DecoderUnavailable."""
        taken = [self._idle.get() for _ in self._children]
        try:
            for child in taken:
                child.start()
        finally:
            for child in reversed(taken):
                self._idle.put(child)

    def close(self) -> None:
        """End the children, after the file that each is working on."""
        for _ in self._children:
            self._idle.get().stop()
        for child in self._children:
            self._idle.put(child)

    def __enter__(self) -> "PictureWorker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _at_once(path: str | bytes, flags: int) -> int:
    """Open a pipe without waiting until somebody writes to it."""
    return os.open(path, flags | os.O_NONBLOCK)


def _reference(function: Callable[..., object]) -> str:
    """Name a function as the child finds it. Raises ValueError for a nested or nameless one."""
    name = function.__qualname__
    if not name.isidentifier() or function.__module__ == "__main__":
        raise ValueError("a task stands at the top of a module that can be imported")
    return f"{function.__module__}:{name}"
