"""What is left out of the daily run is named in one table, and nothing in it is named in vain."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import daily
from tests.bank_server import environment_of

TESTS = """
from hypothesis import given, settings, strategies as st

tried = {"daily": 0, "at length": 0}

@given(st.integers())
@settings(max_examples=300, database=None)
def test_a_property(number):
    tried["at length"] += 1

def test_how_often():
    print("tried", tried["at length"])
"""


@pytest.mark.parametrize("line", sorted(daily.long_ones()))
def test_a_line_of_the_table_names_something(line: str) -> None:
    path, _, name = line.partition("::")
    place = daily.ROOT / path
    assert place.exists()
    if name:
        assert re.search(rf"def {re.escape(name.partition('[')[0])}\(", place.read_text("utf-8"))


@pytest.mark.parametrize(("options", "most"), [([], daily.EXAMPLES), (["--all"], 300)])
def test_a_property_tries_fewer_examples_unless_all_are_asked_for(
    tmp_path: Path, options: list[str], most: int
) -> None:
    (tmp_path / "test_made.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-p", "tests.conftest", "--rootdir", str(tmp_path), *options, str(tmp_path)],
        cwd=daily.ROOT,
        env=environment_of({"PYTHONPATH": str(daily.ROOT)}),
        capture_output=True,
        text=True,
    )
    assert f"tried {most}\n" in done.stdout, done.stdout + done.stderr
