"""The counting line: only on a terminal, and never in the way of what is printed."""

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from staydown.cli import progress
from staydown.cli.output import Door
from staydown.cli.progress import Progress
from tests.fingerprint import pictures

#: What takes a line of a terminal away: of the line above, and of this one.
ERASED = "\x1b[2K"
TAKEN_AWAY = r"[^\n]*\n\r\x1b\[1A\x1b\[2K"


class Terminal(io.StringIO):
    """Says of itself that it is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal that is redrawn at once."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN", 0.0)
    return Terminal()


def test_a_terminal_is_told_how_far_it_is(terminal: Terminal) -> None:
    """The line is drawn over itself and taken away."""
    with Progress("files", stream=terminal) as counted:
        counted.step()
        counted.step()
        assert "2 files" in terminal.getvalue()
        assert "\n" not in terminal.getvalue()
        counted.hide()
        assert terminal.getvalue().endswith(ERASED)
        length = len(terminal.getvalue())
        counted.hide()
        assert len(terminal.getvalue()) == length
        counted.step()
        assert "3 files" in terminal.getvalue()[length:]
    assert terminal.getvalue().endswith(ERASED)


def test_where_it_is_known_how_many_there_are_it_says_how_many_are_left(terminal: Terminal) -> None:
    with Progress("files", 1200, done=300, stream=terminal) as counted:
        counted.step(300, "7 held")
    shown = terminal.getvalue()
    assert "600" in shown
    assert "of 1,200 files" in shown
    assert "7 held" in shown


def test_the_cursor_is_never_hidden(terminal: Terminal) -> None:
    """A command that is killed could not give it back."""
    with Progress(stream=terminal) as counted:
        counted.step()
    assert "\x1b[?25" not in terminal.getvalue()


def test_it_is_drawn_through_the_door_and_not_written_out(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    door = Door(raw, encoding="utf-8", newline="\n")
    monkeypatch.setattr(door, "isatty", lambda: True, raising=False)
    with Progress(stream=door) as counted:
        counted.step()
    assert raw.getvalue().decode().endswith(ERASED)


def test_it_is_not_drawn_for_every_file(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred thousand lines a second would be the slowest part."""
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN", 3600.0)
    counted = Progress("files", stream=terminal)
    for _ in range(1000):
        counted.step()
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("terminal_kind", ["file", "dumb", "none"])
def test_nothing_else_is_told(terminal_kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, a terminal that can't erase, no stream at all."""
    stream = Terminal() if terminal_kind == "dumb" else io.StringIO()
    monkeypatch.setattr("sys.stderr", None if terminal_kind == "none" else stream)
    monkeypatch.setenv("TERM", "dumb" if terminal_kind == "dumb" else "xterm")
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN", 0.0)
    with Progress() as counted:
        counted.step()
    assert stream.getvalue() == ""


def test_a_terminal_that_goes_away_ends_nothing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The results matter, the count does not."""

    def gone(text: str) -> int:
        raise OSError("gone")

    monkeypatch.setattr(terminal, "write", gone)
    with Progress(stream=terminal) as counted:
        counted.step()
        counted.step()


def test_at_a_real_terminal_nothing_of_the_line_is_left_among_what_is_printed(
    tmp_path: Path,
) -> None:
    """Both streams of the command are one terminal, as people have it."""
    names = [tmp_path / f"{number}.jpg" for number in range(3)]
    for name in names:
        name.write_bytes((pictures.SAMPLES / "chelsea.jpg").read_bytes())
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "staydown", "hash", *map(str, names)]
    done = subprocess.Popen(
        command, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"}
    )
    os.close(theirs)
    shown = _all(ours)
    assert done.wait(60) == 0
    lines = re.sub(TAKEN_AWAY, "", shown).splitlines()
    assert len(lines) == len(names)
    assert all(re.fullmatch(r"pdq [0-9a-f]{64} .*", line) for line in lines), lines


def _all(end: int) -> str:
    read = b""
    while True:
        try:
            part = os.read(end, 65536)
        except OSError:  # the last process at the other end has ended
            break
        if not part:
            break
        read += part
    os.close(end)
    return read.decode().replace("\r\n", "\n")
