"""What every test may ask for, and the rule that nothing is skipped in CI."""

import os
import re
import signal
from collections.abc import Generator, Iterator
from datetime import date
from types import FrameType

import pytest
from hypothesis import HealthCheck, settings

from staydown.notices.compose import pdf
from tests import daily, dates, made_once
from tests.postgres import PostgresMissing, Server, throwaway_server
from tests.web.browser import chromium, visits

# One browser for all the tests of a process: Playwright can be started only once in it.
__all__ = ["chromium", "visits"]

IN_CI = bool(os.environ.get("CI"))

# How long an example takes depends on the machine and what else it does: that is for benchmarks.
settings.register_profile(
    "untimed",
    settings.get_profile("ci" if IN_CI else "default"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one way to skip a test where nothing may be skipped: by the package it lacks."""
    parser.addoption(
        "--may-lack",
        metavar="PACKAGE,...",
        help="fail on every skip, as in CI, but for tests that need one of these packages",
    )
    parser.addoption(
        "--today",
        metavar="YYYY-MM-DD",
        type=date.fromisoformat,
        help="run with this date, here and in every process that a test starts",
    )

    parser.addoption(
        "--all",
        action="store_true",
        help="run also what takes long, and properties at their full length",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Set the date that was asked for.

    And a run in the background, or under nohup, hands no ignored signals down to what it starts."""
    today: date | None = config.getoption("--today")
    if today is not None:
        dates.move_to(dates.at_noon(today))
    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, _outlive_the_terminal),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    made_once.remove()


def _outlive_the_terminal(_number: int, _frame: FrameType | None) -> None:
    """Do nothing; unlike SIG_IGN it isn't handed down."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long and says little every day, unless ``--all`` or its name asks."""
    if config.getoption("--all") or any("::" in name for name in config.args):
        return
    daily.leave_out(config, items)
    for item in items:
        daily.shorten(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one: what it needs must be installed there."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and not _may_skip(item.config, report):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same of a file that is skipped as a whole."""
    report = yield
    if report.skipped and not _may_skip(collector.config, report):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


def _may_skip(config: pytest.Config, report: pytest.TestReport | pytest.CollectReport) -> bool:
    named: str | None = config.getoption("--may-lack")
    if named is None:
        return not IN_CI
    words = set(re.findall(r"[\w-]+", str(report.longrepr)))
    return not words.isdisjoint(named.split(","))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A throw-away PostgreSQL server of this worker's own."""
    try:
        with throwaway_server() as server:
            yield server
    except PostgresMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def pango() -> None:
    """What PDFs need of the machine."""
    try:
        pdf.load_weasyprint()
    except pdf.NoPdf as missing:
        pytest.skip(str(missing))
