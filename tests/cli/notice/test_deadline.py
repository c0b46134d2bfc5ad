"""``staydown notice deadline``, ``calendar`` and ``ladder``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from staydown.base.errors import StaydownError
from staydown.cli.main import cli

ENTRIES = """
[[entry]]
id = "7c1f"
title = "first letter"
regime = "us-tida"
places = ["US"]
happened = { sent = 2026-09-14T09:20:00Z }
[[entry]]
id = "88aa"
regime = "eu-dsa-16"
happened = { sent = 2026-09-14T09:20:00Z, received = [2026-09-14T09:21:00Z] }
"""
FACTS = 'where = "porn_site"\nperson_country = "GB"\nunder18 = "no"\nstage = "posted"\n'


def run(*words: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, ["notice", *map(str, words)], input=stdin)


def fault(*words: str | Path, stdin: str = "") -> str:
    found = run(*words, stdin=stdin)
    assert isinstance(found.exception, StaydownError), found.output
    return str(found.exception)


def test_both_moments_of_a_limit_are_printed_with_their_reasons() -> None:
    found = run("deadline", "us-tida", "--received", "2026-09-14T11:20+02:00",
                "--now", "2026-09-15T00:00Z")  # fmt: skip
    assert found.exit_code == 0
    assert "To act by:     16 September 2026, 09:20 UTC" in found.output
    assert "To wait until: 16 September 2026, 10:00 UTC" in found.output
    assert "47 U.S.C. 223a" in found.output


def test_a_limit_is_explained_before_anything_was_sent() -> None:
    found = run("deadline", "gb-osa-20a")
    assert found.output.startswith("No fixed deadline is in force")
    assert "To act by" not in found.output


def test_the_same_in_json() -> None:
    found = run("deadline", "in-rule-3-2-b", "--received", "2026-11-20T10:15Z", "--json",
                "--now", "2026-11-20T11:00Z")  # fmt: skip
    shown = json.loads(found.output)
    assert shown["state"] == "running"
    assert shown["act_by"] == "2026-11-20T12:15:00Z"
    assert shown["wait_until"] == "2026-11-21T10:30:00Z"
    assert [reading["act_by"] for reading in shown["readings"]] == [
        "2026-11-20T12:15:00Z", "2026-11-21T10:15:00Z",
    ]  # fmt: skip


@pytest.mark.parametrize("moment", ["2026-11-20T10:15", "yesterday", "", "2026-13-01T00:00Z"])
def test_a_moment_without_a_zone_or_none_at_all_is_refused(moment: str) -> None:
    found = run("deadline", "us-tida", "--sent", moment)
    assert found.exit_code == 2
    assert "write a moment with its zone" in found.output


def test_a_wrong_year_and_an_unknown_law_are_refused_in_words() -> None:
    assert "look at the year" in fault("deadline", "us-tida", "--sent", "0026-11-20T10:15Z")
    assert "the directory has: au-esafety" in fault("deadline", "no-such-law")


def test_a_calendar_is_written_once_and_only_for_its_owner(tmp_path: Path) -> None:
    (tmp_path / "entries.toml").write_text(ENTRIES)
    out = tmp_path / "calendar.ics"
    words = ("calendar", tmp_path / "entries.toml", "-o", out, "--now", "2026-09-15T00:00Z")
    assert run(*words).exit_code == 0
    assert out.stat().st_mode & 0o777 == 0o600
    events = Calendar.from_ical(out.read_bytes()).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Look again", "Look again"]
    assert "there already" in fault(*words)


def test_a_calendar_goes_to_standard_output_and_plain_words_are_a_choice() -> None:
    quiet = run("calendar", "-", "--now", "2026-09-15T00:00Z", stdin=ENTRIES).output
    assert "first letter" not in quiet
    plain = run("calendar", "-", "--plain", "--now", "2026-09-15T00:00Z", stdin=ENTRIES).output
    assert "SUMMARY:first letter" in plain


def test_the_overdue_are_listed() -> None:
    found = run("calendar", "-", "--overdue", "--now", "2026-12-15T00:00Z", stdin=ENTRIES)
    assert found.output.startswith("7c1f: The time to take it down ended on 16 September 2026")
    assert "88aa" not in found.output


ONE = '[[entry]]\nid = "a"\nregime = "us-tida"\n'
SENT = "happened = { sent = 2026-11-20T09:20:00Z }\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("entry = 1", "each under a line"),
        ("secret = 1\n" + ONE + SENT, "each under a line"),
        (ONE, "table of moments"),
        (ONE + "happened = {}", "table of moments"),
        (ONE + "happened = { lost = 2026-11-20T09:20:00Z }", "table of moments"),
        (ONE + "happened = { sent = 2026-11-20T09:20:00 }", "table of moments"),
        (ONE + 'happened = { sent = "secret" }', "table of moments"),
        (ONE + SENT + 'places = "secret"', "list of codes"),
        (ONE + SENT + 'name = "secret"', "the keys are"),
        (ONE + SENT + 'title = "two\\nlines of secret"', "on one line"),
        (ONE.replace("us-tida", "secret") + SENT, "no such regime"),
        (ONE.replace('"a"', '""') + SENT, "1 to 200 characters"),
        (ONE + SENT + ONE + SENT, "the same"),
        (ONE + "happened.sent = [" + "2026-11-20T09:20:00Z," * 21 + "]", "more than 20"),
        ("[[entry]]\n" * 1001, "more than 1000"),
        ("[[entry", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_without_repeating_it(text: str, says: str) -> None:
    said = fault("calendar", "-", stdin=text)
    assert says in said
    assert "secret" not in said


def test_the_next_steps_are_listed_with_their_letters(tmp_path: Path) -> None:
    facts = tmp_path / "facts.toml"
    facts.write_text(FACTS)
    found = run("ladder", "--facts", facts, "--route", "gb-osa-20a", "--sent", "2026-11-20T10:00Z")
    assert found.exit_code == 0, found.output
    assert "1. To the same as before (letter: reminder)" in found.output
    assert "from 29 November 2026, 10:00 UTC" in found.output
    lines = run("ladder", "--facts", facts, "--route", "neutral", "--json").output.splitlines()
    steps = [json.loads(line) for line in lines]
    assert [step["order"] for step in steps] == list(range(1, len(steps) + 1))
    assert steps[0]["not_before"] is None


def test_a_way_that_is_not_open_is_refused_and_one_without_a_letter_has_no_ladder(
    tmp_path: Path,
) -> None:
    facts = tmp_path / "facts.toml"
    facts.write_text(FACTS)
    assert "open are: " in fault("ladder", "--facts", facts, "--route", "nothing")
    found = run("ladder", "--facts", facts, "--route", "support_stopncii")
    assert "There is no next step" in found.output
