"""The feed never skips an entry, with real processes on both databases."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from tests.bank.making import pdq
from tests.bank_server import SRC, PartnerKeys, RunningBank, running_bank
from tests.postgres import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningBank]:
    """A real bank on each database."""
    address = None
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        name = f"order_{time.time_ns()}"
        server.create_database(name)
        address = f"staydown@{server.host}:{server.port}/{name}"
    with running_bank(tmp_path / "bank", postgres=address) as bank:
        yield bank


class Follower:
    """A partner that polls without pause and writes down everything it is given, in order."""

    def __init__(self, bank: RunningBank, keys: PartnerKeys, dialect: str) -> None:
        self._bank, self._keys, self._dialect = bank, keys, dialect
        self._after, self._start = 0, 10
        self.seen: list[tuple[str, str]] = []
        self.faults: list[object] = []

    def poll(self) -> None:
        """Fetch once, all pages."""
        (self._poll_v2 if self._dialect == "v2" else self._poll_v1)()

    def _get(self, path: str) -> dict[str, object]:
        status, answer = self._bank.call(path, headers=self._keys.headers)
        assert status == 200, answer
        assert isinstance(answer, dict)
        return answer

    def _poll_v2(self) -> None:
        page = self._get(f"/api/v2/feed?after={self._after}&limit=3")
        entries = page["entries"]
        assert isinstance(entries, list)
        self.seen += [(entry["value"], entry["state"]) for entry in entries]
        self._after = int(str(page["next_after"]))

    def _poll_v1(self) -> None:
        path, more = f"/v1/FetchHashes?startTimestamp={self._start}&pageSize=3", True
        token = ""
        while more:
            page = self._get(path + token)
            records = page["hashRecords"]
            assert isinstance(records, list)
            self.seen += [(record["hashValue"], record["hashStatus"]) for record in records]
            self._start = int(str(page["nextSetTimestamp"]))
            more, token = bool(page["hasMoreRecords"]), f"&nextPageToken={page['nextPageToken']}"

    def held(self) -> set[str]:
        """What a partner that applied everything in order holds."""
        held: set[str] = set()
        for value, state in self.seen:
            (held.discard if state.lower() == "withdrawn" else held.add)(value)
        return held

    def run(self, stop: threading.Event) -> None:
        """Poll until told to stop, and once more."""
        try:
            while not stop.is_set():
                self.poll()
                stop.wait(0.05)
            self.poll()
        except AssertionError as fault:
            self.faults.append(fault)


def test_a_number_that_commits_late_is_not_skipped(served: RunningBank) -> None:
    served.add_partner("Late writer")
    followers = [Follower(served, served.add_partner(d), d) for d in ("v1", "v2")]
    for follower in followers:
        follower.poll()
    stop = threading.Event()
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.bank.late_writer", str(served.settings_path), "1"],
        env={"PYTHONPATH": f"{SRC}:{SRC.parent}", "PATH": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    with ThreadPoolExecutor(4) as threads:
        assert writer.stdout.readline() == b"1\n"
        polling = [threads.submit(follower.run, stop) for follower in followers]
        second = threads.submit(served.open_case, pdq(2).hex)
        time.sleep(1)
        second_came_first = second.done()
        seen_early = [follower.seen.copy() for follower in followers]
        writer.stdin.write(b"\n")
        writer.stdin.close()
        assert writer.wait(30) == 0
        wait([second], 30)
        stop.set()
        wait(polling, 30)
    writer.stdout.close()
    assert not second_came_first, "the second number was given while the first was still open"
    assert seen_early == [[], []]
    for follower in followers:
        assert not follower.faults
        assert list(dict.fromkeys(value for value, _ in follower.seen)) == [pdq(1).hex, pdq(2).hex]


def test_under_many_writers_every_follower_ends_with_what_is_listed(served: RunningBank) -> None:
    followers = [Follower(served, served.add_partner(d), d) for d in ("v1", "v2")]
    for follower in followers:
        follower.poll()
    stop = threading.Event()

    def write(worker: int) -> set[str]:
        kept = set()
        for turn in range(2):
            one, two = (pdq(100 * worker + 10 * turn + n).hex for n in (1, 2))
            case = served.open_case(one, two)
            served.withdraw(case, [1])
            kept.add(two)
        return kept

    with ThreadPoolExecutor(6) as threads:
        polling = [threads.submit(follower.run, stop) for follower in followers]
        kept = set().union(*threads.map(write, range(4)))
        stop.set()
        for one in polling:
            one.result(60)
    for follower in followers:
        assert not follower.faults
        assert follower.held() == kept
