"""Checks of the advice."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from staydown.base.records import BadRecord
from staydown.guidance.advice_linting import lint_advice
from staydown.guidance.safety_plan import reading
from staydown.guidance.self_search import engine

TODAY = date(2026, 11, 22)


def copied(source: Path, folder: Path) -> Path:
    return Path(shutil.copytree(source, folder / source.name))


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_what_ships_has_nothing_wrong() -> None:
    assert [one for one in lint_advice(TODAY) if one.severity == "error"] == []


def test_what_is_old_gives_a_warning_each() -> None:
    found = lint_advice(date(2028, 1, 1))
    assert {one.severity for one in found} == {"warning"}
    assert len(found) == len(reading.load_steps()) + len(engine.load_engines())


def test_a_day_to_come_a_wrong_service_and_a_wrong_word_are_errors(tmp_path: Path) -> None:
    steps = copied(reading.FOLDER, tmp_path)
    changed(steps / "trackers.toml", "checked = 2026-11-22", "checked = 2026-11-23")
    changed(steps / "self-search.toml", '"tineye"', '"nobody"')
    changed(steps / "vpn-limits.toml", "It helps against", "In a sex scandal it helps against")
    changed(
        steps / "two-step.toml",
        "checked = 2026-11-22",
        "checked = 2026-11-22\nrecheck_after = 2026-01-01",
    )
    found = {
        one.file: one.text for one in lint_advice(TODAY, steps=steps) if one.severity == "error"
    }
    assert found == {
        "trackers.toml": "checked: that day hasn't come yet",
        "self-search.toml": "support: there is no service “nobody”",
        "vpn-limits.toml": "says “sex scandal”: use neutral words",
        "two-step.toml": "recheck_after: is before the day it was checked",
    }


def test_a_file_that_cannot_be_read_is_an_error_and_the_others_are_checked(tmp_path: Path) -> None:
    engines = copied(engine.FOLDER, tmp_path)
    changed(engines / "bing.toml", "order = 20", "rank = 20")
    (one,) = lint_advice(TODAY, engines=engines)
    assert (one.file, one.severity) == ("bing.toml", "error")
    assert "order" in one.text or "rank" in one.text


def test_every_bad_file_is_found_and_what_is_old_beside_them(tmp_path: Path) -> None:
    steps = copied(reading.FOLDER, tmp_path)
    for name in ("trackers.toml", "two-step.toml"):
        changed(steps / name, "checked = 2026-11-22", 'checked = "soon"')
    changed(steps / "vpn-limits.toml", "checked = 2026-11-22", "checked = 2020-01-01")
    (steps / "notes.tml").write_text("id = 1", "utf-8")
    found = {one.file: one.severity for one in lint_advice(TODAY, steps=steps)}
    assert found == {
        "notes.tml": "error",
        "trackers.toml": "error",
        "two-step.toml": "error",
        "vpn-limits.toml": "warning",
    }


def test_a_step_that_waits_for_none_is_an_error(tmp_path: Path) -> None:
    steps = copied(reading.FOLDER, tmp_path)
    changed(steps / "two-step.toml", '"email-first"', '"nobody"')
    (one,) = lint_advice(TODAY, steps=steps)
    assert (one.file, one.severity) == ("two-step.toml", "error")
    assert "there is no step nobody" in one.text


def test_a_folder_that_is_empty_or_not_there_is_an_error(tmp_path: Path) -> None:
    found = lint_advice(TODAY, steps=tmp_path, engines=tmp_path / "none")
    assert [(one.file, one.severity) for one in found] == [("", "error")] * 2


def test_services_that_cannot_be_read_do_not_stop_the_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise BadRecord("stopncii.toml: id: Field required")

    monkeypatch.setattr("staydown.guidance.advice_linting.load_support", broken)
    assert lint_advice(TODAY) == []
