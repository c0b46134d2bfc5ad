"""``staydown notice write``: a letter from files, or what it lacks."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from staydown.cli.main import cli
from staydown.cli.notice.sheets import NoForm
from staydown.notices.compose import pdf
from staydown.notices.compose.pdf import WordsLost
from staydown.notices.delivery.errors import NoMailAddress, TooLongForMailClient
from staydown.notices.wire.codec import read

FACTS = """
where = "social_media"
place = "facebook"
person_country = "US"
standing = "depicted"
stage = "posted"
under18 = "no"
"""
DETAILS = """
email = "ab@example.org"
contact = "case@example.org"
signature = "/s/ A. B."
states_no_consent = true
states_good_faith = true
consent = "private_recipients_only"

[[locations]]
url = "https://example.org/1"
"""


def run(folder: Path, *more: str, facts: str = FACTS, details: str = DETAILS) -> Result:
    (folder / "facts.toml").write_text(facts)
    (folder / "details.toml").write_text(details)
    return CliRunner().invoke(
        cli,
        ["notice", "write", "--route", "us-tida_facebook", "--facts", f"{folder}/facts.toml",
         "--details", f"{folder}/details.toml", *more],
    )  # fmt: skip


def test_a_letter_is_printed_and_its_standing_said_beside_it(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    assert "I ask you to remove the content that is here:" in result.stdout
    assert "https://example.org/1" in result.stdout
    assert "No lawyer has reviewed this letter" in result.stderr


def test_what_is_missing_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    details = DETAILS.replace('signature = "/s/ A. B."', "")
    result = run(tmp_path, "-o", f"{tmp_path}/letter.txt", details=details)
    assert result.exit_code == 1
    assert "\nsignature (signature): " in f"\n{result.stderr}"
    assert not (tmp_path / "letter.txt").exists()


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_where_somebody_may_be_under_18_there_is_no_such_way(tmp_path: Path, answer: str) -> None:
    result = run(tmp_path, facts=FACTS.replace('"no"', f'"{answer}"'))
    assert result.exit_code == 1
    assert result.stdout == ""


def test_a_file_is_only_for_its_owner_and_never_written_over(tmp_path: Path) -> None:
    letter = tmp_path / "letter.json"
    assert run(tmp_path, "--as", "json", "-o", str(letter)).exit_code == 0
    assert letter.stat().st_mode & 0o777 == 0o600
    assert read(letter.read_bytes()).letter == "us-tida"
    again = run(tmp_path, "--as", "json", "-o", str(letter))
    assert again.exit_code == 1
    assert "there already" in str(again.exception)


def test_a_recipient_may_be_named_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "to.toml").write_text('name = "Example Service"\nemail = "abuse@example.org"\n')
    result = run(tmp_path, "--to", f"{tmp_path}/to.toml", "--as", "eml")
    assert result.exit_code == 0, result.output
    assert "To: abuse@example.org" in result.stdout
    assert "From: ab@example.org" in result.stdout
    assert json.dumps(result.stdout).count("Bcc") == 0


@pytest.mark.parametrize(
    "content",
    ["", 'name = ""', "name = 1", 'name = "a"\nother = "b"', 'name = "a"\nemail = "b"',
     'name = "a"\nform_url = "javascript:x"', 'name = "a\\nb"'],
)  # fmt: skip
def test_a_recipient_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "to.toml").write_text(content)
    assert run(tmp_path, "--to", f"{tmp_path}/to.toml").exit_code == 1


def test_an_unknown_way_and_a_pdf_without_a_file_are_refused(tmp_path: Path) -> None:
    assert run(tmp_path, "--route", "x").exit_code == 1
    result = run(tmp_path, "--as", "pdf")
    assert "-o letter.pdf" in str(result.exception)


def test_the_other_languages_that_are_written_can_be_chosen(tmp_path: Path) -> None:
    result = run(tmp_path, "--language", "es")
    assert result.exit_code == 0, result.output
    assert "Español" in result.stderr


def test_where_a_report_may_harm_the_person_advice_comes_first(tmp_path: Path) -> None:
    facts = FACTS.replace('"US"', '"UG"')
    result = run(tmp_path, "--route", "police_ug-police", facts=facts)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("! ")
    assert "--risks-weighed" in str(result.exception)
    again = run(
        tmp_path, "--route", "police_ug-police", "--risks-weighed", facts=facts,
        details='circumstances = "x"\n' + DETAILS,
    )  # fmt: skip
    assert again.exit_code == 0, again.output


def test_the_sheet_for_their_form_says_what_to_paste_and_what_to_leave_empty(
    tmp_path: Path,
) -> None:
    result = run(tmp_path, "--as", "sheet")
    assert result.exit_code == 0, result.output
    first, second = result.stdout.splitlines()[:2]
    assert first.startswith("Form: https://")
    assert "checked 20" in second
    assert "We haven't seen the fields of this form." in result.stdout
    assert "Web addresses of the content:\n    https://example.org/1\n" in result.stdout
    assert "Leave empty:\n- Identity papers" in result.stdout
    assert "/s/ A. B." not in result.stdout, "a form that doesn't ask for it isn't given it"


def test_without_a_form_there_is_no_sheet(tmp_path: Path) -> None:
    facts = FACTS.replace('place = "facebook"', 'site = "site.example"')
    result = run(tmp_path, "--route", "terms", "--as", "sheet", facts=facts)
    assert isinstance(result.exception, NoForm)
    assert result.stdout == ""
    (tmp_path / "to.toml").write_text('name = "S"\nform_url = "https://site.example/report"\n')
    more = ("--route", "terms", "--as", "sheet", "--to", f"{tmp_path}/to.toml")
    result = run(tmp_path, *more, facts=facts)
    assert result.stdout.startswith("Form: https://site.example/report\n"), result.output


def test_a_mail_link_holds_the_whole_letter(tmp_path: Path) -> None:
    (tmp_path / "to.toml").write_text('name = "Example"\nemail = "abuse@example.org"\n')
    to = ("--to", f"{tmp_path}/to.toml")
    link = run(tmp_path, *to, "--as", "mailto").stdout
    subject, _, body = run(tmp_path, *to).stdout.partition("\n\n")
    parts = urlsplit(link.strip())
    assert (parts.scheme, parts.path) == ("mailto", "abuse@example.org")
    said = parse_qs(parts.query)
    assert said["subject"] == [subject]
    assert said["body"][0].replace("\r\n", "\n") == body.rstrip("\n")


def test_a_mail_link_without_an_address_or_for_a_long_letter_is_refused(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path, "--as", "mailto").exception, NoMailAddress)
    (tmp_path / "to.toml").write_text('name = "Example"\nemail = "abuse@example.org"\n')
    many = DETAILS + "".join(
        f'[[locations]]\nurl = "https://example.org/{"x" * 60}/{number}"\n' for number in range(40)
    )
    result = run(tmp_path, "--to", f"{tmp_path}/to.toml", "--as", "mailto", details=many)
    assert isinstance(result.exception, TooLongForMailClient)
    assert result.stdout == ""


@pytest.mark.usefixtures("pango")
def test_where_a_pdf_would_lose_words_the_letter_is_saved_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "words_lost", lambda *_: 3)
    result = run(tmp_path, "--as", "pdf", "-o", f"{tmp_path}/letter.pdf")
    assert result.exit_code == 1
    assert isinstance(result.exception, WordsLost)
    assert "The letter is in letter.txt, as text." in result.stderr
    assert not (tmp_path / "letter.pdf").exists()
    assert "https://example.org/1" in (tmp_path / "letter.txt").read_text("utf-8")
