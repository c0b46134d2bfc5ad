"""A picture fingerprinted in a browser is caught at a platform, from end to end."""

import re

from playwright.sync_api import expect

from tests.flows.person import hand_in, open_status, sign_in
from tests.flows.sites import ALTERED_COPY, LISTED, PARTNER, UNRELATED, Sites, within
from tests.web.browser import Visits

PIN = "kestrel47"
PASSWORD = "four words that are mine"


def test_the_main_job_from_browser_to_decision_to_withdrawal(sites: Sites, visits: Visits) -> None:
    person = visits(sites.bank.url)
    kept = hand_in(person, LISTED, PIN)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z-]{14,20}", kept.case_number)

    within(60, lambda: sites.offer(ALTERED_COPY, "post-7").status_code == 451)
    held = sites.offer(ALTERED_COPY, "post-8").json()  # the same file: it joins the first
    assert held["answer"] == "held"
    assert 0 < held["candidates"][0]["distance"] <= 31
    unrelated = sites.offer(UNRELATED)
    assert (unrelated.status_code, unrelated.json()["item"]) == (200, None)

    moderator = visits(sites.desk.url)
    page = sign_in(moderator, sites, PASSWORD)
    page.get_by_role("link", name="post-7").click()
    page.get_by_label("It is NCII").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Yes, save this decision").click()
    expect(page.get_by_text("Your decision is saved")).to_be_visible()

    def stopped() -> bool:
        words = open_status(person, kept).locator("main").inner_text()
        return PARTNER in words and "found it and stopped it" in words

    within(60, stopped)
    page = open_status(person, kept)
    page.get_by_role("button", name="Withdraw all").click()
    page.get_by_role("button", name="Yes, withdraw").click()
    expect(page.get_by_role("heading", name="Withdrawn", exact=True)).to_be_visible()

    within(60, lambda: sites.offer(ALTERED_COPY).status_code == 200)
    words = open_status(person, kept).locator("main").inner_text()
    assert PARTNER in words.split("have checked our list since")[1]


def test_a_recovery_phrase_opens_the_case_anew_and_closes_the_old_door(
    sites: Sites, visits: Visits
) -> None:
    person = visits(sites.bank.url)
    person.allow_console("status of 4")
    kept = hand_in(person, LISTED, PIN)
    page = person.go("/recover/")
    page.get_by_label("Recovery phrase").fill(kept.recovery_phrase)
    page.get_by_label("PIN", exact=True).fill("heron2468")
    page.get_by_label("Type the PIN again").fill("heron2468")
    page.locator("main form button").click()
    new = page.locator("#case-number").inner_text()
    assert new != kept.case_number
    status = {"case_number": kept.case_number, "pin": kept.pin}
    assert sites.bank.call("/api/public/status", status)[0] == 403
    code, answer = sites.bank.call("/api/public/status", {"case_number": new, "pin": "heron2468"})
    assert (code, len(answer["listings"])) == (200, 1)
