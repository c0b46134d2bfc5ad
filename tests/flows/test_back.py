"""Back inside a visit leads to the page before, and shows nothing that is shown once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.bank_server import RunningBank, running_bank
from tests.flows.person import follow, hand_in, open_status, proceed
from tests.flows.sites import LISTED
from tests.flows.turning import back, entries, turned
from tests.web.browser import Visits

PIN = "kestrel47"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    with running_bank(tmp_path_factory.mktemp("bank")) as running:
        yield running


def test_back_leads_through_the_pages_of_a_visit_and_then_out_of_it(
    bank: RunningBank, visits: Visits
) -> None:
    visitor = visits(bank.url)
    page = visitor.go("/")
    before = entries(page)
    follow(page.get_by_role("link", name="How it works", exact=True))
    follow(page.get_by_role("link", name="Start", exact=True))
    page.get_by_label("No, everyone was 18 or older").check()
    proceed(page)
    page.get_by_label("Yes, it is me").check()
    proceed(page)
    page.locator("#picture-files").set_input_files(LISTED)
    expect(page.locator("#pictures-continue")).to_be_enabled()
    proceed(page)
    proceed(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a PIN")
    assert entries(page) == before + 1
    back(page, "Check what will be sent")
    expect(page.locator(".item")).to_have_count(1)
    back(page, "Choose the pictures")
    expect(page.locator("#pictures-status")).to_have_text("No pictures chosen yet.")
    back(page, "Is it you in the picture?")
    assert page.url == f"{bank.url}/start/who/"
    back(page, "under 18")
    back(page, "How it works")
    back(page, "Stop an intimate picture")
    assert page.url == f"{bank.url}/"
    assert entries(page) == before + 1
    with turned(page, "How it works"):
        page.go_forward()
    back(page, "Stop an intimate picture")
    page.go_back()
    assert page.url == "about:blank"


def test_back_shows_no_case_number_and_no_case_again(bank: RunningBank, visits: Visits) -> None:
    visitor = visits(bank.url)
    kept = hand_in(visitor, LISTED, PIN)
    page = visitor.page
    back(page, "Stop an intimate picture")
    page = open_status(visitor, kept)
    page.get_by_role("link", name="How it works", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("How it works")
    back(page, "See or withdraw")
    expect(page.get_by_label("Case number")).to_have_value("")


def test_back_without_an_answer_leaves_the_page_and_says_so(
    bank: RunningBank, visits: Visits
) -> None:
    visitor = visits(bank.url)
    visitor.allow_console("ERR_INTERNET_DISCONNECTED")
    page = visitor.go("/")
    with turned(page, "How it works"):
        page.get_by_role("link", name="How it works", exact=True).click()
    visitor.context.set_offline(True)
    page.get_by_role("link", name="Start", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("No answer came.")
    page.go_back()
    expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("No answer came.")
    expect(page.get_by_role("heading", level=1)).to_contain_text("How it works")
    page.wait_for_timeout(300)
    visitor.context.set_offline(False)
    back(page, "Stop an intimate picture")


def test_after_a_page_was_loaded_again_back_leads_to_the_first_of_the_visit(
    bank: RunningBank, visits: Visits
) -> None:
    page = visits(bank.url).go("/")
    for name, heading in (("How it works", "How it works"), ("Start", "under 18")):
        with turned(page, heading):
            page.get_by_role("link", name=name, exact=True).click()
    page.reload()
    back(page, "Stop an intimate picture")


def test_a_place_on_the_page_is_no_entry_of_the_history(bank: RunningBank, visits: Visits) -> None:
    visitor = visits(bank.url)
    visitor.allow_console("status of 422")
    page = visitor.go("/")
    with turned(page, "See or withdraw"):
        page.get_by_role("link", name="I have been here before").click()
    proceed(page)
    before = entries(page)
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator("#case_number")).to_be_focused()
    assert entries(page) == before
    back(page, "Stop an intimate picture")


def test_other_tabs_are_left_to_the_browser(bank: RunningBank, visits: Visits) -> None:
    page = visits(bank.url).go("/")
    link = page.get_by_role("link", name="How it works", exact=True)
    for how in ({"button": "middle"}, {"modifiers": ["ControlOrMeta"]}):
        with page.context.expect_page() as opened:
            link.click(**how)
        expect(opened.value.get_by_role("heading", level=1)).to_contain_text("How it works")
    assert page.url == f"{bank.url}/"
    page.get_by_role("link", name="Go here instead").click()
    for one in page.locator(".item-title a").all():
        assert one.get_attribute("target") == "_blank"
