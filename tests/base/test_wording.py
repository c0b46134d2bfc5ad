"""Reasons become words of the wording files, and code and files name the same lines."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from staydown.base import wording
from staydown.base.languages import Language
from staydown.base.reasons import Day, Given, Reason, reasons
from tests.base.wording_calls import Speaker, speakers

_ENGLISH = """
plain = "It has not begun."
sent = "It was sent on {day}, at the latest {moment}."
either = "It is {names:or}."
joined = "The law can be read in several ways: {names:semicolon}."
[ended]
removed = "It was taken down, {why}."
[pictures]
one = "{n} picture"
other = "{n} pictures"
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with one room, ``attic``, that has one English wording file, ``box``."""
    monkeypatch.setattr(wording, "_PACKAGE", tmp_path)
    _write(tmp_path, "en", _ENGLISH)
    _forget()
    yield tmp_path
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    wording._read.cache_clear()
    wording._current.cache_clear()


def _write(package: Path, language: str, said: str) -> None:
    folder = package / "attic" / "wording" / language
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "box.toml").write_text(said, "utf-8")
    _forget()


_say = reasons("attic.box")


@pytest.mark.parametrize(
    ("line", "values", "said"),
    [
        ("plain", {}, "It has not begun."),
        (
            "sent",
            {
                "day": date(2026, 11, 22),
                "moment": datetime(2026, 11, 22, 10, 20, 59, tzinfo=UTC),
            },
            "It was sent on 22 November 2026, at the latest 22 November 2026, 10:20 UTC.",
        ),
        ("either", {"names": ("a", "b", "c")}, "It is a, b or c."),
        ("joined", {"names": ("a", "b")}, "The law can be read in several ways: a; b."),
        ("ended.removed", {"why": _say("pictures", n=1)}, "It was taken down, 1 picture."),
        ("pictures", {"n": 1200}, "1,200 pictures"),
    ],
)
def test_a_reason_is_written_with_its_values_as_english_writes_them(
    room: Path, line: str, values: dict[str, Given], said: str
) -> None:
    assert wording.text(_say(line, **values)) == said


def test_a_value_that_holds_a_gap_is_shown_as_it_is(room: Path) -> None:
    assert wording.text(_say("either", names=("{n}", "{names}"))) == "It is {n} or {names}."


def test_a_code_that_no_file_has_is_refused(room: Path) -> None:
    with pytest.raises(KeyError, match=r"attic\.box\.nowhere"):
        wording.text(_say("nowhere"))


def test_a_translation_is_used_while_its_english_is_what_it_was_made_from(room: Path) -> None:
    of = wording.mark(wording.lines("attic.box")["plain"])
    _write(room, "fr", f'plain = {{ text = "Cela n’a pas commencé.", of = "{of}" }}\n')
    assert wording.text(_say("plain"), Language.FR) == "Cela n’a pas commencé."
    assert wording.stale("attic.box", Language.FR) == ()


def test_a_translation_whose_english_has_changed_is_stale_and_english_is_shown(
    room: Path,
) -> None:
    of = wording.mark(wording.lines("attic.box")["plain"])
    _write(room, "fr", f'plain = {{ text = "Cela n’a pas commencé.", of = "{of}" }}\n')
    _write(room, "en", _ENGLISH.replace("It has not begun.", "It hasn't begun."))
    assert wording.text(_say("plain"), Language.FR) == "It hasn't begun."
    assert wording.stale("attic.box", Language.FR) == ("plain",)


def test_a_language_chooses_its_own_plurals_and_writes_its_own_days(room: Path) -> None:
    english = wording.lines("attic.box")
    _write(
        room,
        "ar",
        f'[pictures]\none = "صورة"\ntwo = "صورتان"\nother = "{{n}} صورة"\n'
        f'of = "{wording.mark(english["pictures"])}"\n',
    )
    assert wording.text(_say("pictures", n=2), Language.AR) == "صورتان"
    assert wording.day(date(2026, 11, 22), Language.FR) == "22 novembre 2026"


def test_a_reason_gives_its_line_without_words() -> None:
    reason = _say("ended.removed", day=date(2026, 11, 22))
    assert reason == Reason("attic.box.ended.removed", (("day", Day(date(2026, 11, 22))),))
    assert reason.line == "ended.removed"


SPEAKERS = tuple(speakers())


@pytest.mark.parametrize("speaker", SPEAKERS, ids=lambda each: f"{each.place}-{each.file}")
def test_each_line_that_code_names_is_there_and_gets_the_values_it_needs(speaker: Speaker) -> None:
    lines = wording.lines(speaker.file)
    for call in speaker.calls:
        if call.line is not None:
            assert call.line in lines, f"{call.place}: {call.file} has no line {call.line}"
            needed = wording.gaps(lines[call.line])
            plural = {"n"} if len(lines[call.line]) > 1 else set()
            assert "**" in call.values or call.values == needed | plural, call


@pytest.mark.parametrize("file", wording.files())
def test_each_line_of_a_wording_file_is_named_by_code(file: str) -> None:
    named = [speaker for speaker in SPEAKERS if speaker.file == file]
    constants = frozenset[str]().union(*(speaker.constants for speaker in named))
    beginnings = tuple(
        beginning
        for speaker in named
        for beginning in speaker.beginnings
        if beginning.endswith(".")
    )
    lost = [
        line
        for line in wording.lines(file)
        if line not in constants and not line.startswith(beginnings)
    ]
    assert not lost, f"{file}: nobody says {lost}"
