"""Whether an error is of our own code: then no file and no bank must be blamed for it."""

from pathlib import Path
from types import TracebackType

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


def _frames(error: BaseException) -> list[TracebackType]:
    frames, frame = [], error.__traceback__
    while frame is not None:
        frames.append(frame)
        frame = frame.tb_next
    return frames


def _own_path(frame: TracebackType) -> str | None:
    path = Path(frame.tb_frame.f_code.co_filename)
    return path.relative_to(_PACKAGE).as_posix() if path.is_relative_to(_PACKAGE) else None
