"""A log line never repeats what a person sent."""

import io
import json
import logging
import sqlite3
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.quietlog import WITHHELD, Configured, QuietFormatter, logging_config

PLANTED = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"


class Step(StrEnum):
    FETCH = "fetch"


def logged(name: str, message: object, *args: object, **extra: object) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(QuietFormatter())
    logger = logging.getLogger(name)
    logger.propagate, logger.handlers = False, [handler]
    logger.setLevel(logging.DEBUG)
    exc_info = bool(extra.pop("exc_info", False))
    logger.warning(message, *args, exc_info=exc_info, extra=extra)
    return stream.getvalue()


def test_arguments_of_a_line_are_left_out() -> None:
    line = logged("django.request.example", "Not Found: %s", f"/{PLANTED}")
    assert PLANTED not in line
    assert json.loads(line)["event"] == "Not Found: %s"


def test_ready_made_text_of_a_foreign_library_is_withheld() -> None:
    assert PLANTED not in logged("someone.else", f"got {PLANTED}")


def test_an_exception_shows_type_and_place_but_no_message() -> None:
    try:
        try:
            raise ValueError(PLANTED)
        except ValueError as error:
            raise KeyError(PLANTED) from error
    except KeyError:
        line = logged("staydown.example", "it failed", exc_info=True)
    assert PLANTED not in line
    types = [part["type"] for part in json.loads(line)["error"]]
    assert types == ["KeyError", "ValueError"]


@given(st.text(min_size=8), st.binary(min_size=8))
def test_facts_are_numbers_and_named_values_only(text: str, raw: bytes) -> None:
    fact = {"count": 3, "step": Step.FETCH, "text": text, "raw": raw, "list": [text]}
    assert json.loads(logged("staydown.example", "done", fact=fact))["fact"] == {
        "count": 3,
        "step": "fetch",
    }


# --------------------------------------------------------------------------- words


def test_words_of_a_library_are_shown_where_they_stand_in_its_code() -> None:
    line = json.loads(logged("someone.else", "Worker ended unexpectedly"))
    assert line["event"] == "Worker ended unexpectedly"
    assert line["at"].startswith("test_quietlog.py:")
    assert line["at"].endswith(" logged")


def test_text_that_was_put_together_is_withheld_also_with_arguments() -> None:
    """Whatever the logger is called; the line says where in the code it was written."""
    for name in ("someone.else", "staydown.example"):
        for arguments in ((), (PLANTED,)):
            line = logged(
                name, f"could not open {PLANTED}: %s"[: None if arguments else -4], *arguments
            )
            assert PLANTED not in line
            assert json.loads(line)["event"] == WITHHELD
            assert json.loads(line)["at"].startswith("test_quietlog.py:")


@pytest.mark.parametrize("words", ["%s: %s", "%(a)s", "%5.2f %r", "secret", "", "%%"])
def test_words_that_say_nothing_give_way_to_the_place(words: str) -> None:
    """And one word alone might be what somebody sent."""
    line = json.loads(logged("django.request.example", words, status_code=500))
    assert (line["event"], line["fact"]) == (WITHHELD, {"status": 500})
    assert "test_quietlog.py:" in line["at"]


@given(st.text(min_size=4), st.text(), st.sampled_from(["staydown.x", "django.request", "x"]))
def test_no_text_that_came_in_is_ever_in_a_line(text: str, more: str, name: str) -> None:
    """Neither as words nor as an argument, an attribute, or an error with a cause."""
    planted = f"⟦{text} {more}⟧"
    try:
        raise ValueError(planted) from OSError(2, planted, planted)
    except ValueError:
        line = logged(
            name, planted, planted, exc_info=True, status_code=planted, fact={"a": planted}
        )
    assert json.dumps(planted)[1:-1] not in line
    assert json.loads(line)["event"] == WITHHELD


def test_words_that_another_thread_writes_are_withheld() -> None:
    """They can't be checked there."""
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "".join(["some ", "words"]), (), None)
    assert json.loads(QuietFormatter().format(record))["event"] == WITHHELD


# --------------------------------------------------------------------------- names and codes


def test_a_name_that_the_operator_chose_is_shown_and_cannot_reach_the_terminal() -> None:
    name = Configured("Bänk \x1b[31m\u202e\n" + "x" * 100)
    line = logged("staydown.example", "it failed", fact={"bank": name, "other": str(name)})
    shown = json.loads(line)["fact"]
    assert set(shown) == {"bank"}
    assert shown["bank"].startswith("Bänk ?[31m??xxx")
    assert len(shown["bank"]) == 64
    assert line.isascii()


def test_an_error_shows_the_systems_and_the_databases_word_for_it() -> None:
    try:
        try:
            sqlite3.connect("file:/nowhere/x?mode=ro", uri=True)
        except sqlite3.Error as error:
            raise FileNotFoundError(2, PLANTED, PLANTED) from error
    except OSError:
        line = logged("staydown.example", "it failed", exc_info=True)
    first, second = json.loads(line)["error"]
    assert (first["type"], first["errno"]) == ("FileNotFoundError", "ENOENT")
    assert second["sqlite_errorname"] == "SQLITE_CANTOPEN"
    assert PLANTED not in line


def test_a_code_that_is_none_is_left_out() -> None:
    class Made(Exception):
        sqlstate, status, sqlite_errorname = PLANTED, PLANTED, PLANTED

    try:
        raise Made
    except Made:
        line = logged("staydown.example", "it failed", exc_info=True)
    assert PLANTED not in line
    assert set(json.loads(line)["error"][0]) == {"type", "at"}


# --------------------------------------------------------------------------- nothing ends unseen

_PROGRAM = """
import logging.config, threading, warnings, sys, gc
from staydown.base.quietlog import logging_config, take_over
logging.config.dictConfig(logging_config())
take_over()
PLANTED = sys.argv[1]
def fail(*_):
    raise ValueError(PLANTED)
class Dropped:
    __del__ = fail
class Odd:
    __str__ = fail
thread = threading.Thread(target=fail, name="saving")
thread.start()
thread.join()
Dropped()
gc.collect()
warnings.warn(PLANTED, UserWarning)
logging.getLogger("someone.else").error("%s %d is odd", Odd(), PLANTED)
logging.getLogger("asyncio").error("\\n".join([PLANTED]))
fail()
"""


def test_what_nobody_caught_is_a_line_and_no_message(tmp_path: Path) -> None:
    """In a thread, while something is thrown away, as a warning, and at the very end."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, PLANTED], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 1
    assert PLANTED not in done.stderr + done.stdout
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    events = [line["event"] for line in lines]
    assert events == [
        "a thread ended: nobody caught an error",
        "an error could not be raised where it happened",
        WITHHELD,
        "%s %d is odd",
        WITHHELD,
        "the process ends: nobody caught an error",
    ]
    assert lines[0]["fact"] == {"thread": "saving"}
    assert [line["logger"] for line in lines[2:5]] == ["py.warnings", "someone.else", "asyncio"]
    assert all(line["error"][0]["type"] == "ValueError" for line in (*lines[:2], lines[-1]))
    assert all(line["error"][0]["at"][-1].endswith(" fail") for line in (*lines[:2], lines[-1]))


def test_django_has_no_way_of_its_own_to_write_or_mail_a_line() -> None:
    program = (
        "import logging, django\n"
        "from django.conf import settings\n"
        "from staydown.base.quietlog import logging_config\n"
        "settings.configure(LOGGING=logging_config())\n"
        "django.setup()\n"
        "every = {**logging.root.manager.loggerDict, '': logging.root}\n"
        "for name, logger in every.items():\n"
        "    for handler in getattr(logger, 'handlers', ()):\n"
        "        print(name, type(handler).__name__, type(handler.formatter).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    lines = set(done.stdout.splitlines())
    # The one of Django's own server for developing, which nothing here starts.
    assert lines - {"django.server StreamHandler ServerFormatter"} == {
        " StreamHandler QuietFormatter"
    }, done.stderr


def test_the_configuration_sends_every_logger_through_the_quiet_formatter() -> None:
    table = logging_config()
    used = {handler["formatter"] for handler in table["handlers"].values()}
    assert used == {"quiet"}
    assert all("handlers" not in logger for logger in table["loggers"].values())
