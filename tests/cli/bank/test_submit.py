"""``staydown bank submit`` when answers get lost: nothing is listed that nobody can withdraw."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from staydown.cli.bank.handing_in import new_attempt, read_code
from tests.bank_server import SRC, RunningBank, running_bank
from tests.cli.bank.losing_proxy import BREAK, BUSY, HANG, NO_JSON, LosingProxy

SAMPLES = SRC / "staydown" / "cli" / "samples"
FLAGS = ("--adult-confirmed", "--acting-for", "self", "--generate-pin", "--json")


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[RunningBank]:
    """A bank of its own for each test."""
    with running_bank(tmp_path / "bank") as running:
        yield running


def _start(address: str, *more: str, picture: str = "moon.jpg") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "staydown", "bank", "submit", address, str(SAMPLES / picture)]
        + [*FLAGS, *more],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _run(
    address: str, *more: str, given: str = "", picture: str = "moon.jpg"
) -> "subprocess.CompletedProcess[str]":
    with _start(address, *more, picture=picture) as process:
        out, err = process.communicate(given, timeout=240)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def _code(said: str) -> str:
    """The code that the command printed for going on."""
    lines = said.splitlines()
    return lines[next(i for i, line in enumerate(lines) if "--repeat" in line) + 1]


def _states(bank: RunningBank, headers: dict[str, str]) -> set[str]:
    """States of all fingerprints in the feed."""
    return {entry["state"] for entry in _feed(bank, headers)}


def _feed(bank: RunningBank, headers: dict[str, str]) -> list[dict[str, Any]]:
    _, page = bank.call("/api/v2/feed?after=0", headers=headers)
    entries: list[dict[str, Any]] = page["entries"]
    return entries


@pytest.mark.parametrize("instead", [BREAK, NO_JSON], ids=["broken off", "no JSON"])
def test_a_lost_answer_is_asked_for_again_and_the_number_withdraws_all_there_is(
    bank: RunningBank, instead: bytes
) -> None:
    headers = bank.add_partner("Acme").headers
    proxy = LosingProxy(bank.url, [instead])
    with proxy.running() as address:
        done = _run(address)
    assert done.returncode == 0, done.stderr
    assert "Trying again" in done.stderr
    first, second = (answer.partition(b"\r\n\r\n")[2] for answer in proxy.answers)
    assert json.loads(first) == json.loads(second)
    assert _states(bank, headers) == {"listed"}
    case = json.loads(done.stdout)
    assert len(bank.withdraw(case)["listings"]) == 1
    assert _states(bank, headers) == {"withdrawn"}


def test_a_command_that_was_killed_is_gone_on_with_by_its_code(bank: RunningBank) -> None:
    headers = bank.add_partner("Acme").headers
    proxy = LosingProxy(bank.url, [HANG])
    with proxy.running() as address, _start(address) as process:
        assert proxy.hanging.wait(120)
        process.kill()
        out, said = process.communicate(timeout=60)
    assert out == ""
    listed = _feed(bank, headers)
    done = _run(bank.url, "--repeat", given=f"{_code(said)}\n")
    assert done.returncode == 0, done.stderr
    assert _feed(bank, headers) == listed
    bank.withdraw(json.loads(done.stdout))
    assert _states(bank, headers) == {"withdrawn"}


def test_who_gives_up_says_what_may_have_happened_and_how_to_go_on(bank: RunningBank) -> None:
    headers = bank.add_partner("Acme").headers
    with LosingProxy(bank.url, [BUSY]).running() as address:
        failed = _run(address)
        assert (failed.returncode, failed.stdout) == (1, "")
        assert "We don't know whether the fingerprints are on the list" in failed.stderr
        assert "Traceback" not in failed.stderr
        code = _code(failed.stderr)
        other = _run(address, "--repeat", given=f"{code}\n", picture="coffee.jpg")
        assert (other.returncode, other.stdout) == (1, "")
        assert "Use the same pictures" in other.stderr
        done = _run(address, "--repeat", given=f"{code}\n")
    case = json.loads(done.stdout)
    assert _states(bank, headers) == {"listed"}
    assert len(bank.status(case)["listings"]) == 1
    late = _run(bank.url, "--repeat", given=f"{code}\n")
    assert (late.returncode, late.stdout) == (1, "")
    assert "signed in since" in late.stderr
    bank.withdraw(case)
    assert _states(bank, headers) == {"withdrawn"}


@pytest.mark.parametrize("pin", [None, "kastanie7"])
def test_a_code_stands_for_its_attempt(pin: str | None) -> None:
    attempt = new_attempt(pin)
    read = read_code(f"  {attempt.code}\n")
    assert (read.key, read.made_pin, read.repeated) == (attempt.key, pin, True)
    assert attempt.key not in repr(attempt)


@pytest.mark.parametrize("typed", ["", "abc", "0" * 31, "0" * 33, "0" * 32 + "-", "0" * 32 + "-a"])
def test_what_is_no_code_is_told(typed: str) -> None:
    with pytest.raises(click.BadParameter, match="copy it whole"):
        read_code(typed)
