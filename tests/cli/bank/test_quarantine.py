"""``staydown bank quarantine``: real commands on a real bank that a flood came to."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.bank_server import SRC, RunningBank, running_bank

#: More than people's programs may hand in unpaid, in hand-ins as large as they get.
HAND_INS, EACH = 3, 50


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    """One bank for all tests here."""
    with running_bank(tmp_path_factory.mktemp("cli") / "bank") as running:
        yield running


def _photograph(luck: random.Random) -> str:
    """Return a PDQ with as many bits set as a photograph's."""
    return f"{sum(1 << bit for bit in luck.sample(range(256), 128)):064x}"


def _fails(bank: RunningBank, *arguments: str) -> str:
    command = [sys.executable, "-m", "staydown", "bank", "quarantine", *arguments]
    done = subprocess.run(
        [*command, "--settings", str(bank.settings_path)],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    return done.stderr


def _groups(bank: RunningBank, *arguments: str) -> list[dict[str, object]]:
    printed = bank.run("quarantine", "list", "--json", *arguments)
    return [json.loads(line) for line in printed.splitlines()]


def test_a_flood_is_listed_dropped_by_two_and_brought_back(bank: RunningBank) -> None:
    luck = random.Random(1)  # noqa: S311 - the same pictures each time
    reader = bank.add_partner("Reader")
    opened = [bank.open_case(*(_photograph(luck) for _ in range(EACH))) for _ in range(HAND_INS)]
    (group,) = _groups(bank)
    assert (group["state"], group["hand_ins"], group["pictures"]) == ("held", 1, EACH)
    assert group["look"] == "people/more than 20/none/all the same/like photographs"
    assert "goes on:" in bank.run("quarantine", "list")
    number, why = str(group["group"]), ("--reason", "made up")
    same = _fails(bank, "drop", number, "--by", "Ann", "--agreed-by", "ann", *why)
    assert "two different people" in same
    bank.run("quarantine", "drop", number, "--by", "Ann", "--agreed-by", "Ben", *why)
    shown = bank.run("quarantine", "list")
    assert "by Ann, agreed by Ben: made up" in shown
    assert "can come back until" in shown
    held = bank.status(opened[2])["listings"][0]
    assert (held["state"], held["goes_out_by"], held["held"]) == ("listed", None, False)
    assert held["dropped_at"] is not None
    bank.run("quarantine", "restore", number, "--by", "Ben", "--reason", "a helpline's")
    assert "is over" in _fails(bank, "release", number, "--by", "Ann", *why)
    assert [line["group"] for line in _groups(bank, "--past")] == [group["group"]]
    feed = bank.call("/api/v2/feed?limit=500", headers=reader.headers)[1]["entries"]
    assert len(feed) >= (HAND_INS - 1) * EACH
    assert "hand-ins are held back" in bank.log_path.read_text()
