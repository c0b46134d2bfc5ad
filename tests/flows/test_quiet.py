"""Nothing is contacted, asked for or written that settings or a person's own act don't name."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.cli.desk.swept_desk import catalogue, swept_desk
from tests.flows.every_command import leaves, run_everything
from tests.flows.watched import Place, Trace, Watched, strace


@pytest.mark.usefixtures("pango")
def test_every_command_and_site_keeps_to_itself(tmp_path: Path) -> None:
    """In an empty home, with telemetry asked for in the environment; every command is run."""
    strace()
    runs = run_everything(tmp_path)
    commands = set(leaves())
    ran = {
        command
        for command in commands
        if any(run.arguments[: len(command.split())] == tuple(command.split()) for run in runs)
    }
    assert commands - ran == set(), "a new command must be run in tests/flows/every_command.py"
    faults = {" ".join(run.arguments[:3]): run.trace.faults() for run in runs}
    assert {name: found for name, found in faults.items() if found} == {}


def test_a_sweep_on_ray_stays_on_this_machine(tmp_path: Path) -> None:
    """Ray looks for itself in the list of this machine's own names, and shares memory."""
    strace()
    photos = catalogue(tmp_path / "photos", 1)
    with tempfile.TemporaryDirectory() as short, swept_desk(tmp_path) as desk:
        place = Place(tmp_path / "place", Path(short))
        named = (desk.desk.folder, place.temporary)
        run = Watched(
            place,
            ["desk", "sweep", str(photos), "--name", "far", "--ray", "local"]
            + ["--processes", "1", *desk.settings],
            named,
        ).ended()
        assert run.process.returncode == 0, run.printed
        _only_this_machine(run.trace)
        assert not any(place.temporary.iterdir())
        assert not any(place.home.iterdir())


def _only_this_machine(trace: Trace) -> None:
    assert trace.elsewhere() == []
    assert [one for one in trace.looked_up() if "53" in one] == []
    shared = ("/dev/shm/plasma", "/proc/")  # noqa: S108 - what is looked for
    assert [one for one in trace.written() if not one.startswith(shared)] == []


# --------------------------------------------------------------------------- would it be seen?


def watched_program(folder: Path, program: str) -> Trace:
    """Watch a few lines of Python in the same way."""
    place = Place(folder)
    (place.work / "staydown.py").write_text(program)  # found before the package, by "-m staydown"
    return Watched(place, []).ended().trace


@pytest.mark.parametrize(
    ("program", "seen"),
    [
        ("connect(('203.0.113.9', 443))", "connect AF_INET 203.0.113.9"),
        ("sendto(b'x', ('203.0.113.9', 53))", "sendto to port 53"),
        ("bind(('0.0.0.0', 0))", "bind AF_INET 0.0.0.0"),
        ("getaddrinfo('collector.example', 443)", "read /etc/hosts"),
        ("connect('/var/run/nscd/socket')", 'asked "/var/run/nscd/socket"'),
    ],
)
def test_a_call_to_elsewhere_would_be_seen(tmp_path: Path, program: str, seen: str) -> None:
    kind = "AF_UNIX, socket.SOCK_STREAM" if "nscd" in program else "AF_INET, socket.SOCK_DGRAM"
    whom = "socket" if program.startswith("get") else f"socket.socket(socket.{kind})"
    trace = watched_program(
        tmp_path / "p",
        f"import contextlib, socket\nwith contextlib.suppress(OSError):\n    {whom}.{program}\n",
    )
    assert seen in trace.faults()


@pytest.mark.parametrize(
    "program",
    [
        "open(os.path.expanduser('~/x'), 'w').close(); os.unlink(os.path.expanduser('~/x'))",
        "tempfile.TemporaryFile()",
        "os.open('.', os.O_TMPFILE | os.O_RDWR)",
        "open('../tmp/.ses', 'w').close()",
        "os.makedirs('__pycache__', exist_ok=True); open('__pycache__/x', 'w').close()",
        "os.mkdir('x')",
        "os.symlink('/nowhere', 'x')",
        "subprocess.run([sys.executable, '-c', 'open(\"x\", \"w\")'])",
        "socket.socket(socket.AF_UNIX).bind('x')",
    ],
)
def test_a_file_that_is_gone_again_would_be_seen(tmp_path: Path, program: str) -> None:
    trace = watched_program(
        tmp_path / "p", f"import os, socket, subprocess, sys, tempfile\n{program}\n"
    )
    assert len(trace.written()) >= 1
    assert all(one == "x" or one.startswith(str(tmp_path)) for one in trace.written())


def test_onnxruntime_would_report_without_the_switch(tmp_path: Path) -> None:
    """So the switch is still the right one: with it nothing, without it an id in the home."""
    program = "import os\nos.environ.pop('ORT_DISABLE_TELEMETRY', None)\nimport onnxruntime\n"
    assert any("Microsoft" in one for one in watched_program(tmp_path / "p", program).written())


def test_onnxruntime_is_loaded_without_a_trace_wherever_staydown_was_imported_first(
    tmp_path: Path,
) -> None:
    """Not by the way of our own only: also by a program that uses both."""
    place = Place(tmp_path / "p")
    program = "import staydown.base.errors, onnxruntime; print(onnxruntime.__version__)"
    done = subprocess.run(
        [sys.executable, "-c", program], env=place.environment(), cwd=place.work,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.strip(), done.stderr
    assert [one for one in place.folder.rglob("*") if one.is_file()] == []
