"""Answers that are lost to kills and races, with real processes on both databases."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.bank.making import PIN, pdq
from tests.bank_server import SRC, RunningBank, running_bank
from tests.postgres import Server

KEY, OTHER_KEY, THIRD_KEY = (sign * 8 for sign in ("0a1b", "2c3d", "4e5f"))
KEYS = tuple(key + "6789" for key in (KEY, OTHER_KEY, THIRD_KEY))


@pytest.fixture(params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningBank]:
    """A real bank on each database."""
    address = None
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        name = f"lost_{time.time_ns()}"
        server.create_database(name)
        address = f"staydown@{server.host}:{server.port}/{name}"
    with running_bank(tmp_path / "bank", postgres=address) as bank:
        yield bank


def _call(bank: RunningBank, name: str, body: dict[str, Any], key: str) -> tuple[int, Any]:
    """Send under a key; where PINs are tried side by side, wait as one is told to."""
    for _ in range(60):
        status, answer = bank.call(f"/api/public/{name}", body, {"Idempotency-Key": key})
        if status not in (429, 503):
            break
        time.sleep(1)
    return status, answer


def _open(bank: RunningBank, key: str, number: int = 1) -> tuple[int, Any]:
    picture = {"kind": "pdq", "value": pdq(number).hex, "quality": 90}
    body = {"under18": "no", "acting_for": "self", "fingerprints": [picture], "pin": PIN}
    return _call(bank, "cases", body, key)


def _recover(bank: RunningBank, key: str, phrase: str) -> tuple[int, Any]:
    body = {"recovery_phrase": phrase, "pin": PIN}
    return _call(bank, "recover", body, key)


def _killed(bank: RunningBank, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bank.killed", str(bank.settings_path), *arguments],
        env={"PYTHONPATH": f"{SRC}:{SRC.parent}", "PATH": ""},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL


def _states(bank: RunningBank, headers: dict[str, str]) -> list[str]:
    status, page = bank.call("/api/v2/feed?after=0", headers=headers)
    assert status == 200
    return [entry["state"] for entry in page["entries"]]


def test_a_kill_before_or_after_the_commit_loses_nothing_and_lists_nothing_twice(
    served: RunningBank,
) -> None:
    headers = served.add_partner("Acme").headers
    for when, states in (("before", []), ("after", ["listed"])):
        _killed(served, when, "open", KEYS[0])
        assert _states(served, headers) == states
    status, opened = _open(served, KEYS[0])
    assert status == 201
    assert _states(served, headers) == ["listed"]

    phrase = opened["recovery_phrase"]
    _killed(served, "before", "recover", KEYS[1], phrase)
    assert _open(served, KEYS[0]) == (201, opened), "nothing was recovered yet"
    _killed(served, "after", "recover", KEYS[1], phrase)
    status, recovered = _recover(served, KEYS[1], phrase)
    assert status == 200
    assert _open(served, KEYS[0])[0] == 409
    served.withdraw({**recovered, "pin": PIN})
    assert _states(served, headers) == ["withdrawn"]


def test_requests_under_one_key_at_the_same_moment_do_one_thing(served: RunningBank) -> None:
    headers = served.add_partner("Acme").headers
    with ThreadPoolExecutor(6) as threads:
        same = list(threads.map(lambda _: _open(served, KEYS[0]), range(6)))
        assert {status for status, _ in same} == {201}
        assert len({answer["case_number"] for _, answer in same}) == 1
        phrase = same[0][1]["recovery_phrase"]
        again = list(threads.map(lambda _: _recover(served, KEYS[1], phrase), range(6)))
        assert {status for status, _ in again} == {200}
        assert len({answer["case_number"] for _, answer in again}) == 1

        other = _open(served, "f" + KEYS[0][1:], 2)[1]["recovery_phrase"]
        mixed = [
            threads.submit(_open, served, KEYS[2], 3),
            threads.submit(_recover, served, KEYS[2], other),
            threads.submit(_open, served, KEYS[2], 4),
        ]
        answers = [one.result() for one in mixed]
    done, *refused = sorted(status for status, _ in answers)
    assert (done in (200, 201), refused) == (True, [422, 422])
    listed = len([status for status, _ in answers if status == 201])
    assert _states(served, headers) == ["listed"] * (2 + listed)
    served.withdraw({**again[0][1], "pin": PIN})
    assert _states(served, headers) == ["listed"] * (1 + listed) + ["withdrawn"]
