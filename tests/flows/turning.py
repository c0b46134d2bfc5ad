"""Going from page to page of a visit, and back, in which the browser loads no page."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.flows.person import next_page


def entries(page: Page) -> int:
    """Return how many entries the browser's history has in this tab."""
    length: int = page.evaluate("history.length")
    return length


@contextmanager
def turned(page: Page, heading: str) -> Iterator[None]:
    """Wait, after the block, for a page with this heading."""
    with next_page(page):
        yield
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def back(page: Page, heading: str) -> None:
    """Press Back, and wait for the page with this heading, and for the browser to come to rest."""
    with turned(page, heading):
        page.go_back()
    page.wait_for_timeout(300)
