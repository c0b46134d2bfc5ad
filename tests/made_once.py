"""A folder for what the tests of one process make once and copy; it goes when they have ended."""

import shutil
import tempfile
from functools import cache
from pathlib import Path


@cache
def top() -> Path:
    """Return the folder, made when somebody first asks for it."""
    return Path(tempfile.mkdtemp(prefix="staydown-tests-"))


def place() -> Path:
    """Return a new folder in it."""
    folder = top() / str(len(list(top().iterdir())))
    folder.mkdir()
    return folder


def remove() -> None:
    """Remove all of it: called when the tests have ended, since workers leave without a word."""
    if top.cache_info().currsize:
        shutil.rmtree(top(), ignore_errors=True)
        top.cache_clear()
