"""A sweep on a real Ray cluster, workers of which are killed."""

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from staydown.matching.sweep_ray import SweepStopped, connected
from tests.cli.swept_desk import catalogue, swept_desk
from tests.desk_server import eventually


def below(parent: int) -> set[int]:
    """Return the numbers of all processes that came of one."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found: set[int] = set()
    new = [parent]
    while new:
        new = [child for one in new for child in children.get(one, ()) if child not in found]
        found |= set(new)
    return found


def busy_with(task: bytes, parent: int) -> list[int]:
    """Return the numbers of the cluster's processes that are at ``task`` at this moment."""
    found = []
    for number in below(parent):
        try:
            words = Path(f"/proc/{number}/cmdline").read_bytes()
        except OSError:
            continue
        if words.startswith(b"ray::" + task):
            found.append(number)
    return found


def kill_one(task: bytes, parent: int) -> None:
    """Wait until a worker is at ``task``, and kill it."""
    eventually(lambda: busy_with(task, parent), 120)
    os.kill(busy_with(task, parent)[0], signal.SIGKILL)


def test_workers_that_are_killed_lose_and_double_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One before it was ready, one at work; nothing is left that others could read."""
    copies = 12
    place = catalogue(tmp_path / "photos", copies)
    with tempfile.TemporaryDirectory() as short, swept_desk(tmp_path) as desk:
        monkeypatch.setenv("TMPDIR", short)  # short, since a socket's path is
        command = desk.command(str(place), "--name", "far", "--ray", "local", "--processes", "2")
        command.append("--json")
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        kill_one(b"Worker.__init__", running.pid)
        kill_one(b"Worker.part", running.pid)
        (folder,) = Path(short).glob("staydown-ray-*")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        output, errors = running.communicate(timeout=300)
        assert running.returncode == 0, errors
        told = json.loads(output)
        files = 4 * copies + 3
        assert (told["done"], told["held"], told["items"]) == (files, 2 * copies, 2 * copies)
        assert told["unreadable"] == {"not_a_picture": 2, "truncated": 1}
        names = [one["file"] for one in desk.records("far", "matches")]
        assert len(names) == len(set(names)) == 2 * copies
        for word in (b"album", b"coffee", b"photos"):
            assert word not in output + errors
        assert not folder.exists()


def test_a_cluster_is_joined_on_one_of_its_machines() -> None:
    """A client elsewhere would have the database opened on a machine that doesn't have it."""
    with pytest.raises(SweepStopped, match="HOST:PORT"), connected("ray://head.example:10001"):
        pass


def test_without_ray_it_is_said_what_to_install() -> None:
    program = (
        "import sys; sys.modules['ray'] = None\n"
        "from staydown.matching.sweep_ray import SweepStopped, connected\n"
        "try:\n"
        "    connected('local').__enter__()\n"
        "except SweepStopped as stopped:\n"
        "    print(stopped)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "pip install 'staydown[ray]'" in done.stdout, done.stderr
