"""Every page: accessible, usable by keyboard and at 400 % zoom, and silent towards the world."""

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from django.urls import URLPattern
from playwright.sync_api import FileChooser, Page, expect

from staydown.web.bank_site.urls import urlpatterns as bank_addresses
from staydown.web.desk_site.urls import urlpatterns as desk_addresses
from tests.bank_server import staydown
from tests.flows.person import hand_in, next_page, open_status, proceed, sign_in
from tests.flows.sites import ALTERED_COPY, LISTED, Sites, within
from tests.web.browser import Visitor, Visits, axe, sideways

PIN = "kestrel47"
PASSWORD = "four words that are mine"

#: A window of 1280 by 1024 at 400 % zoom.
ZOOMED = {"viewport": {"width": 320, "height": 256}}


class Inspector:
    """Looks at each page: accessibility, width, and where it has been."""

    def __init__(self, settled: Literal["load", "networkidle"] = "networkidle") -> None:
        self._settled = settled  # "load" is enough, and quicker, where no script changes the page
        self.faults: list[str] = []
        self.seen: set[str] = set()

    def __call__(self, page: Page) -> None:
        page.wait_for_load_state(self._settled)
        path = urlsplit(page.url).path
        self.seen.add(path)
        self.faults += [f"{path}: {fault}" for fault in axe(page)]
        if sideways(page) > 0:
            self.faults.append(f"{path}: {sideways(page)} px wider than the window")
        if not page.title().strip():
            self.faults.append(f"{path}: no title")


def routes(patterns: Iterable[URLPattern], *, without: tuple[str, ...]) -> set[str]:
    """Return the fixed addresses of pages in a URL conf."""
    paths = {f"/{pattern.pattern}" for pattern in patterns}
    return {path for path in paths if "<" not in path and not path.startswith(without)}


def test_every_page_of_the_bank_is_accessible_and_fits_at_400_percent(
    quick_sites: Sites, visits: Visits, tmp_path: Path
) -> None:
    look = Inspector()
    (tmp_path / "logos.txt").write_text(staydown("hash", str(LISTED)))
    quick_sites.bank.run("negative", "add", str(tmp_path / "logos.txt"))
    person = visits(quick_sites.bank.url, **ZOOMED)
    person.allow_console("status of 4")
    kept = hand_in(person, LISTED, PIN, look)
    for path in (
        "/about/",
        "/under-18/",
        "/status/",
        "/withdraw/",
        "/recover/",
        "/review/",
        "/send-now/",
        "/no-such-page/",
    ):
        look(person.go(path))
    page = person.go("/start/")
    proceed(page)  # nothing chosen: the error page
    look(page)
    page.get_by_label("I am not sure").check()
    proceed(page)
    look(page)
    page = open_status(person, kept)
    for name in ("Ask for a review of picture 1", "Withdraw all", "Yes, withdraw"):
        look(page)
        with next_page(page):
            page.get_by_role("button", name=name).click()
    look(page)
    quick_sites.bank.run("negative", "remove", "logos")
    assert look.faults == []
    assert routes(bank_addresses, without=("/api/", "/^v1")) <= look.seen


def test_every_page_of_the_desk_is_accessible_and_fits_at_400_percent(
    quick_sites: Sites, visits: Visits
) -> None:
    look = Inspector()
    person = visits(quick_sites.bank.url)
    hand_in(person, LISTED, PIN)
    within(60, lambda: quick_sites.offer(ALTERED_COPY).status_code == 451)
    moderator = visits(quick_sites.desk.url, **ZOOMED)
    moderator.allow_console("status of 4")
    page = sign_in(moderator, quick_sites, PASSWORD, look)
    for path in (
        "/items/", "/items/?show=decided", "/banks/", "/alarms/", "/password/", "/about/",
        "/no-such-page/",
    ):  # fmt: skip
        look(moderator.go(path))
    page = moderator.go("/items/")
    page.get_by_role("link", name="post-1").first.click()
    look(page)
    page.get_by_label("can’t tell").check()
    page.get_by_role("button", name="Continue").click()
    look(page)
    page.get_by_role("button", name="Yes, save this decision").click()
    look(page)
    look(moderator.go("/items/?show=decided"))
    _say_it_may_show_somebody_under_18(page, moderator, quick_sites, look)
    page.get_by_role("button", name="Sign out").click()
    look(page)
    assert look.faults == []
    pages = routes(desk_addresses, without=("/api/", "/signout/")) - {"/"}  # / leads to /items/
    assert pages <= look.seen


def _say_it_may_show_somebody_under_18(
    page: Page, moderator: Visitor, sites: Sites, look: Inspector
) -> None:
    """Decide so, look at what is hidden, open it as somebody who is named, and take it back."""
    assert sites.offer(ALTERED_COPY).status_code == 451
    moderator.go("/items/")
    page.get_by_role("link", name="post-1").first.click()
    page.get_by_label("It may show someone under 18").check()
    _decide(page, look)
    item = urlsplit(page.url).path
    look(moderator.go("/items/?show=may_be_under_18"))
    me = page.get_by_role("button", name="Sign out").inner_text().removeprefix("Sign out ")
    sites.desk.command("user", "under-18", "add", me)
    look(moderator.go("/items/"))
    look(moderator.go(item))
    page.get_by_role("button", name="Open what is hidden").click()
    look(page)
    page.get_by_label("can’t tell").check()
    _decide(page, look)


def _decide(page: Page, look: Inspector) -> None:
    for name in ("Continue", "Yes, save this decision"):
        page.get_by_role("button", name=name).click()
        look(page)


def test_pages_fit_and_mirror_when_read_from_right_to_left(
    quick_sites: Sites, visits: Visits
) -> None:
    person = visits(quick_sites.bank.url, **ZOOMED)
    for path in ("/", "/start/", "/status/", "/under-18/", "/about/"):
        page = person.go(path)
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert sideways(page) == 0, path
        box = page.locator("h1").bounding_box()
        assert box is not None
        assert box["x"] >= 0, path


def test_the_public_flow_works_with_the_keyboard_alone(quick_sites: Sites, visits: Visits) -> None:
    person = visits(quick_sites.bank.url)
    page = person.go("/")
    choosers: list[FileChooser] = []
    # The browser is told to hand its dialogue over while there is still time, not at the key.
    page.on("filechooser", lambda opened: choosers.append(opened))  # noqa: PLW0108 - Playwright takes no builtin
    press(page, "a.button", "Enter")
    press(page, "#under18-no", "Space")
    press(page, "main button", "Enter")
    press(page, "#acting_for-self", "Space")
    press(page, "main button", "Enter")
    tab_to(page, "#picture-files")
    for _ in range(10):  # a machine under load may swallow a key
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        if choosers:
            break
    choosers[0].set_files(LISTED)
    expect(page.locator("#pictures-continue")).to_be_enabled(timeout=30_000)
    press(page, "#pictures-continue", "Enter")
    press(page, "main form button", "Enter")
    for field in ("#pin", "#pin_again"):
        tab_to(page, field)
        page.keyboard.type(PIN)
    with next_page(page):
        page.keyboard.press("Enter")
    number = page.locator("#case-number").inner_text()
    page = person.go("/status/")
    tab_to(page, "#case_number")
    page.keyboard.type(number)
    tab_to(page, "#pin")
    page.keyboard.type(PIN)
    with next_page(page):
        page.keyboard.press("Enter")
    press(page, "button[name=all]", "Enter")
    press(page, "button[name=confirm]", "Enter")
    expect(page.get_by_role("heading", name="Withdrawn", exact=True)).to_be_visible()


def press(page: Page, selector: str, key: str) -> None:
    """Reach an element with Tab and press a key on it; Enter leads to a page, which is awaited."""
    tab_to(page, selector)
    with next_page(page) if key == "Enter" else nullcontext():
        page.keyboard.press(key)
    page.wait_for_load_state("networkidle")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus; it must show that it has."""
    page.locator(selector).first.wait_for()
    for _ in range(60):
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert ring != "none", f"{selector} shows no focus"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with Tab")


def test_exit_this_page_leaves_at_once_and_the_way_back_shows_nothing_entered(
    quick_sites: Sites, visits: Visits
) -> None:
    for options in ({}, {"java_script_enabled": False}):
        person = visits(quick_sites.bank.url, **options)
        person.allow_foreign("https://www.wikipedia.org/")
        person.allow_console("ERR_NAME_NOT_RESOLVED", "ERR_INTERNET_DISCONNECTED")
        page = person.go("/start/")
        link = page.locator("#exit-page")
        assert link.get_attribute("href") == "https://www.wikipedia.org/"
        with page.expect_request("https://www.wikipedia.org/"):
            link.click(no_wait_after=True)


def test_no_page_of_the_bank_sets_a_cookie_or_keeps_anything_in_the_browser(
    quick_sites: Sites, visits: Visits
) -> None:
    person = visits(quick_sites.bank.url)
    kept = hand_in(person, LISTED, PIN)
    page = open_status(person, kept)
    assert person.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0


def test_the_console_sets_no_cookie_before_the_sign_in_form_and_then_strict_ones(
    quick_sites: Sites, visits: Visits
) -> None:
    moderator = visits(quick_sites.desk.url)
    moderator.allow_console("status of 4")
    moderator.go("/no-such-page/")
    assert moderator.context.cookies() == []
    sign_in(moderator, quick_sites, PASSWORD)
    cookies = moderator.context.cookies()
    # The third says that this browser signed in before, and is sent to the sign-in form alone.
    paths = {cookie["name"]: cookie["path"] for cookie in cookies}
    assert paths == {"csrftoken": "/", "sessionid": "/", "device": "/signin/"}
    for cookie in cookies:
        assert cookie["httpOnly"], cookie["name"]
        assert cookie["sameSite"] == "Strict"


def test_a_page_never_claims_a_language_that_it_is_not_written_in(
    quick_sites: Sites, visits: Visits
) -> None:
    person = visits(quick_sites.bank.url, locale="ar")
    page = person.go("/")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("dir") == "ltr"
