"""``scripts/setup`` installs what it is asked for, from the lists that are locked."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "requirements"

#: In place of Python: notes what pip is asked for, and installs nothing.
PYTHON = '#!/bin/sh\necho "$*" >> asked\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("scripts", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON)
    python.chmod(0o755)
    return tmp_path


def run(clone: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run the script with ``more`` in its environment."""
    return subprocess.run(
        ["scripts/setup", *words],
        cwd=clone,
        env={**os.environ, "CI": "", **more},
        capture_output=True,
        text=True,
    )


def set_up(clone: Path, *words: str, **more: str) -> list[str]:
    """Run the script, and return the lists that it installed now."""
    asked = clone / "asked"
    asked.unlink(missing_ok=True)
    done = run(clone, *words, **more)
    assert done.returncode == 0, done.stderr
    found: list[str] = re.findall(
        r"-r requirements/(\S+)", asked.read_text() if asked.exists() else ""
    )
    return found


def locked(name: str) -> set[str]:
    return set(
        re.findall(r"^[\w.-]+(?:\[\w+\])?==\S+", (REQUIREMENTS / name).read_text(), re.MULTILINE)
    )


def test_pdf_is_added_to_what_runs_and_only_once(clone: Path) -> None:
    assert set_up(clone, "run") == ["run.lock", "build.lock"]
    assert set_up(clone, "run", "pdf") == ["pdf.lock"]
    assert set_up(clone, "run", "pdf") == []


def test_pdf_and_copy_codes_go_together_in_any_order(clone: Path) -> None:
    assert set_up(clone, "run", "pdf", "copy") == [
        "copy.lock", "build.lock", "copy-model.txt", "pdf.lock",
    ]  # fmt: skip


def test_whoever_develops_has_pdf_already(clone: Path) -> None:
    assert set_up(clone, "dev", "pdf", CXX="true") == [
        "dev.lock", "build.lock", "peers.lock", "copy-model.txt",
    ]  # fmt: skip
    assert set_up(clone, "dev", CXX="true") == []


def test_peers_that_cannot_be_compiled_are_left_out_by_name_and_asked_for_again(
    clone: Path,
) -> None:
    done = run(clone, "dev", CXX="no-such-compiler")
    assert done.returncode == 0
    for named in ("pdqhash", "weighted-levenshtein", "threatexchange", "g++ python3-dev"):
        assert named in done.stderr
    assert "peers.lock" not in (clone / "asked").read_text()
    assert set_up(clone, "dev", CXX="true") == ["peers.lock"]


def test_in_ci_nothing_is_left_out(clone: Path) -> None:
    done = run(clone, "dev", CXX="no-such-compiler", CI="true")
    assert done.returncode != 0
    assert "pdqhash" in done.stderr


def test_another_word_is_refused_with_the_words_there_are(clone: Path) -> None:
    done = subprocess.run(["scripts/setup", "run", "pdfs"], cwd=clone, capture_output=True)
    assert done.returncode == 2
    assert b"[copy] [pdf] [js]" in done.stderr
    assert not (clone / "asked").exists()


def test_what_makes_pdfs_changes_no_version_of_what_runs() -> None:
    run, pdf, dev = locked("run.lock"), locked("pdf.lock"), locked("dev.lock")
    assert run
    assert run < pdf <= dev
    assert any(one.startswith("weasyprint==") for one in pdf)


@pytest.mark.parametrize("path", sorted(REQUIREMENTS.glob("*.lock")), ids=lambda path: path.name)
def test_every_python_gets_the_same_version(path: Path) -> None:
    lines = re.findall(r"^[\w.-]+(?:\[\w+\])?==.*", path.read_text(), re.MULTILINE)
    assert lines
    assert [line for line in lines if "python_version" in line or "python_full" in line] == []
    names = [line.partition("==")[0] for line in lines]
    assert len(names) == len(set(names))


def test_peers_and_development_agree_on_every_version() -> None:
    dev, peers = locked("dev.lock"), locked("peers.lock")
    names = {one.partition("==")[0] for one in dev}
    assert {one for one in peers if one.partition("==")[0] in names} <= dev
    assert any(one.startswith("pdqhash==") for one in peers)
