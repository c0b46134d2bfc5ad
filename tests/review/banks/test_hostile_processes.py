"""A hostile and an honest bank over real HTTP, followed by a real tick, on both databases."""

import json
import os
import signal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from staydown.net.message import Request, Response
from tests.desk_server import FollowedBank, RunningDesk, eventually, make_desk, running_desk
from tests.exchange.simulated_site import serving
from tests.fingerprint.made import made_bits
from tests.review.test_processes import Rows, ask, tick
from tests.review.test_processes import database as database  # noqa: PLC0414 - a fixture

BACKFILL = 60_000

METER = "SELECT listed, backfill_left FROM review_bankmeter"


class Lister:
    """A bank that lists ``count`` entries, in either dialect; None: it never ends."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count
        self.handed = 0

    def __call__(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        v1 = parts.path.endswith("/FetchHashes")
        after = int(asked.get("nextPageToken", "0") if v1 else asked["after"])
        limit = int(asked["pageSize" if v1 else "limit"])
        upto = after + limit if self.count is None else min(after + limit, self.count)
        numbers = range(after + 1, upto + 1)
        more = self.count is None or upto < self.count
        self.handed += len(numbers)
        page = self._v1(numbers, upto, more) if v1 else self._v2(numbers, upto, more)
        return Response(200, {}, json.dumps(page).encode())

    def _v2(self, numbers: range, upto: int, more: bool) -> object:
        entries = [
            {"seq": number, "entry_id": f"e{number}", "kind": "pdq", "state": "listed",
             "value": made_bits(number).hex(), "quality": 90, "picture": None}
            for number in numbers
        ]  # fmt: skip
        return {"entries": entries, "next_after": upto, "has_more": more}

    def _v1(self, numbers: range, upto: int, more: bool) -> object:
        records = [
            {"lastModtimestamp": 1_700_000_000, "signalType": "ImagePDQ",
             "hashValue": made_bits(number).hex(), "hashStatus": "Active"}
            for number in numbers
        ]  # fmt: skip
        return {
            "count": len(records), "nextPageToken": str(upto) if more else None,
            "nextSetTimestamp": 1_700_000_000, "hasMoreRecords": more, "hashRecords": records,
        }  # fmt: skip


def followed(url: str, dialect: str, name: str) -> FollowedBank:
    return FollowedBank(name, f"{url}/v1" if dialect == "v1" else url, "s" * 32, "f" * 32, dialect)


def held(desk: RunningDesk, database: str | None, bank: str) -> int:
    """How many entries of a bank the desk holds."""
    query = (
        "SELECT b.name, count(*) FROM review_bankentry e JOIN review_bank b ON b.id = e.bank_id "
        "GROUP BY b.name"
    )
    return int(dict(ask(desk, database, query)).get(bank, "0"))


def alarms(desk: RunningDesk, database: str | None) -> Rows:
    """Subject and state of each alarm."""
    return ask(desk, database, "SELECT subject, state FROM review_alarm ORDER BY id")


#: For what takes tens of thousands of entries, on a machine that has much else to do.
LONG = 400.0


@pytest.mark.parametrize("dialect", ["v2", "v1"])
def test_a_feed_without_end_is_paused_and_the_operator_is_told(
    tmp_path: Path, dialect: str
) -> None:
    hostile, honest = Lister(), Lister(700)
    with serving(hostile) as bad_url, serving(honest) as good_url:
        banks = [followed(bad_url, dialect, "endless"), followed(good_url, dialect, "honest")]
        with running_desk(tmp_path, banks, serving=False) as desk:
            eventually(lambda: alarms(desk, None) == [("endless", "open")], LONG)
            assert 20_000 <= hostile.handed <= 21_000
            eventually(lambda: held(desk, None, "honest") == 700, LONG)
            assert held(desk, None, "endless") == hostile.handed
            assert "endless sends more than its share" in desk.command("alarms")
            if dialect == "v2":
                check_lifting(desk)
        output = desk.output.read_text()
    assert '"event": "an alarm was raised"' in output
    assert '"subject": "endless"' in output


def check_lifting(desk: RunningDesk) -> None:
    """The operator lets the bank go on; the next share, and what was agreed, is used up too."""
    desk.command("alarms", "lift", "1", "--entries", "2000", "--reason", "asked them")
    both = [("endless", "lifted"), ("endless", "open")]
    eventually(lambda: alarms(desk, None) == both, LONG)
    assert 42_000 <= held(desk, None, "endless") <= 43_000
    assert json.loads(desk.command("alarms", "show", "1", "--json"))["reason"] == "asked them"


def test_an_agreed_backfill_comes_in_one_go_also_when_it_is_killed(
    tmp_path: Path, database: str | None
) -> None:
    honest = Lister(BACKFILL)
    with serving(honest) as url:
        desk = make_desk(tmp_path, [], database=database)
        _add(desk, tmp_path, url)
        first = tick(desk)
        eventually(lambda: honest.handed > 5000, LONG)
        os.kill(first.pid, signal.SIGKILL)
        first.wait(60)
        saved = held(desk, database, "honest")
        assert ask(desk, database, METER) == [(str(saved), str(BACKFILL - saved))]
        assert 0 < saved < BACKFILL
        assert tick(desk).wait(300) == 0
        assert held(desk, database, "honest") == BACKFILL
        assert ask(desk, database, METER) == [(str(BACKFILL), "0")]
        assert alarms(desk, database) == []


def _add(desk: RunningDesk, folder: Path, url: str) -> None:
    files = [folder / "sub.key", folder / "fun.key"]
    for file in files:
        file.write_text("k" * 32)
        file.chmod(0o600)
    desk.command(
        "bank", "add", "honest", url, "--backfill", str(BACKFILL),
        "--subscription-key-file", str(files[0]), "--function-key-file", str(files[1]),
    )  # fmt: skip
