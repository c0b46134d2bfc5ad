"""Make the README's picture from the real pages: ``python -m tests.flows.screenshot FILE``.

Left, the bank's page after a picture was fingerprinted in the browser; right, the desk's page with
the altered copy held for a decision.
"""

import argparse
import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.flows.person import hand_in, sign_in
from tests.flows.sites import ALTERED_COPY, LISTED, Sites, running_sites, within
from tests.web.browser import NAMES, Visitor

WIDTH, HEIGHT, GAP = 760, 900, 24


def visitor(browser: Browser, home: str) -> Visitor:
    """Open a window of half the picture's width."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    return Visitor(context, home)


def shots(browser: Browser, sites: Sites) -> list[bytes]:
    """Walk to both pages and take their pictures."""
    taken: list[bytes] = []
    person = visitor(browser, sites.bank.url)

    def look(page: Page) -> None:
        if page.locator("#pictures-list li").count():
            page.locator("#pictures-list details").evaluate("part => part.open = true")
            taken.append(page.screenshot())

    hand_in(person, LISTED, "kestrel47", look)
    within(60, lambda: sites.offer(ALTERED_COPY, "post-7").status_code == 451)
    moderator = visitor(browser, sites.desk.url)
    page = sign_in(moderator, sites, "four words that are mine")
    page.get_by_role("link", name="post-7").first.click()
    page.get_by_label("It is NCII").wait_for()
    return [*taken, page.screenshot()]


def main() -> None:
    """Write the picture to the file named on the command line."""
    parser = argparse.ArgumentParser(description="Make the picture of the README.")
    parser.add_argument("file", type=Path, help="where the picture goes, a .png")
    file: Path = parser.parse_args().file
    if file.suffix != ".png" or not file.parent.is_dir():
        parser.error(f"{file} is no .png in a folder that is there")
    path = next(filter(None, map(shutil.which, NAMES)))
    with (
        tempfile.TemporaryDirectory() as folder,
        running_sites(Path(folder), None) as sites,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        left, right = (Image.open(io.BytesIO(shot)) for shot in shots(browser, sites))
        both = Image.new("RGB", (2 * WIDTH + GAP, HEIGHT), "#888")
        both.paste(left, (0, 0))
        both.paste(right, (WIDTH + GAP, 0))
        both.save(file, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
