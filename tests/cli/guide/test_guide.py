"""``staydown guide``: what a person types stays out of options, and files are theirs alone."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from staydown.base.errors import StaydownError
from staydown.base.labels import LISTS
from staydown.base.wording import text
from staydown.cli.main import cli
from staydown.guidance.safety_plan.questions import QUESTIONS
from staydown.guidance.safety_plan.reading import load_steps


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["guide", *words], input=typed)


def good(*words: str, typed: str = "") -> str:
    result = run(*words, typed=typed)
    assert result.exception is None, result.output
    return result.stdout


def test_questions_are_shown_with_what_they_help() -> None:
    rows = [json.loads(line) for line in good("questions", "--json").splitlines()]
    assert [row["question"] for row in rows] == [text(question.text) for question in QUESTIONS]
    assert all(row["helps"] in good("questions") for row in rows)


def test_a_plan_without_answers_has_every_step() -> None:
    rows = [json.loads(line) for line in good("plan", "--everything", "--json").splitlines()]
    assert {row["id"] for row in rows} == set(load_steps())
    assert all(row["checked"] and ("source" in row) and row["may_go_wrong"] for row in rows)


def test_a_plan_follows_the_answers_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('watched = "no"\nhelping = "no"\nunder18 = "not_sure"\n', "utf-8")
    text = good("plan", "--answers", str(file))
    assert "What not to change suddenly" not in text
    assert "copy nothing" in text
    assert "Save proof before" not in text
    assert good("plan", "--answers", "-", typed=file.read_text("utf-8")) == text


def test_questions_are_asked_at_a_terminal_and_may_be_skipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("staydown.cli.guide.plan.at_a_terminal", lambda: True)
    result = run("plan", "--json", typed="\nno\n" + "\n" * (len(QUESTIONS) - 1))
    assert result.exception is None
    for question in QUESTIONS:
        assert text(question.text) in result.stderr
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert "change-nothing-suddenly" not in {row["id"] for row in rows}
    assert "room-check" in {row["id"] for row in rows}


@pytest.mark.parametrize(
    ("command", "option"), [("plan", "--answers"), ("search-sheet", "--terms")]
)
@pytest.mark.parametrize(
    "content",
    ['secret = "x"', 'watched = "secret"\nnames = "secret"', "secret", 'under18 = "secret"'],
)
def test_a_bad_file_is_refused_and_not_repeated(command: str, option: str, content: str) -> None:
    result = run(command, option, "-", typed=content)
    assert isinstance(result.exception, StaydownError | SystemExit)
    assert result.exit_code != 0
    assert "secret" not in f"{result.output}{result.exception}"


def test_a_sheet_is_made_from_a_file_and_written_for_one_person(tmp_path: Path) -> None:
    file, sheet = tmp_path / "terms.toml", tmp_path / "sheet.txt"
    file.write_text('names = ["A. B."]\nphones = ["+44 7700 900123"]\n', "utf-8")
    assert good("search-sheet", "--terms", str(file), "-o", str(sheet)) == ""
    assert '"07700900123"' in sheet.read_text("utf-8")
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    again = run("search-sheet", "--terms", str(file), "-o", str(sheet))
    assert "choose another name" in str(again.exception)


def test_terms_are_asked_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staydown.cli.guide.search_sheet.at_a_terminal", lambda: True)
    result = run("search-sheet", typed="\nA. B., A. C.\n" + "\n" * 6)
    assert result.exception is None
    assert '  [ ] "A. C."\n' in result.stdout


@pytest.mark.parametrize("bad", ["secret" * 20, ",".join(f"secret{n}" for n in range(9))])
def test_a_term_that_cannot_be_searched_for_is_asked_again_and_the_others_are_kept(
    monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    monkeypatch.setattr("staydown.cli.guide.search_sheet.at_a_terminal", lambda: True)
    typed = ["", "A. B.", "", bad, bad, "a.b", "ab@example.org", "", "", ""]
    result = run("search-sheet", typed="\n".join(typed) + "\n")
    assert result.exception is None
    assert all(f'"{term}"' in result.stdout for term in ("A. B.", "a.b", "ab@example.org"))
    assert result.stderr.count("Error: handles: ") == 2
    assert result.stderr.count("Names of accounts") == 3
    assert "secret" not in result.stdout


def test_without_a_file_or_a_terminal_a_sheet_says_what_to_give() -> None:
    result = run("search-sheet")
    assert result.exit_code == 2
    assert "--terms" in result.stderr


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    result = run("plan", "--everything", "-o", str(tmp_path / "none/plan.txt"))
    assert isinstance(result.exception, StaydownError)
    assert str(tmp_path) not in str(result.exception)


def test_support_is_of_the_country_and_of_the_world() -> None:
    rows = [json.loads(line) for line in good("support", "--country", "gb", "--json").splitlines()]
    assert {row["country"] for row in rows} == {"GB", "INT"}
    assert rows[0]["country"] == "GB"
    assert all({"checked", "confirmed", "stale"} <= set(row) for row in rows)


def test_support_for_somebody_under_18_takes_them() -> None:
    lines = good("support", "--under18", "--json").splitlines()
    assert lines
    assert all(json.loads(line)["takes_under18"] for line in lines)


def test_reading_stands_apart_from_help() -> None:
    helping = set(good("support", "--json").splitlines())
    reading = set(good("support", "--reading", "--json").splitlines())
    assert reading
    assert not helping & reading


def test_a_country_that_is_no_code_is_refused() -> None:
    assert run("support", "--country", "nowhere").exit_code == 2


def test_words_are_shown_for_every_list() -> None:
    text = good("words")
    assert all(f"\n{name}: " in f"\n{text}" for name in LISTS)
    assert "Motive: " in text
    assert "(never asked of a person)" in text
    rows = [json.loads(line) for line in good("words", "Motive", "--json").splitlines()]
    assert {row["list"] for row in rows} == {"Motive"}
    assert not any(row["asked"] for row in rows)


def test_no_option_takes_a_name_or_a_number() -> None:
    group = cli.get_command(click.Context(cli), "guide")
    assert isinstance(group, click.Group)
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        for parameter in command.params:
            free = isinstance(parameter.type, click.types.StringParamType)
            assert not free or parameter.name in ("country",), f"{name} {parameter.name}"


def test_at_a_terminal_the_age_question_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told to save or search for a picture that may show somebody under 18."""
    for command in ("plan", "search_sheet"):
        monkeypatch.setattr(f"staydown.cli.guide.{command}.at_a_terminal", lambda: True)
    plan = run("plan", typed="not_sure\n" + "\n" * len(QUESTIONS))
    assert "Save proof before" not in plan.stdout
    assert plan.stderr.index("under 18") < plan.stderr.index(text(QUESTIONS[0].text))
    sheet = run("search-sheet", typed="yes\nA. B.\n" + "\n" * 6)
    assert sheet.exception is None
    assert '"A. B."' in sheet.stdout
    assert "nude" not in sheet.stdout


def test_what_a_watcher_sees_is_marked() -> None:
    """To make an account private, or messages vanish, shows to others."""
    rows = [json.loads(line) for line in good("plan", "--everything", "--json").splitlines()]
    noticed = {row["id"] for row in rows if row["may_be_noticed"]}
    assert {"keep-accounts", "privacy-settings", "vanishing-messages"} <= noticed


def test_where_nothing_is_known_of_a_country_it_is_said() -> None:
    known, unknown = run("support", "--country", "gb"), run("support", "--country", "ZQ")
    assert known.stderr == ""
    assert unknown.stderr == "staydown: note: nothing is known here for that country alone\n"
    assert "(INT, " in unknown.stdout
    assert run("support", "--country", "UK").exit_code == 2


def test_reading_for_professionals_is_a_list_of_its_own() -> None:
    rows = [json.loads(line) for line in good("support", "--professionals", "--json").splitlines()]
    assert rows
    assert {row["for_whom"] for row in rows} == {"professionals"}
    assert run("support", "--professionals", "--under18").exit_code == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line_and_no_traceback() -> None:
    command = [sys.executable, "-m", "staydown", "guide", "words"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "staydown: cannot read or write: No space left on device\n"
