"""What the bank's pages leave in the files of a browser that somebody else may use afterwards."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from staydown.fingerprint.registry import fingerprint_picture, picture_worker
from tests.bank_server import RunningBank, running_bank
from tests.flows.person import Kept, hand_in, proceed
from tests.flows.sites import LISTED
from tests.web.browser import Visitor
from tests.web.browser_files import files_with, lasting_browser, until_written

PIN, WRONG = "plantedpin7301", "plantedwrong55"


def _come_in(page: Page, bank: RunningBank, kept: Kept, pin: str) -> None:
    page.goto(f"{bank.url}/status/")
    page.get_by_label("Case number").fill(kept.case_number)
    page.get_by_label("PIN", exact=True).fill(pin)
    proceed(page)
    until_written(page)


def test_no_fingerprint_number_pin_or_phrase_stays_in_a_file_of_the_browser(
    chromium: Browser, tmp_path: Path
) -> None:
    with picture_worker() as worker:
        fingerprint = fingerprint_picture(LISTED.read_bytes(), worker).hex
    profile = tmp_path / "profile"
    with running_bank(tmp_path / "bank") as bank, lasting_browser(chromium, profile) as context:
        visitor = Visitor(context, bank.url)
        kept = hand_in(visitor, LISTED, PIN)
        until_written(visitor.page)
        _come_in(visitor.page, bank, kept, WRONG)
        _come_in(visitor.page, bank, kept, PIN)
    planted = (fingerprint, kept.case_number, kept.recovery_phrase, PIN, WRONG, "state=")
    assert files_with(profile, planted) == {}
