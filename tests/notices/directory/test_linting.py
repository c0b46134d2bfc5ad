"""What the checks find: each fault by itself, nothing in a directory that is right."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staydown.notices.directory.linting import Finding, lint
from staydown.notices.directory.reading import SHIPPED
from tests.notices.directory.records import TEMPLATES, change, small_directory

TODAY = date(2026, 11, 22)


def test_the_directory_that_ships_has_no_error() -> None:
    assert [one for one in lint(SHIPPED, TODAY) if one.severity == "error"] == []


def test_a_directory_that_is_right_gives_no_finding(tmp_path: Path) -> None:
    assert lint(small_directory(tmp_path), TODAY) == []


#: What is changed (file, old, new), and the file and the words of the one finding.
FAULTS = {
    "a file that can't be read": (
        "laws/nl-a-law.toml", "year = 2020", 'year = "2020"', "laws/nl-a-law.toml", "year: ",
    ),
    "a day to come": (
        "risks/nl-complaint-time-limit.toml", "2026-11-22", "2026-11-23",
        "risks/nl-complaint-time-limit.toml", "hasn't come yet",
    ),
    "due before it was checked": (
        "places/example.toml", "", "recheck_after = 2026-11-21", "places/example.toml",
        "recheck_after",
    ),
    "a source in words": (
        "laws/nl-a-law.toml", "https://example.org/law", "a friend", "laws/nl-a-law.toml",
        "source: ",
    ),
    "one more source in words": (
        "laws/nl-a-law.toml", "", 'more_sources = ["a friend"]', "laws/nl-a-law.toml", "source: ",
    ),
    "a word that blames": (
        "laws/nl-a-law.toml", "Sharing", "Revenge porn, or sharing", "laws/nl-a-law.toml",
        "covers: says “revenge porn”",
    ),
    "a bill as a ground": (
        "laws/nl-a-law.toml", '"in_force"', '"bill"', "laws/nl-a-law.toml", "ground: ",
    ),
    "an annulled law as a ground": (
        "laws/nl-a-law.toml", '"in_force"', '"annulled"', "laws/nl-a-law.toml", "ground: ",
    ),
    "a law of nowhere": (
        "laws/nl-a-law.toml", '"NL"', '"BE"', "laws/nl-a-law.toml", "jurisdiction: ",
    ),
    "a regime without a letter": (
        "regimes/eu-dsa-16.toml", 'id = "eu-dsa-16"', 'id = "eu-dsa-17"', "regimes/eu-dsa-16.toml",
        "id: ",
    ),
    "one of one": (
        "regimes/eu-dsa-16.toml", '["content_url", "content_location_info"]', '["content_url"]',
        "regimes/eu-dsa-16.toml", "one_of: ",
    ),
    "one of what isn't asked": (
        "regimes/eu-dsa-16.toml", '["content_url", "content_location_info"]',
        '["contact", "claimant_email"]', "regimes/eu-dsa-16.toml", "one_of: ",
    ),
    "a time limit confirmed before its day": (
        "regimes/eu-dsa-16.toml", 'starts = "valid"', 'starts = "valid"\ncommenced = false',
        "regimes/eu-dsa-16.toml", "in force yet",
    ),
    "a length without a unit": (
        "regimes/eu-dsa-16.toml", 'unit = "hours"\n', "", "regimes/eu-dsa-16.toml", "readings.0: ",
    ),
    "a doubtful reading without a why": (
        "regimes/eu-dsa-16.toml", 'starts = "valid"\nconfirmed = true',
        'starts = "valid"\nconfirmed = false', "regimes/eu-dsa-16.toml", "readings.0: ",
    ),
    "a parent without a record": (
        "jurisdictions/nl.toml", 'parent = "EU"', 'parent = "BE"', "jurisdictions/nl.toml",
        "parent: has no record",
    ),
    "a member that says otherwise": (
        "jurisdictions/nl.toml", 'parent = "EU"\n', "", "jurisdictions/eu.toml", "members: NL",
    ),
    "a code that isn't the id": (
        "jurisdictions/nl.toml", 'code = "NL"', 'code = "BE"', "jurisdictions/nl.toml", "code: is",
    ),
    "a zone that isn't one": (
        "calendars/nl.toml", "Europe/Amsterdam", "Europe/Rotterdam", "calendars/nl.toml",
        "time_zones: ",
    ),
    "a weekend day twice": (
        "calendars/nl.toml", "[5, 6]", "[6, 6]", "calendars/nl.toml", "weekend: ",
    ),
    "holidays of nowhere": (
        "calendars/nl.toml", 'holidays_of = "NL"', 'holidays_of = "QZ"', "calendars/nl.toml",
        "holidays_of: ",
    ),
    "holidays of no part": (
        "calendars/nl.toml", 'holidays_of = "NL"', 'holidays_of = "NL"\nsubdivision = "ZZ"',
        "calendars/nl.toml", "subdivision: ",
    ),
    "a host with a scheme": (
        "places/example.toml", '"example.com"', '"https://example.com"', "places/example.toml",
        "hosts: ",
    ),
    "a host with www": (
        "places/example.toml", '"example.com"', '"www.example.com"', "places/example.toml",
        "hosts: ",
    ),
    "a host of one word": (
        "places/example.toml", '"example.com"', '"example"', "places/example.toml", "hosts: ",
    ),
    "a successor that isn't there": (
        "retired/old-example.toml", 'instead = "example"', 'instead = "new-example"',
        "retired/old-example.toml", "instead: ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_found_and_nothing_else(case: str, tmp_path: Path) -> None:
    changed, old, new, named, words = FAULTS[case]
    folder = small_directory(tmp_path)
    change(folder, changed, old, new)
    errors = [one for one in lint(folder, TODAY) if one.file == named]
    assert any(one.severity == "error" and words in one.text for one in errors), errors


def test_an_id_is_used_once_and_never_again_once_retired(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    retired = (folder / "retired/old-example.toml").read_text("utf-8")
    again = retired.replace('id = "old-example"', 'id = "example"')
    (folder / "retired/example.toml").write_text(again, "utf-8")
    (found,) = lint(folder, TODAY)
    assert found.file == "places/example.toml"
    assert "used once, for good" in found.text


def test_a_host_belongs_to_one_place(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    text = (folder / "places/example.toml").read_text("utf-8")
    other = text.replace('id = "example"', 'id = "other"').replace('"example.com"', '"other.org"')
    (folder / "places/other.toml").write_text(other, "utf-8")
    assert lint(folder, TODAY) == [
        Finding("places/other.toml", "error", "hosts: example.org also belongs to example")
    ]


def test_a_jurisdiction_has_a_calendar(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    (folder / "calendars/nl.toml").unlink()
    assert [one.text for one in lint(folder, TODAY)] == ["code: has no calendar"]


def test_a_parent_that_leads_back_is_found(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    change(folder, "jurisdictions/eu.toml", "", 'parent = "NL"')
    texts = [one.text for one in lint(folder, TODAY)]
    assert texts.count("parent: leads back here") == 2


def test_a_stale_record_is_a_warning_and_a_tombstone_never_is(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    found = lint(folder, date(2027, 2, 21))
    assert {one.severity for one in found} == {"warning"}
    assert len(found) == 9
    assert not any(one.file.startswith("retired/") for one in found)
    assert lint(folder, date(2027, 2, 20)) == []


def test_every_bad_file_is_found_not_only_the_first(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    change(folder, "laws/nl-a-law.toml", "", "a = 1")
    change(folder, "places/example.toml", "", "a = 1")
    errors = [one.file for one in lint(folder, TODAY) if "extra" in one.text.lower()]
    assert errors == ["laws/nl-a-law.toml", "places/example.toml"]


def test_a_folder_that_is_not_a_directory_of_ours_is_one_error(tmp_path: Path) -> None:
    (found,) = lint(tmp_path / "nowhere", TODAY)
    assert (found.file, found.severity) == ("", "error")


@given(
    name=st.sampled_from(sorted(TEMPLATES)),
    line=st.integers(0, 15),
    junk=st.text(max_size=60)
    | st.sampled_from(["id = 1", "a = [[]]", 'code = "EU"', "[readings]"]),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_directory_changed_anyhow_is_checked_to_the_end(
    name: str, line: int, junk: str, tmp_path: Path
) -> None:
    folder = small_directory(tmp_path)
    lines = TEMPLATES[name].splitlines()
    lines[min(line, len(lines) - 1)] = junk
    (folder / name).write_text("\n".join(lines), "utf-8", "surrogatepass")
    for found in lint(folder, TODAY):
        assert found.severity in ("error", "warning")
        assert found.text
