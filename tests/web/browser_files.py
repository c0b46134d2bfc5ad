"""What a browser leaves in its files, for whoever uses the same computer afterwards."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tests.web.browser import NAMES

#: Chromium writes the file that it opens windows again from every few seconds.
WRITTEN_WITHIN_MS = 3500


@contextmanager
def lasting_browser(chromium: Browser, profile: Path) -> Iterator[BrowserContext]:
    """A Chromium that keeps its files in the folder ``profile``, as a person's own does."""
    context = chromium.browser_type.launch_persistent_context(
        profile,
        executable_path=next(filter(None, map(shutil.which, NAMES))),
        args=["--no-sandbox", "--headless=new"],
    )
    try:
        yield context
    finally:
        context.close()


def until_written(page: Page) -> None:
    """Wait until the browser has written what it keeps of the page."""
    page.wait_for_timeout(WRITTEN_WITHIN_MS)


def files_with(profile: Path, words: Iterable[str]) -> dict[str, list[str]]:
    """Return the files of a closed browser in which each word stands; nothing for one in none.

    Fails where the browser kept no addresses: then it wrote nothing, and nothing would be proved.
    """
    files = {path: path.read_bytes() for path in profile.rglob("*") if path.is_file()}
    assert any(b"127.0.0.1" in held for path, held in files.items() if "Sessions" in path.parts)
    found = {}
    for word in words:
        forms = word.encode(), word.encode("utf-16-le")
        names = [path.name for path, held in files.items() if any(one in held for one in forms)]
        if names:
            found[word] = names
    return found
