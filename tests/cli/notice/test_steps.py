"""``staydown notice write --step``: the letters of what comes next."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from staydown.cases.routes import UnknownStep
from staydown.cli.main import cli
from staydown.cli.notice.risks import RisksFirst
from staydown.notices.vocabulary import StepKind
from tests import dates

FACTS = """
where = "porn_site"
site = "site.example"
person_country = "GB"
standing = "depicted"
stage = "posted"
under18 = "no"
"""
DETAILS = """
contact = "case@example.org"
signature = "/s/ A. B."
states_no_consent = true
states_good_faith = true
consent = "private_recipients_only"
first_sent = 2026-09-14T10:00:00Z
first_message_id = "<1@example.org>"

[[locations]]
url = "https://site.example/1"
"""
ON_FACEBOOK = FACTS.replace('"porn_site"', '"social_media"').replace(
    'site = "site.example"', 'place = "facebook"'
)


def run(
    folder: Path,
    step: str,
    *more: str,
    route: str = "neutral",
    facts: str = FACTS,
    details: str = DETAILS,
) -> Result:
    (folder / "facts.toml").write_text(facts)
    (folder / "details.toml").write_text(details)
    return CliRunner().invoke(
        cli,
        ["notice", "write", "--route", route, "--step", step, "--facts", f"{folder}/facts.toml",
         "--details", f"{folder}/details.toml", *more],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("step", "subject"),
    [
        ("reminder", "Reminder: "),
        ("regulator", "Complaint about "),
        ("host", "Abuse report: "),
        ("registrar_or_cdn", "Abuse report: "),
        ("payment_or_ads", "Report of a site that earns money "),
        ("internet_provider", "Request about addresses "),
    ],
)
def test_each_step_has_its_letter(tmp_path: Path, step: str, subject: str) -> None:
    result = run(tmp_path, step)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(subject)
    assert "https://site.example/1" in result.stdout


def test_a_reminder_names_the_first_letter_and_goes_to_the_same(tmp_path: Path) -> None:
    result = run(tmp_path, "reminder", route="us-tida_facebook", facts=ON_FACEBOOK)
    assert "To: Facebook" in result.stdout
    assert "14 September 2026, 10:00 UTC (Message-ID <1@example.org>)" in result.stdout


def test_a_reminder_without_a_first_letter_says_what_is_missing(tmp_path: Path) -> None:
    details = DETAILS.replace("first_sent = 2026-09-14T10:00:00Z\n", "")
    result = run(tmp_path, "reminder", details=details)
    assert result.exit_code == 1
    assert "(first_sent): " in result.stderr
    assert result.stdout == ""


def test_the_law_of_the_first_letter_is_not_held_against_somebody_else(tmp_path: Path) -> None:
    facts = FACTS.replace('"GB"', '"US"')
    first = run(tmp_path, "reminder", route="us-tida", facts=facts).stdout
    assert "47 U.S.C. 223a" in first
    for step in ("payment_or_ads", "internet_provider"):
        result = run(tmp_path, step, route="us-tida", facts=facts)
        assert result.exit_code == 0, result.output
        assert "47 U.S.C. 223a" not in result.stdout


def test_of_several_recipients_a_person_says_which(tmp_path: Path) -> None:
    said = run(tmp_path, "search_engines").exception
    assert isinstance(said, UnknownStep)
    assert "--which with one of: bing, " in str(said)
    details = DETAILS + 'search_query = "A. B."\n'
    result = run(tmp_path, "search_engines", "--which", "bing", details=details)
    assert result.exit_code == 0, result.output
    assert "To: Microsoft: Bing, " in result.stdout
    assert isinstance(run(tmp_path, "search_engines", "--which", "x").exception, UnknownStep)
    assert "leave --which out" in str(run(tmp_path, "host", "--which", "x").exception)


def test_which_without_a_step_is_a_wrong_command(tmp_path: Path) -> None:
    words = ["--route", "neutral", "--facts", "f", "--details", "d", "--which", "bing"]
    assert CliRunner().invoke(cli, ["notice", "write", *words]).exit_code == 2


def test_a_step_that_does_not_apply_is_refused_and_the_others_named(tmp_path: Path) -> None:
    said = run(tmp_path, "host", route="us-tida_facebook", facts=ON_FACEBOOK).exception
    assert isinstance(said, UnknownStep)
    assert "those that do: reminder, regulator, search_engines" in str(said)


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
@pytest.mark.parametrize("step", [kind.value for kind in StepKind])
def test_where_somebody_may_be_under_18_no_step_has_a_letter(
    tmp_path: Path, step: str, answer: str
) -> None:
    for route in ("neutral", "support_stopncii"):
        result = run(tmp_path, step, route=route, facts=FACTS.replace('"no"', f'"{answer}"'))
        assert result.exit_code == 1
        assert result.stdout == ""


def test_the_risks_of_a_step_come_first_and_advice_before_them_all(tmp_path: Path) -> None:
    facts = ON_FACEBOOK.replace('"GB"', '"UG"')
    details = 'prior_report = "x"\ncircumstances = "x"\n' + DETAILS
    words = ("regulator", "--which", "ug-pdpo-and-ucc")
    result = run(tmp_path, *words, route="us-tida_facebook", facts=facts, details=details)
    assert isinstance(result.exception, RisksFirst)
    assert result.stderr.startswith("! Stop and get advice: ")
    assert result.stdout == ""
    result = run(
        tmp_path, *words, "--risks-weighed", route="us-tida_facebook", facts=facts, details=details
    )
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith("! Stop and get advice: ")
    assert result.stdout.startswith("Complaint about ")


def test_a_step_before_its_day_is_written_and_said_to_be_early(tmp_path: Path) -> None:
    facts = FACTS.replace('"GB"', '"US"')
    late = run(tmp_path, "reminder", route="us-tida", facts=facts)
    assert "too soon" not in late.stderr
    result = run(
        tmp_path, "internet_provider", route="us-tida", facts=facts,
        details=DETAILS.replace("2026-09-14T10:00:00Z", _now()),
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "It may be too soon: this step comes last, " in result.stderr


def test_the_ladder_names_each_step_as_write_takes_it(tmp_path: Path) -> None:
    facts = tmp_path / "facts.toml"
    facts.write_text(ON_FACEBOOK)
    words = ["notice", "ladder", "--facts", str(facts), "--route", "us-tida_facebook"]
    told = CliRunner().invoke(cli, words).output
    assert "   Write it: --step reminder\n" in told
    assert "   Write it: --step regulator --which us-ftc\n" in told
    records = CliRunner().invoke(cli, [*words, "--json"]).output.splitlines()
    assert {json.loads(line)["kind"] for line in records} <= {kind.value for kind in StepKind}


def _now() -> str:
    return dates.now().strftime("%Y-%m-%dT%H:%M:%SZ")
