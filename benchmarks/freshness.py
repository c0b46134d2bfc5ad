"""How long after a bank lists or withdraws a fingerprint the desk's look-ups say so.

    python -m benchmarks.freshness [--entries 100000] [--changes 100] [--poll 1] [--json FILE]

A real bank and a real desk are made in a temporary folder and run as processes of their own, as
``init``, ``serve`` and ``tick`` make them. The desk holds ``--entries`` entries of another bank. A
person then opens a case at the bank, and withdraws it later, over HTTP, at moments that have
nothing to do with the desk's poll; meanwhile one client asks the desk over and over. A figure is
the time from the bank's answer to the person until the start of the first look-up that says the new
thing. Nothing waits for a window at this bank (``--release-seconds 0``).
"""

import argparse
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.fingerprint import Table, machine
from staydown.base.settings import load, write_secret
from tests.ports import free_port

#: Seconds between two looks of the client, and how long it waits for a change at most.
LOOK = 0.01
PATIENCE = 60.0

#: Rows that are written at once when the desk is filled.
LOT = 5000


@dataclass(frozen=True)
class Sites:
    """A bank and a desk that run."""

    bank: httpx.Client
    desk: httpx.Client


def staydown(*arguments: str) -> str:
    """Run a command of ours and return what it prints."""
    command = [sys.executable, "-m", "staydown", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def make(folder: Path, poll: float) -> tuple[Path, Path, str]:
    """Make a bank and a desk that follows it; return their settings and the platform's key."""
    bank, desk = folder / "bank" / "bank.toml", folder / "desk" / "desk.toml"
    bank_port = str(free_port())
    staydown(
        "bank",
        "init",
        str(bank.parent),
        "--name",
        "Bank",
        "--port",
        bank_port,
        "--release-seconds",
        "0",
    )
    partner = ("partner", "add", "Desk", "--json", "--settings", str(bank))
    keys = json.loads(staydown("bank", *partner))
    at = ("--port", str(free_port()), "--poll-seconds", str(poll), "--allow-private-banks")
    staydown("desk", "init", str(desk.parent), *at)
    files = []
    for name in ("subscription", "function"):
        file = folder / f"{name}.key"
        write_secret(file, keys[f"{name}_key"])
        files += [f"--{name}-key-file", str(file)]
    address = f"http://127.0.0.1:{bank_port}"
    staydown("desk", "bank", "add", "bank", address, *files, "--settings", str(desk))
    key = json.loads(staydown("desk", "key", "add", "client", "--json", "--settings", str(desk)))
    return bank, desk, key["key"]


def fill(settings_file: Path, entries: int) -> None:
    """Give a desk so many entries of a bank that it no longer follows."""
    from staydown.base.clock import SystemClock
    from staydown.base.vocabulary import Kind
    from staydown.fingerprint.value import Fingerprint
    from staydown.review.settings import DeskSettings
    from staydown.web.desk_site.process import configure

    desk = configure(load(settings_file, DeskSettings))
    from staydown.review.models import Bank, BankEntry, Head

    now = SystemClock().now()
    bank = Bank.objects.create(
        name="other", url="", dialect="v2", active=False, created_at=now, next_try_at=now
    )
    for start in range(0, entries, LOT):
        BankEntry.objects.bulk_create(
            BankEntry(
                bank=bank,
                entry_id=f"e{number}",
                kind=Kind.PDQ.value,
                sealed=desk.sealer.seal(Fingerprint(Kind.PDQ, secrets.token_bytes(32), 90)),
                state="listed",
                seq=number,
                change=1,
            )
            for number in range(start, min(start + LOT, entries))
        )
    Head.objects.update_or_create(pk=1, defaults={"change": 1})


@contextmanager
def running(folder: Path, entries: int, poll: float) -> Iterator[Sites]:
    """Run a filled desk and its bank until the block ends."""
    bank, desk, key = make(folder, poll)
    module = [sys.executable, "-m", "benchmarks.freshness"]
    subprocess.run([*module, "--fill", str(desk), "--entries", str(entries)], check=True)
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("wb"))
        for command in (
            ("bank", "serve", "--settings", str(bank)),
            ("desk", "serve", "--settings", str(desk)),
            ("desk", "tick", "--every", str(poll / 5), "--settings", str(desk)),
        ):
            process = subprocess.Popen(
                [sys.executable, "-m", "staydown", *command], stdout=log, stderr=log
            )
            stack.callback(process.wait)
            stack.callback(process.send_signal, signal.SIGTERM)
        clients = [
            stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port(file)}", timeout=30))
            for file in (bank, desk)
        ]
        for client in clients:
            until(partial(answers, client))
        clients[1].headers["Authorization"] = f"Bearer {key}"
        yield Sites(*clients)


def port(settings_file: Path) -> str:
    """Return where a site listens."""
    lines = settings_file.read_text().splitlines()
    return next(line.split()[-1] for line in lines if line.startswith("port"))


def answers(client: httpx.Client) -> bool:
    """Say whether a site has started."""
    try:
        client.get("/")
    except httpx.TransportError:
        return False
    return True


def until(happened: Callable[[], bool]) -> float:
    """Look over and over; return when the look began that saw it happen."""
    give_up = time.perf_counter() + PATIENCE
    while (began := time.perf_counter()) < give_up:
        if happened():
            return began
        time.sleep(LOOK)
    raise SystemExit("it did not happen: see whether the sites run")


def post(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send JSON and return JSON."""
    answer = client.post(path, json=body)
    answer.raise_for_status()
    return dict(answer.json())


def listed(desk: httpx.Client, value: str) -> bool:
    """Ask the desk by hash: nothing is opened before its moderators."""
    asked = {"signal_type": "pdq", "signal": value}
    answer = desk.get("/m/raw_lookup", params=asked)
    answer.raise_for_status()
    return bool(answer.json()["matches"])


def unlisted(desk: httpx.Client, value: str) -> bool:
    """The contrary."""
    return not listed(desk, value)


def measure(sites: Sites, changes: int, luck: random.Random) -> tuple[list[float], list[float]]:
    """Return the seconds that listings and withdrawals took to arrive."""
    cases, come, gone = [], [], []
    for _ in range(changes):
        value = secrets.token_hex(32)
        time.sleep(luck.random())
        case = post(
            sites.bank,
            "/api/public/cases",
            {
                "under18": "no",
                "acting_for": "self",
                "fingerprints": [{"kind": "pdq", "value": value, "quality": 90}],
                "pin": "kastanie7",
            },
        )
        done = time.perf_counter()
        come.append(max(0.0, until(partial(listed, sites.desk, value)) - done))
        cases.append((case["case_number"], value))
    for number, value in cases:
        time.sleep(luck.random())
        withdrawn = {"case_number": number, "pin": "kastanie7", "numbers": None}
        post(sites.bank, "/api/public/withdraw", withdrawn)
        done = time.perf_counter()
        gone.append(max(0.0, until(partial(unlisted, sites.desk, value)) - done))
    return come, gone


def report(taken: dict[str, list[float]], entries: int, poll: float) -> Table:
    """Return the figures as a table."""
    table = Table(
        f"From a bank's answer to a desk that says so, {entries} entries loaded, poll {poll:g} s",
        ["change", "times", "p50, s", "p99, s", "longest, s"],
    )
    for name, seconds in taken.items():
        shares = [f"{np.percentile(seconds, share):.2f}" for share in (50, 99, 100)]
        table.rows.append([name, str(len(seconds)), *shares])
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--poll", type=float, default=1.0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.fill is not None:
        fill(given.fill, given.entries)
        return
    os.umask(0o077)
    with (
        tempfile.TemporaryDirectory(prefix="staydown-freshness-") as folder,
        running(Path(folder), given.entries, given.poll) as sites,
    ):
        come, gone = measure(sites, given.changes, random.Random(1))
    table = report({"listed": come, "withdrawn": gone}, given.entries, given.poll)
    print(machine())
    print(table.markdown())
    if given.json is not None:
        given.json.write_text(json.dumps({"machine": machine(), "tables": [asdict(table)]}))


if __name__ == "__main__":
    main()
