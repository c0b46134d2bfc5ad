"""The parent's end of one decoder process: start it, ask it, end it."""

import contextlib
import dataclasses
import json
import logging
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from staydown.base import unasked
from staydown.base.blame import is_kind, is_place
from staydown.base.canonical import JSONValue
from staydown.media.allowance import Allowance, Look
from staydown.media.errors import (
    BY_CODE,
    DecoderFailed,
    DecoderOpen,
    DecoderUnavailable,
    DecodeTimedOut,
    MediaError,
    OurFault,
)
from staydown.media.limits import Limits
from staydown.media.passing import End, pair, send_file
from staydown.media.pipe import ANSWER, READY, REQUEST, UNPREPARED, Answer, Request
from staydown.media.walls import Walls

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())  # a command without a log prints nothing of this

_PIECE = 1 << 18

#: The task that drops what the child keeps.
FORGET = "staydown.media.child:forget"

#: Time for that. There is nothing to do; a child that takes longer is up to something.
_FORGET_SECONDS = 2.0

#: All that a child is given of the environment, besides what switches libraries off
#: (``base.unasked``). Secrets that the parent was given stay here.
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


class _Unprepared(Exception):
    """The child is closed in, and hasn't loaded the module of this task."""


class DecoderProcess:
    """One child process that is started when needed; to be used by one thread at a time.

    With ``must_be_closed`` a child that can't be closed in on this machine gets no file.
    """

    def __init__(
        self,
        limits: Limits,
        warm: Sequence[tuple[str, Mapping[str, JSONValue]]],
        *,
        must_be_closed: bool = False,
    ) -> None:
        self._limits = limits
        self._warm = [[name, dict(arguments)] for name, arguments in warm]
        self._must_be_closed = must_be_closed
        self._modules: list[str] = []  # of tasks that no warm function brings along
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: End | None = None
        self.walls = Walls()  # round the child that was started last

    def run(
        self,
        data: bytes | int,
        request: Request,
        seconds: float | None = None,
        look: Look | None = None,
    ) -> Answer:
        """Return what the child says of the file ``data``: its bytes, or the number of an open one.

        ``seconds``: the time that it has, when that is less than the limits allow; ``look`` is
        called now and then while it works, and may end it by an exception. Raises a MediaError.
        After a crash, a hang or want of memory the process is ended, and the next call starts a new
        one. So does a task from a module that the child hasn't loaded.
        """
        try:
            return self._run(data, request, seconds, look)
        except _Unprepared:
            module = request.task.partition(":")[0]
            self._modules = [*(one for one in self._modules if one != module), module]
            if request.again:  # what the child kept of the file is gone with it
                raise DecoderFailed from None
        try:
            return self._run(data, request, seconds, look)
        except _Unprepared:  # there is no such module
            raise DecoderFailed from None

    def _run(
        self, data: bytes | int, request: Request, seconds: float | None, look: Look | None
    ) -> Answer:
        asked = time.monotonic()
        try:
            return self._ask(data, request, seconds, look)
        except _Gone as gone:
            if not gone.idle or request.again:  # whatever killed it, it had this file
                self.stop()
                raise DecoderFailed from None
        if seconds is not None:
            seconds -= time.monotonic() - asked
        try:
            return self._ask(data, request, seconds, look)
        except _Gone:
            raise DecoderFailed from None

    def forget(self) -> None:
        """Let the child drop what it keeps of a file; one that can't is ended."""
        try:
            if self._process is not None:
                self._ask(b"", Request(FORGET, again=True), _FORGET_SECONDS)
        except (_Gone, _Unprepared, MediaError):
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
        """Start the process unless it runs; wait until it is warm and closed in.

        Raises DecoderUnavailable.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()
        limits = json.dumps(dataclasses.asdict(self._limits))
        command = [sys.executable, "-P", "-m", "staydown.media.child", limits]
        try:
            self._requests, theirs = pair()
        except OSError as error:  # no more files may be opened
            log.error("a decoder process could not be started", exc_info=error)
            raise DecoderUnavailable from error
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*command, json.dumps(self._warm), json.dumps(self._modules)],
                stdin=theirs.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a decoder's complaints quote the file
                env=_environment(),
                bufsize=0,
                start_new_session=True,  # Ctrl-C reaches the parent alone, and that ends the child
            )
            for end in self._ends():
                os.set_blocking(end.fileno(), False)
            said = self._receive(Allowance(time.monotonic() + self._limits.start_seconds))
            self.walls = Walls(**said[READY])
        except (OSError, _Gone, MediaError, KeyError, TypeError) as error:
            log.error("a decoder process could not be started", exc_info=error)
            self.stop()
            raise DecoderUnavailable from error
        finally:
            theirs.close()
        if self._must_be_closed and not self.walls.closed:
            self.stop()
            raise DecoderOpen

    def stop(self) -> None:
        """End the process at once, if there is one, and leave no zombie."""
        if self._requests is not None:
            self._requests.close()
            self._requests = None
        if self._process is None:
            return
        self._process.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.wait()
        self._process = None

    def _ask(
        self,
        data: bytes | int,
        request: Request,
        seconds: float | None = None,
        look: Look | None = None,
    ) -> Answer:
        asked = time.monotonic()
        if not request.again:
            self.start()
        most = self._limits.seconds
        if seconds is not None:  # what the start took is the caller's time
            seconds -= time.monotonic() - asked
        time_left = most if seconds is None else min(seconds, most)
        deadline = Allowance(time.monotonic() + time_left, look)
        try:
            self._send(data, request, deadline)
            self._begun(deadline)
            answer = self._receive(deadline)
        except _Gone as gone:
            self._log_end(with_file=not gone.idle)
            self.stop()
            raise
        except DecodeTimedOut:
            log.warning("a decoder process was ended: a file took too long")
            self.stop()
            raise
        except BaseException:  # Ctrl-C too: a late answer must not pass for that on the next file
            self.stop()
            raise
        if "ok" in answer:
            about = answer.get("about")
            return Answer(answer["ok"], about if isinstance(about, dict) else {})
        error = BY_CODE.get(str(answer.get("error")), DecoderFailed)
        if error is OurFault:
            fault = _believed(answer.get("kind"), answer.get("place"))
            log.error(
                "a mistake of our own on a file",
                extra={"fact": {"error": fault.kind, "place": fault.place}},
            )
            raise fault
        if issubclass(error, DecoderFailed):
            log.warning("a decoder process was ended: it could not go on with a file")
            self.stop()  # nobody knows the state of its memory
        raise error

    def _log_end(self, *, with_file: bool) -> None:
        """Say how the process ended. Which signal or code it was tells a crash from want of memory.

        The file is not described: that a file ended it is all there is to know without it.
        """
        code: int | None = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self._process.wait(_FORGET_SECONDS)
        log.warning(
            "a decoder process ended by itself: the next file starts another",
            extra={
                "fact": {
                    "with_file": with_file,
                    "signal": -code if code is not None and code < 0 else None,
                    "exit_code": code if code is not None and code >= 0 else None,
                }
            },
        )

    def _ends(self) -> tuple[End, IO[bytes]]:
        process, requests = self._process, self._requests
        if process is None or requests is None or process.stdout is None:
            raise _Gone(idle=True)
        return requests, process.stdout

    def _send(self, data: bytes | int, request: Request, deadline: Allowance) -> None:
        end, _ = self._ends()
        body = b"" if isinstance(data, int) else data
        request = dataclasses.replace(request, passed=isinstance(data, int))
        head = json.dumps(dataclasses.asdict(request)).encode()
        try:
            for part in (REQUEST.pack(len(head), len(body)) + head, body):
                rest = memoryview(part)
                while rest:
                    _wait(end, selectors.EVENT_WRITE, deadline)
                    with suppress(BlockingIOError):
                        rest = rest[os.write(end.fileno(), rest[:_PIECE]) :]
            if isinstance(data, int):
                os.lseek(data, 0, os.SEEK_SET)  # the two processes share one place in the file
                self._pass(end, data, deadline)
        except OSError as error:
            raise _Gone(idle=True) from error

    def _pass(self, end: End, file: int, deadline: Allowance) -> None:
        while True:
            _wait(end, selectors.EVENT_WRITE, deadline)
            with suppress(BlockingIOError):
                send_file(end, file)
                return

    def _begun(self, deadline: Allowance) -> None:
        """Wait for the word that the child has the file: until then a death is not the file's."""
        try:
            said = self._receive(deadline)
        except _Gone as gone:
            raise _Gone(idle=True) from gone
        if UNPREPARED in said:
            raise _Unprepared

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
        _, pipe = self._ends()
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


def _believed(kind: object, place: object) -> OurFault:
    """Return what a child says of our mistake, as far as it can be true.

    A child that was taken over could else write what it saw into the log: only a type of error that
    Python has, and a line that our code has, are taken from it.
    """
    return OurFault(
        kind if isinstance(kind, str) and is_kind(kind) else "",
        place if isinstance(place, str) and is_place(place) else "",
    )


def _wait(end: IO[bytes] | End, event: int, deadline: Allowance) -> None:
    """Return when ``end`` may be used. Raises DecodeTimedOut, and what ends the work early."""
    with selectors.DefaultSelector() as selector:
        selector.register(end, event)
        wait = 0.0
        while not selector.select(wait):
            wait = deadline.left()


def _environment() -> dict[str, str]:
    """The child's environment; it finds modules where this process finds them."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    return {**kept, **_FRUGAL, **unasked.OFF, "PYTHONPATH": path}
