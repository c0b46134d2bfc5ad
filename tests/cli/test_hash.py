"""``staydown hash``: a line for each picture, a line of reason for each file that fails."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from staydown.base.vocabulary import Kind
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.value import Fingerprint
from tests.fingerprint import pictures
from tests.fingerprint.make_vectors import upright_rgb
from tests.media.files import png, saved
from tests.media.videos import scenes, video

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
    done = staydown("--exact", CAT, VECTORS / "coffee.webp", CAT)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[0] == lines[2] == f"pdq {HEX} 100 {CAT}"
    assert re.fullmatch(r"pdq [0-9a-f]{64} \d+ .*coffee\.webp", lines[1])
    assert len(lines) == 3


def test_json_is_one_object_a_line() -> None:
    """Failures too, with a word that machines can hold on to."""
    done = staydown("--exact", "--json", CAT, "nowhere", __file__)
    assert done.returncode == 1
    good, missing, text = (json.loads(line) for line in done.stdout.splitlines())
    assert good == {"file": str(CAT), "kind": "pdq", "pdq": HEX, "quality": 100}
    assert (missing["file"], missing["error"]) == ("nowhere", "unreadable")
    assert (text["error"], "not a picture" in text["message"]) == ("not_a_picture", True)
    assert len(done.stderr.splitlines()) == 2


def test_a_dash_reads_standard_input() -> None:
    """A picture may come through a pipe."""
    done = staydown("--exact", "-", stdin=CAT.read_bytes())
    assert (done.returncode, done.stdout.decode()) == (0, f"pdq {HEX} 100 -\n")


def test_a_file_that_is_called_dash_is_reached_by_its_path(tmp_path: Path) -> None:
    """And a name that begins with a dash behind ``--``."""
    for name in ("-", "--json"):
        (tmp_path / name).write_bytes(CAT.read_bytes())
    done = staydown("--exact", "./-", "--", "--json", cwd=tmp_path)
    assert done.stdout.decode() == f"pdq {HEX} 100 ./-\npdq {HEX} 100 --json\n"


@pytest.mark.parametrize(
    "arguments", [[], ["--nonsense", "x"], ["--kinds", "pdq,nonsense", "x"], ["--kinds", "", "x"]]
)
def test_wrong_usage_is_code_2(arguments: list[str]) -> None:
    """Nothing to hash, an unknown option or kind."""
    done = staydown(*arguments)
    assert done.returncode == 2
    assert b"Usage:" in done.stderr


def test_each_bad_file_gets_one_clear_line_and_the_others_are_printed(tmp_path: Path) -> None:
    """Broken off, huge, no picture, a bomb, a folder, nothing there: no traceback."""
    cat = CAT.read_bytes()
    bad = {
        "broken.jpg": (cat[: len(cat) // 2], "of its rows could be read"),
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
    done = staydown("--exact", *names, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.decode() == f"pdq {HEX} 100 good.jpg\n"
    lines = done.stderr.decode().splitlines()
    reasons = [*(reason for _, reason in bad.values()), "take it with --recursive", "No such file"]
    assert len(lines) == len(reasons)
    for line, name, reason in zip(lines, names, reasons, strict=False):
        assert line.startswith(f"staydown: {name}: ")
        assert reason in line


#: What Python loads at its start, in the decoder too: a PyAV whose ``open`` lost an argument.
ANOTHER_AV = """
import av
opened = av.open
av.open = lambda file, mode, *, format, options: opened(file, mode, format=format, options=options)
"""


def test_a_library_of_another_version_is_not_told_as_a_damaged_film(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(video(scenes(1, 2, 10)))
    (tmp_path / "sitecustomize.py").write_text(ANOTHER_AV)
    command = [sys.executable, "-m", "staydown", "hash", "--kinds", "vpdq,sha256", "--json"]
    done = subprocess.run(
        [*command, film],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    exact, fault = sorted(map(json.loads, done.stdout.splitlines()), key=lambda one: "error" in one)
    assert exact["sha256"] == hashlib.sha256(film.read_bytes()).hexdigest()
    assert fault["error"] == "our_fault"
    assert "may be fine" in fault["message"]
    assert re.search(r"\(TypeError, media/frames\.py:\d+\)", fault["message"])
    assert done.returncode == 1


def test_a_broken_file_still_has_the_fingerprints_of_its_bytes(tmp_path: Path) -> None:
    """In lines and in JSON, beside the fault."""
    data = CAT.read_bytes()[:3000]
    (tmp_path / "broken.jpg").write_bytes(data)
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    done = staydown("--kinds", "pdq,md5", "broken.jpg", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, f"md5 {digest} - broken.jpg\n".encode())
    assert b"damaged" in done.stderr
    done = staydown("--json", "--kinds", "pdq,md5", "broken.jpg", cwd=tmp_path)
    fault, exact = map(json.loads, done.stdout.splitlines())
    assert (fault["error"], exact["md5"]) == ("truncated", digest)


def test_a_name_of_odd_bytes_passes_through_as_it_is(tmp_path: Path) -> None:
    """A file name is bytes: those that are not UTF-8 come out the same."""
    name = b"caf\xe9 \xf0\x9f\x90\x88 \\ x.jpg"
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(CAT.read_bytes())
    done = staydown("--exact", name, b"\xff-missing", cwd=tmp_path)
    assert done.stdout == b"pdq %b 100 %b\n" % (HEX.encode(), name)
    assert done.stderr.startswith(b"staydown: \xff-missing: ")
    record = json.loads(staydown("--json", name, cwd=tmp_path).stdout)
    assert bytes.fromhex(record["file_hex"]) == name


def test_a_name_with_a_line_break_stays_on_its_line(tmp_path: Path) -> None:
    """Control characters are escaped, and a backslash in front says so."""
    name = "a\nb\\c\x1b[31m.jpg"
    (tmp_path / name).write_bytes(CAT.read_bytes())
    done = staydown("--exact", name, "mis\nsing", cwd=tmp_path)
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
    # Buffered, as it is for whoever types it: what is left is written again at the end.
    command = f"unset PYTHONUNBUFFERED; {sys.executable} -m staydown hash {redirected}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.stderr.decode() == told
    assert done.returncode == (1 if told else 0)


def test_a_turned_photograph_is_hashed_upright() -> None:
    """As people see it."""
    upright = pdq(pictures.CONTENTS["chelsea"](240, 160))
    files = [VECTORS / f"turned-{turn}.jpg" for turn in range(2, 9)]
    lines = staydown("--exact", *files).stdout.decode().splitlines()
    for file, line in zip(files, lines, strict=True):
        assert line.split()[1] != upright.hex
        assert line.split()[1] == pdq(upright_rgb(file)).hex


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
    command = f"{sys.executable} -m staydown hash {' '.join([str(CAT)] * 400)} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert len(done.stdout.splitlines()) == 1
    assert b"Traceback" not in done.stderr


def test_the_default_is_quick_and_nearly_the_same(tmp_path: Path) -> None:
    """A large photograph is decoded small: a few bits differ, and ``--exact`` has none."""
    large = Image.fromarray(pictures.CONTENTS["chelsea"](3600, 2400))
    (tmp_path / "large.jpg").write_bytes(saved(large, "JPEG", quality=90))
    exact = pdq(upright_rgb(tmp_path / "large.jpg"))
    quick = staydown("large.jpg", cwd=tmp_path).stdout.split()[1].decode()
    assert Fingerprint.parse(Kind.PDQ, quick).distance(exact) <= 8
    assert staydown("--exact", "large.jpg", cwd=tmp_path).stdout.split()[1].decode() == exact.hex


def test_every_kind_has_its_own_line(tmp_path: Path) -> None:
    """In one order, whatever the order asked for; an exact kind has no quality."""
    (tmp_path / "text").write_bytes(b"hello")
    done = staydown("--exact", "--kinds", "sha256,md5,pdq", CAT, tmp_path / "text")
    lines = [line.split() for line in done.stdout.decode().splitlines()]
    assert done.returncode == 0
    assert [line[0] for line in lines] == ["pdq", "md5", "sha256", "md5", "sha256"]
    assert lines[0][1:3] == [HEX, "100"]
    digest = hashlib.sha256(CAT.read_bytes()).hexdigest()
    assert lines[2] == ["sha256", digest, "-", str(CAT)]


def test_a_copy_code_stands_beside_the_pdq() -> None:
    """And JSON says which is which."""
    done = staydown("--json", "--exact", "--kinds", "pdq,copy1", CAT)
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["kind"], first["pdq"]) == ("pdq", HEX)
    assert (second["kind"], second["quality"]) == ("copy1", None)
    assert re.fullmatch("[0-9a-f]{256}", second["copy1"])


def test_a_copy_code_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    """Before any file is opened: the command was wrong for this machine."""
    done = staydown("--kinds", "copy1", "--copy-model", tmp_path / "none.onnx", CAT)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"docs/models.md" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_is_hashed_in_the_order_of_its_names(tmp_path: Path) -> None:
    """What is no picture is passed over, what is broken is told, and a count stands at the end."""
    cat = CAT.read_bytes()
    files = {
        "b/2.jpg": cat,
        "b/1.jpg": cat,
        "a.jpg": cat,
        "notes.txt": b"hello",
        "c.jpg": cat[:9000],
    }
    for name, data in files.items():
        (tmp_path / "top" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "top" / name).write_bytes(data)
    (tmp_path / "top/loop").symlink_to(".", target_is_directory=True)
    done = staydown("--recursive", "--exact", "top", CAT, cwd=tmp_path)
    names = ["top/a.jpg", "top/b/1.jpg", "top/b/2.jpg", str(CAT)]
    assert done.stdout.decode().splitlines() == [f"pdq {HEX} 100 {name}" for name in names]
    assert done.returncode == 1
    broken, count = done.stderr.decode().splitlines()
    assert broken.startswith("staydown: top/c.jpg: ")
    assert count.startswith("staydown: 2 in folders passed over")


def test_a_video_and_a_picture_are_told_apart(tmp_path: Path) -> None:
    """Each has its kinds, and a named file that none of them fits is a fault with advice."""
    moving = [Image.fromarray(pictures.CONTENTS[name](160, 120)) for name in ("chelsea", "coffee")]
    still = saved(moving[0], "GIF")
    (tmp_path / "still.gif").write_bytes(still)
    (tmp_path / "moving.gif").write_bytes(
        saved(moving[0], "GIF", save_all=True, append_images=moving[1:], duration=2000)
    )
    done = staydown("--kinds", "pdq,vpdq", "moving.gif", "still.gif", CAT, cwd=tmp_path)
    lines = [line.split() for line in done.stdout.decode().splitlines()]
    kinds = [("pdq", "moving.gif"), ("vpdq", "moving.gif"), ("vpdq", "moving.gif")]
    kinds += [("pdq", "still.gif"), ("pdq", str(CAT))]
    assert [(line[0], line[-1]) for line in lines] == kinds
    assert re.fullmatch(r"0,\d+,[0-9a-f]{64},0\.000", lines[1][1])
    wrong = staydown("--kinds", "vpdq", CAT, "still.gif", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (1, b"")
    assert wrong.stderr.count(b"this is a picture") == 2
