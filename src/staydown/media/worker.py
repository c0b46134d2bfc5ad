"""Runs a function on the pixels of hostile files, in child processes that are kept warm.

Whatever a file does to its decoder (crash, hang, devour memory) costs that one file: the child is
replaced and the next file goes on. Data goes over pipes, answers are JSON, and the parent never
holds more than the file and one small answer. Who gets a child when is decided in ``turns``.
"""

import math
import os
import stat
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from staydown.base.canonical import JSONValue
from staydown.media.cost import absurd, openable, seconds
from staydown.media.errors import (
    Busy,
    CostsMore,
    DecoderFailed,
    DecodeTimedOut,
    DecompressionBomb,
    NotAPicture,
    NotAVideo,
    TooLarge,
    Truncated,
)
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.opened import Damage
from staydown.media.outline import outline
from staydown.media.pipe import ALL_FACES, DAMAGE, FIRST_FACE, Request
from staydown.media.process import FORGET, DecoderProcess
from staydown.media.turns import ANYBODY, Caller, Lane, Lanes, Overran, Turn, Turns
from staydown.media.walls import Walls

#: ``function(opened, **arguments)``: what is opened depends on the form; JSON comes back.
Task = Callable[..., JSONValue]

#: A function that each child calls before its first file, with its arguments.
Warm = tuple[Callable[..., None], Mapping[str, JSONValue]]


#: What is the file's fault, and costs us next to nothing to find.
_REFUSALS = (NotAPicture, Truncated, TooLarge)

#: A file that had at least this share of its caller's time for itself has used it up alone.
_FAIR_SHARE = 0.5

#: A picture that is opened once at the start, to see how fast the machine is: its side, and the
#: processor seconds that it takes where the costs were measured.
_TRIAL_SIDE = 1500
_TRIAL_SECONDS = 0.0083
_PACES = (0.5, 20.0)


class OpenFile:
    """One file in the hands of one child: read once, asked as often as needed.

    Get it from ``PictureWorker.open``; it ends with that block. The file is read at the first
    ``run``, and the child keeps what it read for the next ones. A MediaError ends it. All further
    questions about a picture share the time that the first one may take: a file that makes each
    slow must not hold a child for a multiple of it. A video has that time for each. A file that
    turns out dearer than its header said goes to another child, later, and is read once more.

    ``damage`` says how much of a picture could be read, once the first question is answered.
    """

    def __init__(
        self, turn: Turn, data: bytes | int, form: Form, *, many_faced: bool = False
    ) -> None:
        self._turn = turn
        self._data = data
        self._form = form
        self._read = False
        self._until = math.inf
        self.damage = Damage()
        #: Whether programs may show other pictures of the file than the first (``media.faces``).
        self.many_faced = many_faced

    def run(self, function: Task, **arguments: JSONValue) -> JSONValue:
        """Return ``function(opened, **arguments)``, computed in the child. Raises a MediaError.

        ``function`` must stand at the top of a module that the child can import, and take and
        return what JSON can say.
        """
        return self.ask(_reference(function), arguments, keep=True)

    def run_on(self, face: int, function: Task, **arguments: JSONValue) -> JSONValue:
        """Do the same on another picture of the file, or on all (``pipe.Request.face``)."""
        return self.ask(_reference(function), arguments, keep=True, face=face)

    def ask(
        self, task: str, arguments: Mapping[str, JSONValue], *, keep: bool, face: int = FIRST_FACE
    ) -> JSONValue:
        """Do the same for the name of a task; without ``keep`` there is no further question."""
        try:
            return self._ask(task, arguments, keep=keep, face=face)
        except (CostsMore, Overran):
            if self._turn.lane is Lane.DEAR:  # only a decoder that was taken over says so
                raise DecoderFailed from None
        self._turn.requeue()
        self._read, self._until = False, math.inf
        try:
            return self._ask(task, arguments, keep=keep, face=face)
        except CostsMore:
            raise DecoderFailed from None

    def _ask(
        self, task: str, arguments: Mapping[str, JSONValue], *, keep: bool, face: int
    ) -> JSONValue:
        turn, again = self._turn, self._read
        request = Request(
            task,
            dict(arguments),
            self._form,
            keep=keep,
            again=again,
            most=turn.most if face == ALL_FACES or not again else None,
            many=self.many_faced,
            face=face,
        )
        left = max(0.0, min(self._until, turn.caller.until) - time.monotonic())
        try:
            answer = turn.child.run(b"" if again else self._data, request, left, turn.watch)
        except DecodeTimedOut:
            self._check_fault()
            raise
        if not again and self._form is not Form.FILE:
            self._until = time.monotonic() + turn.child.seconds
            self.damage = Damage.read(answer.about.get(DAMAGE))
        self._read = True
        if turn.watch is None:  # with lanes it may have to be read once more
            self._data = b""
        return answer.value

    def _check_fault(self) -> None:
        """Raise Busy where a file had little time because others came first."""
        now, turn = time.monotonic(), self._turn
        if now >= turn.caller.until and now - turn.since < _FAIR_SHARE * turn.whole_seconds:
            raise Busy(costly=turn.lane is Lane.DEAR) from None


class PictureWorker:
    """Decodes files one after another in ``processes`` warm children; safe for many threads.

    ``warm`` are module-level functions, with arguments, that each child calls before its first
    file. Children start when they are first needed and end with ``close`` or with this process.
    With ``lanes``, files that are cheap to open don't wait for dear ones, and callers get their
    fair share; without, each file waits until a child is free. ``must_be_closed``: on a machine
    that can't close them in (``confine``) no file is opened.
    """

    def __init__(
        self,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        processes: int = 1,
        warm: Sequence[Warm] = (),
        *,
        lanes: Lanes | None = None,
        must_be_closed: bool = False,
    ) -> None:
        self.limits = limits
        warm_names = [(_reference(function), arguments) for function, arguments in warm]
        self._children = [
            DecoderProcess(limits, warm_names, must_be_closed=must_be_closed)
            for _ in range(processes)
        ]
        self._turns = Turns(self._children, lanes)

    def run(
        self,
        data: bytes,
        function: Task,
        form: Form = Form.FULL,
        caller: Caller = ANYBODY,
        **arguments: JSONValue,
    ) -> JSONValue:
        """Return ``function(opened, **arguments)``, computed in a child on one file.

        Waits while every child is busy, until the caller's time is up. Raises a MediaError.
        """
        turn, _ = self._take(data, form, caller)
        try:
            file = OpenFile(turn, data, form)
            return file.ask(_reference(function), arguments, keep=False)
        except _REFUSALS:
            turn.end()
            self._turns.refuse()
            raise
        finally:
            turn.end()

    @contextmanager
    def open(
        self, data: bytes, form: Form = Form.FULL, caller: Caller = ANYBODY
    ) -> Iterator[OpenFile]:
        """Hold a child for several questions about one file; it is read once.

        Waits while every child is busy, until the caller's time is up. Raises TooLarge, Busy;
        NotAPicture where there are lanes.
        """
        turn, many_faced = self._take(data, form, caller)
        try:
            yield OpenFile(turn, data, form, many_faced=many_faced)
        except _REFUSALS:
            turn.let_go()
            self._turns.refuse()
            raise
        finally:
            turn.let_go()

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
            turn = self._turns.take(ANYBODY, self.limits.seconds)
            try:
                yield OpenFile(turn, file.fileno(), Form.FILE)
            finally:
                turn.let_go()

    @property
    def walls(self) -> Walls:
        """What stands round the child that was started last, as it said before its first file."""
        return self._children[0].walls

    def start(self) -> None:
        """Start every child now, so that no file waits for it. Raises DecoderUnavailable.

        With lanes, see how fast they are.
        """
        taken = self._turns.all_children()
        try:
            with ThreadPoolExecutor(len(taken)) as threads:
                list(threads.map(DecoderProcess.start, taken))
            if self._turns.lanes is not None:
                self._turns.pace = _pace(taken[-1])
        finally:
            self._turns.return_all(taken)

    def close(self) -> None:
        """End the children, after the file that each is working on."""
        taken = self._turns.all_children()
        for child in taken:
            child.stop()
        self._turns.return_all(taken)

    def _take(self, data: bytes, form: Form, caller: Caller) -> tuple[Turn, bool]:
        """Wait for a child. Return the turn, and whether the picture has more faces than one."""
        if len(data) > self.limits.file_bytes:
            raise TooLarge
        if self._turns.lanes is None:
            return self._turns.take(caller, 0.0), _many_faced(data, form)
        if form is Form.FILE:
            return self._turns.take(caller, self.limits.seconds), False
        what = outline(data)
        if absurd(what):
            self._turns.refuse()
            raise DecompressionBomb
        # More pixels than are allowed cost nothing: the child stops at the header.
        cost = seconds(what, form) if openable(what, self.limits) else 0.0
        return self._turns.take(caller, cost), what.many_faced

    def __enter__(self) -> "PictureWorker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _many_faced(data: bytes, form: Form) -> bool:
    try:
        return form is not Form.FILE and outline(data).many_faced
    except NotAPicture:  # the child says so
        return False


def _pace(child: DecoderProcess) -> float:
    """Return how many times slower than usual a child opens a picture. Raises a MediaError."""
    data = _trial()
    taken = []
    for _ in range(3):
        before = child.worked()
        child.run(data, Request(FORGET))
        taken.append(child.worked() - before)
    least, most = _PACES
    return min(most, max(least, min(taken) / _TRIAL_SECONDS))


def _trial() -> bytes:
    """A PNG of a few stripes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    side = _TRIAL_SIDE
    head = side.to_bytes(4) * 2 + b"\x08\x02\0\0\0"
    rows = b"".join(b"\x02" + bytes([row % 251]) * (3 * side) for row in range(side))
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def _at_once(path: str | bytes, flags: int) -> int:
    """Open a pipe without waiting until somebody writes to it."""
    return os.open(path, flags | os.O_NONBLOCK)


def _reference(function: Callable[..., object]) -> str:
    """Name a function as the child finds it. Raises ValueError for a nested or nameless one."""
    name = function.__qualname__
    if not name.isidentifier() or function.__module__ == "__main__":
        raise ValueError("a task stands at the top of a module that can be imported")
    return f"{function.__module__}:{name}"
