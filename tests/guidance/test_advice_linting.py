"""Checks of the advice."""

import shutil
from datetime import date
from pathlib import Path

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
