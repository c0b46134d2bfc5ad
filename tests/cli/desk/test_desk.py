"""``staydown desk``: what is said when something is wrong, and what is never printed twice."""

import json
import os
import pty
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.desk_server import STAYDOWN, make_desk


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*STAYDOWN, "desk", *arguments], capture_output=True, text=True)


def test_init_makes_a_folder_of_the_owner_alone_and_never_overwrites(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    assert run("init", str(folder), "--name", 'The "Desk"').returncode == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert tomllib.loads((folder / "desk.toml").read_text())["name"] == 'The "Desk"'
    for file in folder.rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file.name
    key = (folder / "secrets/seal.key").read_bytes()
    again = run("init", str(folder))
    assert again.returncode == 1
    assert "already there" in again.stderr
    assert "Traceback" not in again.stderr
    assert (folder / "secrets/seal.key").read_bytes() == key


@pytest.mark.parametrize(
    "options",
    [
        ("--preview-origin", "https://p.example/path"),
        ("--postgres", "nonsense"),
        ("--poll-seconds", "0"),
    ],
)
def test_init_with_a_wrong_value_says_so(tmp_path: Path, options: tuple[str, str]) -> None:
    done = run("init", str(tmp_path / "desk"), *options)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert run("init", str(tmp_path / "desk")).returncode == 0


def country_of(folder: Path) -> str:
    """The country in the settings of a desk."""
    return str(tomllib.loads((folder / "desk.toml").read_text())["country"])


def test_init_takes_the_country_and_says_where_it_is_missing(tmp_path: Path) -> None:
    """Nobody can be asked here: it goes on, and says what to do."""
    given = run("init", str(tmp_path / "given"), "--country", "us-ca")
    assert (given.returncode, given.stderr) == (0, "")
    assert country_of(tmp_path / "given") == "US-CA"
    left_out = run("init", str(tmp_path / "left-out"))
    assert left_out.returncode == 0
    assert "Set country in desk.toml" in left_out.stderr
    assert country_of(tmp_path / "left-out") == ""
    wrong = run("init", str(tmp_path / "wrong"), "--country", "UK")
    assert wrong.returncode != 0
    assert "GB" in wrong.stderr
    assert not (tmp_path / "wrong").exists()


@pytest.mark.parametrize(("typed", "country"), [("uk\nNetherlands\nnl\n", "NL"), ("\n", "")])
def test_init_asks_somebody_at_a_terminal_for_the_country(
    tmp_path: Path, typed: str, country: str
) -> None:
    ours, theirs = pty.openpty()
    try:
        command = [*STAYDOWN, "desk", "init", str(tmp_path / "desk")]
        with subprocess.Popen(
            command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            os.write(ours, typed.encode())
            _, said = process.communicate(timeout=120)
    finally:
        os.close(ours)
        os.close(theirs)
    assert process.returncode == 0, said
    assert "Which country is the platform based in" in said
    assert country_of(tmp_path / "desk") == country


def test_who_may_open_what_may_show_somebody_under_18_is_named_by_command(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    use = ("--settings", str(desk.settings_path))
    nobody = run("user", "under-18", "list", *use)
    assert (nobody.returncode, nobody.stdout) == (0, "")
    assert "Nobody yet" in nobody.stderr
    assert run("user", "under-18", "add", "anna", *use).returncode == 0
    assert run("user", "under-18", "list", *use).stdout == "anna\n"
    assert json.loads(run("user", "under-18", "list", "--json", *use).stdout) == ["anna"]
    unknown = run("user", "under-18", "add", "ben", *use)
    assert (unknown.returncode, "no moderator of this name" in unknown.stderr) == (1, True)
    removed = run("user", "under-18", "remove", "anna", *use)
    assert (removed.returncode, "Nobody can now" in removed.stderr) == (0, True)
    assert run("user", "under-18", "list", "--json", *use).stdout == "[]\n"


def test_commands_without_a_desk_say_so(tmp_path: Path) -> None:
    for command in (("tick",), ("serve",), ("user", "add", "anna")):
        done = run(*command, "--settings", str(tmp_path / "none.toml"))
        assert done.returncode == 1
        assert "cannot read" in done.stderr
        assert "Traceback" not in done.stderr


def test_names_are_taken_once(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    use = ("--settings", str(desk.settings_path))
    for command in (("user", "add", "anna"), ("key", "add", "shop")):
        done = run(*command, *use)
        assert done.returncode == 1
        assert "already" in done.stderr
    assert run("key", "revoke", "shop", *use).returncode == 0
    assert run("key", "revoke", "shop", *use).returncode == 1
    for command in (("user", "add", "Anna "), ("key", "add", "\u0455hop"), ("user", "add", " ")):
        done = run(*command, *use)
        assert done.returncode == 1
        assert "nothing was added" in done.stderr
    reset = run("user", "reset", "anna", "--json", *use)
    assert json.loads(reset.stdout)["password"] != desk.moderator[1]


def test_a_tick_reports_what_it_did_and_fails_when_a_bank_did(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    use = ("--settings", str(desk.settings_path))
    assert run("tick", *use).stdout == "banks read: 0, failed: 0, told: 0\n"
    keys = tmp_path / "k.key"
    keys.write_text("some-key-of-a-bank")
    keys.chmod(0o600)
    files = ("--subscription-key-file", str(keys), "--function-key-file", str(keys))
    assert run("bank", "add", "gone", "http://127.0.0.1:1", *files, *use).returncode == 0
    assert run("bank", "keys", "gone", *files, *use).returncode == 0
    done = run("tick", *use)
    assert done.returncode == 1
    assert done.stdout == "banks read: 1, failed: 1, told: 0\n"
    assert "127.0.0.1" not in done.stderr
    assert "some-key" not in done.stderr
