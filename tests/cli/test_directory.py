"""``staydown directory``: what is checked, listed and shown, over laws, places and services."""

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from staydown.base.clock import HandClock
from staydown.cli.directory import KINDS, directory
from staydown.guidance.support import reading as support_reading
from staydown.notices.directory.reading import SHIPPED, load_directory
from tests.notices.directory.records import change, small_directory

#: On which every record that ships is fresh.
DAY = "2026-11-22"
#: On which every record that ships now is due.
LATER = datetime(2099, 1, 1, tzinfo=UTC)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(directory, [str(one) for one in arguments], catch_exceptions=False)


def test_what_ships_has_no_error() -> None:
    """The real command, as the checks run it."""
    command = [sys.executable, "-m", "staydown", "directory", "lint"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stderr.startswith("0 errors, ")


def test_an_error_is_said_and_gives_exit_code_1(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    assert run("lint", "--on", DAY, "--folder", folder).exit_code == 0
    change(folder, "laws/nl-a-law.toml", "", 'colour = "red"')
    done = run("lint", "--on", DAY, "--folder", folder)
    assert done.exit_code == 1
    assert "error: laws/nl-a-law.toml: colour: " in done.stdout
    assert done.stderr == "1 errors, 0 warnings\n"


def test_a_stale_record_is_a_warning_and_no_failure(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    for path in folder.rglob("example.toml"):
        text = path.read_text("utf-8").replace("2026-11-22", "2020-01-01")
        path.write_text(text, "utf-8")
    done = run("lint", "--on", DAY, "--folder", folder, "--json")
    assert done.exit_code == 0
    (found,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (found["file"], found["severity"]) == ("places/example.toml", "warning")


def test_a_service_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    """The one check that needs both packages."""
    folder = small_directory(tmp_path)
    change(folder, "jurisdictions/nl.toml", "", 'helplines = ["stopncii", "nobody"]')
    done = run("lint", "--on", DAY, "--folder", folder)
    assert done.exit_code == 1
    assert done.stdout == (
        "error: jurisdictions/nl.toml: helplines: there is no service “nobody”\n"
    )


def test_a_copy_of_the_services_can_be_checked_too(tmp_path: Path) -> None:
    copy = tmp_path / "services"
    shutil.copytree(support_reading.FOLDER, copy)
    (copy / "stopncii.toml").write_text("id = 1", "utf-8")
    done = run("lint", "--on", DAY, "--support-folder", copy)
    assert done.exit_code == 1
    assert "error: stopncii.toml: " in done.stdout


def test_what_stands_in_a_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    (folder / "laws/\x1b[31m.toml").write_text("a = 1", "utf-8")
    done = run("lint", "--on", DAY, "--folder", folder)
    assert "\x1b" not in done.stdout
    assert "\\x1b" in done.stdout


def test_every_record_is_listed_once() -> None:
    lines = run("list", "--json").stdout.splitlines()
    listed = [(one["kind"], one["id"]) for one in map(json.loads, lines)]
    assert len(listed) == len(set(listed))
    shipped = {(path.parent.name, path.stem) for path in SHIPPED.rglob("*.toml")}
    services = {("support", name) for name in support_reading.load_support()}
    guidance = {pair for pair in listed if pair[0] in ("step", "engine")}
    assert set(listed) == shipped | services | guidance


def test_a_country_brings_what_it_belongs_to() -> None:
    lines = run("list", "regimes", "--country", "nl").stdout.splitlines()
    assert [line.split()[1] for line in lines] == ["eu-dsa-16", "eu-gdpr-17"]
    assert run("list", "regimes", "--country", "GB").stdout.startswith("regimes  gb-osa-20a  GB  ")


def test_a_record_that_is_not_confirmed_says_so_wherever_it_is_listed() -> None:
    lines = run("list", "laws", "--country", "PA").stdout.splitlines()
    (line,) = [one for one in lines if "pa-olimpia" in one]
    assert "  not confirmed" in line  # and, from some day on, that it is due


def test_a_record_is_shown_with_its_source_its_day_and_its_doubt() -> None:
    shown = run("show", "in-rule-3-2-b").stdout
    assert "confirmed on 2026-11-22 at https://itlaw.in/" in shown
    assert "label: 2 hours from the complaint" in shown
    assert "why: Two summaries agree" in shown
    doubtful = run("show", "pa-olimpia").stdout
    assert "NOT CONFIRMED (2026-11-22): Only named in passing" in doubtful


def test_an_id_in_two_folders_is_shown_from_both() -> None:
    shown = run("show", "us").stdout
    assert "jurisdictions/us\n" in shown
    assert "calendars/us\n" in shown
    assert "support/stopncii\n" in run("show", "stopncii").stdout


@pytest.mark.parametrize("folder", ["laws", "places", "retired"])
def test_a_record_as_json_is_the_record(folder: str) -> None:
    record = next(iter(getattr(load_directory(), folder).values()))
    (line,) = run("show", record.id, "--json").stdout.splitlines()
    shown = json.loads(line)
    assert shown["kind"] == folder
    assert shown["record"]["id"] == record.id
    assert shown["record"]["checked"] == record.checked.isoformat()


def test_an_id_that_is_not_there_says_what_to_do() -> None:
    command = [sys.executable, "-m", "staydown", "directory", "show", "nobody"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "staydown: there is no record of that id: see “staydown directory list”\n"
    )


def test_what_is_due_is_listed_as_of_a_day() -> None:
    assert run("stale", "--on", "2026-11-23").stdout == ""
    later = run("stale", "--on", "2099-01-01", "--json").stdout.splitlines()
    kinds = {json.loads(line)["kind"] for line in later}
    assert {"laws", "places", "support", "regimes"} <= kinds
    assert "retired" not in kinds


@pytest.mark.parametrize("word", ["Netherlands", "UK", "\x1b[31m"])
def test_what_is_no_code_of_a_country_is_refused(word: str) -> None:
    """An empty answer would say that nothing is known there."""
    done = run("list", "--country", word)
    assert done.exit_code == 2
    assert "such as NL, GB or US-CA" in done.stderr
    assert "\x1b" not in done.output


def test_a_country_of_which_nothing_is_known_is_said() -> None:
    done = run("list", "--country", "zq")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "staydown: note: nothing is known of that\n"


def test_kinds_are_called_in_documents_and_help_what_they_are_here() -> None:
    root = Path(__file__).parents[2]
    files = [*root.glob("docs/**/*.md"), *root.glob("src/staydown/cli/**/*.py")]
    named = {
        kind
        for file in files
        for kind in re.findall(r"directory list ([a-z]+)", file.read_text("utf-8"))
    }
    assert {"regimes", "places"} <= named <= set(KINDS)


@pytest.mark.parametrize("year", ["9999-12-31", "0001-01-01"])
def test_a_mistyped_year_is_a_finding_and_no_crash(year: str, tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    for path in folder.rglob("*.toml"):
        path.write_text(path.read_text("utf-8").replace("2026-11-22", year), "utf-8")
    done = run("lint", "--on", DAY, "--folder", folder)
    assert done.exit_code == (1 if year > "2026" else 0)
    assert ("that day hasn't come yet" if year > "2026" else "check again") in done.stdout


#: Every identifier that was ever given. Lines are added, and none is taken out.
GIVEN = Path(__file__).parents[1] / "vectors/directory/identifiers.txt"


def listed_now() -> set[str]:
    lines = run("list", "--json").stdout.splitlines()
    found = {f"{one['kind']}/{one['id']}" for one in map(json.loads, lines)}
    return {name for name in found if not name.startswith("retired/")}


def test_a_record_that_is_gone_has_left_a_tombstone() -> None:
    given = set(GIVEN.read_text("utf-8").split())
    retired = load_directory().retired
    gone = {name for name in given - listed_now() if name.partition("/")[2] not in retired}
    assert gone == set(), "identifiers never change: put it back, or bury it in retired/"


def test_every_identifier_is_written_down_so_that_it_cannot_get_lost() -> None:
    given = set(GIVEN.read_text("utf-8").split())
    assert listed_now() - given == set(), f"add these lines to {GIVEN.name}"


def test_the_name_of_something_retired_is_given_to_nothing_else() -> None:
    """Also not to a service, a step or an engine, which lie in another package."""
    assert {name.partition("/")[2] for name in listed_now()} & set(
        load_directory().retired
    ) == set()


def test_a_record_that_is_due_says_so_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staydown.cli.directory.SystemClock", lambda: HandClock(LATER))
    lines = run("list", "laws").stdout.splitlines()
    assert all("confirmed, due  " in line for line in lines)
    rows = map(json.loads, run("list", "laws", "--json").stdout.splitlines())
    assert all(row["stale"] for row in rows)
