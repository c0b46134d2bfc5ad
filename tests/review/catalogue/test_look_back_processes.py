"""Ticks that look back as real processes: killed at any moment, or two at once."""

import secrets
import time
from pathlib import Path

import pytest

from staydown.base.vocabulary import Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from tests.desk_server import running_desk
from tests.exchange.simulated_site import serving
from tests.review.test_processes import ask, database, followed, tick
from tests.web.desk_site.support import Site

__all__ = ["database"]

UPLOADS = 150
KILLS = 2


# PostgreSQL, where two ticks write at once; test_look_back.py has the crashes on both databases.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_ticks_that_are_killed_and_ticks_at_once_say_each_upload_once(
    tmp_path: Path, database: str | None
) -> None:
    """Look-alikes were uploaded; the picture is listed later; moments of dying are random."""
    bank = BankSimulator()
    listed = int.from_bytes(secrets.token_bytes(32))

    def near(number: int) -> Fingerprint:
        return Fingerprint(Kind.PDQ, (listed ^ (1 << number % 250)).to_bytes(32), 80)

    with (
        serving(bank) as url,
        running_desk(
            tmp_path,
            [followed(bank, url)],
            database=database,
            ticking=False,
            more_settings="\n[look_back]\nkeep_days = 1\n",
        ) as desk,
    ):
        assert tick(desk).wait(60) == 0
        site = Site(desk, bank, "")
        for number in range(UPLOADS):
            assert site.offer(near(number), reference=f"post {number}").status_code == 200
        site.close()
        bank.put(Fingerprint(Kind.PDQ, listed.to_bytes(32), 80))
        items = "SELECT count(*), count(DISTINCT reference) FROM review_item"
        for _ in range(KILLS):
            dying = tick(desk)
            before = ask(desk, database, items)
            while dying.poll() is None and ask(desk, database, items) == before:
                time.sleep(0.01)
            time.sleep(secrets.randbelow(100) / 1000)
            dying.kill()
            dying.wait(60)
        last = [tick(desk) for _ in range(2)]
        assert [process.wait(60) for process in last] == [0, 0]
        assert ask(desk, database, items) == [(str(UPLOADS), str(UPLOADS))]
        matches = "SELECT count(*), count(DISTINCT kept_id) FROM review_keptmatch"
        assert ask(desk, database, matches) == [(str(UPLOADS), str(UPLOADS))]
