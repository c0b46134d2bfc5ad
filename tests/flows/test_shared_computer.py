"""What the bank's pages leave in the files of a browser that somebody else may use afterwards."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page

from staydown.fingerprint.registry import fingerprint_picture, picture_worker
from tests.bank_server import RunningBank, running_bank
from tests.flows.person import Kept, hand_in, proceed
from tests.flows.sites import LISTED
from tests.web.browser import NAMES, Visitor

PIN, WRONG = "plantedpin7301", "plantedwrong55"
#: Chromium writes the file that it opens windows again from every few seconds.
WRITTEN_WITHIN_MS = 3500


def _written(page: Page) -> None:
    page.wait_for_timeout(WRITTEN_WITHIN_MS)


def _come_in(page: Page, bank: RunningBank, kept: Kept, pin: str) -> None:
    page.goto(f"{bank.url}/status/")
    page.get_by_label("Case number").fill(kept.case_number)
    page.get_by_label("PIN", exact=True).fill(pin)
    proceed(page)
    _written(page)


def test_no_fingerprint_number_pin_or_phrase_stays_in_a_file_of_the_browser(
    chromium: Browser, tmp_path: Path
) -> None:
    with picture_worker() as worker:
        fingerprint = fingerprint_picture(LISTED.read_bytes(), worker).hex
    profile = tmp_path / "profile"
    with running_bank(tmp_path / "bank") as bank:
        context = chromium.browser_type.launch_persistent_context(
            profile,
            executable_path=next(filter(None, map(shutil.which, NAMES))),
            args=["--no-sandbox", "--headless=new"],
        )
        visitor = Visitor(context, bank.url)
        kept = hand_in(visitor, LISTED, PIN)
        _written(visitor.page)
        _come_in(visitor.page, bank, kept, WRONG)
        _come_in(visitor.page, bank, kept, PIN)
        context.close()
    files = {path: path.read_bytes() for path in profile.rglob("*") if path.is_file()}
    assert any(b"127.0.0.1" in held for path, held in files.items() if "Sessions" in path.parts)
    planted = (fingerprint, kept.case_number, kept.recovery_phrase, PIN, WRONG, "state=")
    for word in planted:
        forms = word.encode(), word.encode("utf-16-le")
        assert [
            path.name for path, held in files.items() if any(one in held for one in forms)
        ] == []
