"""Files that name people: for their owner alone, never in place of another, never half there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from staydown.cli.new_file import CannotSave, save

KEPT = b"kept as it was"


def test_only_its_owner_can_read_a_new_file_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        save(b"text", tmp_path / "new.txt")
    finally:
        os.umask(before)
    assert (tmp_path / "new.txt").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new.txt").read_bytes() == b"text"


@pytest.mark.parametrize("kind", ["file", "link to a file", "link to nothing", "folder", "pipe"])
def test_what_is_there_is_never_written_over_or_through(tmp_path: Path, kind: str) -> None:
    target, there = tmp_path / "target", tmp_path / "there"
    target.write_bytes(KEPT)
    match kind:
        case "file":
            there.write_bytes(KEPT)
        case "link to a file":
            there.symlink_to(target)
        case "link to nothing":
            there.symlink_to(tmp_path / "nothing")
        case "folder":
            there.mkdir()
        case _:
            os.mkfifo(there)
    with pytest.raises(CannotSave, match="there already"):
        save(b"text", there)
    assert target.read_bytes() == KEPT
    assert not (tmp_path / "nothing").exists()
    assert not there.is_file() or there.read_bytes() == KEPT


@pytest.mark.parametrize("name", ["none/new.txt", "x" * 300])
def test_a_file_that_cannot_be_made_is_a_clear_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotSave, match="cannot write the file"):
        save(b"text", tmp_path / name)


def test_a_file_that_found_no_room_is_not_left_there_by_half(tmp_path: Path) -> None:
    words = f"'{sys.executable}' -m staydown guide plan --everything -o plan.txt"
    done = subprocess.run(
        ["sh", "-c", f"ulimit -f 1; exec {words}"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == "staydown: cannot write the file: File too large\n"
    assert not (tmp_path / "plan.txt").exists()
