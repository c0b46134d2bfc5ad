"""``staydown compare``: why two files match, or don't, in words and numbers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from tests.fingerprint import pictures
from tests.media.files import saved


def staydown(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the real command."""
    command = [sys.executable, "-m", "staydown", "compare", *arguments]
    return subprocess.run(command, capture_output=True, cwd=cwd, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an original, copies and others."""
    top = tmp_path_factory.mktemp("compare")
    cat, cup = (Image.fromarray(pictures.photograph(n, 600, 400)) for n in ("chelsea", "coffee"))
    moving = [cup.resize((240, 160)), cat.resize((240, 160))]
    files = {
        "cat.jpg": saved(cat, "JPEG"),
        "again.jpg": saved(cat, "JPEG"),
        "mirrored.png": saved(ImageOps.mirror(cat), "PNG"),
        "cup.jpg": saved(cup, "JPEG"),
        "film.gif": saved(moving[0], "GIF", save_all=True, append_images=moving[1:], duration=2000),
        "broken.jpg": saved(cat, "JPEG")[:3000],
        "notes.txt": b"hello",
    }
    for name, data in files.items():
        (top / name).write_bytes(data)
    return top


def test_a_copy_is_explained_in_words_and_numbers(place: Path) -> None:
    """What was undone, how many bits differ and what the limits are."""
    done = staydown("mirrored.png", "cat.jpg", cwd=place)
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "first   mirrored.png (PDQ quality 100)" in text
    assert "held: the first matches after mirroring it; " in text
    rows = [line for line in text.splitlines() if line.startswith("pdq ")]
    assert "both as they are" in rows[0]
    assert "holds up to 31, flags up to 46" in rows[0]
    assert any("the first after mirroring it, the nearest of " in row for row in rows)


def test_two_different_pictures_are_no_match_and_the_numbers_stand_there(place: Path) -> None:
    """In JSON too, in both directions."""
    done = staydown("--json", "cup.jpg", "cat.jpg", cwd=place)
    (line,) = done.stdout.splitlines()
    record = json.loads(line)
    assert (done.returncode, record["action"], record["reason"]) == (1, "allowed", "")
    assert (record["file"], record["ref"]) == ("cup.jpg", "cat.jpg")
    nearest = [row["distance"] for row in record["compared"] if row["kind"] == "pdq"]
    assert min(nearest) > 60
    assert {row["words"] for row in record["compared"]} >= {"both as they are"}


def test_the_same_bytes_need_no_looking(place: Path) -> None:
    """And no quality, size or view matters."""
    done = staydown("cat.jpg", "again.jpg", cwd=place)
    assert done.returncode == 0
    assert "held: the same file, byte for byte" in done.stdout.decode()


def test_text_that_is_the_same_is_no_picture(place: Path) -> None:
    """A fault, whatever the bytes say."""
    done = staydown("notes.txt", "notes.txt", cwd=place)
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize(
    ("first", "second", "guilty", "words"),
    [
        ("cat.jpg", "broken.jpg", "broken.jpg", "damaged"),
        ("nowhere", "cat.jpg", "nowhere", "No such file"),
        ("cat.jpg", "notes.txt", "notes.txt", "not a picture"),
    ],
)
def test_a_file_that_cannot_be_looked_at_is_named(
    place: Path, first: str, second: str, guilty: str, words: str
) -> None:
    """One line, and code 2."""
    done = staydown(first, second, cwd=place)
    told = [line for line in done.stderr.decode().splitlines() if "note:" not in line]
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(told) == 1
    assert told[0].startswith(f"staydown: {guilty}: ")
    assert words in told[0]


def test_a_picture_in_an_animation_is_found_with_its_moment(place: Path) -> None:
    """Whichever of the two is named first; an animation is a video here."""
    text = staydown("cat.jpg", "film.gif", cwd=place).stdout.decode()
    assert "held: is seen in the video at 0:02.0, as it is; " in text
    done = staydown("--json", "film.gif", "cat.jpg", cwd=place)
    record = json.loads(done.stdout)
    assert (done.returncode, record["action"]) == (0, "held")
    assert record["segments"][0]["start"] == pytest.approx(2, abs=0.1)
