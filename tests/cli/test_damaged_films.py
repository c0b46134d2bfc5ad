"""Films that break off: what can be shown of them is looked at, and every command says so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fingerprint.pictures import SAMPLES
from tests.media import odd_films as odd


def staydown(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the real command."""
    command = [sys.executable, "-m", "staydown", *arguments]
    return subprocess.run(command, capture_output=True, cwd=cwd, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film, the same one cut off, and others."""
    top = tmp_path_factory.mktemp("films")
    whole = odd.streamed(odd.film(8), "mp4", "libx264", options={"bf": "0"})
    front = odd.moov_first(whole)
    files = {
        "whole.mp4": whole,
        "cut.mp4": front[: len(front) * 2 // 3],
        "no_list.mp4": whole[: len(whole) // 2],
        "stream.ts": odd.streamed(odd.film(8), "mpegts", "libx264"),
        "codec.mkv": odd.streamed(odd.film(1), "matroska", "ffv1"),
    }
    for name, data in files.items():
        (top / name).write_bytes(data)
    return top


def test_match_finds_what_is_left_and_says_damaged(place: Path) -> None:
    """How many seconds of how many were seen, for people and for programs; it is held."""
    done = staydown("match", "--against", "whole.mp4", "cut.mp4", "stream.ts", cwd=place)
    first, second = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 0
    assert (first["file"], first["action"], first["damaged"]) == ("cut.mp4", "held", True)
    assert 4 < first["seen_seconds"] < 6
    assert first["of_seconds"] == pytest.approx(8.0, abs=0.2)
    assert (second["file"], second["action"]) == ("stream.ts", "held")
    assert "damaged" not in second
    assert b"cut.mp4: damaged: " in done.stderr
    assert b"of 8.0 seconds could be seen" in done.stderr


def test_match_never_says_that_a_damaged_film_is_clear(place: Path) -> None:
    """Nothing was found in a part: the exit code is that of a file that wasn't looked at."""
    done = staydown("match", "--against", str(SAMPLES / "chelsea.jpg"), "cut.mp4", cwd=place)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"damaged" in done.stderr


def test_a_damaged_reference_is_matched_against_as_far_as_it_goes(place: Path) -> None:
    """And the person is told."""
    done = staydown("match", "--against", "cut.mp4", "whole.mp4", cwd=place)
    assert json.loads(done.stdout)["action"] == "held"
    assert b"cut.mp4: damaged" in done.stderr


def test_hash_gives_the_lines_of_what_is_left(place: Path) -> None:
    """The exit code says that something is wrong, and what cannot be opened says why."""
    names = ["whole.mp4", "cut.mp4", "no_list.mp4", "codec.mkv"]
    done = staydown("hash", "--kinds", "vpdq", "--json", *names, cwd=place)
    whole, cut, no_list, codec = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert whole["vpdq"].startswith(cut["vpdq"][:200])
    assert cut["damaged"] is True
    assert cut["seconds"] == cut["seen_seconds"] < whole["seconds"] == 8.0
    assert "damaged" not in whole
    assert (no_list["error"], codec["error"]) == ("end_missing", "unknown_codec")
    assert b"end of this video is missing" in done.stderr
    assert b"not a picture" not in done.stderr


def test_compare_says_which_one_is_damaged(place: Path) -> None:
    done = staydown("compare", "--json", "whole.mp4", "cut.mp4", cwd=place)
    told = json.loads(done.stdout)
    assert (done.returncode, told["action"], told["damaged"]) == (0, "held", True)
    assert b"cut.mp4: damaged" in done.stderr
    done = staydown("compare", str(SAMPLES / "chelsea.jpg"), "cut.mp4", cwd=place)
    assert done.returncode == 2
