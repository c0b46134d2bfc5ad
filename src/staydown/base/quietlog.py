"""Logs that help and cannot repeat what a person sent.

Libraries put paths, addresses and values into the arguments of a log line and into the messages of
exceptions. So the formatter here prints no argument and no message. What it prints can only come
from a program's own text or from its operator:

- the words of a line, only where they stand word for word in the code that is running. Ready-made
  text stays out; of a foreign library's line the place in its code is named.
- of an exception the type, the system's or database's code for it, and the places in code.
- ``extra={"fact": {...}}``: numbers, booleans, members of an enum, names in code (``CodeName``),
  and names that the operator chose (``Configured``). Never a name that came over the wire.

``take_over`` lets nothing end unseen: an exception that nobody caught, in any thread, is a line.
"""

import errno
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import PurePath
from types import FrameType, TracebackType
from typing import Any

log = logging.getLogger(__name__)

#: Instead of words that may be more than words; the line says where in the code it comes from.
WITHHELD = "words withheld"

#: The frames of an exception that are shown, the innermost ones.
_FRAMES = 12

#: A name in a line is not longer than this.
_MOST_NAME = 64

_PLACEHOLDER = re.compile(r"%(\(\w{1,40}\))?[#0\- +]{0,5}[\d*]{0,4}(\.[\d*]{1,4})?[a-zA-Z%]")
_WORDS = re.compile(r"[A-Za-z]{2}\W{1,9}[A-Za-z]{2}")
_THREAD = re.compile(r"[\w .():<>-]{1,80}")
_SQLITE_NAME = re.compile(r"SQLITE_[A-Z_]{1,40}")
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")


class Configured(str):
    """A name that the operator chose, in a settings file or on the command line.

    Only such a name may be marked so: it is printed as it is.
    """

    __slots__ = ()


class CodeName(str):
    """A type of error, or a line as ``media/frames.py:166``: the only text that a fact may be.

    Raises ValueError for any other text.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "CodeName":
        if not re.fullmatch(r"[A-Za-z]{1,40}|[a-z_/]{1,80}\.py:[0-9]{1,5}", text, re.ASCII):
            raise ValueError("this is no name in code")
        return super().__new__(cls, text)


class QuietFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, event, facts, where, exceptions."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        if not _is_ours(record) or line["event"] == WITHHELD:
            file = PurePath(record.pathname).name
            line["at"] = f"{file}:{record.lineno} {record.funcName}"
        if facts := _facts(record):
            line["fact"] = facts
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.split(".")[0] == "staydown"


def _event(record: logging.LogRecord) -> str:
    """The words of a line, where they can't be anything but words."""
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    # "%s: %s" says nothing, and one word alone might be a value that looks like one.
    telling = _is_ours(record) or _WORDS.search(_PLACEHOLDER.sub("", record.msg))
    return record.msg if telling and _stands_in_code(record.msg) else WITHHELD


def _stands_in_code(words: str) -> bool:
    """Whether a function that is running now has ``words`` as a constant in its code.

    Whoever logs hands them on to the formatter, so they come from there or were put together.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if any(type(one) is str and one == words for one in frame.f_code.co_consts):
            return True
        frame = frame.f_back
    return False


def _facts(record: logging.LogRecord) -> dict[str, object]:
    """What was added on purpose, and the status of the answer where Django names one."""
    given = getattr(record, "fact", None)
    kept: dict[str, object] = {}
    for name, value in given.items() if isinstance(given, dict) else ():
        if isinstance(value, Enum):
            kept[str(name)] = str(value.value)
        elif isinstance(value, Configured):
            shown = "".join(sign if sign.isprintable() else "?" for sign in value)
            kept[str(name)] = shown[:_MOST_NAME]
        elif isinstance(value, bool | int | float | CodeName) or value is None:
            kept[str(name)] = value
    status = getattr(record, "status_code", None)
    if type(status) is int:
        kept["status"] = status
    return kept


def _places(error: BaseException | None) -> list[dict[str, object]]:
    """Describe an exception and its causes by type, code and place; messages stay out."""
    chain: list[dict[str, object]] = []
    while error is not None and len(chain) < 8:
        at = [
            f"{PurePath(frame.f_code.co_filename).name}:{line} {frame.f_code.co_name}"
            for frame, line in _frames(error.__traceback__)
        ]
        chain.append({"type": type(error).__name__, **_codes(error), "at": at[-_FRAMES:]})
        error = error.__cause__ or error.__context__
    return chain


def _frames(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _codes(error: BaseException) -> dict[str, object]:
    """What the system, a database or a server calls the fault: from closed lists, or a number."""
    codes: dict[str, object] = {}
    if isinstance(error, OSError) and error.errno is not None and error.errno in errno.errorcode:
        codes["errno"] = errno.errorcode[error.errno]
    for attribute, shape in (("sqlite_errorname", _SQLITE_NAME), ("sqlstate", _SQLSTATE)):
        value = getattr(error, attribute, None)
        if isinstance(value, str) and shape.fullmatch(value):
            codes[attribute] = value
    status = getattr(error, "status", None)
    if type(status) is int:
        codes["status"] = status
    return codes


# --------------------------------------------------------------------------- what nobody caught


def take_over() -> None:
    """Make a line of everything that would otherwise end unseen, or be printed with its message.

    Exceptions that nobody caught, in any thread or while something is thrown away, warnings, and
    faults of logging itself. For a process that runs on its own; call it once it has a
    configuration.
    """
    sys.excepthook = _uncaught
    threading.excepthook = _thread_died
    sys.unraisablehook = _not_raised
    logging.raiseExceptions = False  # it would print the arguments of a line that can't be written
    logging.captureWarnings(True)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("the process ends: nobody caught an error", exc_info=(kind, error, trace))


def _thread_died(died: threading.ExceptHookArgs) -> None:
    if died.exc_type is SystemExit:
        return
    name = died.thread.name if died.thread is not None else ""
    # Threads are named in code, never after anything that came in.
    shown = Configured(name) if _THREAD.fullmatch(name) else None
    error = died.exc_value or died.exc_type()
    log.critical(
        "a thread ended: nobody caught an error",
        exc_info=(died.exc_type, error, died.exc_traceback),
        extra={"fact": {"thread": shown}},
    )


def _not_raised(told: Any) -> None:
    log.error(
        "an error could not be raised where it happened",
        exc_info=(told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback),
    )


def logging_config(level: str = "INFO") -> dict[str, Any]:
    """Return a ``logging.config.dictConfig`` table that sends everything through the formatter.

    Request lines of Django and of the server carry paths: those loggers say only that something
    happened, at warning level and above.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"quiet": {"()": "staydown.base.quietlog.QuietFormatter"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "quiet",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Named, so that it loses the handler that would mail a whole report to the admins.
            "django": {"level": level},
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }
