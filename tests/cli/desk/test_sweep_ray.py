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
from tests.cli.desk.swept_desk import catalogue, swept_desk
from tests.desk_server import eventually

ROOT = Path(__file__).parents[3]


def kill(told: Path, sweep: "subprocess.Popen[bytes]") -> None:
    """Wait until a worker has left its number there, and kill it."""
    eventually(lambda: told.exists() or sweep.poll() is not None, 300)
    os.kill(int(told.read_text()), signal.SIGKILL)


def test_workers_that_are_killed_lose_and_double_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two before they were ready, one before it told; nothing is left that others could read."""
    copies = 12
    held = tmp_path / "held"
    held.mkdir()
    place = catalogue(tmp_path / "photos", copies)
    with tempfile.TemporaryDirectory() as short, swept_desk(tmp_path) as desk:
        monkeypatch.setenv("TMPDIR", short)  # short, since a socket's path is
        running = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.desk.held_ray_sweep", str(held), "desk", "sweep"]
            + [str(place), "--name", "far", "--ray", "local", "--processes", "2", "--json"]
            + [*desk.settings],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        for name in ("first", "second", "working"):
            kill(held / name, running)
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
