"""What nobody saw confirmed, or looked at for long, says so in every command that uses it."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from staydown.base.clock import HandClock
from staydown.cli.main import cli
from staydown.cli.notice.records import doubts_in_words
from staydown.notices.directory.reading import load_directory

#: A country whose heaviest risk and whose authority nobody saw confirmed, and such a place.
FACTS = """
where = "social_media"
place = "reddit"
person_country = "BD"
standing = "depicted"
stage = "posted"
under18 = "no"
"""
DETAILS = """
contact = "case@example.org"
signature = "/s/ A. B."
states_no_consent = true
states_good_faith = true
states_accurate = true

[[locations]]
url = "https://example.org/1"
"""
RISK = load_directory().risks["bd-anti-pornography-law"]
AUTHORITY = load_directory().authorities["bd-ncsa-and-btrc"]
LATER = datetime(2099, 1, 1, tzinfo=UTC)


def run(folder: Path, *words: str) -> Result:
    (folder / "facts.toml").write_text(FACTS)
    (folder / "details.toml").write_text(DETAILS)
    return CliRunner().invoke(cli, ["notice", *words, "--facts", f"{folder}/facts.toml"])


def test_the_samples_are_in_doubt() -> None:
    assert not RISK.confirmed
    assert not AUTHORITY.confirmed
    assert not load_directory().places["reddit"].confirmed


def test_a_step_to_an_authority_that_is_not_confirmed_says_so(tmp_path: Path) -> None:
    lines = run(tmp_path, "ladder", "--route", "neutral_reddit").stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if AUTHORITY.name in line)
    assert lines[at + 1].startswith(f"   Not confirmed: {AUTHORITY.why}")


def test_a_machine_is_told_the_same_of_steps_and_their_risks(tmp_path: Path) -> None:
    out = run(tmp_path, "ladder", "--route", "neutral_reddit", "--json").stdout
    steps = {one["authority"]: one for one in map(json.loads, out.splitlines())}
    assert steps[AUTHORITY.id]["authority_known"]["confirmed"] is False
    assert steps[None]["authority_known"] is None
    risks = {one["text"]: one for one in steps[AUTHORITY.id]["risks"]}
    assert risks[RISK.text]["not_confirmed_why"] == RISK.why


def test_a_risk_that_is_not_confirmed_says_so_before_a_letter(tmp_path: Path) -> None:
    details = ("--details", f"{tmp_path}/details.toml")
    result = run(tmp_path, "write", "--route", "police_bd-police", *details)
    assert f"! Stop and get advice: {RISK.text} Not confirmed: {RISK.why}" in result.stderr
    assert result.stdout == ""


def test_recipients_that_are_told_of_together_each_say_how_sure_they_are(tmp_path: Path) -> None:
    """Search engines share everything but their record."""
    lines = run(tmp_path, "routes").stdout.splitlines()
    listed = [number for number, line in enumerate(lines) if "  search-engine_" in line]
    assert len(listed) >= 5
    for number in listed:
        place = load_directory().places[lines[number].split("_")[1].partition(":")[0]]
        for point in place.unconfirmed:
            assert point in lines[number + 1]
        assert ("Not confirmed: " in lines[number + 1]) is not place.confirmed


def test_whom_a_group_goes_to_is_said_with_its_address_and_its_doubt(tmp_path: Path) -> None:
    items = "[facts]\n" + FACTS + '[[items]]\nurl = "https://www.reddit.com/1"\n'
    (tmp_path / "items.toml").write_text(items)
    result = CliRunner().invoke(cli, ["notice", "many", f"{tmp_path}/items.toml"])
    (line,) = result.stdout.splitlines()
    assert f"{load_directory().places['reddit'].contact_email} (not confirmed): " in line


def test_what_is_old_says_so_in_the_ladder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staydown.cli.notice.ladder.SystemClock", lambda: HandClock(LATER))
    out = run(tmp_path, "ladder", "--route", "neutral_reddit").stdout
    assert "which is long ago: look again" in out
    assert f"Last checked on {RISK.checked}: look again." in out


def test_what_is_in_no_doubt_says_nothing() -> None:
    sure = next(
        one for one in load_directory().risks.values() if one.confirmed and not one.unconfirmed
    )
    assert doubts_in_words(sure.standing, sure.checked) == ""
    assert doubts_in_words(sure.standing, date(2099, 1, 1)) != ""
