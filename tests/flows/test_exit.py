"""After *Exit this page*, Back shows nothing: no page of the visit, however it was left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.bank_server import RunningBank, running_bank
from tests.case_server import RunningCase, running_case
from tests.flows.incident import come_in, list_addresses, say_what_happened
from tests.flows.person import follow, next_page, proceed
from tests.flows.turning import back, entries, turned
from tests.web.browser import Visitor, Visits, executable

ELSEWHERE = "https://www.wikipedia.org/"

#: Tells of each frame in which something can be seen, and of pages that the browser had kept.
WATCH = """(() => {
    addEventListener('pageshow', (event) => { if (event.persisted) keptPage(location.href); });
    const look = () => {
        const title = document.title.replaceAll('\\u200b', '').trim();
        const seen = document.body?.checkVisibility() ? document.body.innerText.trim() : '';
        if (title || seen) seenPage([location.href, title, seen.slice(0, 60)]);
        requestAnimationFrame(look);
    };
    look();
})()"""


class Watched:
    """A browser in which each frame of the site is looked at."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.home = home
        self.context = context
        self.shown: list[list[str]] = []
        self.kept: list[str] = []
        context.set_default_timeout(60_000)
        context.expose_binding("seenPage", lambda _, what: self._see(what))
        context.expose_binding("keptPage", lambda _, url: self.kept.append(url))
        context.add_init_script(WATCH)
        context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(
            body="<title>elsewhere</title>weather", content_type="text/html"
        ))  # fmt: skip
        self.page = context.new_page()

    def _see(self, what: list[str]) -> None:
        if self.is_home(what[0]):
            self.shown.append(what)

    def is_home(self, url: str) -> bool:
        return urlsplit(url)[:2] == urlsplit(self.home)[:2]

    def leave(self, how: str) -> None:
        """Exit, and wait for the other site."""
        LEAVING[how](self.page)
        self.page.wait_for_url(ELSEWHERE)
        self.page.wait_for_load_state()
        self.shown.clear()

    def go(self, turn: str) -> None:
        """Press Back or Forward, and wait until the browser has left the site again."""
        self._press(turn)
        # Playwright waits in vain for the loading of a page that the browser had kept.
        for _ in range(1200):
            if not self.is_home(self.page.url):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{self.page.url} stays")

    def _press(self, turn: str) -> None:
        for _ in range(20):
            try:
                getattr(self.page, f"go_{turn}")(wait_until="commit")
                return
            except Error as error:
                # The browser is still changing over to another process: nothing was pressed.
                if "Not attached to an active page" not in str(error):
                    raise
                self.page.wait_for_timeout(100)
        raise AssertionError("the browser never came to rest")

    def seen_nothing(self) -> bool:
        """Whether no frame showed anything of the site since the exit."""
        self.page.wait_for_timeout(150)
        return self.shown == []


def shift(page: Page) -> None:
    """Three times Shift, wherever the focus is."""
    for _ in range(3):
        page.keyboard.press("Shift")


def by_keyboard(page: Page) -> None:
    """Press Enter on the link."""
    page.locator("#exit-page").focus()
    page.keyboard.press("Enter")


LEAVING: dict[str, Callable[[Page], None]] = {
    "click": lambda page: page.locator("#exit-page").click(no_wait_after=True),
    "shift": shift,
    "keyboard": by_keyboard,
}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    with running_bank(tmp_path_factory.mktemp("bank")) as running:
        yield running


@pytest.fixture
def served(tmp_path: Path) -> Iterator[RunningCase]:
    """Case pages that nobody has opened yet."""
    with running_case(tmp_path / "case") as running:
        yield running


@pytest.fixture(scope="module")
def keeping(chromium: Browser) -> Iterator[Browser]:
    """Chromium as people have it: it keeps whole pages, to show them at once on Back."""
    browser = chromium.browser_type.launch(
        executable_path=executable(),
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@pytest.fixture(params=["chromium", "keeping"])
def browser(request: pytest.FixtureRequest) -> Browser:
    """One that loads pages again on Back, and one that keeps them."""
    found: Browser = request.getfixturevalue(request.param)
    return found


@contextmanager
def watched(browser: Browser, home: str) -> Iterator[Watched]:
    context = browser.new_context()
    try:
        yield Watched(context, home)
    finally:
        context.close()


PAGES = (
    "/",
    "/start/",
    "/about/",
    "/status/",
    "/recover/",
    "/under-18/",
    "/withdraw/",
    "/nothing/",
)


@pytest.mark.parametrize("how", LEAVING)
def test_whichever_page_is_left_back_shows_no_page_of_the_visit(
    bank: RunningBank, browser: Browser, how: str
) -> None:
    with watched(browser, bank.url) as person:
        left_from_each(person, how, PAGES)


def test_every_page_of_the_visit_leaves_again_when_reached_by_back_or_forward(
    bank: RunningBank, browser: Browser
) -> None:
    with watched(browser, bank.url) as person:
        back_through_all(person, PAGES)


def left_from_each(person: Watched, how: str, paths: tuple[str, ...]) -> None:
    """Leave each page, having come from two others, one typed and one by a link."""
    for path in paths:
        person.page.goto(f"{person.home}/")
        with next_page(person.page):
            person.page.locator("main a").first.click()
        person.page.goto(person.home + path)
        person.leave(how)
        for turn in ("back", "back", "forward"):
            person.go(turn)
        assert person.seen_nothing(), path


def back_through_all(person: Watched, paths: tuple[str, ...]) -> None:
    """Type the address of each page, leave the last one, and press Back until nothing is left."""
    for path in paths:
        person.page.goto(person.home + path)
    person.leave("click")
    for turn in (*["back"] * len(paths), *["forward"] * len(paths)):
        person.go(turn)
    assert person.seen_nothing()


def test_in_a_browser_that_keeps_pages_they_are_not_seen_either(
    bank: RunningBank, keeping: Browser
) -> None:
    with watched(keeping, bank.url) as person:
        page = person.page
        page.goto(f"{bank.url}/about/")
        page.goto(f"{bank.url}/start/")
        person.leave("click")
        person.go("back")
        assert person.kept == [f"{bank.url}/about/"]
        assert person.seen_nothing()


CASE_PAGES = ("/", "/facts/", "/list/", "/ways/", "/dates/", "/plan/", "/help/", "/look-up/")


def test_whichever_page_of_a_case_is_left_back_shows_none(
    served: RunningCase, browser: Browser
) -> None:
    with watched(browser, served.url) as person:
        enter(person, served)
        left_from_each(person, "shift", CASE_PAGES)


def test_every_page_of_a_case_leaves_again_when_reached_by_back_or_forward(
    served: RunningCase, browser: Browser
) -> None:
    with watched(browser, served.url) as person:
        enter(person, served)
        back_through_all(person, CASE_PAGES)


def enter(person: Watched, served: RunningCase) -> None:
    """Come in, and say so much that every page has something to show."""
    page = come_in(Visitor(person.context, served.url), served)
    say_what_happened(page)
    list_addresses(page)
    page.close()


def test_the_walk_through_a_case_takes_two_entries_and_leaves_with_both(
    served: RunningCase, browser: Browser
) -> None:
    with watched(browser, served.url) as person:
        page = person.page
        page.goto(served.address)
        before = entries(page)
        follow(page.get_by_role("button", name="Go on"))
        page.get_by_label("No, everyone was 18 or older").check()
        proceed(page)
        say_what_happened(page)
        list_addresses(page)
        assert entries(page) == before + 1
        back(page, "Your options")
        with turned(page, "Who helps"):
            page.get_by_role("link", name="Who helps", exact=True).click()
        page.get_by_label("Country").select_option("GB")
        with turned(page, "Who helps"):
            page.get_by_role("button", name="Show").click()
        assert page.url == f"{served.url}/help/?country=GB"
        back(page, "Who helps")
        assert page.url == f"{served.url}/help/"
        assert entries(page) == before + 1
        person.leave("click")
        person.go("back")
        assert page.url == "about:blank"
        person.go("forward")
        person.go("forward")
        assert person.seen_nothing()


def test_the_first_back_after_a_visit_leads_to_before_it(
    bank: RunningBank, browser: Browser
) -> None:
    with watched(browser, bank.url) as person:
        page = person.page
        page.goto(f"{bank.url}/")
        for name, heading in (("How it works", "How it works"), ("Start", "under 18")):
            with turned(page, heading):
                page.get_by_role("link", name=name, exact=True).click()
        person.leave("shift")
        person.go("back")
        assert page.url == "about:blank"
        for _ in range(3):
            person.go("forward")
        assert page.url == ELSEWHERE
        assert person.seen_nothing()


def test_who_stops_the_browser_on_the_way_out_and_loads_the_page_again_sees_nothing(
    bank: RunningBank, chromium: Browser
) -> None:
    with watched(chromium, bank.url) as person:
        page = person.page
        page.goto(f"{bank.url}/about/")
        page.route(ELSEWHERE, lambda route: route.fulfill(status=204))
        page.locator("#exit-page").click(no_wait_after=True)
        page.wait_for_timeout(500)
        assert page.url == f"{bank.url}/about/"
        person.shown.clear()
        page.unroute(ELSEWHERE)
        page.evaluate("window.location.reload()")
        page.wait_for_url(ELSEWHERE)
        assert person.seen_nothing()


def test_without_a_script_the_page_says_what_back_will_do(
    bank: RunningBank, visits: Visits
) -> None:
    visitor = visits(bank.url, java_script_enabled=False)
    for path in PAGES:
        visitor.allow_console("status of 404")
        expect(visitor.go(path).locator(".site-notice")).to_contain_text(
            "After you leave, Back shows these pages again"
        )
