"""Whether an error is of our own code: then no file and no bank must be blamed for it."""

import builtins
import re
from pathlib import Path
from types import TracebackType

_PLACE = re.compile(r"([a-z_/]{1,80}\.py):([0-9]{1,5})", re.ASCII)

_PACKAGE = Path(__file__).parents[1]

#: What only wrong or missing code raises, wherever it comes up.
_OF_CODE = (ImportError, NameError)


def raised_here(error: BaseException) -> bool:
    """Say whether our own code raised ``error``, rather than something that it called.

    What the system says of a file or a disk (OSError) is never our code's.
    """
    if isinstance(error, OSError):
        return False
    frames = _frames(error)
    return isinstance(error, _OF_CODE) or (bool(frames) and _own_path(frames[-1]) is not None)


def place_of(error: BaseException) -> str:
    """The last line of our own code that ``error`` came through, as ``media/frames.py:166``."""
    for frame in reversed(_frames(error)):
        path = _own_path(frame)
        if path is not None:
            return f"{path}:{frame.tb_lineno}"
    return ""


def is_kind(text: str) -> bool:
    """Whether ``text`` names a type of error that Python itself has."""
    kind = getattr(builtins, text, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def is_place(text: str) -> bool:
    """Whether ``text`` is a line of our own code, in the form of ``place_of``."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return False
    try:
        lines = (_PACKAGE / found[1]).read_bytes().count(b"\n")
    except OSError:
        return False
    return 1 <= int(found[2]) <= lines


def _frames(error: BaseException) -> list[TracebackType]:
    frames, frame = [], error.__traceback__
    while frame is not None:
        frames.append(frame)
        frame = frame.tb_next
    return frames


def _own_path(frame: TracebackType) -> str | None:
    path = Path(frame.tb_frame.f_code.co_filename)
    return path.relative_to(_PACKAGE).as_posix() if path.is_relative_to(_PACKAGE) else None
