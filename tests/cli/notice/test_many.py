"""``staydown notice many``: groups are shown, and only those that are confirmed are written."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from staydown.cli.main import cli
from staydown.cli.new_file import CannotSave
from staydown.cli.notice import many
from staydown.cli.notice.risks import RisksFirst
from staydown.notices.directory.reading import load_directory
from staydown.notices.vocabulary import Severity

ITEMS = """
[facts]
where = "social_media"
person_country = "US"
standing = "depicted"
stage = "posted"
under18 = "no"

[[items]]
url = "https://example.org/1"
place = "facebook"

[[items]]
url = "https://example.org/2"
place = "facebook"

[[items]]
url = "https://example.org/3"
place = "reddit"

[[items]]
url = "https://example.org/4"
place = "reddit"
under18 = "not_sure"
"""
DETAILS = """
contact = "case@example.org"
signature = "/s/ A. B."
states_no_consent = true
states_good_faith = true
consent = "private_recipients_only"
"""


def run(folder: Path, *more: str, items: str = ITEMS, details: str = DETAILS) -> Result:
    (folder / "items.toml").write_text(items)
    (folder / "details.toml").write_text(details)
    return CliRunner().invoke(cli, ["notice", "many", f"{folder}/items.toml", *more])


def confirming(folder: Path, *ids: str) -> list[str]:
    chosen = [word for one in ids for word in ("--confirm", one)]
    return [*chosen, "--details", f"{folder}/details.toml", "--folder", str(folder)]


def test_without_a_confirmation_the_groups_are_listed(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert len(lines) == 3
    assert "2 locations" in lines[0]
    assert "1 location" in lines[1]
    assert lines[2].startswith("1 without a letter")
    assert "example.org" not in result.stdout


def test_only_the_confirmed_group_is_written(tmp_path: Path) -> None:
    first = run(tmp_path).stdout.split()[0]
    result = run(tmp_path, *confirming(tmp_path, first))
    assert result.exit_code == 0, result.output
    (letter,) = tmp_path.glob("letter-*.txt")
    assert letter.name == f"letter-{first}.txt"
    text = letter.read_text()
    assert "https://example.org/2" in text
    assert "https://example.org/3" not in text


def test_an_id_that_is_no_longer_there_writes_nothing(tmp_path: Path) -> None:
    first = run(tmp_path).stdout.split()[0]
    changed = ITEMS.replace("example.org/2", "example.org/9")
    result = run(tmp_path, *confirming(tmp_path, first), items=changed)
    assert result.exit_code == 1
    assert not list(tmp_path.glob("letter-*"))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    first = run(tmp_path).stdout.split()[0]
    details = DETAILS.replace("states_good_faith = true", "")
    result = run(tmp_path, *confirming(tmp_path, first), details=details)
    assert result.exit_code == 1
    assert "\ngood_faith_statement" in f"\n{result.stderr}"


@pytest.mark.parametrize("items", ["", "x = 1", "items = 1", "[facts]\n", "[[items]]\nurl = 1"])
def test_a_list_that_is_none_is_refused(tmp_path: Path, items: str) -> None:
    assert run(tmp_path, items=items).exit_code == 1


def test_a_confirmation_needs_details_and_a_folder(tmp_path: Path) -> None:
    assert run(tmp_path, "--confirm", "0" * 12).exit_code == 2


def test_an_address_says_by_itself_which_recipient_it_belongs_to(tmp_path: Path) -> None:
    """Else one service would be sent the addresses of the copies at all the others."""
    facts, _ = ITEMS.split("[[items]]", 1)
    hosts = ["www.facebook.com", "old.reddit.com", "m.facebook.com", "a.example", "b.example"]
    items = "".join(f'[[items]]\nurl = "https://{host}/{host}"\n' for host in hosts)
    lines = run(tmp_path, items=facts + items).stdout.splitlines()
    assert [line.rpartition(", ")[2] for line in lines] == ["2 locations", *["1 location"] * 3]
    common = facts.replace("[facts]", '[facts]\nplace = "facebook"')
    assert run(tmp_path, items=common + items).stdout.splitlines() == lines


def test_a_folder_that_is_not_there_is_made_for_one_person(tmp_path: Path) -> None:
    first = run(tmp_path).stdout.split()[0]
    more = ["--details", f"{tmp_path}/details.toml", "--folder", f"{tmp_path}/letters"]
    assert run(tmp_path, "--confirm", first, *more).exit_code == 0
    assert (tmp_path / "letters").stat().st_mode & 0o777 == 0o700
    assert len(list((tmp_path / "letters").iterdir())) == 1


def test_a_description_changed_after_the_look_needs_another_look(tmp_path: Path) -> None:
    first = run(tmp_path).stdout.split()[0]
    url = 'url = "https://example.org/2"'
    changed = ITEMS.replace(url, f'{url}\ndescription = "something else"')
    result = run(tmp_path, *confirming(tmp_path, first), items=changed)
    assert result.exit_code == 1
    assert not list(tmp_path.glob("letter-*"))


def test_where_one_letter_cannot_be_made_none_is_left_behind(tmp_path: Path) -> None:
    ids = [line.split()[0] for line in run(tmp_path).stdout.splitlines()[:2]]
    (tmp_path / f"letter-{ids[1]}.txt").write_text("an older one")
    result = run(tmp_path, *confirming(tmp_path, *ids))
    assert isinstance(result.exception, CannotSave)
    assert not (tmp_path / f"letter-{ids[0]}.txt").exists()
    (tmp_path / f"letter-{ids[1]}.txt").unlink()
    result = run(tmp_path, *confirming(tmp_path, *ids), "--as", "eml")
    assert result.exit_code == 1  # these have no e-mail address
    assert not list(tmp_path.glob("letter-*"))


def test_where_advice_comes_first_a_group_is_written_only_once_risks_are_weighed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No record of today asks for advice before writing to a platform; one may tomorrow."""
    shipped = load_directory()
    heavy = shipped.risks["us-notice-must-be-complete"].model_copy(
        update={"severity": Severity.STOP_AND_GET_ADVICE}
    )
    directory = replace(shipped, risks={**shipped.risks, heavy.id: heavy})
    monkeypatch.setattr(many, "load_directory", lambda: directory)
    first = run(tmp_path).stdout.split()[0]
    words = ["--details", f"{tmp_path}/details.toml", "--folder", f"{tmp_path}/letters"]
    result = run(tmp_path, "--confirm", first, *words)
    assert isinstance(result.exception, RisksFirst)
    assert result.stderr.startswith("! Stop and get advice: ")
    assert not (tmp_path / "letters").exists()
    result = run(tmp_path, "--confirm", first, *words, "--risks-weighed")
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith("! Stop and get advice: ")
    assert len(list((tmp_path / "letters").iterdir())) == 1


def test_a_group_can_be_written_as_a_sheet_for_their_form(tmp_path: Path) -> None:
    first = run(tmp_path).stdout.split()[0]
    result = run(tmp_path, *confirming(tmp_path, first), "--as", "sheet")
    assert result.exit_code == 0, result.output
    text = (tmp_path / f"letter-{first}.sheet.txt").read_text()
    assert "    https://example.org/1\n    https://example.org/2\n" in text
