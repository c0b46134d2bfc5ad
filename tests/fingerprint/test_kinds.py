"""A kind of fingerprint is told once: its word and its row are all that a new one needs."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import staydown
from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import KINDS, KindSpec, checked

HERE = Path(__file__).parents[2]

WORDS = """    LOOK9 = "look9"
    SHA512 = "sha512"
"""
LAST_ROW = '        Kind.SHA256: KindSpec(bits=256, label="SHA-256", memory=150),\n'
ROWS = """        Kind.LOOK9: KindSpec(
            bits=512, label="new look", memory=150, hold=60, flag=70, reach=200, set_bits=(160, 352)
        ),
        Kind.SHA512: KindSpec(bits=512, label="SHA-512", memory=200),
"""


def _with(tmp_path: Path, words: str, rows: str) -> dict[str, str]:
    """Copy the program, add these lines to it, and return an environment that runs the copy."""
    copy = tmp_path / "staydown"
    shutil.copytree(
        Path(staydown.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__")
    )
    for name, before, more in (
        ("base/vocabulary.py", '    SHA256 = "sha256"\n', words),
        (
            "fingerprint/kinds.py",
            '        Kind.SHA256: KindSpec(bits=256, label="SHA-256", memory=150),\n',
            rows,
        ),
    ):
        file = copy / name
        text = file.read_text()
        assert text.count(before) == 1
        file.write_text(text.replace(before, before + more))
    return {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{HERE}"}


def test_a_kind_that_was_added_is_read_listed_fed_matched_and_told(tmp_path: Path) -> None:
    """One by content and an exact one, by nothing but their words and rows."""
    environment = _with(tmp_path, WORDS, ROWS)
    command = [sys.executable, "-m", "tests.fingerprint.new_kinds"]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stdout) == (0, "walked\n"), done.stderr


def test_a_kind_without_a_row_is_found_out_at_import(tmp_path: Path) -> None:
    """And the message says what to do."""
    environment = _with(tmp_path, WORDS, "")
    command = [sys.executable, "-c", "import staydown.fingerprint.value"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "fingerprint/kinds.py has no row for the kind 'look9': add it" in done.stderr


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (replace(KINDS[Kind.PDQ], bits=250), "whole words"),
        (replace(KINDS[Kind.PDQ], hold=47), "hold ≤ flag"),
        (replace(KINDS[Kind.PDQ], flag=86), "hold ≤ flag"),
        (replace(KINDS[Kind.PDQ], reach=84), "hold ≤ flag"),
        (replace(KINDS[Kind.PDQ], set_bits=None), "set_bits"),
        (KindSpec(bits=256, label="PDQ", memory=150), "no such digest"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused(row: KindSpec, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        checked({**KINDS, Kind.PDQ: row})


def test_a_digest_has_as_many_bits_as_hashlib_makes() -> None:
    with pytest.raises(ValueError, match="hashlib makes it of 128 bits"):
        checked({**KINDS, Kind.MD5: replace(KINDS[Kind.MD5], bits=192)})


@pytest.mark.parametrize(
    ("name", "number"),
    [("LISTING_QUALITY", KINDS[Kind.PDQ].listing_quality), ("SAME_BITS", KINDS[Kind.PDQ].hold)],
)
def test_the_browser_has_the_numbers_of_the_row(name: str, number: int) -> None:
    scripts = (Path(staydown.__file__).parent / "web/static/js").rglob("*.js")
    code = "".join(file.read_text("utf-8") for file in scripts)
    assert re.findall(rf"export const {name} = (\d+);", code) == [str(number)]
