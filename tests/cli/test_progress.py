"""The counting line: only on a terminal, and never in the way of what is printed."""

import io

import pytest

from staydown.cli import progress
from staydown.cli.progress import Progress


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
    counted = Progress("files", terminal)
    counted.step()
    counted.step()
    assert "2 files, " in terminal.getvalue()
    assert "\n" not in terminal.getvalue()
    counted.hide()
    assert terminal.getvalue().endswith("\r\x1b[K")
    length = len(terminal.getvalue())
    counted.hide()
    assert len(terminal.getvalue()) == length


def test_it_is_not_drawn_for_every_file(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred thousand lines a second would be the slowest part."""
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN", 3600.0)
    counted = Progress("files", terminal)
    counted._drawn = counted._started
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
    counted = Progress()
    counted.step()
    counted.hide()
    assert stream.getvalue() == ""


def test_a_terminal_that_goes_away_ends_nothing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The results matter, the count does not."""

    def gone(text: str) -> int:
        raise OSError("gone")

    monkeypatch.setattr(terminal, "write", gone)
    counted = Progress("files", terminal)
    counted.step()
    counted.step()
    counted.hide()
