"""Releases that are killed or run side by side, with real processes on both databases."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bank.making import pdq
from tests.bank_server import SRC, RunningBank, environment_of, running_bank
from tests.postgres import Server

#: A window that surely hasn't ended when the test reads the feed for the first time.
WINDOW = timedelta(hours=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningBank]:
    """A real bank on each database, where everything waits."""
    address = None
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        name = f"release_{time.time_ns()}"
        server.create_database(name)
        address = f"staydown@{server.host}:{server.port}/{name}"
    with running_bank(tmp_path / "bank", postgres=address, release_seconds=WINDOW.seconds) as bank:
        yield bank


def _feed(bank: RunningBank, headers: dict[str, str]) -> list[dict[str, Any]]:
    for _ in range(60):
        status, page = bank.call("/api/v2/feed?after=0", headers=headers)
        if status != 503:  # its first fetch needs a turn, and this machine may be slow
            break
        time.sleep(0.5)
    assert status == 200, page
    entries = page["entries"]
    assert isinstance(entries, list)
    return entries


def _run_killed(bank: RunningBank, most: int) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bank.killed_release", str(bank.settings_path), str(most)],
        env=environment_of(bank.clock.environment),
        cwd=SRC.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def test_kills_at_any_line_lose_nothing_and_give_nothing_out_early_or_twice(
    served: RunningBank,
) -> None:
    headers = served.add_partner("Acme").headers
    opened = [served.open_case(*(pdq(10 * n + m).hex for m in range(4))) for n in range(5)]
    served.withdraw(opened[0], [1])
    assert _run_killed(served, 0) == 0
    assert _feed(served, headers) == [], "its window has not ended"
    served.clock.advance(WINDOW)
    assert _run_killed(served, 40) >= 10
    entries = _feed(served, headers)
    wanted = {pdq(10 * n + m).hex for n in range(5) for m in range(4)} - {pdq(0).hex}
    assert sorted(entry["value"] for entry in entries) == sorted(wanted)
    assert [entry["seq"] for entry in entries] == list(range(1, len(wanted) + 1))
    for case in opened:
        served.withdraw(case)
    assert {entry["state"] for entry in _feed(served, headers)} == {"listed"}
    served.clock.advance(WINDOW)
    assert _run_killed(served, 40) >= 10
    gone = _feed(served, headers)
    assert {entry["state"] for entry in gone} == {"withdrawn"}
    first = len(wanted) + 1
    assert [entry["seq"] for entry in gone] == list(range(first, first + len(wanted)))


def test_ticks_and_requests_that_release_at_the_same_moment_give_everything_out_once(
    served: RunningBank,
) -> None:
    headers = served.add_partner("Acme").headers
    for start in (0, 40, 80):
        served.open_case(*(pdq(start + number).hex for number in range(40)))
    served.clock.advance(WINDOW)
    with ThreadPoolExecutor(5) as threads:
        ticks = [threads.submit(served.run, "tick") for _ in range(3)]
        polls = [threads.submit(_feed, served, headers) for _ in range(4)]
        said = [tick.result() for tick in ticks]
        assert all(poll.result() is not None for poll in polls)
    assert all(line.startswith("released: ") for line in said)
    entries = _feed(served, headers)
    assert sorted(entry["value"] for entry in entries) == sorted(pdq(n).hex for n in range(120))
    assert [entry["seq"] for entry in entries] == list(range(1, 121))
