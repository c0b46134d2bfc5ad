"""``staydown bank submit`` with files as people have them: the good go out, the bad are named."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from PIL import Image

from staydown.cli.bank.chosen import choose
from staydown.exchange.codec import MAX_PICTURES
from tests.bank_server import SRC, RunningBank, running_bank

SAMPLES = SRC / "staydown" / "cli" / "samples"
FLAGS = ("--adult-confirmed", "--acting-for", "self", "--generate-pin")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    """One bank for all tests here."""
    with running_bank(tmp_path_factory.mktemp("choosing") / "bank") as running:
        yield running


def _picture(path: Path, seed: int) -> Path:
    """A picture with something in it, of its own for each seed."""
    blocks = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    Image.fromarray(blocks).resize((192, 192), Image.Resampling.BICUBIC).save(path)
    return path


def _no_picture(folder: Path) -> Path:
    path = folder / "notes.jpg"
    path.write_bytes(b"this is a text")
    return path


def _half(folder: Path) -> Path:
    path = folder / "half.jpg"
    whole = (SAMPLES / "moon.jpg").read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    return path


def _missing(folder: Path) -> Path:
    return folder / "gone.jpg"


def _folder(folder: Path) -> Path:
    (folder / "more").mkdir()
    return folder / "more"


def _black(folder: Path) -> Path:
    Image.new("RGB", (300, 200)).save(folder / "black.png")
    return folder / "black.png"


def _halves(folder: Path) -> Path:
    """One edge: of a good quality, and of a fingerprint that many pictures have."""
    Image.fromarray(np.repeat([[0, 255]], 128, axis=1).astype(np.uint8)).resize((256, 256)).save(
        folder / "halves.png"
    )
    return folder / "halves.png"


def _video(folder: Path) -> Path:
    path = folder / "film.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(64))
    return path


def _empty(folder: Path) -> Path:
    path = folder / "empty.jpg"
    path.touch()
    return path


BAD = {
    "no picture": (_no_picture, "not_a_picture"),
    "damaged": (_half, "too_damaged"),
    "missing": (_missing, "unreadable"),
    "a folder": (_folder, "unreadable"),
    "too plain": (_black, "too_plain"),
    "degenerate": (_halves, "degenerate"),
    "a video": (_video, "unsupported"),
    "empty": (_empty, "not_a_picture"),
}


def _run(*arguments: str | Path, **how: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "staydown", "bank", "submit", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        check=False,
        **({"stdin": subprocess.DEVNULL} | how),
    )


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_cannot_be_listed_is_named_and_left_out_and_the_others_are_chosen(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    make, code = BAD[kind]
    bad = make(tmp_path)
    first, second = _picture(tmp_path / "a.png", 1), _picture(tmp_path / "b.png", 2)
    chosen = choose([first, bad, second], None)
    assert chosen.files == [first, second]
    assert [(one.file, one.code) for one in chosen.left_out] == [(bad, code)]
    said = capfd.readouterr().err
    assert re.search(rf"^staydown: \S*{re.escape(bad.name)}: .+ left out$", said, re.MULTILINE)
    assert "picture 2:" in said


def test_the_good_are_listed_and_the_bad_named_and_the_exit_code_tells(
    bank: RunningBank, tmp_path: Path
) -> None:
    bad = [make(tmp_path) for make, _ in BAD.values()]
    good = [SAMPLES / "moon.jpg", SAMPLES / "coffee.jpg"]
    done = _run(bank.url, good[0], *bad, good[1], good[0], *FLAGS, "--json")
    assert done.returncode == 3, done.stderr
    case = json.loads(done.stdout)
    assert case["pictures"] == [
        {"number": number, "file": str(file)} for number, file in enumerate(good, 1)
    ]
    assert [(one["file"], one["error"]) for one in case["left_out"]] == [
        (str(file), code) for file, (_, code) in zip(bad, BAD.values(), strict=True)
    ]
    assert case["repeated"] == [{"file": str(good[0]), "number": 1}]
    assert [one["number"] for one in bank.status(case)["listings"]] == [1, 2]


def test_the_numbers_of_the_status_page_are_printed_beside_the_files(
    bank: RunningBank, tmp_path: Path
) -> None:
    picture = _picture(tmp_path / "mine.png", 3)
    done = _run(bank.url, SAMPLES / "moon.jpg", _no_picture(tmp_path), picture, *FLAGS)
    assert done.returncode == 3, done.stderr
    assert f"picture 2:        {picture}\n" in done.stdout
    assert f"not listed:       {tmp_path / 'notes.jpg'}\n" in done.stdout


def test_nothing_is_sent_when_no_file_is_good(tmp_path: Path) -> None:
    """Nobody listens at this address: a word to it would be told of as a fault of the line."""
    bad = [make(tmp_path) for make, _ in BAD.values()]
    done = _run("http://127.0.0.1:9", *bad, *FLAGS, "--json")
    assert done.returncode == 1
    assert done.stderr.endswith("none of these files can be listed; nothing was sent\n")
    assert len(json.loads(done.stdout)["left_out"]) == len(BAD)
    assert json.loads(done.stdout)["pictures"] == []


@pytest.mark.parametrize("answer", ["n", "y"])
def test_who_sits_at_a_terminal_is_asked_before_the_others_go(
    answer: str, bank: RunningBank, tmp_path: Path
) -> None:
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        done = _run(bank.url, SAMPLES / "rocket.jpg", _no_picture(tmp_path), *FLAGS, stdin=theirs)
    finally:
        os.close(ours)
        os.close(theirs)
    assert "Hand in the other picture?" in done.stderr
    assert done.returncode == {"n": 1, "y": 3}[answer], done.stderr
    assert ("case number:" in done.stdout) == (answer == "y")
    assert ("Nothing was sent." in done.stderr) == (answer == "n")


def test_the_limit_counts_the_pictures_that_are_sent(tmp_path: Path) -> None:
    """Files that are left out, or that are the same picture again, take no place."""
    good = [_picture(tmp_path / f"{at}.png", at) for at in range(MAX_PICTURES)]
    bad = _no_picture(tmp_path)
    chosen = choose([bad, *good, good[0], bad, good[-1]], None)
    assert (len(chosen.pictures), len(chosen.left_out)) == (MAX_PICTURES, 2)
    assert chosen.again == [(good[0], 1), (good[-1], MAX_PICTURES)]
    one_more = _picture(tmp_path / "more.png", MAX_PICTURES)
    with pytest.raises(click.UsageError, match=f"more than {MAX_PICTURES} pictures"):
        choose([*good, one_more], None)


def test_a_file_called_minus_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _picture(tmp_path / "x.png", 5).rename("-")
    assert choose([Path("-")], None).files == [Path("-")]
