"""A desk whose database is in trouble says so, on every page and every call, and comes back."""

import secrets
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from tests.desk_server import STAYDOWN, RunningDesk, running_desk
from tests.web.desk_site.support import PASSWORD, Console
from tests.web.in_trouble import Postgres, locked, postgres, said

__all__ = ["postgres"]

PAGES = ["/items/", "/items/?show=decided", "/banks/", "/password/"]
CALLS = [
    "/api/v1/earlier",
    "/api/v1/items/00000000-0000-4000-8000-000000000000",
    f"/m/raw_lookup?signal_type=pdq&signal={'0f' * 32}",
    f"/m/lookup?signal_type=pdq&signal={'0f' * 32}",
    "/m/index/status",
]


def upload() -> dict[str, object]:
    return {
        "fingerprints": [{"kind": "pdq", "value": secrets.token_hex(32), "quality": 90}],
        "reference": "a post",
    }


@contextmanager
def opened(desk: RunningDesk) -> Iterator[tuple[Console, httpx.Client]]:
    """A moderator who is signed in, and the platform's own client."""
    console = Console(desk.url)
    console.sign_in(*desk.moderator)
    console.change_password(desk.moderator[1], PASSWORD)
    with (
        closing(console.http),
        httpx.Client(base_url=desk.url, timeout=60, headers=desk.headers) as calls,
    ):
        yield console, calls


def all_work(console: Console, calls: httpx.Client) -> None:
    for page in PAGES:
        assert said(console.http, "GET", page).status == 200, page
    assert [said(calls, "GET", call).status for call in CALLS] == [200, 404, 200, 200, 200]
    assert said(calls, "POST", "/api/v1/uploads", json=upload()).status == 200


def test_with_its_postgresql_away_every_page_and_call_says_come_back(
    tmp_path: Path, postgres: Postgres
) -> None:
    with running_desk(tmp_path, database=postgres.place) as desk, opened(desk) as (console, calls):
        all_work(console, calls)
        with postgres.away():
            for page in PAGES:
                answer = said(console.http, "GET", page)
                assert answer.is_come_back(), (page, answer)
                assert "<h1>Please try again in a minute" in answer.text
            for call in CALLS:
                answer = said(calls, "GET", call)
                assert answer.is_come_back(), (call, answer)
                assert "json" in answer.headers["content-type"]
            answer = said(calls, "GET", "/status")
            assert answer.is_come_back()
            assert answer.text == "INDEX-STALE"
            assert said(calls, "GET", "/status/live").status == 200, "it need not be restarted"
            assert said(calls, "POST", "/api/v1/uploads", json=upload()).is_come_back()
            for words in (["tick"], ["key", "add", "late"]):
                done = subprocess.run(
                    [*STAYDOWN, "desk", *words, "--settings", str(desk.settings_path)],
                    capture_output=True, text=True, check=False,
                )  # fmt: skip
                assert done.returncode == 1
                assert done.stderr.startswith("staydown: the database does not answer")
        all_work(console, calls)


def test_on_a_locked_sqlite_what_only_reads_works_and_what_writes_says_come_back(
    tmp_path: Path,
) -> None:
    with running_desk(tmp_path, ticking=False) as desk, opened(desk) as (console, calls):
        stranger = Console(desk.url)
        with closing(stranger.http), locked(desk.folder / "desk.sqlite3"):
            all_work(console, calls)
            answer = stranger.sign_in(desk.moderator[0], PASSWORD)
            assert answer.status_code == 503
            assert answer.headers["retry-after"].isdigit()
            assert "<h1>Please try again in a minute" in answer.text
        all_work(console, calls)
