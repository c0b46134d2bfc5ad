"""A bank whose database is in trouble says so at once, half saves nothing, and comes back."""

import json
import secrets
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.bank_server import PartnerKeys, RunningBank, running_bank
from tests.web.in_trouble import Postgres, locked, no_room, postgres, said

__all__ = ["postgres"]

PIN = "kastanie7"


def case_of(value: str) -> dict[str, object]:
    return {
        "under18": "no",
        "acting_for": "self",
        "fingerprints": [{"kind": "pdq", "value": value, "quality": 90}],
        "pin": PIN,
    }


def a_list(length: int) -> dict[str, object]:
    records = [
        {
            "lastModtimestamp": 1_700_000_000,
            "signalType": "ImagePDQ",
            "hashValue": secrets.token_hex(32),
        }
        for _ in range(length)
    ]
    return {"count": length, "hashRecords": records}


class Tried:
    """A bank with a case and a partner, and everything that needs its database."""

    def __init__(self, bank: RunningBank, process: int) -> None:
        self.bank, self.process = bank, process
        self.keys: PartnerKeys = bank.add_partner("Shop")
        self.case = bank.open_case(secrets.token_hex(32))
        self._pages = 0
        self.http = httpx.Client(base_url=bank.url, timeout=60, headers={"Accept": "*/*"})

    @property
    def file(self) -> Path:
        return self.bank.settings_path.parent / "bank.sqlite3"

    def writing(self) -> dict[str, tuple[str, str, dict[str, object]]]:
        """Every kind of request that writes: what a person and a partner can ask for."""
        who = {"case_number": self.case["case_number"], "pin": PIN}
        headers = self.keys.headers
        return {
            "a case": ("POST", "/api/public/cases", {"json": case_of(secrets.token_hex(32))}),
            "a status": ("POST", "/api/public/status", {"json": who}),
            "a withdrawal": ("POST", "/api/public/withdraw", {"json": {**who, "numbers": [1]}}),
            "a page": ("POST", "/status/", {"data": who}),
            "a list": ("POST", "/v1/SubmitHashes", {"json": a_list(3), "headers": headers}),
            "a feed with news": ("GET", self.news(), {"headers": headers}),
        }

    def news(self) -> str:
        """A page of the feed that nobody was given before, so that a receipt must be written."""
        self._pages += 1
        return f"/api/v2/feed?after=0&limit={self._pages}"

    def recovering(self) -> tuple[str, str, dict[str, object]]:
        body = {"recovery_phrase": self.case["recovery_phrase"], "pin": PIN}
        return "POST", "/api/public/recover", {"json": body}


@contextmanager
def served(folder: Path, place: str | None = None) -> Iterator[Tried]:
    with running_bank(folder / "bank", postgres=place) as bank:
        one = Tried(bank, _serving(bank))
        with one.http:
            yield one


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """A bank that gets into trouble again and again, and has to come back each time."""
    with served(tmp_path_factory.mktemp("trouble")) as one:
        yield one


def _serving(bank: RunningBank) -> int:
    """The process that was started to serve: the one that holds its settings in its arguments."""
    wanted = str(bank.settings_path).encode()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in words and b"serve" in words:
            return int(place.name)
    raise AssertionError("the bank does not run")


def comes_back(tried: Tried, trouble: AbstractContextManager[None], *, pages: bool = True) -> None:
    """While the trouble lasts every request is told to come back, and afterwards all work."""
    with trouble:
        for name, (method, path, body) in tried.writing().items():
            answer = said(tried.http, method, path, **body)
            assert answer.is_come_back(), (name, answer)
            is_page = path == "/status/"
            assert ("<h1>Please try again in a minute" in answer.text) == is_page, (name, answer)
            assert is_page or answer.headers["content-type"] == "application/problem+json"
        if pages:
            assert said(tried.http, "GET", "/").status == 200  # nothing to read or save there
    for name, (method, path, body) in tried.writing().items():
        assert said(tried.http, method, path, **body).status in (200, 201), name
    method, path, body = tried.recovering()
    answer = said(tried.http, method, path, **body)
    assert answer.status == 200, answer
    tried.case |= json.loads(answer.text)


def entries(tried: Tried) -> list[tuple[int, int, int]]:
    """Count what there is of cases, entries and listings."""
    with closing(sqlite3.connect(tried.file, timeout=60)) as database:
        return database.execute(
            "SELECT (SELECT count(*) FROM bank_case), (SELECT count(*) FROM bank_entry), "
            "(SELECT count(*) FROM bank_listing)"
        ).fetchall()


def test_a_locked_sqlite_is_told_of_within_seconds_and_comes_back(tried: Tried) -> None:
    before = entries(tried)
    with locked(tried.file):
        said(tried.http, "POST", "/api/public/cases", json=case_of(secrets.token_hex(32)))
        assert entries(tried) == before
    comes_back(tried, locked(tried.file))


def test_a_disk_without_room_is_told_of_half_saves_nothing_and_comes_back(tried: Tried) -> None:
    before = entries(tried)
    with no_room(tried.process):
        method, path, body = tried.writing()["a case"]
        assert said(tried.http, method, path, **body).is_come_back()
    assert entries(tried) == before
    comes_back(tried, no_room(tried.process))


def test_people_in_numbers_at_a_locked_sqlite_are_all_told_within_seconds(tried: Tried) -> None:
    answers = []

    def ask() -> None:
        body = {"case_number": tried.case["case_number"], "pin": PIN}
        answers.append(said(tried.http, "POST", "/api/public/status", json=body))

    with locked(tried.file):
        people = [threading.Thread(target=ask) for _ in range(24)]
        for person in people:
            person.start()
        for person in people:
            person.join()
    assert all(answer.is_come_back() for answer in answers), answers


def test_people_come_in_between_the_lists_of_partners_on_sqlite(tried: Tried) -> None:
    lists, over = [], threading.Event()
    partners = [tried.bank.add_partner(f"Partner {number}") for number in range(4)]

    def hand_in(keys: PartnerKeys) -> None:
        with httpx.Client(base_url=tried.bank.url, timeout=600) as http:
            while not over.is_set():
                lists.append(
                    said(http, "POST", "/v1/SubmitHashes", json=a_list(150), headers=keys.headers)
                )

    threads = [threading.Thread(target=hand_in, args=(keys,)) for keys in partners]
    for thread in threads:
        thread.start()
    try:
        people = [
            said(tried.http, "POST", "/api/public/cases", json=case_of(secrets.token_hex(32)))
            for _ in range(5)
        ]
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert [person.status for person in people] == [201] * 5
    assert {one.status for one in lists} <= {200, 503}
    assert all("retry-after" in one.headers for one in lists if one.status == 503)
    assert any(one.status == 200 for one in lists)


def test_a_postgresql_that_is_held_or_away_is_told_of_and_comes_back(
    tmp_path: Path, postgres: Postgres
) -> None:
    with served(tmp_path, postgres.place) as tried:
        with postgres.held("bank_head"):
            method, path, body = tried.writing()["a case"]
            assert said(tried.http, method, path, **body).is_come_back()
        assert said(tried.http, method, path, **body).status == 201
        comes_back(tried, postgres.away())


def test_a_poll_that_brings_nothing_new_needs_no_lock(tried: Tried) -> None:
    poll = ("GET", "/v1/FetchHashes?startTimestamp=10")
    first = said(tried.http, *poll, headers=tried.keys.headers)
    assert first.status == 200
    with locked(tried.file):
        again = said(tried.http, *poll, headers=tried.keys.headers)
    assert (again.status, again.text) == (200, first.text)


def test_a_fault_of_ours_stays_a_fault_of_ours(tried: Tried) -> None:
    with closing(sqlite3.connect(tried.file, timeout=60)) as database:
        database.execute("ALTER TABLE bank_case RENAME TO bank_elsewhere")
    method, path, body = tried.writing()["a status"]
    answer = said(tried.http, method, path, **body)
    with closing(sqlite3.connect(tried.file, timeout=60)) as database:
        database.execute("ALTER TABLE bank_elsewhere RENAME TO bank_case")
    assert (answer.status, "retry-after" in answer.headers) == (500, False)


def test_a_command_on_a_database_that_is_away_says_so_in_a_sentence(
    tmp_path: Path, postgres: Postgres
) -> None:
    with served(tmp_path, postgres.place) as tried, postgres.away():
        for words in (["tick"], ["partner", "add", "Late"]):
            done = subprocess.run(
                [sys.executable, "-m", "staydown", "bank", *words, "--settings",
                 str(tried.bank.settings_path)],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 1
            assert "Traceback" not in done.stderr
            assert done.stderr.startswith("staydown: the database does not answer")
