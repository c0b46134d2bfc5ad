"""Ticks as real processes: killed in the middle, or two at once, on both databases."""

import os
import secrets
import signal
import sqlite3
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.net.message import Request, Response
from tests.desk_server import (
    FollowedBank,
    RunningDesk,
    eventually,
    make_desk,
    running_desk,
)
from tests.exchange.simulated_site import serving
from tests.fingerprint.made import made_bits
from tests.postgres import Server

if TYPE_CHECKING:
    from tests.web.desk_site.support import Site

Rows = list[tuple[str, str]]
ENTRIES = 1300


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite, or the place of a new PostgreSQL database."""
    if request.param == "sqlite":
        return None
    server: Server = request.getfixturevalue("postgres_server")
    name = f"desk_{secrets.token_hex(6)}"
    server.create_database(name)
    return f"staydown@{server.host}:{server.port}/{name}"


def ask(desk: RunningDesk, database: str | None, query: str) -> Rows:
    """Ask the desk's database, over a connection that the desk knows nothing of."""
    if database is None:
        connection = sqlite3.connect(f"file:{desk.folder}/desk.sqlite3?mode=ro", uri=True)
        try:
            return [tuple(map(str, row)) for row in connection.execute(query)]  # type: ignore[misc]
        finally:
            connection.close()
    import psycopg

    place, name = database.removeprefix("staydown@").split("/")
    host, port = place.split(":")
    with psycopg.connect(host=host, port=port, user="staydown", dbname=name) as postgres:
        return [tuple(map(str, row)) for row in postgres.execute(query)]  # type: ignore[misc]


def full_bank() -> BankSimulator:
    """A bank of several pages, some entries of which are withdrawn or disputed."""
    bank = BankSimulator()
    for number in range(ENTRIES):
        bank.put(Fingerprint(Kind.PDQ, made_bits(number), 80))
        bank.now += 1
    return bank


def followed(bank: BankSimulator, url: str, dialect: str = "v2") -> FollowedBank:
    address = f"{url}/v1" if dialect == "v1" else url
    return FollowedBank("bank", address, bank.subscription_key, bank.function_key, dialect)


def tick(desk: RunningDesk) -> "subprocess.Popen[bytes]":
    return desk.start("tick", output=subprocess.DEVNULL)


@pytest.mark.parametrize("dialect", ["v2", "v1"])
def test_a_tick_killed_between_pages_loses_and_doubles_nothing(
    tmp_path: Path, database: str | None, dialect: str
) -> None:
    bank = full_bank()
    reached, going_on = threading.Event(), threading.Event()
    calls = 0

    def hangs_at_second_page(request: Request) -> Response:
        nonlocal calls
        calls += 1
        if calls == 2:
            reached.set()
            going_on.wait(60)
        return bank(request)

    with serving(hangs_at_second_page) as url:
        desk = make_desk(tmp_path, [followed(bank, url, dialect)], database=database)
        first = tick(desk)
        assert reached.wait(60)
        os.kill(first.pid, signal.SIGKILL)
        first.wait(60)
        going_on.set()
        held = int(ask(desk, database, "SELECT count(*) FROM review_bankentry")[0][0])
        assert 0 < held < ENTRIES
        bank.change("e1", EntryState.WITHDRAWN)
        bank.change("e1200", EntryState.WITHDRAWN)
        assert tick(desk).wait(60) == 0
        rows = ask(desk, database, "SELECT state, count(*) FROM review_bankentry GROUP BY state")
        assert dict(rows)["listed"] == str(ENTRIES - 2)
        last = ask(desk, database, "SELECT cursor, outcome FROM review_bank")
        assert last[0][1] == "ok"


def test_ticks_at_once_hold_what_the_bank_holds(tmp_path: Path, database: str | None) -> None:
    bank = full_bank()
    for number in range(1, 100, 7):
        bank.change(f"e{number}", EntryState.WITHDRAWN)
    with serving(bank) as url:
        desk = make_desk(tmp_path, [followed(bank, url)], database=database)
        ticks = [tick(desk) for _ in range(3)]
        assert [process.wait(120) for process in ticks] == [0, 0, 0]
        assert tick(desk).wait(60) == 0
        query = "SELECT entry_id, state FROM review_bankentry WHERE state <> 'withdrawn'"
        wanted = {
            (entry.entry_id, entry.state.value)
            for entry in bank.entries()
            if entry.state is not EntryState.WITHDRAWN
        }
        rows = ask(desk, database, query)
        assert set(rows) == wanted
        assert len(rows) == len(wanted)
        taken = ask(desk, database, "SELECT entries_taken, revision FROM review_bank")
        assert int(taken[0][0]) == len(wanted)


def test_a_bank_that_hangs_holds_no_other_bank_up(tmp_path: Path) -> None:
    hanging, good = BankSimulator(), BankSimulator()
    over = threading.Event()

    def hangs(request: Request) -> Response:
        over.wait(30)
        return hanging(request)

    value = Fingerprint(Kind.PDQ, made_bits(0), 80)
    with serving(hangs) as slow_url, serving(good) as url:
        banks = [
            FollowedBank("slow", slow_url, hanging.subscription_key, hanging.function_key),
            FollowedBank("good", url, good.subscription_key, good.function_key),
        ]
        with running_desk(tmp_path, banks, serving=False) as desk:
            time.sleep(0.5)
            good.put(value)
            query = "SELECT entry_id, state FROM review_bankentry"
            eventually(lambda: ask(desk, None, query) == [("e1", "listed")])
            over.set()


def test_feedback_that_was_on_its_way_when_a_tick_died_is_sent_again(tmp_path: Path) -> None:
    """Also the whole way: upload, held, decided at the console, told."""
    from tests.web.desk_site.support import Console, Site

    bank = BankSimulator()
    value = Fingerprint(Kind.PDQ, made_bits(0), 80)
    bank.put(value)
    reached, going_on = threading.Event(), threading.Event()

    def hangs_at_feedback(request: Request) -> Response:
        if request.method == "POST" and not reached.is_set():
            reached.set()
            going_on.wait(60)
        return bank(request)

    with (
        serving(hangs_at_feedback) as url,
        running_desk(tmp_path, [followed(bank, url)], ticking=False) as desk,
    ):
        site = Site(desk, bank, "")
        assert tick(desk).wait(60) == 0
        item = site.offer(value).json()["item"]
        console = Console(desk.url)
        console.sign_in(*desk.moderator)
        console.change_password(desk.moderator[1], "kettle orbit lantern mud")
        assert console.decide(item, "ncii").status_code == 302
        first = tick(desk)
        assert reached.wait(60)
        os.kill(first.pid, signal.SIGKILL)
        first.wait(60)
        with ThreadPoolExecutor(2) as pool:  # still claimed: nobody else sends it
            assert list(pool.map(lambda _: tick(desk).wait(60), range(2))) == [0, 0]
        assert bank.feedback == {}
        database = sqlite3.connect(desk.folder / "desk.sqlite3", timeout=20)
        with database:
            database.execute("UPDATE review_feedbackjob SET claimed_until = '2020-01-01 00:00:00'")
        database.close()
        assert tick(desk).wait(60) == 0
        assert [word.value for word in bank.feedback.values()] == ["Blocked"]
        going_on.set()
        site.close()
        console.http.close()


def _is_held(site: "Site", value: Fingerprint) -> bool:
    return site.offer(value).status_code == 451


def test_a_bank_that_hangs_over_feedback_keeps_no_other_bank_from_hearing_it(
    tmp_path: Path,
) -> None:
    """Nor is it asked again for each thing that it should hear: the bank is left alone."""
    from tests.web.desk_site.support import Console, Site, fresh

    slow, others = BankSimulator(), [BankSimulator(), BankSimulator()]
    asked, over = [], threading.Event()

    def hangs_at_feedback(request: Request) -> Response:
        if request.method == "POST":
            asked.append(request)
            over.wait(300)
        return slow(request)

    values = [fresh() for _ in range(4)]
    for value in values:
        for bank in (slow, *others):
            bank.put(value)
    with serving(hangs_at_feedback) as slow_url, serving(others[0]) as a, serving(others[1]) as b:
        places = zip(("slow", "a", "b"), (slow_url, a, b), (slow, *others), strict=True)
        banks = [
            FollowedBank(name, url, bank.subscription_key, bank.function_key)
            for name, url, bank in places
        ]
        with running_desk(tmp_path, banks) as desk:
            site, console = Site(desk, slow, ""), Console(desk.url)
            console.sign_in(*desk.moderator)
            console.change_password(desk.moderator[1], "kettle orbit lantern mud")
            for value in values:
                eventually(partial(_is_held, site, value))
                item = site.offer(value).json()["item"]
                assert console.decide(item, "ncii").status_code == 302
            eventually(lambda: all(len(bank.feedback) == len(values) for bank in others), 240)
            assert 1 <= len(asked) < len(values)
            over.set()
            site.close()
            console.http.close()
