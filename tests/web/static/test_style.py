"""Every class of the style sheets, as people meet it: small, zoomed, dark, turned, on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import Visits, axe, sideways
from tests.web.static.site import STATIC, StaticSite

SMALL = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %

SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select, summary')]
    .filter((element) => element.checkVisibility())
    .filter((element) => !element.closest('p:not(.site-name, .item-title)'))
    .map((element) => [element.outerHTML.slice(0, 60), element.getBoundingClientRect()])
    .filter(([, box]) => box.width && Math.min(box.width, box.height) < 24)
    .map(([html]) => html)"""


#: The focused element where it lies outside the window, under the exit link, or has no outline.
HIDDEN_FOCUS = """() => {
    const focused = document.activeElement;
    const box = focused.getBoundingClientRect();
    const exit = document.getElementById('exit-page').getBoundingClientRect();
    const covered = focused.id !== 'exit-page' && box.left >= exit.left && box.right <= exit.right
        && box.top >= exit.top && box.bottom <= exit.bottom;
    const outside = box.bottom <= 0 || box.top >= innerHeight;
    const outline = getComputedStyle(focused).outlineStyle;
    return covered || outside || outline === 'none' ? focused.outerHTML : '';
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", [320, 1280])
def test_everything(
    visits: Visits, site: StaticSite, scheme: str, direction: str, width: int
) -> None:
    """Axe finds nothing, nothing scrolls sideways and every target is 24 px or more."""
    visitor = visits(site.url, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = visitor.go("/everything.html")
    page.evaluate("(way) => { document.documentElement.dir = way; }", direction)
    assert axe(page) == []
    assert sideways(page) == 0
    assert page.evaluate(SMALL_TARGETS) == []


def test_focus_is_never_hidden(visits: Visits, site: StaticSite) -> None:
    """At 400 % zoom whatever has the focus can be seen, and is not under the exit link."""
    page = visits(site.url, viewport=SMALL).go("/everything.html")
    reached = 0
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement !== document.body"):
        assert page.evaluate(HIDDEN_FOCUS) == ""
        reached += 1
        page.keyboard.press("Tab")
    assert reached > 20


def test_preview_waits_to_be_asked(visits: Visits, site: StaticSite) -> None:
    """A preview isn't fetched until asked for, comes blurred, can be cleared and hidden again."""
    site.requests.clear()  # other tests have their own
    page = visits(site.url).go("/everything.html")
    picture = page.locator("#preview-1")
    button = page.locator("[data-shows]")
    page.wait_for_load_state("networkidle")
    assert not asked_for_preview(site)
    with page.expect_response("**/vectors/blobs.jpg"):  # it is asked for in its own time
        button.press("Enter")
    expect(picture).to_have_css("filter", "blur(32px)")
    expect(button).to_have_text("Show it clearly")
    assert asked_for_preview(site)
    button.press("Enter")
    expect(picture).to_have_css("filter", "none")
    button.press("Enter")
    expect(picture).to_be_hidden()
    expect(button).to_have_text("Load the preview, blurred")


def asked_for_preview(site: StaticSite) -> bool:
    return any(path == "/vectors/blobs.jpg" for _, path, _ in site.requests)


def test_paper_shows_the_slip_alone(visits: Visits, site: StaticSite) -> None:
    """On paper there is the slip and nothing that tells of the site around it."""
    page = visits(site.url, color_scheme="dark").go("/everything.html")
    page.emulate_media(media="print")
    assert visible_text(page).startswith("Your slip")
    assert "Exit" not in visible_text(page)
    assert "Good to know" not in visible_text(page)


def test_print_button(visits: Visits, site: StaticSite) -> None:
    """The button to print shows itself where it can do something, and prints."""
    page = visits(site.url).go("/everything.html")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="Print this slip").click()
    expect(page).to_have_title("printed")


def visible_text(page: Page) -> str:
    text: str = page.evaluate("document.body.innerText.trim()")
    return text


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.*")), ids=lambda path: path.name)
def test_nothing_foreign(path: object) -> None:
    """No static file names another site, save the namespace of SVG."""
    text = STATIC.joinpath(str(path)).read_text(encoding="utf-8")
    assert (
        re.findall(r"(?:https?:)?//[\w-]+\.[\w.-]+", text.replace("http://www.w3.org/2000/svg", ""))
        == []
    )


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_logical_properties(path: object) -> None:
    """The style sheets name no left and no right, so that they work in both directions."""
    text = STATIC.joinpath(str(path)).read_text(encoding="utf-8")
    assert re.findall(r"[\w-]*\b(?:left|right)\b[\w-]*\s*:|:\s*(?:left|right)\b", text) == []
