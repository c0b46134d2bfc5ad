"""``staydown desk sweep`` as people run it: killed, resumed, two at once, over hostile names."""

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from staydown.base.errors import SettingsError
from staydown.cli.desk.sweep import sweep
from staydown.cli.desk.sweep_folder import SweepFolder
from staydown.cli.desk.sweep_progress import SweepProgress
from staydown.cli.desk.sweep_work import check_listed
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.exact import exact_of_path
from staydown.fingerprint.sealing import Sealer
from staydown.matching.sweep_list import ListUnusable, Source, write_list
from staydown.net.message import Request, Response
from staydown.review.records import SweepCounts, SweepRun
from tests.cli.desk.swept_desk import LISTED, SAMPLES, SweptDesk, catalogue, swept_desk
from tests.exchange.simulated_site import serving


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SweptDesk]:
    """A desk whose bank lists two of the samples, and a file that is no picture."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "clip.mp4").write_bytes(b"a video")
    bank = BankSimulator()
    for same in exact_of_path(folder / "clip.mp4").values():
        bank.put(same)
    with swept_desk(folder, bank) as made:
        yield made


def count(desk: SweptDesk, what: str) -> int:
    """Count rows of the desk's SQLite database, over a connection it knows nothing of."""
    place = f"file:{desk.desk.folder}/desk.sqlite3?mode=ro"
    connection = sqlite3.connect(place, uri=True)
    try:
        return int(connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])  # noqa: S608
    finally:
        connection.close()


def saved_parts(desk: SweptDesk, name: str) -> int:
    """Count the parts of a sweep that are saved."""
    sweep = f"SELECT id FROM review_sweep WHERE name = '{name}'"  # noqa: S608 - a name of ours
    return count(desk, f"review_sweeppart WHERE sweep_id IN ({sweep})")


def test_a_folder_is_swept_and_told_of(desk: SweptDesk, tmp_path: Path) -> None:
    """In the reports of the owner alone, and with no file's name on the terminal."""
    place = catalogue(tmp_path / "photos", 2)
    (place / "clip.mp4").write_bytes(b"a video")
    done = desk.run(str(place), "--name", "first", "--processes", "1")
    assert done.returncode == 0, done.stderr
    assert "12 of 12 files" in done.stdout
    assert "5 held, 0 flagged, 3 unreadable" in done.stdout
    assert "Passed over: 2 links and special files." in done.stderr
    matches = desk.records("first", "matches")
    names = [f"{number}/album {number}/{name}.jpg" for number in (0, 1) for name in LISTED]
    assert [one["file"] for one in matches] == [*names, "clip.mp4"]
    assert {one["answer"] for one in matches} == {"held"}
    assert Counter(one["error"] for one in desk.records("first", "unreadable")) == {
        "not_a_picture": 2,
        "truncated": 1,
    }
    for file in (desk.desk.folder / "sweeps").rglob("*"):
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file
    for word in ("coffee", "album", "photos"):
        assert word not in done.stdout + done.stderr


def test_hostile_names_are_looked_at_and_told(desk: SweptDesk, tmp_path: Path) -> None:
    """Line breaks, bytes that are not UTF-8, a name that turns the line round, a very long path."""
    top = os.fsencode(tmp_path / "photos")
    long = b"/".join([b"d" * 250] * 15)
    names = [b"a\nb.jpg", b"caf\xe9.jpg", "\u202egpj.jpg".encode(), b"\\x0a.jpg", long + b"/x.jpg"]
    Path(os.fsdecode(top + b"/" + long)).mkdir(parents=True)
    for name in names:
        shutil.copyfile(os.fsencode(SAMPLES / "coffee.jpg"), top + b"/" + name)
    told = desk.sweep(top, "--name", "hostile", "--processes", "1")
    assert (told["held"], told["items"], told["unreadable"]) == (5, 5, {})
    shown = [
        bytes.fromhex(one["file_hex"]) if "file_hex" in one else one["file"].encode()
        for one in desk.records("hostile", "matches")
    ]
    assert sorted(shown) == sorted(names)


def test_a_list_may_name_files_and_addresses(desk: SweptDesk, tmp_path: Path) -> None:
    """Addresses on the hosts that were named, and no other."""
    photos = catalogue(tmp_path / "photos", 1)

    def site(request: Request) -> Response:
        file = SAMPLES / request.url.rsplit("/", 1)[1]
        return Response(200, {}, file.read_bytes()) if file.exists() else Response(404, {}, b"")

    with serving(site) as url, serving(site) as other:
        lines = [
            "photos/0/album 0/rocket.jpg",
            str(photos / "0/album 0/moon.jpg"),
            f"{url}/coffee.jpg",
            f"{url}/nothing.jpg",
            f"{other}/coffee.jpg",
            "gone.jpg",
        ]
        (tmp_path / "list.txt").write_text("\n".join(lines))
        host = ("--host", url.removeprefix("http://"), "--private-hosts")
        listed = (str(tmp_path / "list.txt"), "--name", "listed", "--processes", "1")
        told = desk.sweep(*listed, *host)
    assert (told["held"], told["files"]) == (2, 6)
    assert told["unreadable"] == {"http_404": 1, "host_not_allowed": 1, "missing": 1}
    assert [one["file"] for one in desk.records("listed", "matches")] == [lines[0], lines[2]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_list_from_windows_names_the_same_files(
    desk: SweptDesk, tmp_path: Path, encoding: str
) -> None:
    """A mark before it, CR LF, an empty line, a blank after a name, a name that is not there."""
    photos = catalogue(tmp_path / "photos", 1)
    listed = photos / "0/album 0/rocket.jpg"
    lines = [str(listed), "", "photos/0/album 0/coffee.jpg ", "gone.jpg", ""]
    (tmp_path / "list.txt").write_bytes("\r\n".join(lines).encode(encoding))
    told = desk.sweep(str(tmp_path / "list.txt"), "--name", encoding, "--processes", "1")
    assert (told["held"], told["files"], told["unreadable"]) == (2, 3, {"missing": 1})
    names = [one["file"] for one in desk.records(encoding, "matches")]
    assert names == [str(listed), "photos/0/album 0/coffee.jpg"]


def test_what_was_compared_as_far_as_it_can_be_shown_is_not_told_as_unread(
    desk: SweptDesk, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "cut.jpg").write_bytes((SAMPLES / "coffee.jpg").read_bytes()[:-2])
    (photos / "none.jpg").write_bytes(b"no picture")
    done = desk.run(str(photos), "--name", "cut", "--processes", "1")
    assert "1 held, 0 flagged, 1 unreadable" in done.stdout
    assert "Looked at in part: damaged: 1 (" in done.stdout
    assert [one["file"] for one in desk.records("cut", "unreadable")] == ["none.jpg"]
    assert [one["file"] for one in desk.records("cut", "in_part")] == ["cut.jpg"]
    assert [one["file"] for one in desk.records("cut", "matches")] == ["cut.jpg"]
    told = desk.sweep("--resume", "cut")
    assert (told["unreadable"], told["in_part"]) == ({"not_a_picture": 1}, {"damaged": 1})


def test_a_sweep_that_is_stopped_or_killed_goes_on_and_does_nothing_twice(
    desk: SweptDesk, tmp_path: Path
) -> None:
    """Kill -9 in the middle; then asked to end."""
    copies = 40
    place = catalogue(tmp_path / "photos", copies)
    items = count(desk, "review_item")
    arguments: tuple[str, ...] = (str(place), "--name", "long", "--json")
    for told_by in (signal.SIGKILL, signal.SIGTERM):
        before = saved_parts(desk, "long")
        running = subprocess.Popen(
            desk.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        while saved_parts(desk, "long") == before and running.poll() is None:
            time.sleep(0.01)
        running.send_signal(told_by)
        output, _ = running.communicate(timeout=300)
        arguments = ("--resume", "long", "--json")
    assert running.returncode in {0, 1}
    assert json.loads(output)["finished"] == (running.returncode == 0)
    told = desk.sweep("--resume", "long")
    files = copies * 4 + 3
    assert (told["finished"], told["files"], told["done"]) == (True, files, files)
    assert (told["held"], told["items"]) == (copies * 2, copies * 2)
    assert told["unreadable"] == {"not_a_picture": 2, "truncated": 1}
    assert count(desk, "review_item") == items + copies * 2
    names = [one["file"] for one in desk.records("long", "matches")]
    assert len(names) == len(set(names)) == copies * 2


def test_two_sweeps_of_one_catalogue_at_once_open_each_item_once(
    desk: SweptDesk, tmp_path: Path
) -> None:
    """And a third one later opens none."""
    place = catalogue(tmp_path / "photos", 3)
    running = [
        subprocess.Popen(
            desk.command(str(place), "--name", name, "--processes", "1", "--json"),
            stdout=subprocess.PIPE,
        )
        for name in ("here", "there")
    ]
    told = [json.loads(process.communicate(timeout=300)[0]) for process in running]
    assert [one["held"] for one in told] == [6, 6]
    assert sum(one["items"] for one in told) == 6
    records = [one for name in ("here", "there") for one in desk.records(name, "matches")]
    assert len({one["item"] for one in records}) == 6
    assert sum(one["earlier"] for one in records) == 6
    taken = desk.run(str(place), "--name", "here")
    assert (taken.returncode, "--resume it" in taken.stderr) == (1, True)


# --------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    "arguments", [(), ("/", "--resume", "x"), ("/no-such-catalogue",), ("--processes", "0")]
)
def test_a_wrong_command_line_is_said_to_be_one(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(sweep, arguments).exit_code == 2


@pytest.mark.parametrize("name", ["", "..", "a/b", "-x", "x" * 51])
def test_a_sweeps_name_is_a_folders(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="name"):
        SweepFolder(tmp_path / "desk.toml", name)


def test_one_sweep_runs_once_at_a_time(tmp_path: Path) -> None:
    """Two commands, and two in one process; the folder must be there to go on."""
    folder = SweepFolder(tmp_path / "desk.toml", "one")
    with pytest.raises(SettingsError, match="cannot use"), folder.held(new=False):
        pass
    other = SweepFolder(tmp_path / "desk.toml", "one")
    with (
        folder.held(new=True),
        pytest.raises(SettingsError, match="already"),
        other.held(new=False),
    ):
        pass
    with other.held(new=False):
        pass


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sweeps").write_text("in the way")
    folder = SweepFolder(tmp_path / "desk.toml", "one")
    with pytest.raises(SettingsError, match="cannot use"), folder.held(new=True):
        pass


def test_a_terminal_that_is_full_is_no_other_sweep(tmp_path: Path) -> None:
    """What goes wrong while the folder is held is told as what it is."""
    with (
        pytest.raises(BlockingIOError),
        SweepFolder(tmp_path / "desk.toml", "one").held(new=True),
    ):
        raise BlockingIOError


def test_a_list_that_was_changed_is_not_gone_on_with(tmp_path: Path) -> None:
    folder = SweepFolder(tmp_path / "desk.toml", "one")
    with folder.held(new=True):
        written = write_list(folder.list, Source(b"/photos"), [b"a.jpg"])
        run = SweepRun(1, "one", 1, written.digest, 1, 1, False)
        assert folder.written(run) == written
        with pytest.raises(ListUnusable, match="changed"):
            folder.written(replace(run, list_digest=b"x" * 32))
        folder.list.unlink()
        with pytest.raises(ListUnusable, match="cannot read"):
            folder.written(run)


@pytest.mark.django_db
def test_where_nothing_is_listed_no_sweep_begins() -> None:
    """It would take weeks and find nothing."""
    from staydown.review.entries.live import LiveMatcher

    with pytest.raises(SettingsError, match="no bank lists anything"):
        check_listed(LiveMatcher(Sealer(b"k" * 32)), None)


def test_progress_adds_up_and_says_how_long(capsys: pytest.CaptureFixture[str]) -> None:
    """Of what was done before this run too; where there is no terminal, only now and then."""
    before = SweepCounts(100, 4, 1, 0, 1, Counter(missing=2))
    progress = SweepProgress(1000, before)
    progress.begin()
    progress.add(SweepCounts(32, 1, 2, 1, 2, Counter(missing=1, truncated=1)))
    assert progress.counts == SweepCounts(132, 5, 3, 1, 3, Counter(missing=3, truncated=1))
    words = progress.words()
    assert words.startswith("132 of 1,000 files, ")
    assert " left, 3 held, 1 flagged, 4 unreadable" in words
    progress.end()
    assert capsys.readouterr().err == ""
