"""The bank's forms are sent from inside the page, so that no browser remembers what was sent."""

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.flows.person import Kept, hand_in, next_page, open_status, proceed
from tests.flows.sites import LISTED, Sites, within
from tests.web.browser import Visitor, Visits
from tests.web.in_trouble import locked

PIN = "kestrel47"


@pytest.fixture
def person(quick_sites: Sites, visits: Visits) -> Visitor:
    """Somebody at the bank's site."""
    return visits(quick_sites.bank.url)


def by_form(visitor: Visitor) -> list[str]:
    """Gather the pages that the browser reaches by sending a form: those it would remember so."""
    found: list[str] = []

    def see(request: Request) -> None:
        if request.is_navigation_request() and request.method == "POST":
            found.append(request.url)

    visitor.page.on("request", see)
    return found


def to_pictures(visitor: Visitor) -> Page:
    """Answer the two questions before the pictures."""
    page = visitor.go("/start/")
    page.get_by_label("No, everyone was 18 or older").check()
    proceed(page)
    page.get_by_label("Yes, it is me").check()
    proceed(page)
    return page


def choose(page: Page) -> None:
    """Choose a picture and wait for its fingerprint."""
    page.locator("#picture-files").set_input_files(LISTED)
    expect(page.locator("#pictures-continue")).to_be_enabled()


def test_no_page_is_reached_by_a_form_that_a_browser_would_remember(person: Visitor) -> None:
    person.allow_console("status of 422")
    reached = by_form(person)
    kept = hand_in(person, LISTED, PIN)
    page = open_status(person, kept)
    for name in ("Withdraw the chosen ones", "Withdraw all", "Yes, withdraw"):
        with next_page(page):
            page.get_by_role("button", name=name).click()
    page = person.go("/recover/")
    page.get_by_label("Recovery phrase").fill(kept.recovery_phrase)
    for label in ("PIN", "Type the PIN again"):
        page.get_by_label(label, exact=True).fill(PIN)
    proceed(page)
    expect(page.get_by_role("heading", name="Your new case number")).to_be_visible()
    page = person.go("/status/")
    page.get_by_label("Case number").fill(kept.case_number)
    page.get_by_label("PIN", exact=True).fill("wrong pin")
    proceed(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert reached == []


def test_without_this_script_the_same_forms_are_sent_by_the_browser_itself(
    quick_sites: Sites, visits: Visits
) -> None:
    person = visits(quick_sites.bank.url, java_script_enabled=False)
    person.allow_console("status of 422")
    reached = by_form(person)
    page = person.go("/status/")
    page.get_by_label("Case number").fill("0000 0000 0000 00")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert reached == [f"{quick_sites.bank.url}/status/"]


def test_a_browser_that_does_not_tell_the_pressed_button_sends_the_form_itself(
    person: Visitor,
) -> None:
    person.allow_console("status of 422")
    reached = by_form(person)
    page = person.go("/start/")
    page.evaluate("delete SubmitEvent.prototype.submitter")
    proceed(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert reached == [f"{person.home}/start/who/"]


def test_the_pages_of_a_walk_opened_again_lead_to_its_start(person: Visitor) -> None:
    page = to_pictures(person)
    choose(page)
    proceed(page)
    assert page.url.endswith("/start/check/")
    assert page.title().startswith("Check what will be sent")
    page.reload()
    assert page.url.endswith("/start/")


def test_pictures_can_be_chosen_again_and_nothing_of_the_first_choice_is_left(
    person: Visitor,
) -> None:
    page = to_pictures(person)
    choose(page)
    proceed(page)
    with next_page(page):
        page.get_by_role("button", name="Choose again").click()
    expect(page.locator("#pictures-status")).to_have_text("No pictures chosen yet.")
    expect(page.locator("#pictures-continue")).to_be_disabled()
    assert page.locator("#fingerprints").input_value() == ""
    choose(page)
    assert page.locator(".picture").count() == 1
    proceed(page)
    expect(page.locator(".item")).to_have_count(1)


def test_the_focus_goes_to_the_new_page_and_to_what_is_wrong_with_an_answer(
    person: Visitor,
) -> None:
    person.allow_console("status of 422")
    page = person.go("/start/")
    proceed(page)
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.title().startswith("Error:")
    page.get_by_label("No, everyone was 18 or older").check()
    proceed(page)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.evaluate("scrollY") == 0


def test_an_answer_that_leads_elsewhere_is_followed(person: Visitor) -> None:
    page = person.go("/start/")
    page.get_by_label("I am not sure").check()
    proceed(page)
    assert page.url == f"{person.home}/under-18/"


def test_when_no_answer_comes_nothing_typed_is_lost_and_the_button_works_again(
    person: Visitor,
) -> None:
    person.allow_console("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    page = to_pictures(person)
    choose(page)
    proceed(page)
    proceed(page)
    page.get_by_label("PIN", exact=True).fill(PIN)
    page.get_by_label("Type the PIN again").fill(PIN)
    send = page.get_by_role("button", name="Send the fingerprints")
    person.context.set_offline(True)
    for _ in range(2):
        send.click()
        expect(page.get_by_role("alert")).to_contain_text("No answer came.")
    person.context.set_offline(False)
    with next_page(page):
        send.click()
    expect(page.locator("#case-number")).to_be_visible()


def lose_one_answer(page: Page, address: str) -> None:
    """Let the bank do what it is asked, once, and lose its answer on the way."""
    lost: list[Route] = []

    def lose(route: Route) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route)
        assert route.fetch().status == 200
        route.abort()

    page.route(address, lose)


def press_until_answered(page: Page, name: str) -> None:
    """Press a button whose first answer gets lost."""
    button = page.get_by_role("button", name=name)
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("No answer came.")
    with next_page(page):
        button.click()


def test_a_case_number_lost_on_the_way_comes_when_the_button_is_pressed_again(
    person: Visitor,
) -> None:
    person.allow_console("ERR_FAILED")
    page = to_pictures(person)
    choose(page)
    proceed(page)
    proceed(page)
    for label in ("PIN", "Type the PIN again"):
        page.get_by_label(label, exact=True).fill(PIN)
    lose_one_answer(page, "**/start/done/")
    press_until_answered(page, "Send the fingerprints")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    phrase = page.locator("#recovery-phrase").inner_text()
    page = person.go("/recover/")
    page.get_by_label("Recovery phrase").fill(phrase)
    for label in ("PIN", "Type the PIN again"):
        page.get_by_label(label, exact=True).fill(PIN)
    lose_one_answer(page, "**/recover/")
    press_until_answered(page, "Continue")
    expect(page.get_by_role("heading", name="Your new case number")).to_be_visible()
    number = page.locator("#case-number").inner_text()
    expect(open_status(person, Kept(number, "", PIN)).locator(".item")).to_have_count(1)


def test_what_was_typed_stays_while_the_bank_can_save_nothing(
    person: Visitor, quick_sites: Sites
) -> None:
    person.allow_console("status of 503")
    kept = hand_in(person, LISTED, PIN)
    page = person.go("/status/")
    page.get_by_label("Case number").fill(kept.case_number)
    page.get_by_label("PIN", exact=True).fill(PIN)
    button = page.get_by_role("button", name="Continue")
    with locked(quick_sites.bank.settings_path.parent / "bank.sqlite3"):
        button.click()
        expect(page.get_by_role("alert")).to_contain_text("what you entered is still here")
        expect(page.get_by_label("PIN", exact=True)).to_have_value(PIN)
    with next_page(page):
        button.click()
    expect(page.locator(".item")).to_have_count(1)


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/html", "<h1>502 Bad Gateway</h1>"), ("text/plain", "too large"), ("text/html", "")],
)
def test_an_answer_that_is_no_page_of_this_site_is_not_shown(
    person: Visitor, kind: str, body: str
) -> None:
    person.allow_console("status of 502")
    page = person.go("/start/")
    page.route(
        "**/start/who/", lambda route: route.fulfill(status=502, content_type=kind, body=body)
    )
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("No answer came.")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Was anyone in the picture under 18 when it was taken?"
    )


def held(page: Page, address: str) -> list[Route]:
    """Hold back the answers of an address; gather what was asked for."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)

    page.route(address, hold)
    return routes


def test_a_slow_answer_is_announced_and_a_second_press_sends_nothing_more(
    person: Visitor,
) -> None:
    page = person.go("/start/")
    page.get_by_label("No, everyone was 18 or older").check()
    waiting = held(page, "**/start/who/")
    send = page.get_by_role("button", name="Continue")
    send.click()
    send.click()
    expect(page.get_by_role("status")).to_have_text("One moment…")
    assert len(waiting) == 1
    with next_page(page):
        waiting[0].continue_()
    expect(page.get_by_label("Yes, it is me")).to_be_visible()


def test_whoever_leaves_while_an_answer_is_on_its_way_sees_no_page_again(
    person: Visitor,
) -> None:
    person.allow_foreign("https://www.wikipedia.org/")
    page = person.go("/start/")
    # The other page never comes: what could be seen meanwhile stays to be looked at.
    page.route("https://www.wikipedia.org/", lambda route: route.fulfill(status=204))
    page.evaluate(
        """() => {
        const fetched = window.fetch;
        window.fetch = async (...request) => {
            try {
                return await fetched(...request);
            } finally {
                await new Promise((resolve) => setTimeout(resolve, 300));
                window.answered = true;
            }
        };
    }"""
    )
    page.get_by_label("No, everyone was 18 or older").check()
    page.get_by_role("button", name="Continue").click()
    page.evaluate("document.getElementById('exit-page').click()")
    within(60, lambda: bool(page.evaluate("window.answered === true")))
    page.wait_for_timeout(200)
    assert page.evaluate("[document.body.innerText, document.title]") == ["", "\u200b"]
