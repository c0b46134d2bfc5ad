"""The walk of somebody whose picture was found on a page, through the case pages by mouse."""

from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from tests.case_server import RunningCase
from tests.flows.person import Look, follow, no_look
from tests.web.browser import Visitor

ADDRESSES = "https://www.facebook.com/groups/example/posts/1\nhttps://www.facebook.com/photo/2"


def come_in(visitor: Visitor, served: RunningCase, look: Look = no_look) -> Page:
    """Open the printed address, read the page about shared devices, answer the age."""
    page = visitor.go(served.address.removeprefix(served.url))
    look(page)
    follow(page.get_by_role("button", name="Go on"))
    look(page)
    page.get_by_label("No, everyone was 18 or older").check()
    follow(page.get_by_role("button", name="Continue"))
    return page


def say_what_happened(page: Page, look: Look = no_look) -> None:
    """Fill in the facts, and arrive at the ways."""
    page.get_by_label("Social media").check()
    page.get_by_label("Is it one of these?").select_option("facebook")
    page.get_by_label("It can be seen by others").check()
    page.get_by_label("Yes, it is me").check()
    page.get_by_label("In which country does the person in the picture live?").select_option("US")
    follow(page.get_by_role("button", name="See your options"))
    look(page)


def list_addresses(page: Page, look: Look = no_look) -> None:
    """Paste where it is."""
    follow(page.get_by_role("link", name="List", exact=True))
    page.get_by_label("Addresses, one a line").fill(ADDRESSES)
    follow(page.get_by_role("button", name="Add to the list"))
    expect(page.get_by_role("heading", name="2 on the list")).to_be_visible()
    look(page)


def write_letter(page: Page, look: Look = no_look) -> None:
    """Choose the first way, leave something out, mend it, read the letter."""
    follow(page.get_by_role("link", name="Options", exact=True))
    follow(page.get_by_role("link", name="Notice by law: Facebook"))
    look(page)
    follow(page.get_by_role("link", name="Write the letter"))
    look(page)
    follow(page.get_by_role("button", name="Check and read the letter"))
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    look(page)
    page.get_by_label("Signature").fill("A. B.")
    page.get_by_label("I write this in good faith").check()
    page.get_by_label("The person in the picture didn't agree to it being shown").check()
    page.get_by_label("Who was it meant for?").select_option("distributed_without_consent")
    page.get_by_label("A way to reach you that only you use").fill("a.b@example.org")
    follow(page.get_by_role("button", name="Check and read the letter"))
    expect(page.get_by_role("heading", name="Read the letter")).to_be_visible()
    look(page)


#: Days after which the time of the letter is over on any day of any year: 48 hours that roll over
#: days off, the last reading of a law in doubt, and every zone (``web/case_site/test_any_day.py``).
LONG_ENOUGH = 14


def note_as_sent(page: Page, now: datetime, days_ago: int, look: Look = no_look) -> None:
    """Say when it was sent: the clock starts. ``now``: what the pages take for the present."""
    at = now.astimezone() - timedelta(days=days_ago)
    page.get_by_label("When did you send it?").fill(f"{at:%Y-%m-%dT%H:%M}")
    follow(page.get_by_role("button", name="I sent it: start the clock"))
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    look(page)


def take_next_step(page: Page, look: Look = no_look) -> None:
    """From the overdue list to the reminder, whose text is ready."""
    follow(page.get_by_role("link", name="Dates", exact=True))
    expect(page.get_by_text("The time of one letter is over.")).to_be_visible()
    look(page)
    follow(page.get_by_role("link", name="Facebook").first)
    look(page)
    follow(page.get_by_role("link", name="Write it").first)
    look(page)
    page.get_by_label("The person in the picture didn't agree to it being shown").check()
    follow(page.get_by_role("button", name="Check and read the letter"))
    expect(page.get_by_role("heading", name="Read the letter")).to_be_visible()
