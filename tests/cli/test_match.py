"""``staydown match``: which files are copies of which, in pictures and videos, and why."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from staydown.cli import options
from staydown.fingerprint.model import CopyUnavailable
from tests.fingerprint import pictures
from tests.media.files import saved


def staydown(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the real command."""
    command = [sys.executable, "-m", "staydown", "match", *arguments]
    return subprocess.run(command, capture_output=True, cwd=cwd, check=False)


@dataclass(frozen=True)
class Done:
    """One run over many files: what each matched, and what was said."""

    code: int
    found: dict[tuple[str, str], dict[str, Any]]
    told: str


def photograph(name: str, width: int = 600, height: int = 400) -> Image.Image:
    """A sample photograph."""
    return Image.fromarray(pictures.photograph(name, width, height))


def film(*scenes: Image.Image) -> bytes:
    """An animation of 1.5 s for each scene."""
    small = [scene.resize((240, 160)) for scene in scenes]
    return saved(small[0], "GIF", save_all=True, append_images=small[1:], duration=1500)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of references and one of files."""
    top = tmp_path_factory.mktemp("match")
    cat, cup, moon = photograph("chelsea"), photograph("coffee"), photograph("moon")
    rocket = photograph("rocket", 400, 600)
    framed = Image.new("RGB", (700, 1100), (20, 30, 60))
    framed.paste(cup, (50, 300))
    files = {
        "refs/cat.jpg": saved(cat, "JPEG", quality=90),
        "refs/deep/cup.png": saved(cup, "PNG"),
        "refs/notes.txt": b"not a picture",
        "refs/film.gif": film(moon, rocket, ImageOps.mirror(moon), cat),
        "files/mirrored.jpg": saved(ImageOps.mirror(cat), "JPEG", quality=70),
        "files/same.jpg": saved(cat, "JPEG", quality=90),
        "files/framed.png": saved(framed, "PNG"),
        "files/still.jpg": saved(rocket.resize((200, 300)), "JPEG"),
        "files/clip.gif": film(rocket, ImageOps.mirror(moon)),
        "files/noise.png": saved(Image.fromarray(pictures.noise(300, 200)), "PNG"),
        "files/broken.jpg": saved(cat, "JPEG")[:5000],
        "files/notes.txt": b"not a picture",
    }
    for name, data in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(data)
    return top


@pytest.fixture(scope="module")
def done(place: Path) -> Done:
    """Match the folders, once."""
    ran = staydown("--against", "refs", "files", cwd=place)
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    found = {(line["file"].split("/")[-1], line["ref"].split("/")[-1]): line for line in lines}
    assert len(found) == len(lines)
    return Done(ran.returncode, found, ran.stderr.decode())


@pytest.mark.parametrize(
    ("pair", "kind", "views", "reason"),
    [
        (("same.jpg", "cat.jpg"), "sha256", {"whole"}, "the same file, byte for byte"),
        (("mirrored.jpg", "cat.jpg"), "pdq", {"whole+mirrored"}, "after mirroring it"),
        (("framed.png", "cup.png"), "pdq", {"cut_out", "trimmed"}, "of 256 bits differ"),
    ],
)
def test_a_copy_is_found_and_the_reason_said(
    done: Done, pair: tuple[str, str], kind: str, views: set[str], reason: str
) -> None:
    """One line for each copy: what, of what, how sure, and what was undone."""
    line = done.found[pair]
    assert (line["action"], line["kind"]) == ("held", kind)
    assert line["view"] in views
    assert reason in line["reason"]
    assert line["distance"] <= 31
    assert "segments" not in line


def test_a_clip_out_of_a_film_is_found_with_its_place(done: Done) -> None:
    """Start and end in both."""
    line = done.found["clip.gif", "film.gif"]
    assert line["action"] == "held"
    first = line["segments"][0]
    assert 0 <= first["start"] < first["end"] <= 3.1
    assert 1.4 <= first["ref_start"] < first["ref_end"] <= 4.6
    assert (first["frames"], first["share"]) == (2, 1)
    assert "frames agree" in line["reason"]


def test_a_still_of_a_film_is_found_with_its_moment(done: Done) -> None:
    """In the film's time."""
    line = done.found["still.jpg", "film.gif"]
    assert line["action"] == "held"
    assert line["segments"][0]["ref_start"] == pytest.approx(1.5, abs=0.5)
    assert "is seen in the video" in line["reason"]


def test_nothing_else_matches(done: Done) -> None:
    """Neither noise nor another photograph."""
    files = {file for file, _ in done.found}
    assert files == {"mirrored.jpg", "same.jpg", "framed.png", "still.jpg", "clip.gif"}


def test_a_broken_file_has_one_line_and_the_others_go_on(done: Done) -> None:
    """What matched decides about the exit code; text in a folder is nobody's fault."""
    assert done.code == 0
    told = [line for line in done.told.splitlines() if "note:" not in line]
    assert len(told) == 1
    assert told[0].startswith("staydown: files/broken.jpg: ")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--against", "refs/cat.jpg", "files/noise.png"], 1, ""),
        (["--against", "refs/cat.jpg", "files/broken.jpg"], 2, "damaged"),
        (["--against", "refs/notes.txt", "files/noise.png"], 2, "not a picture"),
        (["--against", "nowhere", "files/noise.png"], 2, "No such file"),
        (["files/noise.png"], 2, "--against"),
        (["--against", "refs/cat.jpg"], 2, "FILE"),
        (["--against", "refs/cat.jpg", "--copy-model", "no", "files/noise.png"], 2, "models.md"),
    ],
)
def test_the_exit_code_says_how_it_went(
    place: Path, arguments: list[str], code: int, words: str
) -> None:
    """1: nothing matched; 2: that can't be said."""
    ran = staydown(*arguments, cwd=place)
    assert (ran.returncode, ran.stdout) == (code, b"")
    assert words in ran.stderr.decode()
    assert "Traceback" not in ran.stderr.decode()


def test_without_copy_codes_it_says_so_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """One line on standard error, and no network."""

    def missing(path: Path | None) -> Path:
        raise CopyUnavailable("copy codes need a network: see docs/models.md")

    monkeypatch.setattr(options, "find_model", missing)
    assert options.chosen_model(None, needed=False) is None
    assert b"note: without copy codes" in capfdbinary.readouterr().err


def test_a_plain_picture_never_holds_alone(tmp_path: Path) -> None:
    """A flat colour is like every other: the rules flag it at most."""
    Image.fromarray(pictures.flat(64, 64)).save(tmp_path / "flat.png")
    grey = np.full((80, 80, 3), 90, dtype=np.uint8)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    ran = staydown("--against", "flat.png", "grey.png", cwd=tmp_path)
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert all(line.get("action", "flagged") == "flagged" for line in lines)
