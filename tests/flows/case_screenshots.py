"""Make the pictures of ``docs/guides/case.md`` from the real pages.

``python -m tests.flows.case_screenshots FOLDER``
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.case_server import running_case
from tests.flows.incident import (
    LONG_ENOUGH,
    come_in,
    list_addresses,
    note_as_sent,
    say_what_happened,
    take_next_step,
    write_letter,
)
from tests.web.browser import NAMES, Visitor

WIDTH, HEIGHT = 760, 900


def main() -> None:
    """Write the pictures to the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Make the pictures of docs/guides/case.md.")
    parser.add_argument("folder", type=Path, help="where the pictures go; it has to be there")
    folder: Path = parser.parse_args().folder
    if not folder.is_dir():
        parser.error(f"there is no folder {folder}")
    path = next(filter(None, map(shutil.which, NAMES)))
    with (
        tempfile.TemporaryDirectory() as home,
        running_case(Path(home) / "case") as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        page = come_in(Visitor(context, served.url), served)
        say_what_happened(page, taken(folder, "ways"))
        list_addresses(page)
        write_letter(page, taken(folder, "missing", "letter"))
        note_as_sent(page, served.clock.now(), LONG_ENOUGH, taken(folder, "clock"))
        take_next_step(page)
        browser.close()


def taken(folder: Path, *names: str) -> "Taking":
    """Return a look that keeps a picture of the pages that are called so."""
    return Taking(folder, names)


class Taking:
    """Takes a picture where a page shows what one of the names stands for."""

    SIGNS = {
        "ways": "Your options",
        "missing": "There is a problem",
        "letter": "Read the letter",
        "clock": "What happened",
    }

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self._folder = folder
        self._names = names

    def __call__(self, page: Page) -> None:
        for name in self._names:
            if page.get_by_role("heading", name=self.SIGNS[name]).count():
                page.screenshot(path=self._folder / f"case-{name}.png")


if __name__ == "__main__":
    main()
