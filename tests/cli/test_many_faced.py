"""What commands say of a file that holds several pictures."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from staydown.base.face import Face
from staydown.cli.bank.chosen import choose
from staydown.fingerprint.pdq import pdq
from staydown.media.sequence import MOST_FRAMES
from tests.media.faced import BASE, DECOY, FACED, animation, saved


def staydown(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run the real command."""
    command = [sys.executable, "-m", "staydown", *arguments]
    return subprocess.run(command, capture_output=True, check=False)


def written(path: Path, data: bytes) -> Path:
    """A file."""
    path.write_bytes(data)
    return path


def test_hash_takes_the_first_and_says_so_or_every_one_that_differs(tmp_path: Path) -> None:
    """The first line is what peers make of the file."""
    file = written(tmp_path / "moving.png", FACED["second.png"][0]())
    done = staydown("hash", "--exact", "--json", file)
    assert b"only the first was taken" in done.stderr
    (first,) = map(json.loads, done.stdout.splitlines())
    assert first["pdq"] == pdq(np.asarray(DECOY)).hex
    done = staydown("hash", "--exact", "--every-frame", "--json", file)
    assert done.stderr == b""
    again, second = map(json.loads, done.stdout.splitlines())
    assert again == first
    assert (second["face"], second["pdq"]) == ("frame_2", pdq(np.asarray(BASE)).hex)


def test_match_says_in_which_picture_and_what_was_looked_at(tmp_path: Path) -> None:
    """And of a file with too many frames, that there are more."""
    written(tmp_path / "base.png", saved(BASE, "PNG"))
    hidden = written(tmp_path / "hidden.png", FACED["clear.png"][0]())
    frames = [Image.new("RGB", (8, 8), (place % 251, 0, 0)) for place in range(MOST_FRAMES + 9)]
    endless = written(tmp_path / "endless.png", animation("PNG", *frames, shown=20))
    done = staydown("match", "--against", tmp_path / "base.png", hidden, endless)
    (found,) = map(json.loads, done.stdout.splitlines())
    assert (found["action"], found["face"]) == ("held", "over_black")
    assert "as shown over black" in found["reason"]
    assert found["looked_at"]["complete"] is True
    assert "over_black" in found["looked_at"]["faces"]
    assert b"endless.png: not all of it was looked at: it has more frames" in done.stderr


def test_submit_lists_every_moment_that_differs_or_the_first_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each has a number of its own, and its name says which moment it is."""
    file = written(tmp_path / "moving.gif", FACED["second.gif"][0]())
    chosen = choose([file], None)
    assert chosen.files == [file, file]
    assert chosen.faces == {2: Face(2)}
    assert list(chosen.lines())[1].endswith("moving.gif (in frame 2)")
    assert chosen.records()["pictures"][1]["face"] == "frame_2"  # type: ignore[index]
    assert "picture 2: " in capsys.readouterr().err
    assert len(choose([file], None, first_frame=True).pictures) == 1


def test_a_moment_is_listed_whose_first_frame_is_too_plain(tmp_path: Path) -> None:
    """Many animations begin with black."""
    black = Image.new("RGB", BASE.size)
    file = written(tmp_path / "moving.png", animation("PNG", black, BASE))
    chosen = choose([file], None)
    assert [one.pdq for one in chosen.pictures] == [pdq(np.asarray(BASE))]
    assert chosen.left_out == []
