"""What a person does at the bank's pages, and a moderator at the desk's."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.flows.sites import Sites
from tests.web.browser import Visitor

#: Looks at each page on the way.
Look = Callable[[Page], None]


def no_look(page: Page) -> None:
    """Walk on without looking."""


@dataclass(frozen=True)
class Kept:
    """What the person wrote down."""

    case_number: str
    recovery_phrase: str
    pin: str


def hand_in(visitor: Visitor, picture: Path, pin: str, look: Look = no_look) -> Kept:
    """Walk the public flow by mouse, from the first page to the case number."""
    page = visitor.go("/")
    look(page)
    follow(page.get_by_role("link", name="Start", exact=True))
    look(page)
    page.get_by_label("No, everyone was 18 or older").check()
    proceed(page)
    look(page)
    page.get_by_label("Yes, it is me").check()
    proceed(page)
    look(page)
    page.locator("#picture-files").set_input_files(picture)
    expect(page.locator("#pictures-continue")).to_be_enabled()
    look(page)
    proceed(page)
    look(page)
    proceed(page)
    look(page)
    page.get_by_label("PIN", exact=True).fill(pin)
    page.get_by_label("Type the PIN again").fill(pin)
    with next_page(page):
        page.get_by_role("button", name="Send the fingerprints").click()
    look(page)
    number = page.locator("#case-number").inner_text()
    return Kept(number, page.locator("#recovery-phrase").inner_text(), pin)


def proceed(page: Page) -> None:
    """Press the page's *Continue*, and wait for the page that follows."""
    follow(page.get_by_role("button", name="Continue"))


def follow(button: Locator) -> None:
    """Press a button or a link, and wait for the page that follows."""
    with next_page(button.page):
        button.click()


@contextmanager
def next_page(page: Page) -> Iterator[None]:
    """Wait, after the block, for the page that it asked for.

    It may take the page's place without the browser loading one.
    """
    page.evaluate("document.body.dataset.before = ''")
    yield
    page.locator("body:not([data-before])").wait_for()


def open_status(visitor: Visitor, kept: Kept) -> Page:
    """Open the status page with number and PIN."""
    page = visitor.go("/status/")
    page.get_by_label("Case number").fill(kept.case_number)
    page.get_by_label("PIN").fill(kept.pin)
    proceed(page)
    expect(page.get_by_role("heading", name="Status", exact=True)).to_be_visible()
    return page


def sign_in(visitor: Visitor, sites: Sites, password: str, look: Look = no_look) -> Page:
    """Sign in as a new moderator with a one-time password, and choose one's own."""
    name = f"moderator-{uuid4().hex[:8]}"
    once = json.loads(sites.desk.command("user", "add", name, "--json"))["password"]
    page = visitor.go("/")
    look(page)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(once)
    with next_page(page):
        page.get_by_role("button", name="Sign in").click()
    look(page)
    page.get_by_label("The password you have now").fill(once)
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_label("New password again").fill(password)
    with next_page(page):
        page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("link", name="Items", exact=True)).to_be_visible()
    return page
