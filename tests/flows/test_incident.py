"""A page is found: facts, ways, a letter, its deadline, and what to do when nothing happens."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from staydown.web.case_site.urls import urlpatterns
from tests.case_server import RunningCase, running_case
from tests.dates import at_noon
from tests.flows.incident import (
    LONG_ENOUGH,
    come_in,
    list_addresses,
    note_as_sent,
    say_what_happened,
    take_next_step,
    write_letter,
)
from tests.flows.person import follow
from tests.flows.test_pages import ZOOMED, Inspector, press, routes, tab_to
from tests.web.browser import Visits, sideways

#: Files, and addresses that only forms are sent to.
NO_PAGES = ("/open/", "/everything/", "/dates/calendar/")


#: On these days five days aren't enough for a time limit of 48 hours.
THANKSGIVING, CHRISTMAS = date(2026, 11, 30), date(2027, 12, 27)


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[RunningCase]:
    """Case pages on the day that a test asks for, or today."""
    day: date | None = getattr(request, "param", None)
    with running_case(tmp_path / "case", None if day is None else at_noon(day)) as running:
        yield running


@pytest.mark.parametrize("served", [THANKSGIVING], indirect=True, ids=str)
def test_from_a_page_that_was_found_to_the_next_step_on_pages_that_everybody_can_use(
    served: RunningCase, visits: Visits
) -> None:
    look = Inspector("load")
    person = visits(served.url, **ZOOMED)
    person.allow_console("status of 4")
    page = come_in(person, served, look)
    follow(page.get_by_role("button", name="See your options"))  # nothing chosen: the error page
    look(page)
    say_what_happened(page, look)
    list_addresses(page, look)
    write_letter(page, look)
    expect(page.get_by_text("No lawyer has reviewed this text")).to_be_visible()
    note_as_sent(page, served.clock.now(), 0)
    expect(page.get_by_text("waiting", exact=True)).to_be_visible()
    write_letter(page)
    note_as_sent(page, served.clock.now(), LONG_ENOUGH)
    take_next_step(page, look)
    for path in (
        "/", "/age/", "/who/", "/many/", "/contacts/", "/help/", "/plan/", "/plan/steps/",
        "/search-sheet/", "/look-up/", "/look-up/?kind=risks",
        "/look-up/regimes/us-tida/", "/look-up/places/facebook/", "/no-such-page/",
    ):  # fmt: skip
        look(person.go(path))
    page = person.go("/search-sheet/")
    page.get_by_label("Names, one a line").fill("A. Example\nB. Example")
    follow(page.get_by_role("button", name="Make the sheet"))
    look(page)
    page = person.go("/close/")
    look(page)
    follow(page.get_by_role("button", name="Close and forget"))
    look(page)
    assert look.faults == []
    assert routes(urlpatterns, without=NO_PAGES) <= look.seen
    served.process.wait(timeout=30)


def test_pages_fit_and_mirror_when_read_from_right_to_left(
    served: RunningCase, visits: Visits
) -> None:
    person = visits(served.url, **ZOOMED)
    come_in(person, served)
    for path in ("/", "/facts/", "/list/", "/ways/", "/plan/steps/", "/look-up/?kind=places"):
        page = person.go(path)
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert sideways(page) == 0, path
        box = page.locator("h1").bounding_box()
        assert box is not None
        assert box["x"] >= 0, path


def test_the_facts_and_the_ways_work_with_the_keyboard_alone(
    served: RunningCase, visits: Visits
) -> None:
    person = visits(served.url)
    page = person.go(served.address.removeprefix(served.url))
    press(page, "main button", "Enter")
    press(page, "#under18-no", "Space")
    press(page, "main button", "Enter")
    press(page, "#q-where-porn_site", "Space")
    tab_to(page, "#q-site")
    page.keyboard.type("example.org/page")
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", name="Your options")).to_be_visible()
    press(page, "h3 a", "Enter")
    expect(page.get_by_role("heading", name="Who will see what")).to_be_visible()


@pytest.mark.parametrize("served", [None, CHRISTMAS], indirect=True, ids=str)
def test_everything_works_without_a_script(served: RunningCase, visits: Visits) -> None:
    person = visits(served.url, java_script_enabled=False)
    person.allow_console("status of 4")
    page = come_in(person, served)
    say_what_happened(page)
    list_addresses(page)
    write_letter(page)
    note_as_sent(page, served.clock.now(), LONG_ENOUGH)
    take_next_step(page)


def test_nothing_is_kept_in_the_browser_but_two_strict_cookies_and_no_token_is_left(
    served: RunningCase, visits: Visits
) -> None:
    person = visits(served.url)
    page = come_in(person, served)
    cookies = person.context.cookies()
    port = urlsplit(served.url).port
    assert {cookie["name"] for cookie in cookies} == {f"page-{port}", f"form-{port}"}
    for cookie in cookies:
        assert cookie["httpOnly"], cookie["name"]
        assert cookie["sameSite"] == "Strict"
        assert cookie["expires"] == -1
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    for _ in range(8):
        assert "/open/" not in page.url
        assert page.url == "about:blank" or "Notes" in page.title()
        page.go_back()


def test_a_second_browser_with_the_same_address_sees_nothing(
    served: RunningCase, visits: Visits
) -> None:
    come_in(visits(served.url), served)
    other = visits(served.url)
    other.allow_console("status of 4")
    page = other.go(served.address.removeprefix(served.url))
    expect(page.get_by_role("heading", name="These pages are not open here")).to_be_visible()
    assert other.context.cookies() == []


def test_where_somebody_may_be_under_18_there_is_no_letter_and_no_list(
    served: RunningCase, visits: Visits
) -> None:
    person = visits(served.url)
    page = person.go(served.address.removeprefix(served.url))
    follow(page.get_by_role("button", name="Go on"))
    page.get_by_label("I am not sure").check()
    follow(page.get_by_role("button", name="Continue"))
    for path in ("/facts/", "/list/", "/ways/", "/many/", "/letter/us-tida_facebook/", "/dates/"):
        page = person.go(path)
        assert urlsplit(page.url).path == "/who/", path
    expect(page.get_by_role("heading", name="Pictures of people under 18")).to_be_visible()


def test_exit_this_page_leaves_at_once(served: RunningCase, visits: Visits) -> None:
    person = visits(served.url)
    person.allow_foreign("https://www.wikipedia.org/")
    person.allow_console("ERR_NAME_NOT_RESOLVED", "ERR_INTERNET_DISCONNECTED")
    page: Page = come_in(person, served)
    with page.expect_request("https://www.wikipedia.org/"):
        page.locator("#exit-page").click(no_wait_after=True)
