"""New files that nobody else on this machine may read. What is in them names people."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from staydown.base.errors import StaydownError
from staydown.cli.output import write_whole


class CannotSave(StaydownError):
    """The file is there already, or cannot be written."""


def output_option(says: str) -> Callable[..., Any]:
    """Return the option ``-o``, given to the command as ``output``."""
    return click.option(
        "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help=says
    )


def save(content: bytes, output: Path | None) -> None:
    """Write a new file that only its owner can read, or print. Never writes over a file.

    A file that cannot be written to its end is taken away again: half a letter looks like one.
    Raises CannotSave.
    """
    if output is None:
        write_whole(content)
        return
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CannotSave("the file is there already; choose another name") from error
    except OSError as error:
        raise CannotSave(f"cannot write the file: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        output.unlink(missing_ok=True)
        raise CannotSave(f"cannot write the file: {error.strerror}") from error
