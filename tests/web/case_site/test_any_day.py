"""The pages are right on any day, also those on which time limits roll over days off."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.deadlines.terms import Happened
from staydown.notices.directory.reading import load_directory
from staydown.notices.vocabulary import ClockEvent
from tests.case_server import Person, RunningCase, running_case
from tests.dates import at_noon
from tests.flows.incident import LONG_ENOUGH
from tests.web.case_site.cases import CASES, FILLED

#: Ends of long week-ends, a leap day, a change to summer time, the turn of a year.
DAYS = [
    date(2026, 11, 29), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 14), date(2028, 2, 29),
]  # fmt: skip


def over(now: datetime, days: int) -> bool:
    """Whether the time of a letter by the United States' law is over after so many days."""
    directory = load_directory()
    terms = terms_of(directory.regimes["us-tida"], directory, ["US", "US"])
    sent = Happened(ClockEvent.SENT, now - timedelta(days=days))
    return show(terms, [sent], now).state == "over"


def test_the_days_that_tests_wait_are_enough_on_every_day_of_nine_years() -> None:
    first = datetime(2026, 6, 15, 23, 30, tzinfo=UTC)  # the law commenced in May
    days = [first + timedelta(days=number) for number in range(9 * 366)]
    assert [now for now in days if not over(now, LONG_ENOUGH)] == []
    assert any(not over(now, 5) for now in days), "or nothing rolls over days off any more"


@pytest.fixture(params=DAYS, ids=str)
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[RunningCase]:
    with running_case(tmp_path / "case", at_noon(request.param)) as running:
        yield running


@pytest.fixture
def somebody(served: RunningCase) -> Iterator[Person]:
    person = served.enter()
    person.begin()
    person.send("/list/", {"addresses": "https://www.facebook.com/photo/2"})
    person.send("/facts/", CASES["posted in the US"])
    yield person
    person.client.close()


def send_letter(person: Person, at: datetime) -> str:
    """Write a letter and note when it was sent; the address of the page of its date."""
    person.send("/letter/us-tida_facebook/", FILLED)
    page = person.send(
        "/letter/us-tida_facebook/sent/", {"at": f"{at.astimezone():%Y-%m-%dT%H:%M}"}
    )
    assert page.url.path.startswith("/dates/"), page.text
    return page.url.path


def test_a_letter_waits_when_it_is_new_and_is_overdue_in_the_end(
    served: RunningCase, somebody: Person
) -> None:
    send_letter(somebody, served.clock.now())
    dates = somebody.get("/dates/").text
    assert "waiting" in dates
    assert "is over." not in dates
    old = send_letter(somebody, served.clock.now() - timedelta(days=LONG_ENOUGH))
    assert "The time of one letter is over." in somebody.get("/dates/").text
    assert "Write it" in somebody.get(old).text


def test_what_lies_ahead_of_the_served_clock_is_refused(
    served: RunningCase, somebody: Person
) -> None:
    """Or the clock of the test would not be that of the pages."""
    somebody.send("/letter/us-tida_facebook/", FILLED)
    for hours, taken in ((36, False), (-36, True)):
        at = (served.clock.now() + timedelta(hours=hours)).astimezone()
        page = somebody.send("/letter/us-tida_facebook/sent/", {"at": f"{at:%Y-%m-%dT%H:%M}"})
        assert page.url.path.startswith("/dates/") == taken
