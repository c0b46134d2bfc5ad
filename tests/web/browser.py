"""A real Chromium for tests, and a visitor who notices what a page must never do."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
INSTALL_CHROMIUM = "no Chromium found: sudo apt-get install chromium"

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
INSTALL_AXE = "axe-core is not installed: npm ci"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

#: Says a violation of the content security policy aloud, so that it is noticed like any error.
_REPORT_CSP = """addEventListener('securitypolicyviolation', (event) =>
    console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`));"""

#: A colour on its way to another may have no contrast half-way: what moves is let come to rest.
_RUN_AXE = """async (tags) => {
    await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})));
    return (await axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']}))
    .violations.map((found) => `${found.id}: ${found.help}: `
        + found.nodes.map((node) => node.target.join(' ') + ' ' + node.failureSummary).join('; '));
}"""

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    # No name resolves: what a page tries to reach elsewhere is noticed and gets nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class Visitor:
    """A person with a browser of their own, on one site.

    ``problems`` gathers requests to any other origin, console errors, page errors and violations
    of the content security policy.
    """

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.context = context
        self.home = home
        self.problems: list[str] = []
        self._foreign_allowed: tuple[str, ...] = ()
        self._console_allowed: tuple[str, ...] = ()
        context.on("request", self._see_request)
        context.on("console", self._see_console)
        context.on("weberror", lambda error: self.problems.append(f"page error: {error.error}"))
        context.add_init_script(_REPORT_CSP)
        self.page = context.new_page()

    def allow_foreign(self, *prefixes: str) -> None:
        """Expect requests whose URL starts so, such as the bank's ``exit_url``."""
        self._foreign_allowed += prefixes

    def allow_console(self, *parts: str) -> None:
        """Expect console errors that contain one of these, such as a status 422."""
        self._console_allowed += parts

    def go(self, path: str) -> Page:
        """Open a page of the site and return the browser's page."""
        self.page.goto(self.home + path)
        return self.page

    def _see_request(self, request: Request) -> None:
        url = request.url
        if urlsplit(url).scheme in ("data", "blob", "about") or self._is_home(url):
            return
        if not url.startswith(self._foreign_allowed or ("\0",)):
            self.problems.append(f"foreign request: {url}")

    def _is_home(self, url: str) -> bool:
        return urlsplit(url)[:2] == urlsplit(self.home)[:2]

    def _see_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(
            part in message.text for part in self._console_allowed
        ):
            self.problems.append(f"console: {message.text}")


def executable() -> str | None:
    """Return the path of this machine's Chromium."""
    return next(filter(None, map(shutil.which, NAMES)), None)


#: Opens a browser of its own for one test: ``visits(home, **options of a browser context)``.
Visits = Callable[..., Visitor]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    path = executable()
    if path is None:
        pytest.skip(INSTALL_CHROMIUM)
    with sync_playwright() as playwright:
        # Playwright leaves an event loop standing in this thread, at which Django would refuse
        # to touch a database, in any later test; nothing here runs inside that loop.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        expect.set_options(timeout=60_000)  # a busy machine is no fault of the page
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def visits(chromium: Browser) -> Iterator[Visits]:
    """Open visitors; at the end of the test none of them may have seen a problem."""
    visitors: list[Visitor] = []

    def visit(home: str, **options: Any) -> Visitor:
        context = chromium.new_context(**options)
        context.set_default_timeout(60_000)
        visitors.append(Visitor(context, home.rstrip("/")))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
    problems = [problem for visitor in visitors for problem in visitor.problems]
    if problems:
        pytest.fail("the browser saw: " + "; ".join(problems), pytrace=False)


def axe(page: Page, *, best_practice: bool = True) -> list[str]:
    """Return what axe-core finds wrong on the page: one line a rule, naming the elements."""
    if not AXE.exists():
        pytest.skip(INSTALL_AXE)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = [*WCAG, "best-practice"] if best_practice else [*WCAG]
    found: list[str] = page.evaluate(_RUN_AXE, tags)
    return found


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than the window; 0 is right at 320 px."""
    width: int = page.evaluate(
        "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
