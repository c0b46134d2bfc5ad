"""The console in a real browser: no foreign request, no error, no barrier."""

import json
from uuid import UUID

from playwright.sync_api import Page, expect

from tests.web.browser import Visitor, Visits, axe, sideways
from tests.web.desk_site.support import PASSWORD, Site


def enter(site: Site, visits: Visits, name: str, **options: object) -> Visitor:
    """Add a moderator and sign them in for the first time, by keyboard."""
    made = json.loads(site.desk.command("user", "add", name, "--json"))
    visitor = visits(site.desk.url, **options)
    page = visitor.go("/")
    assert axe(page) == []
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(made["password"])
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("heading", name="Change your password")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("The password you have now").fill(made["password"])
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_label("New password again").press("Enter")
    expect(page.get_by_role("heading", name="Waiting for a decision")).to_be_visible()
    return visitor


def show(page: Page, item: UUID) -> None:
    page.goto(page.url.split("/items/")[0] + f"/items/{item}/")


def test_a_moderator_decides_with_the_keyboard_alone(site: Site, visits: Visits) -> None:
    page = enter(site, visits, "kim").page
    item = site.held_item(reference="post by keyboard")
    page.reload()
    assert axe(page) == []
    page.get_by_role("link", name="post by keyboard").press("Enter")
    assert axe(page) == []
    page.get_by_label("I can’t tell").press(" ")
    page.get_by_role("button", name="Continue").press("Enter")
    expect(page.get_by_role("heading", name="Confirm your decision")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Yes, save this decision").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("saved")
    assert axe(page) == []
    outcome = site.http.get(f"/api/v1/items/{item}", headers=site.desk.headers).json()
    assert outcome["decision"] == "cant_tell"
    page.get_by_role("link", name="Banks").press("Enter")
    assert axe(page) == []


def test_the_preview_is_fetched_when_asked_blurred_first_and_goes_again(
    site: Site, visits: Visits
) -> None:
    visitor = enter(site, visits, "lou")
    visitor.allow_foreign(site.preview_origin)
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    preview = f"{site.preview_origin}/p.svg"
    show(page, site.held_item(preview_url=preview))
    page.wait_for_load_state("networkidle")
    assert preview not in asked
    image = page.locator("#preview-1")
    with page.expect_response(preview):  # it is asked for in its own time
        page.get_by_role("button", name="Show the picture, blurred").click()
    expect(image).to_be_visible()
    expect(image).to_have_class("preview-blur")
    assert preview in asked
    assert "blur" in image.evaluate("image => getComputedStyle(image).filter")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
    page.get_by_role("button", name="Unblur").click()
    expect(image).to_have_css("filter", "none")
    page.get_by_role("button", name="Hide the picture").click()
    expect(image).to_be_hidden()


def test_pages_fit_a_window_of_320_pixels(site: Site, visits: Visits) -> None:
    visitor = enter(site, visits, "mo", viewport={"width": 320, "height": 600})
    for path in ("/items/", "/banks/", "/password/"):
        assert sideways(visitor.go(path)) == 0, path
    visitor.go("/items/")
    show(visitor.page, site.held_item(reference="w" * 200))
    assert sideways(visitor.page) == 0


def test_going_back_does_not_bring_back_what_may_show_somebody_under_18(
    site: Site, visits: Visits
) -> None:
    """The page with the reference and the preview is asked for again, and hides them."""
    visitor = enter(site, visits, "mia")
    visitor.allow_console("status of 4")
    page = visitor.page
    item = site.held_item(reference="post never again", preview_url=f"{site.preview_origin}/q.svg")
    show(page, item)
    expect(page.get_by_text("post never again")).to_be_visible()
    page.get_by_label("It may show someone under 18").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Yes, save this decision").click()
    expect(page.get_by_role("status")).to_contain_text("stays held")
    assert axe(page) == []
    page.evaluate("history.go(-2)")  # past the form that was sent
    expect(page.get_by_role("status")).to_be_hidden()
    expect(page.get_by_text("This upload may show someone under 18.")).to_be_visible()
    assert page.url.endswith(f"/items/{item}/")
    assert "post never again" not in page.content()
    assert "q.svg" not in page.content()
