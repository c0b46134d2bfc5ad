"""What of the tests is run every day, and what only with ``--all``, as CI does.

``long.txt`` names, a line each, the folders, files and tests that take long and say little every
day: kills at every line, stress, benchmarks, the second run of a whole walk. Properties keep
running with fewer examples.
"""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
TABLE = Path(__file__).parent / "long.txt"

#: Examples of a property, unless all are asked for.
EXAMPLES = 20

_ATTRIBUTE = "_hypothesis_internal_use_settings"


@cache
def long_ones() -> frozenset[str]:
    """Return the folders, files (``tests/a/test_b.py``) and tests (``…::test_c``) of the table."""
    lines = (line.strip() for line in TABLE.read_text("utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def is_long(item: pytest.Item) -> bool:
    """Whether the table names a test, the one case of it, its file, or a folder it is in."""
    path = item.path.relative_to(ROOT) if item.path.is_relative_to(ROOT) else item.path
    file, name = path.as_posix(), item.name.partition("[")[0]
    folders = {folder.as_posix() for folder in path.parents}
    return not long_ones().isdisjoint({file, f"{file}::{name}", f"{file}::{item.name}", *folders})


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the long ones out of ``items``."""
    long = [item for item in items if is_long(item)]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if not is_long(item)]


def shorten(item: pytest.Item) -> None:
    """Let a property try fewer examples."""
    test = getattr(getattr(item, "obj", None), "__func__", getattr(item, "obj", None))
    if not getattr(test, "is_hypothesis_test", False):
        return
    asked = getattr(test, _ATTRIBUTE, None) or settings()
    fewer = min(asked.max_examples, EXAMPLES)
    setattr(test, _ATTRIBUTE, settings(asked, max_examples=fewer))
