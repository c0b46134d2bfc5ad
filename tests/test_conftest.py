"""The rules of the test suite itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REASON = "pytest.skip('pdqhash is not here: apt-get install it', allow_module_level=True)"
SKIPPED = {
    "a test": f"import pytest\n\ndef test_it():\n    {REASON}\n",
    "a file": f"import pytest\n\n{REASON}\n\ndef test_it():\n    pass\n",
}


@pytest.mark.parametrize("what", SKIPPED)
@pytest.mark.parametrize(
    ("ci", "options", "allowed"),
    [
        ("", [], True),
        ("true", [], False),
        ("true", ["--may-lack", "threatexchange,pdqhash"], True),
        ("", ["--may-lack", "threatexchange"], False),
    ],
)
def test_a_skip_is_a_failure_in_ci_unless_the_package_that_is_lacking_was_named(
    what: str, ci: str, options: list[str], allowed: bool, tmp_path: Path
) -> None:
    test = tmp_path / "test_skipped.py"
    test.write_text(SKIPPED[what], "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-c", os.devnull]
    command += ["--rootdir", str(tmp_path), "-p", "no:django", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *options, test],
        cwd=ROOT,
        env={**kept, "CI": ci},
        capture_output=True,
        text=True,
    )
    assert ("1 skipped" in done.stdout) == allowed, done.stdout
    assert ("which CI does not allow" in done.stdout) != allowed, done.stdout
    assert (done.returncode in {0, 5}) == allowed  # 5: the one file was skipped, so no test ran
