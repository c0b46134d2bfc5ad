"""``staydown hash``: a line for each picture, a line of reason for each file that fails."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from staydown.fingerprint.pdq import pdq
from tests.fingerprint import pictures
from tests.fingerprint.make_vectors import upright_rgb
from tests.media.files import png, saved

VECTORS = Path(__file__).parents[1] / "vectors" / "pdq"
CAT = pictures.SAMPLES / "chelsea.jpg"
HEX = pdq(upright_rgb(CAT)).hex


def staydown(
    *arguments: str | bytes | Path, stdin: bytes = b"", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the real command."""
    command = [sys.executable, "-m", "staydown", "hash", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, check=False)


def test_a_line_is_kind_digits_quality_and_name() -> None:
    """As the manual says, in the order of the files."""
    done = staydown(CAT, VECTORS / "coffee.webp", CAT)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[0] == lines[2] == f"pdq {HEX} 100 {CAT}"
    assert re.fullmatch(r"pdq [0-9a-f]{64} \d+ .*coffee\.webp", lines[1])
    assert len(lines) == 3


def test_json_is_one_object_a_line() -> None:
    """Failures too, with a word that machines can hold on to."""
    done = staydown("--json", CAT, "nowhere", __file__)
    assert done.returncode == 1
    good, missing, text = (json.loads(line) for line in done.stdout.splitlines())
    assert good == {"file": str(CAT), "kind": "pdq", "pdq": HEX, "quality": 100}
    assert (missing["file"], missing["error"]) == ("nowhere", "unreadable")
    assert (text["error"], "not a picture" in text["message"]) == ("not_a_picture", True)
    assert len(done.stderr.splitlines()) == 2


def test_a_dash_reads_standard_input() -> None:
    """A picture may come through a pipe."""
    done = staydown("-", stdin=CAT.read_bytes())
    assert (done.returncode, done.stdout.decode()) == (0, f"pdq {HEX} 100 -\n")


def test_a_file_that_is_called_dash_is_reached_by_its_path(tmp_path: Path) -> None:
    """And a name that begins with a dash behind ``--``."""
    for name in ("-", "--json"):
        (tmp_path / name).write_bytes(CAT.read_bytes())
    done = staydown("./-", "--", "--json", cwd=tmp_path)
    assert done.stdout.decode() == f"pdq {HEX} 100 ./-\npdq {HEX} 100 --json\n"


@pytest.mark.parametrize("arguments", [[], ["--nonsense", "x"]])
def test_wrong_usage_is_code_2(arguments: list[str]) -> None:
    """Nothing to hash, or an unknown option."""
    done = staydown(*arguments)
    assert done.returncode == 2
    assert b"Usage:" in done.stderr


def test_each_bad_file_gets_one_clear_line_and_the_others_are_printed(tmp_path: Path) -> None:
    """Broken off, huge, no picture, a bomb, a folder, nothing there: no traceback."""
    cat = CAT.read_bytes()
    bad = {
        "broken.jpg": (cat[: len(cat) // 2], "breaks off or is damaged"),
        "empty.jpg": (b"", "not a picture"),
        "text.jpg": (b"hello", "not a picture"),
        "phone.heic": (
            b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
            "cannot be opened here",
        ),
        "bomb.png": (png(50_000, 50_000, depth=1, colour=0, rows=b""), "made to unfold"),
        "large.jpg": (b"\xff\xd8\xff" + bytes(64 << 20), "larger than is allowed"),
    }
    for name, (data, _) in bad.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "folder").mkdir()
    names = [*bad, "folder", "missing", "good.jpg"]
    (tmp_path / "good.jpg").write_bytes(cat)
    done = staydown(*names, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.decode() == f"pdq {HEX} 100 good.jpg\n"
    lines = done.stderr.decode().splitlines()
    reasons = [*(reason for _, reason in bad.values()), "Is a directory", "No such file"]
    assert len(lines) == len(reasons)
    for line, name, reason in zip(lines, names, reasons, strict=False):
        assert line.startswith(f"staydown: {name}: ")
        assert reason in line


def test_a_name_of_odd_bytes_passes_through_as_it_is(tmp_path: Path) -> None:
    """A file name is bytes: those that are not UTF-8 come out the same."""
    name = b"caf\xe9 \xf0\x9f\x90\x88 \\ x.jpg"
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(CAT.read_bytes())
    done = staydown(name, b"\xff-missing", cwd=tmp_path)
    assert done.stdout == b"pdq %b 100 %b\n" % (HEX.encode(), name)
    assert done.stderr.startswith(b"staydown: \xff-missing: ")
    record = json.loads(staydown("--json", name, cwd=tmp_path).stdout)
    assert bytes.fromhex(record["file_hex"]) == name


def test_a_name_with_a_line_break_stays_on_its_line(tmp_path: Path) -> None:
    """Control characters are escaped, and a backslash in front says so."""
    name = "a\nb\\c\x1b[31m.jpg"
    (tmp_path / name).write_bytes(CAT.read_bytes())
    done = staydown(name, "mis\nsing", cwd=tmp_path)
    assert done.stdout == b"\\pdq %b 100 a\\nb\\\\c\\x1b[31m.jpg\n" % HEX.encode()
    assert done.stderr.startswith(b"staydown: mis\\nsing: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_name_cannot_steer_a_terminal_by_c1_either(tmp_path: Path) -> None:
    """U+009B is the same as escape and bracket."""
    done = staydown("a\u009b31m é", cwd=tmp_path)
    assert done.stderr.decode().startswith("staydown: a\\xc2\\x9b31m é: ")


@pytest.mark.parametrize(
    ("redirected", "told"),
    [
        ("- <&-", "staydown: -: cannot be read: Bad file descriptor\n"),
        (f"{CAT} >&-", ""),
        (f"{CAT} >/dev/full", "Error: cannot write: No space left on device\n"),
    ],
)
def test_a_stream_that_is_closed_or_full_is_no_traceback(redirected: str, told: str) -> None:
    """And none of them is code 0, but for an output that nobody wanted."""
    command = f"{sys.executable} -m staydown hash {redirected}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.stderr.decode() == told
    assert done.returncode == (1 if told else 0)


@pytest.mark.parametrize("turn", range(2, 9))
def test_a_turned_photograph_is_hashed_upright(turn: int) -> None:
    """As people see it."""
    upright = pdq(pictures.CONTENTS["chelsea"](240, 160))
    done = staydown(VECTORS / f"turned-{turn}.jpg").stdout.split()[1].decode()
    assert done != upright.hex
    assert done == pdq(upright_rgb(VECTORS / f"turned-{turn}.jpg")).hex


def test_the_first_frame_of_an_animation_counts(tmp_path: Path) -> None:
    """Later frames change nothing."""
    frames = [Image.fromarray(pictures.CONTENTS[name](80, 60)) for name in ("chelsea", "coffee")]
    (tmp_path / "one.gif").write_bytes(saved(frames[0], "GIF"))
    animated = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=90)
    (tmp_path / "two.gif").write_bytes(animated)
    one, two = staydown("one.gif", "two.gif", cwd=tmp_path).stdout.splitlines()
    assert one.split()[1:3] == two.split()[1:3]


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    """``staydown hash … | head`` ends quietly."""
    command = f"{sys.executable} -m staydown hash {' '.join([str(CAT)] * 40)} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert len(done.stdout.splitlines()) == 1
    assert b"Traceback" not in done.stderr
