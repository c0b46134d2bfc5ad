"""Logs that cannot repeat what a person sent.

Libraries put paths, addresses and values into the arguments of a log line and into the messages of
exceptions. So the formatter here prints the constant template only, never an argument, and of an
exception the type and the places in code, never the message. A value reaches the log only through
``extra={"fact": {...}}``, whose values must be numbers, booleans, members of an enum or names in
code.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from enum import Enum
from pathlib import PurePath
from typing import Any


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
    """One JSON object a line: time, level, logger, template, facts, exception type and places."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        facts = _facts(getattr(record, "fact", None))
        if facts:
            line["fact"] = facts
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def _event(record: logging.LogRecord) -> str:
    """The template. A foreign line without arguments may be ready-made text, so it stays out."""
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    if record.name.split(".")[0] == "staydown" or record.args:
        return record.msg
    return "text withheld"


def _facts(given: object) -> dict[str, object]:
    if not isinstance(given, dict):
        return {}
    kept: dict[str, object] = {}
    for name, value in given.items():
        if isinstance(value, Enum):
            kept[str(name)] = str(value.value)
        elif isinstance(value, bool | int | float | CodeName) or value is None:
            kept[str(name)] = value
    return kept


def _places(error: BaseException | None) -> list[dict[str, object]]:
    """Describe an exception and its causes by type and code place; messages stay out."""
    chain: list[dict[str, object]] = []
    while error is not None and len(chain) < 8:
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        at = [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        chain.append({"type": type(error).__name__, "at": at})
        error = error.__cause__ or error.__context__
    return chain


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
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }
