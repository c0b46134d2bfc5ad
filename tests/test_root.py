"""The root of the project holds what a newcomer looks for there, and nothing that a tool left."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bank_server import environment_of

ROOT = Path(__file__).parents[1]

HELD = {
    *("README.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", ".gitignore"),
    *("src", "tests", "benchmarks", "docs", "scripts", ".ci"),
    *("pyproject.toml", "requirements"),
    *("package.json", "package-lock.json", "tsconfig.json", "tsconfig.worker.json"),
}  # fmt: skip

#: Programs of ours that write where they are told to: asked for help they must write nothing.
WRITERS = [
    "tests.flows.screenshot",
    "tests.flows.case_screenshots",
    "benchmarks.corpus",
    "benchmarks.feed",
]


def test_the_root_holds_nothing_else() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--directory"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode != 0:  # a copy without its history: there is only what lies there
        names = {file.name for file in ROOT.iterdir() if not _is_ignored(file.name)}
    else:
        names = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert names == HELD


def _is_ignored(name: str) -> bool:
    ignored = (ROOT / ".gitignore").read_text("utf-8").split()
    return f"{name}/" in ignored or name == ".git"


@pytest.mark.parametrize("program", WRITERS)
def test_a_program_that_writes_says_how_when_it_is_asked_for_help(
    program: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", program, "--help"],
        cwd=tmp_path,
        env=environment_of({"PYTHONPATH": str(ROOT)}),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: ")
    assert list(tmp_path.iterdir()) == []
