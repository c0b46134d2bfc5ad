"""Contacts come from a saved file without a network, and asking says first who will know."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from staydown.base.clock import HandClock
from staydown.cli.main import cli
from staydown.notices.contacts.asking import ask
from tests.notices.contacts.recorded import FOLDER, NOW, network, resolve


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["notice", "contacts", *words], input=typed)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "saved.json"
    path.write_bytes(ask("example.org", network(), clock=HandClock(NOW), resolve=resolve))
    return path


def test_every_contact_is_shown_with_what_it_answers_for_and_where_it_is_from(saved: Path) -> None:
    result = run("--saved", str(saved))
    assert result.exit_code == 0
    heads = [line.split(".")[0] for line in result.output.splitlines() if line[:1].isupper()]
    assert heads[:4] == ["Host", "Network", "Registrar", "Operator"]
    assert "from https://rdap.network.example/ip/93.184.216.34, asked 2026-11-22" in result.output
    assert "Name servers: ns1.cdn.example, ns2.cdn.example." in result.output


def test_the_same_as_json(saved: Path) -> None:
    table = json.loads(run("--saved", str(saved), "--json").output)
    assert {one["scope"] for one in table["contacts"]} == {
        "host", "network", "registrar", "operator",
    }  # fmt: skip
    assert all(one["source"] and one["asked"] for one in table["contacts"])


def test_one_answer_as_it_came_from_a_registry_will_do() -> None:
    result = run("--saved", str(FOLDER / "domain-registry.json"))
    assert "abuse@registrar.example" in result.output
    assert "asked on an unknown day" in result.output


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_nothing_is_asked_without_a_yes(tmp_path: Path, typed: str) -> None:
    result = run("--ask", "example.org", "--save", str(tmp_path / "kept.json"), typed=typed)
    assert result.exit_code == (1 if typed else 2)
    assert "learn that somebody" in result.output
    assert not (tmp_path / "kept.json").exists()


def test_without_a_folder_for_the_answer_nothing_is_asked(tmp_path: Path) -> None:
    result = run("--ask", "example.org", "--save", str(tmp_path / "none" / "kept.json"), typed="y")
    assert "no such folder" in str(result.exception)
    assert "learn that somebody" not in result.output


def test_the_site_can_be_typed_so_that_no_history_keeps_it(tmp_path: Path) -> None:
    result = run("--save", str(tmp_path / "kept.json"), "--ask", typed="example.org\nn\n")
    assert result.exit_code == 1
    assert "Site (such as example.org)" in result.output


@pytest.mark.parametrize(
    "words",
    [(), ("--saved", "a", "--ask", "b"), ("--ask", "b"), ("--save", "c"),
     ("--saved", "a", "--save", "c")],
)  # fmt: skip
def test_half_a_question_says_what_to_give(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_a_saved_file_cannot_steer_the_terminal(saved: Path) -> None:
    table = json.loads(saved.read_text("utf-8"))
    table["unanswered"] = [{"about": "a\x1b[2J", "why": "b\n\u202eHost. Write to c"}]
    saved.write_text(json.dumps(table))
    output = run("--saved", str(saved)).output
    assert "No answer about a [2J: b Host. Write to c" in output
    assert "\x1b" not in output
