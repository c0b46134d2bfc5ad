"""A log line never repeats what a person sent."""

import io
import json
import logging
from enum import StrEnum

from hypothesis import given
from hypothesis import strategies as st

from staydown.base.quietlog import QuietFormatter, logging_config

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


def test_the_configuration_sends_every_logger_through_the_quiet_formatter() -> None:
    table = logging_config()
    used = {handler["formatter"] for handler in table["handlers"].values()}
    assert used == {"quiet"}
    assert all("handlers" not in logger for logger in table["loggers"].values())
