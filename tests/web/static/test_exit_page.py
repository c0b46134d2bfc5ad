"""Leaving at once."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import Visits
from tests.web.static.site import StaticSite


def elsewhere(site: StaticSite) -> str:
    """Where *Exit this page* leads: another site, as far as browsers know."""
    return site.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(visits: Visits, site: StaticSite) -> Page:
    """The pictures page, reached from another page of the site."""
    visitor = visits(site.url)
    visitor.allow_foreign(elsewhere(site))
    visitor.go("/blank.html")
    return visitor.go("/pictures.html")


def test_click_leaves_no_way_back(page: Page) -> None:
    """The link leads away, and Back leads past the page that was left."""
    page.locator("#exit-page").click()
    page.wait_for_url("**/elsewhere.html")
    page.go_back()
    page.wait_for_url("**/blank.html")


def test_shift_three_times(page: Page) -> None:
    """Shift pressed three times leaves, wherever the focus is."""
    page.locator("#picture-files").focus()
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/elsewhere.html")


@pytest.mark.parametrize("keys", [["Shift", "Shift"], ["Shift", "a", "Shift", "Shift"]])
def test_other_keys_do_not(page: Page, keys: list[str]) -> None:
    """Twice is not enough, and another key in between starts the count again."""
    for key in keys:
        page.keyboard.press(key)
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))")
    assert page.url.endswith("/pictures.html")


def test_slow_presses_do_not(page: Page) -> None:
    """Three presses spread over more than three seconds are no sign."""
    for stamp in (0, 1600, 3200):
        page.evaluate(
            """(stamp) => {
            const event = new KeyboardEvent('keydown', {key: 'Shift', bubbles: true});
            Object.defineProperty(event, 'timeStamp', {value: stamp});
            document.body.dispatchEvent(event);
        }""",
            stamp,
        )
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))")
    assert page.url.endswith("/pictures.html")


def test_blank_before_anything_loads(page: Page) -> None:
    """The page is empty, title too, in the very moment of the click."""
    seen = page.locator("#exit-page").evaluate(
        "(link) => { link.click(); return [document.body.innerText, document.title]; }"
    )
    assert seen == ["", "\u200b"]
    page.wait_for_url("**/elsewhere.html")


def test_without_javascript(visits: Visits, site: StaticSite) -> None:
    """Without JavaScript it is a link like any other."""
    visitor = visits(site.url, java_script_enabled=False)
    visitor.allow_foreign(elsewhere(site))
    page = visitor.go("/pictures.html")
    page.locator("#exit-page").click()
    page.wait_for_url("**/elsewhere.html")


def test_always_in_view(visits: Visits, site: StaticSite) -> None:
    """At 400 % zoom, scrolled to the end, the link is there and large enough to press."""
    page = visits(site.url, viewport={"width": 320, "height": 256}).go("/pictures.html")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#exit-page")).to_be_in_viewport(ratio=1)
    box = page.locator("#exit-page").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
