"""``scripts/setup`` installs what it is asked for, from the lists that are locked."""

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


def set_up(clone: Path, *words: str) -> list[str]:
    """Run the script, and return the lists that it installed now."""
    asked = clone / "asked"
    asked.unlink(missing_ok=True)
    subprocess.run(["scripts/setup", *words], cwd=clone, check=True, capture_output=True)
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
    assert set_up(clone, "dev", "pdf") == ["dev.lock", "build.lock", "copy-model.txt"]


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
