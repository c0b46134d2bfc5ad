"""Contacts come from a saved file without a network, and asking says first who will know."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from staydown.base.clock import HandClock
from staydown.cli.main import cli
from staydown.notices.contacts.asking import ask
from tests.notices.contacts.cards import domain, entity, mail
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
    assert "We have no answer about a [2J: b Host. Write to c" in output
    assert "\x1b" not in output


def odd_answer() -> dict[str, object]:
    inner = entity(["technical"], mail("nic@registrar.example"))
    return domain(
        entity(
            ["registrar"],
            ["fn", {}, "text", "Example Registrar"],
            ["contact-uri", {}, "uri", "mailto:abuse@registrar.example?subject=Abuse"],
            ["email", {}, "text", "write to \x1b[2Jus"],
            within=[inner],
            publicIds=[{"type": "IANA Registrar ID", "identifier": "9999"}],
        ),
        {
            "roles": ["registrant"],
            "handle": "P1",
            "links": [{"rel": "self", "href": "https://rdap.x.example/entity/P1"}],
        },
        entity([], mail("who@x.example")),
        "nobody",
        remarks=[{"description": ["Complaints: desk@x.example"]}],
        redacted=[
            {"name": {"type": "Registrant Email"}, "method": "removal"},
            {"name": {"type": "Registry Domain ID"}, "method": "removal"},
        ],
    )


def test_what_is_read_in_part_says_so_and_shows_the_rest_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(odd_answer()))
    output = run("--saved", str(path)).output
    for line in (
        "  registrar: Example Registrar",
        "      e-mail: abuse@registrar.example",
        "      number: IANA Registrar ID 9999",
        r"      could not be read (email): write to \u001b[2Jus",
        "  technical: no name given (listed under Example Registrar)",
        "      no address given; the registry knows them as P1",
        "      the registry may say more at: https://rdap.x.example/entity/P1",
        "      hidden: Registrant Email (left out)",
        "  no role given: no name given",
        "Mentioned, but not whose it is: desk@x.example (Complaints: desk@x.example)",
        "The registry says it hides: Registry Domain ID (left out)",
        "Could not be read (entity): nobody",
    ):
        assert line in output.splitlines()
    heads = [line.split(".")[0] for line in output.splitlines() if line[:1].isupper()]
    assert heads[:3] == ["Registrar", "Operator", "Unclear"]
    operator = output.split("Operator.")[1].split("Unclear.")[0]
    assert "nic@registrar.example" not in operator


def test_all_of_that_is_in_the_json_too(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(odd_answer()))
    table = json.loads(run("--saved", str(path), "--json").output)
    by_role = {one["role"]: one for one in table["contacts"]}
    assert by_role["registrar"]["unread"] == [
        {"what": "email", "text": r"write to \u001b[2Jus"}
    ]  # fmt: skip
    assert by_role["technical"]["scope"] == "registrar"
    assert by_role["registrant"]["ask_at"] == ["https://rdap.x.example/entity/P1"]
    assert by_role[""]["scope"] == "unclear"
    assert table["remarks"][0]["emails"] == ["desk@x.example"]
    assert by_role["registrant"]["redacted"] == ["Registrant Email (left out)"]
    assert table["redacted"] == ["Registry Domain ID (left out)"]
    assert table["unread"] == [{"what": "entity", "text": "nobody"}]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"errorCode": 404, "title": "x"}, "error message"),
        ({"notices": [{"title": "x"}]}, "help or terms"),
        ({"domainSearchResults": []}, "search results"),
    ],
)
def test_an_answer_of_another_kind_says_what_it_is(
    tmp_path: Path, answer: dict[str, object], said: str
) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer))
    assert said in str(run("--saved", str(path)).exception)
