"""What an operator does about partners' words and harmless pictures, on a real bank."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from staydown.base.vocabulary import Kind
from staydown.fingerprint.value import Fingerprint
from tests.bank.making import pdq
from tests.bank_server import SRC, RunningBank, running_bank
from tests.fingerprint.made import near_bits

REASON = ("--reason", "agreed by telephone")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    """One bank for all tests here."""
    with running_bank(tmp_path_factory.mktemp("operator") / "bank") as running:
        yield running


def _failing(bank: RunningBank, *arguments: str) -> str:
    """Run a command that fails with one plain message; return that."""
    settings = ("--settings", str(bank.settings_path))
    done = subprocess.run(
        [sys.executable, "-m", "staydown", "bank", *arguments, *settings],
        env={"PYTHONPATH": str(SRC), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def _lines(bank: RunningBank, *command: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in bank.run(*command, "--json").splitlines()]


def _let_in(bank: RunningBank, name: str, *more: str) -> dict[str, str]:
    keys = json.loads(bank.run("partner", "add", name, *more, "--json"))
    return {
        "Ocp-Apim-Subscription-Key": keys["subscription_key"],
        "x-functions-key": keys["function_key"],
    }


def _say_no(bank: RunningBank, headers: Mapping[str, str], values: Sequence[str]) -> None:
    words = [{"hashValue": one, "feedbackValue": "NotBlocked", "tags": []} for one in values]
    sent = {"count": len(words), "hashFeedbacks": words}
    status, answer = bank.call("/v1/SubmitFeedback", sent, dict(headers))
    assert (status, answer["accepted"]) == (200, len(values))


def _states(bank: RunningBank, headers: Mapping[str, str]) -> dict[str, str]:
    _, page = bank.call("/api/v2/feed?limit=1000", headers=dict(headers))
    return {entry["value"]: entry["state"] for entry in page["entries"]}


def test_partners_organisations_and_disputes_are_looked_after(bank: RunningBank) -> None:
    """Two keys of one company, a third party; stopped, released, moved, extended and ended."""
    first = _let_in(bank, "Shop", "--organisation", "Company")
    second = _let_in(bank, "Market", "--organisation", "Company")
    third = _let_in(bank, "Forum")
    values = [pdq(number).hex for number in range(201, 204)]
    bank.open_case(*values)
    for headers in (first, second):
        _say_no(bank, headers, values)
    assert set(_states(bank, first).values()) == {"listed"}
    _say_no(bank, third, values[:2])
    assert [_states(bank, first)[one] for one in values] == ["disputed", "disputed", "listed"]
    shown = {line["name"]: line for line in _lines(bank, "organisation", "list")}
    assert shown["Company"]["partners"] == ["Market", "Shop"]
    assert "Company: counts; against 3 entries in a day" in bank.run("organisation", "list")
    assert "2 entries are no longer" in bank.run("organisation", "stop", "Company", *REASON)
    assert [line["words_count"] for line in _lines(bank, "partner", "list")] == [True, False, False]
    assert "STOPPED" in bank.run("partner", "list")
    assert "STOPPED since" in bank.run("organisation", "list").splitlines()[0]
    released = bank.run("organisation", "release", "Company", "--allowance", "500", *REASON)
    assert "2 entries are disputed" in released
    assert _lines(bank, "organisation", "list")[0]["allowance"] == 500
    ids = [line["entry_id"] for line in _lines(bank, "dispute", "list")]
    _, page = bank.call("/api/v2/feed?limit=1000", headers=first)
    (other,) = [one["entry_id"] for one in page["entries"] if one["value"] == values[2]]
    until = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    given = ("--from", ids[0], "--until", until, *REASON)
    assert re.search(r"The two differ in \d+ bits", bank.run("dispute", "extend", other, *given))
    assert f"extended until {until}" in bank.run("dispute", "list")
    assert "listed again" in bank.run("dispute", "end", other, *REASON)
    assert "no dispute is extended" in _failing(bank, "dispute", "end", other, *REASON)
    moved = bank.run("partner", "move", "Forum", "Company")
    assert "2 entries changed" in moved
    assert set(_states(bank, first).values()) == {"listed"}


def test_a_list_of_harmless_pictures_is_added_whole_or_not_at_all(
    bank: RunningBank, tmp_path: Path
) -> None:
    logo, near = pdq(300), Fingerprint(Kind.PDQ, near_bits(20, 256, 300), 90)
    before = bank.open_case(near.hex)
    file = tmp_path / "logos.txt"
    file.write_text(f"pdq {logo.hex} 100 logo.png\n{'5' * 64}\nhello\n")
    told = _failing(bank, "negative", "add", str(file))
    assert "line 2: " in told
    assert "line 3: " in told
    assert "nothing was added" in told
    assert "hello" not in told
    assert _lines(bank, "negative", "list") == []
    file.write_text(f"\ufeff# logos\r\npdq {logo.hex} 100 logo.png\r\n{pdq(301).hex}\r\n")
    added = bank.run("negative", "add", str(file), "--name", "newspaper logos")
    assert "Fingerprints added: 2." in added
    assert "1 pictures that people have listed are near" in added
    assert "Fingerprints added: 0. There already: 2." in bank.run("negative", "add", str(file))
    assert "newspaper logos: 2 fingerprints" in bank.run("negative", "list")
    case = bank.open_case(pdq(302).hex, logo.hex)
    opened: dict[str, Any] = dict(case)
    assert opened["like_harmless"] == [2]
    status, _ = bank.call(
        "/api/public/review",
        {"case_number": case["case_number"], "pin": case["pin"], "number": 2},
    )
    assert status == 200
    asked, found = _lines(bank, "review", "list")
    assert (asked["like"], asked["distance"], asked["states"]) == ("newspaper logos", 0, ["listed"])
    assert (found["asked_at"], found["distance"]) == (None, 20)
    number = str(asked["number"])
    assert "off the list" in bank.run("review", "decide", number, "take-off", *REASON)
    shown = bank.status(case)["listings"]
    assert [one["state"] for one in shown] == ["listed", "withdrawn"]
    assert shown[1]["likeness"]["reason"] == REASON[1]
    assert "stays on the list" in bank.run("review", "decide", number, "keep", *REASON)
    assert bank.status(case)["listings"][1]["state"] == "listed"
    assert "not asked for; not decided; like newspaper logos" in bank.run("review", "list")
    assert "Fingerprints removed: 2." in bank.run("negative", "remove", "newspaper logos")
    assert bank.status(before)["listings"][0]["likeness"] is None
