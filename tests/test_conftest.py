"""The rules of the test suite itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SKIPPED = "import pytest\n\ndef test_it():\n    pytest.skip('not here: apt-get install it')\n"


@pytest.mark.parametrize(("ci", "code"), [({"CI": "true"}, 1), ({}, 0)])
def test_a_skip_is_a_failure_in_ci_and_only_there(
    ci: dict[str, str], code: int, tmp_path: Path
) -> None:
    test = tmp_path / "test_skipped.py"
    test.write_text(SKIPPED, "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    kept.pop("CI", None)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-c", os.devnull]
    done = subprocess.run(
        [*command, "--rootdir", tmp_path, "-p", "no:django", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env={**kept, **ci},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stdout
    assert ("1 failed" if ci else "1 skipped") in done.stdout
