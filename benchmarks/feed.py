"""A bank's feed and hand-ins at any size: whole reads, single pages, lists, people meanwhile.

    python -m benchmarks.feed [--entries 20000 200000 1000000] [--databases sqlite postgresql]
        [--folder /tmp/FOLDER] [--json FILE]

For each size and database a bank is made, filled with bare rows that are sealed with its own key
(``feed_bank.py``) and served by ``staydown bank serve`` as a process of its own. A client then
reads the whole feed natively (1,000 entries a page, ``exchange.client``) and by v1 (800 a page),
asks for single pages at the start, the middle and the end, hands in lists of 5,000 hashes that
nobody has listed, and again, and opens cases meanwhile as a person does. With the
``threatexchange`` package its own client reads the feed too. Times are of the client; processor
seconds are the server's, and PostgreSQL's own are not in them. Client, server and database run on
the same cores.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.fingerprint import Table, machine
from staydown.exchange.client import BankClient
from staydown.net.http import HttpTransport
from tests.bank_server import PartnerKeys, RunningBank, running_bank
from tests.postgres import USER, Server, throwaway_server

NATIVE, V1, LIST = 1000, 800, 5000

#: Single pages that are asked for at each place, and the places in shares of the feed.
PAGES, PLACES = 30, (("start", 0.0), ("middle", 0.5), ("end", 0.995))


@dataclass
class Read:
    """A feed read whole: how many entries, in which time, and what the server computed for it."""

    entries: int
    seconds: float
    server: float


@dataclass
class Outcome:
    """What was measured at one bank. Times are in seconds."""

    database: str
    entries: int
    reads: dict[str, Read] = field(default_factory=dict)
    #: Median and 95th percentile of single pages, by dialect and place.
    pages: dict[str, tuple[float, float]] = field(default_factory=dict)
    #: Records a second, by what was handed in; and by processor time of the server.
    lists: dict[str, tuple[float, float]] = field(default_factory=dict)
    #: How long people's hand-ins took, alone and beside two long lists.
    people: dict[str, tuple[float, float]] = field(default_factory=dict)


class Bank:
    """A running bank with its keys and its process."""

    def __init__(self, running: RunningBank, keys: PartnerKeys) -> None:
        self.running, self.keys = running, keys
        given = (keys.subscription_key, keys.function_key)
        self.native = BankClient(running.url, *given, HttpTransport(allow_private=True))
        self.v1 = BankClient(f"{running.url}/v1", *given, HttpTransport(allow_private=True))

    def computed(self) -> float:
        """Processor seconds of the server so far."""
        stat = Path(f"/proc/{self.running.process.pid}/stat").read_text()
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


# --------------------------------------------------------------------------- reading


def read_native(bank: Bank) -> int:
    """Read the whole feed in our own dialect; return how many entries it has."""
    count, after, more = 0, 0, True
    while more:
        page, aside = bank.native.fetch_feed(after, NATIVE)
        assert not aside
        count, after, more = count + len(page.entries), page.next_after, page.has_more
    return count


def read_v1(bank: Bank) -> int:
    """Read the whole feed by v1."""
    count, token, more = 0, None, True
    while more:
        page, aside = bank.v1.fetch_v1(10, V1, token)
        assert not aside
        count, token, more = count + len(page.records), page.next_page_token, page.has_more
    return count


def read_by_peer(bank: Bank) -> int:
    """Read it with the client of the ``threatexchange`` package, as it comes."""
    from threatexchange.exchanges.clients.stopncii.api import StopNCIIAPI

    keys = bank.keys
    client = StopNCIIAPI(
        keys.subscription_key, keys.function_key, base_url_override=f"{bank.running.url}/v1"
    )
    return sum(len(page.hashRecords) for page in client.fetch_hashes_iter())


def time_pages(bank: Bank, entries: int) -> dict[str, tuple[float, float]]:
    """Ask for single pages near three places in both dialects."""
    found, luck = {}, random.Random(1)
    for place, share in PLACES:
        spots = [int(share * entries) + luck.randrange(100) for _ in range(PAGES)]
        found[f"native, {place}"] = _spread(
            [_time(bank.native.fetch_feed, at, NATIVE) for at in spots]
        )
        found[f"v1, {place}"] = _spread(
            [_time(bank.v1.fetch_v1, 10, V1, f"after-{at}") for at in spots]
        )
    return found


def _time(ask: object, *arguments: object) -> float:
    began = time.perf_counter()
    ask(*arguments)  # type: ignore[operator]  # one of the client's methods
    return time.perf_counter() - began


def _spread(times: Sequence[float]) -> tuple[float, float]:
    return statistics.median(times), sorted(times)[int(len(times) * 0.95)]


# --------------------------------------------------------------------------- handing in


def hand_in(bank: Bank, hashes: Sequence[str]) -> None:
    """Hand a list in, as the client of ``threatexchange`` writes it."""
    records = [
        {
            "lastModtimestamp": int(time.time()),
            "signalType": "StopNCIISignalType.ImagePDQ",
            "hashValue": one,
            "CSPFeedbacks": [{"tags": ["made"], "feedbackValue": "Blocked"}],
        }
        for one in hashes
    ]
    body = {"count": len(records), "hashRecords": records}
    status, answer = bank.running.call("/v1/SubmitHashes", body, bank.keys.headers)
    assert (status, answer["accepted"]) == (200, len(hashes)), answer


def new_hashes(count: int = LIST) -> list[str]:
    """Return PDQ values that nobody has listed, with as many bits set as photographs have."""
    drawn = (sum(1 << bit for bit in random.sample(range(256), 128)) for _ in range(count))
    return [f"{one:064x}" for one in drawn]


def time_lists(bank: Bank, rounds: int = 3) -> dict[str, tuple[float, float]]:
    """Hand new lists in, and the same again. Return records a second, and by processor time."""
    lists = [new_hashes() for _ in range(rounds)]
    found = {}
    for name in ("new", "sent again"):
        rates = []
        for hashes in lists:
            computed = bank.computed()
            seconds = _time(hand_in, bank, hashes)
            rates.append((LIST / seconds, LIST / max(bank.computed() - computed, 1e-3)))
        found[name] = (
            statistics.median(rate for rate, _ in rates),
            statistics.median(rate for _, rate in rates),
        )
    return found


def time_people(bank: Bank, people: int = 10) -> dict[str, tuple[float, float]]:
    """Let people open cases alone, and beside two partners' threads that hand in lists."""

    def opened() -> tuple[float, float]:
        times = [_time(bank.running.open_case, one) for one in new_hashes(people)]
        return statistics.median(times), max(times)

    alone = opened()
    over = threading.Event()

    def hand_in_lists() -> None:
        while not over.is_set():
            hand_in(bank, new_hashes())

    threads = [threading.Thread(target=hand_in_lists) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    beside = opened()
    over.set()
    for thread in threads:
        thread.join()
    return {"alone": alone, "beside two long lists": beside}


# --------------------------------------------------------------------------- the command


@contextmanager
def filled(folder: Path, server: Server | None, entries: int) -> Iterator[Bank]:
    """Make, fill and serve a bank; everything is deleted afterwards."""
    postgres = None
    if server is not None:
        name = f"feed{entries}"
        server.create_database(name)
        postgres = f"{USER}@{server.host}:{server.port}/{name}"
    try:
        with running_bank(folder, postgres=postgres, quarantine_minutes=0) as running:
            keys = running.add_partner("Reader")
            command = [sys.executable, "-m", "benchmarks.feed", "fill"]
            subprocess.run(
                [*command, str(running.settings_path), str(entries)], check=True, env=_environment()
            )
            yield Bank(running, keys)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if server is not None:
            server.run("dropdb", "--force", f"feed{entries}")


def _environment() -> dict[str, str]:
    root = str(Path(__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}


def fill(settings: Path, entries: int) -> None:
    """Fill the bank of these settings: run as a process of its own."""
    from staydown.bank.settings import BankSettings
    from staydown.base.settings import load
    from staydown.web.bank_site.process import configure

    site = configure(load(settings, BankSettings), 20.0)
    from benchmarks import feed_bank

    feed_bank.fill(site.bank, entries)


def measure(bank: Bank, database: str, entries: int) -> Outcome:
    """Measure one bank."""
    outcome = Outcome(database, entries)
    readers = {"native": read_native, "v1": read_v1}
    try:
        import threatexchange  # noqa: F401 - whether it is there

        readers["v1, client of threatexchange"] = read_by_peer
    except ImportError:
        print("Left out: the client of threatexchange isn't installed.", file=sys.stderr)
    for name, reader in readers.items():
        began, computed = time.perf_counter(), bank.computed()
        count = reader(bank)
        outcome.reads[name] = Read(count, time.perf_counter() - began, bank.computed() - computed)
    outcome.pages = time_pages(bank, entries)
    outcome.lists = time_lists(bank)
    outcome.people = time_people(bank)
    return outcome


def report(outcomes: Sequence[Outcome]) -> list[Table]:
    """Return what was measured as tables."""
    whole = Table(
        "The whole feed", ["database", "entries", "read by", "given", "s", "server's s", "a second"]
    )
    columns = [f"{dialect}, {place}" for dialect in ("native", "v1") for place, _ in PLACES]
    single = Table("Single pages, ms", ["database", "entries", *columns])
    lists = Table(
        "Handing in",
        ["database", "entries", "new, records a second", "sent again", "a person, alone, s",
         "a person, beside two long lists, s"],
    )  # fmt: skip
    for one in outcomes:
        who = [one.database, f"{one.entries:,}"]
        for name, read in one.reads.items():
            rate = f"{read.entries / read.seconds:,.0f}"
            whole.rows.append(
                [*who, name, f"{read.entries:,}", f"{read.seconds:.1f}", f"{read.server:.1f}", rate]
            )
        cells = [f"{mid * 1e3:.0f} ({late * 1e3:.0f})" for mid, late in one.pages.values()]
        names = list(one.pages)
        single.rows.append([*who, *(cells[names.index(column)] for column in columns)])
        rates = [f"{rate:,.0f} ({by_cpu:,.0f})" for rate, by_cpu in one.lists.values()]
        people = [f"{mid:.2f} ({most:.2f})" for mid, most in one.people.values()]
        lists.rows.append([*who, *rates, *people])
    return [whole, single, lists]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print tables."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["fill"]:
        fill(Path(given[1]), int(given[2]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[20_000, 200_000, 1_000_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--folder", type=Path, help="where the banks are made")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(given)
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="staydown-feed-", dir=options.folder) as name:
        for database in options.databases:
            for entries in options.entries:
                outcomes.append(_one(Path(name) / "bank", database, entries))
                print(json.dumps(asdict(outcomes[-1])), flush=True)
    tables = report(outcomes)
    print(machine())
    for table in tables:
        print(table.markdown())
    if options.json is not None:
        content = {"machine": machine(), "tables": [asdict(table) for table in tables]}
        options.json.write_text(json.dumps(content))


def _one(folder: Path, database: str, entries: int) -> Outcome:
    if database == "sqlite":
        with filled(folder, None, entries) as bank:
            return measure(bank, database, entries)
    with throwaway_server() as server, filled(folder, server, entries) as bank:
        return measure(bank, database, entries)


if __name__ == "__main__":
    main()
