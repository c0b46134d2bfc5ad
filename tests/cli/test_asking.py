"""Every command that asks a person says, where nobody can be asked, what to give instead."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bank_server import SRC

SAMPLE = str(SRC / "staydown" / "cli" / "samples" / "moon.jpg")

FACTS = """
where = "social_media"
place = "facebook"
person_country = "{country}"
under18 = "no"
stage = "posted"
standing = "depicted"
"""
DETAILS = """
name = "A. B."
email = "a.b@example.net"
contact = "a.b@example.net"
signature = "/s/ A. B."
standing = "depicted"
states_no_consent = true
states_good_faith = true
states_accurate = true

[[locations]]
url = "https://example.org/page/1"
description = "a photograph"
"""
FILES = {
    "facts.toml": FACTS.format(country="NL"),
    "risky.toml": FACTS.format(country="ID"),
    "details.toml": DETAILS,
    "to.toml": 'name = "Example"\nemail = "abuse@example.org"\n',
    "mail.toml": 'host = "127.0.0.1"\nport = 1\nsender = "letters@helpline.example"\n'
    'security = "none"\nallow_private = true\n',
    "code": "0" * 32 + "\n",
}

SEND = (
    "notice send --details details.toml --settings mail.toml -o kept.eml --to to.toml "
    "--facts {facts} --route {route}"
)
#: Nobody listens there: whatever is sent to it is told of as a fault of the line.
SUBMIT = f"bank submit http://127.0.0.1:9 {SAMPLE}"
ADULT = "--adult-confirmed"
WHOM = "--acting-for self or --acting-for other"
PIN = "--pin-file FILE or --generate-pin"
PERSON = "only a person can send a letter"

#: The function that asks; what is run without a terminal; what is said to give.
ASKING = [
    ("bank.given:_under18", SUBMIT, (ADULT, WHOM, PIN)),
    ("bank.given:_under18", f"{SUBMIT} --repeat", (ADULT, WHOM, "--code-file FILE")),
    ("bank.given:_asked_for_whom", f"{SUBMIT} {ADULT} --generate-pin", (WHOM,)),
    ("bank.given:_asked_pin", f"{SUBMIT} {ADULT} --acting-for self", (PIN,)),
    (
        "bank.given:_asked_pin",
        f"{SUBMIT} {ADULT} --acting-for self --repeat --code-file code",
        ("--pin-file FILE",),
    ),
    ("bank.given:_code", f"{SUBMIT} {ADULT} --acting-for self --repeat", ("--code-file FILE",)),
    ("notice.contacts:_ask", "notice contacts --save kept.json --ask", ("--ask HOST",)),
    ("notice.contacts:_ask", "notice contacts --save kept.json --ask example.org", ("--yes",)),
    ("notice.send:_weigh", SEND.format(facts="risky.toml", route="police_id-police"), (PERSON,)),
    (
        "notice.send:_confirmed",
        SEND.format(facts="facts.toml", route="eu-dsa-16_facebook"),
        (PERSON,),
    ),
    ("guide.search_sheet:_ask_one", "guide search-sheet", ("--terms FILE",)),
    ("guide.prompts:ask_under18", "guide search-sheet", ("--terms FILE",)),
]

#: Asked only where somebody sits at a terminal; without one the commands go on, as said there.
ONLY_AT_A_TERMINAL = {
    "bank.submit:_go_on": "the good files are handed in",
    "country:ask_country": "the settings name no country, and the doctor says so",
    "guide.plan:_ask": "every step is printed",
}

#: Asked of several recipients with an e-mail address, of which no record has two today.
NOT_TO_BE_REACHED = {"notice.send:_addressee"}


def _run(folder: Path, words: str, **how: Any) -> "subprocess.CompletedProcess[str]":
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [sys.executable, "-m", "staydown", *words.split()],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # without the terminal that the tests may run in
        **({"stdin": subprocess.DEVNULL} | how),
    )
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
        (tmp_path / name).chmod(0o600)
    return tmp_path


@pytest.mark.parametrize(("asks", "words", "named"), ASKING, ids=[row[1][:60] for row in ASKING])
def test_without_a_terminal_the_option_is_named_and_nothing_done(
    asks: str, words: str, named: tuple[str, ...], folder: Path
) -> None:
    before = {file.name for file in folder.iterdir()}
    done = _run(folder, words)
    assert done.returncode == 2, (asks, done.stdout, done.stderr)
    for one in named:
        assert one in done.stderr
    assert "Aborted" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "Warning" not in done.stderr, "getpass has no word about echo"
    assert {file.name for file in folder.iterdir()} == before


def _closed() -> None:
    os.close(0)


@pytest.mark.parametrize("words", [SUBMIT, "guide search-sheet", "notice contacts --save k --ask"])
def test_a_closed_standard_input_is_no_terminal(words: str, folder: Path) -> None:
    done = _run(folder, words, stdin=None, preexec_fn=_closed)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "give --" in done.stderr


def test_answers_that_are_piped_in_are_taken_until_they_end(folder: Path) -> None:
    (folder / "typed").write_text("no\ny\n")
    with (folder / "typed").open() as typed:
        done = _run(folder, SUBMIT, stdin=typed)
    assert done.returncode == 2
    assert PIN in done.stderr
    assert "--acting-for" not in done.stderr.rpartition("Error:")[2]


def _calls(tree: ast.AST) -> set[str]:
    """Names of what a piece of code calls, as they are written."""
    return {ast.unparse(one.func) for one in ast.walk(tree) if isinstance(one, ast.Call)}


def test_every_question_of_the_command_line_has_its_row_here() -> None:
    asking, found = SRC / "staydown" / "cli", set()
    for path in sorted(asking.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        if path.name != "asking.py":
            own = {"click.prompt", "click.confirm", "input", "getpass.getpass", "getpass"}
            assert not own & _calls(tree), f"{path}: ask by cli.asking, which says what to give"
        module = ".".join(path.relative_to(asking).with_suffix("").parts)
        for one in ast.walk(tree):
            asks = {"ask", "confirm"} & _calls(one) and module != "asking"
            if isinstance(one, ast.FunctionDef) and asks:
                found.add(f"{module}:{one.name}")
    rows = {row[0] for row in ASKING}
    assert found == rows | set(ONLY_AT_A_TERMINAL) | NOT_TO_BE_REACHED
