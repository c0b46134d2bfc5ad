"""What commands say of a damaged picture."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from staydown.cli.bank.chosen import choose
from tests.fingerprint import pictures
from tests.media.files import saved


def staydown(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run the real command."""
    command = [sys.executable, "-m", "staydown", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole picture, one without its last bytes, and one without its last third."""
    data = saved(Image.fromarray(pictures.photograph("coffee", 720, 480)), "PNG")
    (tmp_path / "whole.png").write_bytes(data)
    (tmp_path / "nearly.png").write_bytes(data[: len(data) * 98 // 100])
    (tmp_path / "half.png").write_bytes(data[: len(data) * 2 // 3])
    return tmp_path


def test_hash_takes_a_picture_with_most_of_its_rows_and_says_so(folder: Path) -> None:
    done = staydown("hash", "--json", folder / "whole.png", folder / "nearly.png")
    assert done.returncode == 0
    whole, nearly = map(json.loads, done.stdout.splitlines())
    assert "damaged" not in whole
    assert nearly["damaged"] is True
    assert 95 <= nearly["rows_read_percent"] < 100
    assert (int(whole["pdq"], 16) ^ int(nearly["pdq"], 16)).bit_count() <= 31
    assert "damaged: 97 % of its rows" in done.stderr or "damaged: 98 % of its rows" in done.stderr


def test_hash_refuses_a_picture_with_fewer_and_says_why(folder: Path) -> None:
    done = staydown("hash", "--json", folder / "half.png", folder / "whole.png")
    assert done.returncode == 1
    refused, whole = map(json.loads, done.stdout.splitlines())
    assert refused["error"] == "too_damaged"
    assert "% of its rows could be read" in refused["message"]
    assert "pdq" in whole


def test_match_finds_what_is_there_and_says_that_it_is_damaged(folder: Path) -> None:
    done = staydown("match", "--against", folder / "whole.png", folder / "nearly.png")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[0])
    assert found["action"] == "held"
    assert found["looked_at"]["damaged"] is True
    assert "% of its rows could be read" in done.stderr


def test_a_bank_gets_a_picture_with_most_of_its_rows_and_is_told(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """One with fewer is left out."""
    chosen = choose([folder / "nearly.png", folder / "half.png"], None)
    assert chosen.files == [folder / "nearly.png"]
    assert [one.code for one in chosen.left_out] == ["too_damaged"]
    listed = chosen.records()["pictures"]
    assert isinstance(listed, list)
    assert [one["damaged"] for one in listed] == [True]
    assert "of its rows could be read. It will be handed in as it is" in capfd.readouterr().err
