"""The parent's end of one decoder process: start it, ask it, end it."""

import dataclasses
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from staydown.base.canonical import JSONValue
from staydown.media.allowance import Allowance, Look
from staydown.media.errors import (
    BY_CODE,
    DecoderFailed,
    DecoderUnavailable,
    MediaError,
)
from staydown.media.limits import Limits
from staydown.media.pipe import ANSWER, REQUEST, Request

_PIECE = 1 << 18

#: The task that drops what the child keeps.
FORGET = "staydown.media.child:forget"

#: Time for that. There is nothing to do; a child that takes longer is up to something.
_FORGET_SECONDS = 2.0

#: All that a child is given of the environment. Secrets that the parent was given stay here.
_ENVIRONMENT = ("PATH", "HOME", "TMPDIR", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME")

#: One thread and one heap: each more takes 64 MiB and up of the address space for pixels.
_FRUGAL = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "PYTHONUTF8": "1",
}


class _Gone(Exception):
    """The child has ended. ``idle``: before it began with the file."""

    def __init__(self, *, idle: bool) -> None:
        super().__init__()
        self.idle = idle


class DecoderProcess:
    """One child process that is started when needed; to be used by one thread at a time."""

    def __init__(self, limits: Limits, warm: Sequence[tuple[str, Mapping[str, JSONValue]]]) -> None:
        self._limits = limits
        self._warm = [[name, dict(arguments)] for name, arguments in warm]
        self._process: subprocess.Popen[bytes] | None = None

    def run(
        self,
        data: bytes,
        request: Request,
        seconds: float | None = None,
        look: Look | None = None,
    ) -> JSONValue:
        """Return what the child says of the file ``data``.

        ``seconds``: the time that it has, when that is less than the limits allow; ``look`` is
        called now and then while it works, and may end it by an exception. Raises a MediaError.
        After a crash, a hang or want of memory the process is ended, and the next call starts a new
        one.
        """
        try:
            return self._ask(data, request, seconds, look)
        except _Gone as gone:
            if not gone.idle or request.again:  # whatever killed it, it had this file
                self.stop()
                raise DecoderFailed from None
        try:
            return self._ask(data, request, seconds, look)
        except _Gone:
            raise DecoderFailed from None

    def forget(self) -> None:
        """Let the child drop what it keeps of a file; one that can't is ended."""
        try:
            if self._process is not None:
                self._ask(b"", Request(FORGET, again=True), _FORGET_SECONDS)
        except (_Gone, MediaError):
            self.stop()

    @property
    def running(self) -> bool:
        """Whether there is a process, as far as is known without asking it."""
        return self._process is not None

    def worked(self) -> float:
        """Processor seconds that the process has used since it started; 0 where there is none.

        Where the system doesn't say, the seconds of a clock take their place.
        """
        if self._process is None:
            return 0.0
        try:  # the clock of another process: clock_getcpuclockid(3) of Linux
            return time.clock_gettime((~self._process.pid << 3) | 2)
        except (OSError, AttributeError):
            return time.monotonic()

    @property
    def seconds(self) -> float:
        """The longest that one question may take."""
        return self._limits.seconds

    def start(self) -> None:
        """Start the process unless it runs and wait until it is warm. Raises DecoderUnavailable."""
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()
        limits = json.dumps(dataclasses.asdict(self._limits))
        command = [sys.executable, "-P", "-m", "staydown.media.child", limits]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*command, json.dumps(self._warm)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a decoder's complaints quote the file
                env=_environment(),
                bufsize=0,
                start_new_session=True,  # Ctrl-C reaches the parent alone, and that ends the child
            )
            for pipe in self._pipes():
                os.set_blocking(pipe.fileno(), False)
            self._receive(Allowance(time.monotonic() + self._limits.start_seconds))
        except (OSError, _Gone, MediaError) as error:
            self.stop()
            raise DecoderUnavailable from error

    def stop(self) -> None:
        """End the process at once, if there is one, and leave no zombie."""
        if self._process is None:
            return
        self._process.kill()
        for pipe in self._pipes():
            pipe.close()
        self._process.wait()
        self._process = None

    def _ask(
        self,
        data: bytes,
        request: Request,
        seconds: float | None = None,
        look: Look | None = None,
    ) -> JSONValue:
        if not request.again:
            self.start()
        most = self._limits.seconds
        time_left = most if seconds is None else min(seconds, most)
        deadline = Allowance(time.monotonic() + time_left, look)
        try:
            self._send(data, request, deadline)
            self._begun(deadline)
            answer = self._receive(deadline)
        except BaseException:  # Ctrl-C too: a late answer must not pass for that on the next file
            self.stop()
            raise
        if "ok" in answer:
            return answer["ok"]  # type: ignore[no-any-return]  # JSON, as any task's answer
        error = BY_CODE.get(str(answer.get("error")), DecoderFailed)
        if issubclass(error, DecoderFailed):
            self.stop()  # nobody knows the state of its memory
        raise error

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise _Gone(idle=True)
        return process.stdin, process.stdout

    def _send(self, data: bytes, request: Request, deadline: Allowance) -> None:
        pipe, _ = self._pipes()
        head = json.dumps(dataclasses.asdict(request)).encode()
        for part in (REQUEST.pack(len(head), len(data)) + head, data):
            rest = memoryview(part)
            while rest:
                _wait(pipe, selectors.EVENT_WRITE, deadline)
                try:
                    rest = rest[os.write(pipe.fileno(), rest[:_PIECE]) :]
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise _Gone(idle=True) from error

    def _begun(self, deadline: Allowance) -> None:
        """Wait for the word that the child has the file: until then a death is not the file's."""
        try:
            self._receive(deadline)
        except _Gone as gone:
            raise _Gone(idle=True) from gone

    def _receive(self, deadline: Allowance) -> dict[str, Any]:
        (length,) = ANSWER.unpack(self._read(ANSWER.size, deadline))
        if length > self._limits.answer_bytes:
            raise DecoderFailed
        try:
            answer = json.loads(self._read(length, deadline))
        except (ValueError, RecursionError) as error:  # deep nesting ends in the latter
            raise DecoderFailed from error
        if not isinstance(answer, dict):
            raise DecoderFailed
        return answer

    def _read(self, size: int, deadline: Allowance) -> bytes:
        _, pipe = self._pipes()
        taken = bytearray()
        while len(taken) < size:
            _wait(pipe, selectors.EVENT_READ, deadline)
            try:
                piece = os.read(pipe.fileno(), size - len(taken))
            except BlockingIOError:
                continue
            if not piece:
                raise _Gone(idle=False)
            taken += piece
        return bytes(taken)


def _wait(pipe: IO[bytes], event: int, deadline: Allowance) -> None:
    """Return when ``pipe`` may be used. Raises DecodeTimedOut, and what ends the work early."""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        wait = 0.0
        while not selector.select(wait):
            wait = deadline.left()


def _environment() -> dict[str, str]:
    """The child's environment; it finds modules where this process finds them."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    return {**kept, **_FRUGAL, "PYTHONPATH": path}
