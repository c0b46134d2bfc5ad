"""Work in place of waiting, in a real browser and on the command line: nobody waits in line."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from staydown.bank.brakes import PACE
from staydown.bank.credentials import made_up_pin
from staydown.exchange import puzzle
from tests.bank_server import SRC, RunningBank, running_bank
from tests.cli.bank.test_submit import _run
from tests.fingerprint.made import made_bits
from tests.flows.person import Kept, hand_in, open_status
from tests.web.browser import Visits, axe

PICTURE = SRC / "staydown" / "cli" / "samples" / "coffee.jpg"
PIN = "kestrel47"

#: Solves the first part and no more, so that what a page says meanwhile can be looked at.
_ONE_PART = "addEventListener('message', () => postMessage(0));"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    """A bank that takes in nothing without work."""
    folder = tmp_path_factory.mktemp("bank") / "bank"
    with running_bank(folder, pictures_free_at_once=0) as running:
        yield running


def use_up(bank: RunningBank, number: str) -> None:
    """Try wrong PINs until the bank asks to wait or to work."""
    for _ in range(PACE.burst + 1):
        status, _ = bank.call("/api/public/status", {"case_number": number, "pin": made_up_pin()})
    assert status == 429


def fill_in(page: Page, kept: Kept) -> None:
    page.get_by_label("Case number").fill(kept.case_number)
    page.get_by_label("PIN").fill(kept.pin)


def test_a_person_hands_in_and_comes_back_though_everything_free_is_used_up(
    bank: RunningBank, visits: Visits
) -> None:
    body = {
        "under18": "no",
        "acting_for": "self",
        "fingerprints": [{"kind": "pdq", "value": made_bits(5).hex(), "quality": 90}],
        "pin": PIN,
    }
    status, told = bank.call("/api/public/cases", body)
    assert (status, told["work"]["parts"]) == (429, puzzle.UNIT)
    person = visits(bank.url)
    person.allow_console("status of 429")
    kept = hand_in(person, PICTURE, PIN)
    use_up(bank, kept.case_number)
    open_status(person, kept)
    paid = {"ticket": told["ticket"], "work": puzzle.solve(told["ticket"], told["work"]["parts"])}
    assert bank.call("/api/public/cases", {**body, **paid})[0] == 201
    assert bank.call("/api/public/cases", {**body, **paid})[0] == 429


def test_a_browser_without_workers_solves_it_on_the_page(bank: RunningBank, visits: Visits) -> None:
    kept = hand_in(visits(bank.url), PICTURE, PIN)
    use_up(bank, kept.case_number)
    person = visits(bank.url)
    person.allow_console("status of 429")
    person.context.add_init_script("delete window.Worker")
    open_status(person, kept)


def test_the_page_says_what_it_is_doing_keeps_what_was_typed_and_can_be_left(
    bank: RunningBank, visits: Visits
) -> None:
    kept = hand_in(visits(bank.url), PICTURE, PIN)
    use_up(bank, kept.case_number)
    person = visits(bank.url)
    person.allow_console("status of 429")
    person.allow_foreign("https://www.wikipedia.org/")
    person.context.route(
        "**/puzzle-worker.js",
        lambda route: route.fulfill(body=_ONE_PART, content_type="text/javascript"),
    )
    page = person.go("/status/")
    fill_in(page, kept)
    page.get_by_label("PIN").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("sent as soon as it’s done")
    bar = page.get_by_role("progressbar", name="How much of the puzzle is solved")
    expect(bar).to_have_attribute("value", str(1 / puzzle.UNIT))
    expect(page.get_by_label("Case number")).to_have_value(kept.case_number)
    expect(page.get_by_label("PIN")).to_have_value(kept.pin)
    assert axe(page) == []
    with page.expect_request("https://www.wikipedia.org/"):
        page.get_by_role("link", name="Exit this page").click()


def test_without_javascript_the_page_says_how_long_to_wait_and_keeps_the_place(
    bank: RunningBank, visits: Visits
) -> None:
    kept = hand_in(visits(bank.url), PICTURE, PIN)
    use_up(bank, kept.case_number)
    person = visits(bank.url, java_script_enabled=False)
    person.allow_console("status of 429")
    page = person.go("/status/")
    fill_in(page, kept)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost. Wait")
    early = page.locator("input[name=ticket]").input_value()
    fill_in(page, kept)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost. Wait")
    assert page.locator("input[name=ticket]").input_value() == early != ""


def test_bank_submit_works_by_itself_and_says_so(bank: RunningBank) -> None:
    done = _run(bank.url)
    assert done.returncode == 0, done.stderr
    assert "solve a puzzle first" in done.stderr
    case = json.loads(done.stdout)
    assert len(bank.status(case)["listings"]) == 1
