"""The clock of served processes: a test sets it and moves it.

The pages of a case have theirs in ``tests/web/case_site/test_any_day.py``.
"""

import contextlib
import itertools
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bank.making import pdq
from tests.bank_server import RunningBank, running_bank
from tests.dates import ServedClock
from tests.desk_server import FollowedBank, eventually, running_desk

#: A day long past, and one long to come.
DAYS = [datetime(2021, 3, 4, 5, 6, tzinfo=UTC), datetime(2031, 3, 4, 5, 6, tzinfo=UTC)]

_numbers = itertools.count()


@pytest.fixture(params=DAYS, ids=lambda day: str(day.year))
def clock(request: pytest.FixtureRequest, tmp_path: Path) -> ServedClock:
    return ServedClock.beside(tmp_path, request.param)


def handed_in(bank: RunningBank) -> datetime:
    """Hand a picture in, and return when the bank's feed says that this was."""
    number = next(_numbers)
    keys = bank.add_partner(f"Partner {number}")
    bank.open_case(pdq(number).hex)
    status, page = bank.call("/v1/FetchHashes?startTimestamp=10", headers=keys.headers)
    assert status == 200, page
    return datetime.fromtimestamp(page["hashRecords"][-1]["lastModtimestamp"], UTC)


def is_now(clock: ServedClock, moment: datetime | None) -> bool:
    return moment is not None and abs(moment - clock.now()) < timedelta(minutes=5)


def test_bank_and_desk_live_on_the_day_of_their_test_and_see_at_once_when_it_moves(
    clock: ServedClock, tmp_path: Path
) -> None:
    with running_bank(tmp_path / "bank", clock=clock) as bank:
        first = handed_in(bank)
        assert is_now(clock, first)
        keys = bank.add_partner("Desk")
        followed = FollowedBank("bank", bank.url, keys.subscription_key, keys.function_key)
        with running_desk(tmp_path / "desk", [followed], clock=clock, serving=False) as desk:

            def read() -> datetime | None:
                with contextlib.closing(sqlite3.connect(desk.folder / "desk.sqlite3")) as opened:
                    ((said,),) = opened.execute("SELECT last_success_at FROM review_bank")
                return None if said is None else datetime.fromisoformat(said).replace(tzinfo=UTC)

            eventually(lambda: is_now(clock, read()))
            clock.advance(timedelta(days=40))
            assert timedelta(days=40) <= handed_in(bank) - first < timedelta(days=41)
            eventually(lambda: is_now(clock, read()))
