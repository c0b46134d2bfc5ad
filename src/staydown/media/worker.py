"""Runs a function on the pixels of hostile files, in child processes that are kept warm.

Whatever a file does to its decoder (crash, hang, devour memory) costs that one file: the child is
replaced and the next file goes on. Data goes over pipes, answers are JSON, and the parent never
holds more than the file and one small answer.
"""

import queue
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from staydown.base.canonical import JSONValue
from staydown.media.errors import TooLarge
from staydown.media.limits import Limits
from staydown.media.process import DecoderProcess

if TYPE_CHECKING:  # the parent never loads a decoder
    from staydown.media.picture import Pixels

Task = Callable[["Pixels"], JSONValue]


class PictureWorker:
    """Decodes files one after another in ``processes`` warm children; safe for many threads.

    ``warm`` are module-level functions that each child calls before its first file. Children start
    when they are first needed and end with ``close`` or with this process.
    """

    def __init__(
        self,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        processes: int = 1,
        warm: Sequence[Callable[[], None]] = (),
    ) -> None:
        self.limits = limits
        warm_names = [_reference(function) for function in warm]
        self._children = [DecoderProcess(limits, warm_names) for _ in range(processes)]
        # Last in, first out: a warm child is taken before one that was never started.
        self._idle: queue.LifoQueue[DecoderProcess] = queue.LifoQueue()
        for child in reversed(self._children):
            self._idle.put(child)

    def run(self, data: bytes, function: Task) -> JSONValue:
        """Return ``function(pixels)``, computed in a child on the decoded picture.

        ``function`` must stand at the top of a module that the child can import, and return what
        JSON can say. Waits while every child is busy. Raises a MediaError.
        """
        if len(data) > self.limits.file_bytes:
            raise TooLarge
        child = self._idle.get()
        try:
            return child.run(data, _reference(function))
        finally:
            self._idle.put(child)

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


def _reference(function: Callable[..., object]) -> str:
    """Name a function as the child finds it. Raises ValueError for a nested or nameless one."""
    name = function.__qualname__
    if not name.isidentifier() or function.__module__ == "__main__":
        raise ValueError("a task stands at the top of a module that can be imported")
    return f"{function.__module__}:{name}"
