"""The checks of the records: what ships is clean, and each fault is found."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from staydown.guidance.support.linting import Finding, lint
from staydown.guidance.support.reading import FOLDER

TODAY = date(2026, 11, 22)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    copy.mkdir()
    for name in ("stopncii", "tineye", "cybertipline", "inhope"):
        shutil.copy(FOLDER / f"{name}.toml", copy)
    return copy


def _change(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / f"{name}.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_what_ships_has_no_faults_on_the_day_it_was_checked() -> None:
    assert lint(FOLDER, TODAY) == []


def test_after_ninety_days_every_record_asks_to_be_looked_at_again() -> None:
    found = lint(FOLDER, date(2027, 2, 21))
    assert {one.severity for one in found} == {"warning"}
    assert len(found) == 100
    assert lint(FOLDER, date(2027, 2, 20)) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("checked = 2026-11-22", "checked = 2026-11-23", "checked"),
        ("checked = 2026-11-22", "checked = 2026-11-22\nrecheck_after = 2026-11-01", "recheck"),
        ('source = "overview: APC', 'source = "a friend', "source"),
        ("Uploads the", "Revenge porn: uploads the", "notes"),
        ('kind = "tool"', 'kind = "oracle"', "kind"),
        ('url = "https://tineye.com"', 'url = "https://inhope.org/"', "url"),
    ],
)
def test_each_fault_is_found_and_named(folder: Path, old: str, new: str, says: str) -> None:
    _change(folder, "tineye", old, new)
    (finding,) = [one for one in lint(folder, TODAY) if one.severity == "error"]
    assert finding.text.startswith(says)


def test_two_services_do_not_stand_in_one_row_of_the_page(folder: Path) -> None:
    _change(folder, "inhope", "order = 11", "order = 30")
    assert [one.text for one in lint(folder, TODAY)] == [
        "public_page.order: the same as in cybertipline.toml"
    ]


def test_a_file_that_is_no_record_is_named_and_the_others_are_still_checked(folder: Path) -> None:
    (folder / "notes.txt").write_text("x", "utf-8")
    (folder / "broken.toml").write_text("= =", "utf-8")
    assert {one.file for one in lint(folder, TODAY)} == {"notes.txt", "broken.toml"}


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert lint(tmp_path / "none", TODAY) == [Finding("", "error", "cannot read the folder none")]
