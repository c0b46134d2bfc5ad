"""Moments by the clock of this machine, beside those in UTC."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from staydown.cli.main import cli
from staydown.cli.notice.moments import moment_by_own_clock, moment_here

ENTRY = """
[[entry]]
id = "7c1f"
regime = "us-tida"
places = ["US"]
happened = { sent = 2026-09-14T09:20:00Z }
"""
LIMIT = ("deadline", "us-tida", "--received", "2026-11-16T15:20Z", "--now", "2026-11-16T16:00Z")


@contextmanager
def clock() -> Iterator[Callable[[str], None]]:
    """Give what sets this machine's zone; afterwards it is as it was."""
    with pytest.MonkeyPatch.context() as patch:

        def go_by(name: str) -> None:
            patch.setenv("TZ", name)
            time.tzset()

        yield go_by
    time.tzset()


@pytest.fixture
def zone() -> Iterator[Callable[[str], None]]:
    with clock() as go_by:
        yield go_by


def output(*words: str, stdin: str = "") -> str:
    found = CliRunner().invoke(cli, ["notice", *words], input=stdin)
    assert found.exit_code == 0, found.output
    return found.output


@pytest.mark.parametrize(
    ("name", "moment", "shown"),
    [
        ("Asia/Kolkata", "2026-11-18T15:20Z", "18 November 2026, 20:50 (UTC+05:30)"),
        ("America/New_York", "2026-11-18T02:20Z", "17 November 2026, 21:20 (UTC-05:00)"),
        ("America/New_York", "2026-07-18T02:20Z", "17 July 2026, 22:20 (UTC-04:00)"),
        ("Europe/Berlin", "2026-10-25T01:30Z", "25 October 2026, 02:30 (UTC+01:00)"),
        ("Europe/London", "2026-07-18T02:20Z", "18 July 2026, 03:20 (UTC+01:00)"),
        ("Europe/London", "2026-11-18T02:20Z", ""),
        ("UTC", "2026-11-18T02:20Z", ""),
    ],
)
def test_a_moment_is_told_by_the_own_clock_where_it_differs(
    zone: Callable[[str], None], name: str, moment: str, shown: str
) -> None:
    zone(name)
    assert moment_by_own_clock(datetime.fromisoformat(moment)) == shown


def test_an_end_is_never_told_a_minute_too_early(zone: Callable[[str], None]) -> None:
    zone("Asia/Kolkata")
    moment = datetime(2026, 11, 18, 15, 19, 1, tzinfo=UTC)
    assert moment_here(moment, up=True) == (
        "18 November 2026, 15:20 UTC = 18 November 2026, 20:50 (UTC+05:30)"
    )
    assert moment_here(moment).startswith("18 November 2026, 15:19 UTC = 18 November 2026, 20:49 ")


@given(
    st.integers(0, 35_000 * 86_400),
    st.sampled_from(["Asia/Kathmandu", "America/Adak", "Pacific/Apia", "Australia/Lord_Howe"]),
)
def test_both_clocks_tell_one_moment(seconds: int, name: str) -> None:
    moment = datetime(2000, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)
    with clock() as go_by:
        go_by(name)
        own = moment_by_own_clock(moment)
    told = datetime.strptime(own.replace("UTC", ""), "%d %B %Y, %H:%M (%z)")
    assert timedelta(0) <= moment - told < timedelta(minutes=1)


def test_a_limit_is_shown_by_both_clocks_and_in_json_by_utc_alone(
    zone: Callable[[str], None],
) -> None:
    zone("Asia/Kolkata")
    told = output(*LIMIT)
    assert (
        "To act by:     18 November 2026, 15:20 UTC = 18 November 2026, 20:50 (UTC+05:30)\n" in told
    )
    assert "UTC = 19 November 2026, 21:30 (UTC+05:30)\n" in told
    here = output(*LIMIT, "--json")
    assert json.loads(here)["act_by"] == "2026-11-18T15:20:00Z"
    assert "+05:30" not in here
    zone("UTC")
    assert output(*LIMIT, "--json") == here
    assert "To act by:     18 November 2026, 15:20 UTC\n" in output(*LIMIT)


def test_each_reading_of_a_law_is_shown_by_the_own_clock(zone: Callable[[str], None]) -> None:
    zone("Asia/Kolkata")
    told = output("deadline", "in-rule-3-2-b", "--received", "2026-11-20T10:15Z",
                  "--now", "2026-11-20T11:00Z")  # fmt: skip
    assert told.count("  By the clock of this machine: to act by 2") == 2
    assert "to act by 21 November 2026, 15:45 (UTC+05:30)" in told


def test_the_overdue_are_told_by_both_clocks(zone: Callable[[str], None]) -> None:
    words = ("calendar", "-", "--overdue", "--now", "2026-12-15T00:00Z")
    zone("UTC")
    plain = output(*words, stdin=ENTRY)
    assert "By the clock" not in plain
    zone("Asia/Kolkata")
    assert output(*words, stdin=ENTRY) == (
        plain + "  By the clock of this machine: it was over on "
        "16 September 2026, 15:30 (UTC+05:30).\n"
    )


def test_the_day_of_a_next_step_is_told_by_both_clocks(
    zone: Callable[[str], None], tmp_path: Path
) -> None:
    zone("Asia/Kolkata")
    facts = tmp_path / "facts.toml"
    facts.write_text('where = "porn_site"\nperson_country = "GB"\nunder18 = "no"\nstage = "posted"')
    words = ("ladder", "--facts", str(facts), "--route", "gb-osa-20a")
    told = output(*words, "--sent", "2026-11-20T10:00Z")
    assert "from 29 November 2026, 10:00 UTC = 29 November 2026, 15:30 (UTC+05:30)" in told
    assert "+05:30" not in output(*words, "--sent", "2026-11-20T10:00Z", "--json")
