"""What is too plain to be told from others is said to be, by every command that compares."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from staydown.cli.bank.chosen import choose
from staydown.cli.plain import is_plain
from tests.fingerprint import pictures
from tests.media.files import saved


def staydown(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the real command."""
    command = [sys.executable, "-m", "staydown", *arguments]
    return subprocess.run(command, capture_output=True, cwd=cwd, check=False)


def _halves() -> Image.Image:
    """One edge: of a good quality, and of a fingerprint that many pictures have."""
    return Image.fromarray(np.repeat([[0, 255]], 200, axis=1).astype(np.uint8).repeat(300, axis=0))


def _fade() -> Image.Image:
    return Image.linear_gradient("L").resize((300, 300))


#: Pictures by which nothing can be found.
PLAIN = {
    "black": lambda: Image.new("RGB", (300, 200)),
    "white": lambda: Image.new("RGB", (300, 200), "white"),
    "transparent": lambda: Image.new("RGBA", (300, 200)),
    "a fade": _fade,
    "one edge": _halves,
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photograph, a copy of it, and what is too plain."""
    top = tmp_path_factory.mktemp("plain")
    cat = Image.fromarray(pictures.photograph("chelsea", 600, 400))
    dark = [Image.new("RGB", (240, 160), (level, 0, 0)) for level in (0, 3, 6)]
    files = {
        "cat.jpg": saved(cat, "JPEG"),
        "small.png": saved(cat.resize((300, 200)), "PNG"),
        "dark.gif": saved(dark[0], "GIF", save_all=True, append_images=dark[1:], duration=1000),
        **{f"{name}.png": saved(make(), "PNG") for name, make in PLAIN.items()},
    }
    (top / "refs").mkdir()
    for name, data in files.items():
        (top / name).write_bytes(data)
    for name in ("cat.jpg", "black.png"):
        (top / "refs" / name).write_bytes(files[name])
    return top


def _lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("name", ["a fade.png", "one edge.png", "dark.gif"])
def test_a_reference_too_plain_to_find_anything_is_an_error(place: Path, name: str) -> None:
    done = staydown("match", "--against", name, "cat.jpg", cwd=place)
    assert done.returncode == 2
    (line,) = _lines(done)
    assert (line["ref"], line["error"]) == (name, "too_plain")
    said = done.stderr.decode()
    assert f"staydown: {name}: too plain to be told from other pictures" in said
    assert "nothing can be found like this" in said


def test_black_against_white_is_not_passed_over_in_silence(place: Path) -> None:
    done = staydown("match", "--json", "--against", "black.png", "white.png", cwd=place)
    assert done.returncode == 2
    assert [line["error"] for line in _lines(done)] == ["too_plain"]
    assert b"black.png: too plain" in done.stderr


def test_of_a_folder_the_plain_ones_are_named_and_the_others_find_their_copies(
    place: Path,
) -> None:
    done = staydown("match", "--against", "refs", "small.png", cwd=place)
    assert done.returncode == 0
    assert [(line["ref"], line.get("error")) for line in _lines(done)] == [
        ("refs/black.png", "too_plain"),
        ("refs/cat.jpg", None),
    ]
    assert b"nothing can be found" not in done.stderr
    nothing = staydown("match", "--against", "refs", "a fade.png", cwd=place)
    assert nothing.returncode == 2, "what black.png should have found isn't known"


def test_the_very_same_plain_file_is_found(place: Path) -> None:
    done = staydown("match", "--against", "refs/black.png", "black.png", cwd=place)
    assert done.returncode == 0
    assert [line.get("kind") for line in _lines(done)] == [None, "sha256"]


@pytest.mark.parametrize(
    ("pair", "code", "words"),
    [
        (("black.png", "white.png"), 2, "can't be told: both are too plain"),
        (("cat.jpg", "white.png"), 1, "the second is too plain"),
    ],
)
def test_compare_says_which_is_too_plain(
    place: Path, pair: tuple[str, str], code: int, words: str
) -> None:
    done = staydown("compare", *pair, cwd=place)
    assert (done.returncode, words in done.stdout.decode()) == (code, True), done.stdout


@pytest.mark.parametrize(
    ("pair", "code", "plain"),
    [
        (("one edge.png", "dark.gif"), 2, ["file", "ref"]),
        (("black.png", "cat.jpg"), 1, ["file"]),
        (("small.png", "cat.jpg"), 0, None),
    ],
)
def test_compare_says_it_to_programs_too(
    place: Path, pair: tuple[str, str], code: int, plain: list[str] | None
) -> None:
    done = staydown("compare", "--json", *pair, cwd=place)
    (line,) = _lines(done)
    assert (done.returncode, line.get("too_plain")) == (code, plain)


def test_hash_says_how_many_are_too_plain_to_be_listed(place: Path) -> None:
    names = [f"{name}.png" for name in PLAIN]
    done = staydown("hash", "cat.jpg", *names, cwd=place)
    assert done.returncode == 0
    assert f"too plain to be told from other pictures: {len(PLAIN)}." in done.stderr.decode()
    done = staydown("hash", "--json", "cat.jpg", *names, cwd=place)
    assert [line.get("too_plain", False) for line in _lines(done)] == [False] + [True] * len(PLAIN)
    assert staydown("hash", "cat.jpg", cwd=place).stderr == b""


def test_what_no_bank_lists_is_plain_and_left_out_by_bank_submit(place: Path) -> None:
    files = [place / "cat.jpg", *(place / f"{name}.png" for name in PLAIN)]
    chosen = choose(files, None)
    assert chosen.files == files[:1]
    assert {one.code for one in chosen.left_out} == {"too_plain", "degenerate"}
    assert not is_plain(chosen.pictures[0].pdq)
