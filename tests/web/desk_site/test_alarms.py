"""Alarms on the console: shown on every page until somebody has seen them, lifted elsewhere."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from staydown.exchange.simulator import BankSimulator
from staydown.net.message import Request, Response
from tests.desk_server import FollowedBank, eventually, running_desk
from tests.exchange.simulated_site import serving
from tests.web.browser import Visits, axe, sideways
from tests.web.desk_site.support import Site
from tests.web.desk_site.test_browser import enter

NEW = "There is 1 new alarm."


def _endless(request: Request) -> Response:
    """A feed of rubbish that never ends: twenty pages are a share."""
    after = int(parse_qs(urlsplit(request.url).query)["after"][0])
    page = {"entries": [None] * 1000, "next_after": after + 1, "has_more": True}
    return Response(200, {}, json.dumps(page).encode())


@pytest.fixture(scope="module")
def alarmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A desk with a bank that sends without end."""
    with serving(_endless) as url:
        bank = FollowedBank("a-helpline-with-a-rather-long-name.example", url, "s" * 32, "f" * 32)
        with running_desk(tmp_path_factory.mktemp("alarmed"), [bank]) as desk:
            site = Site(desk, BankSimulator(), "")
            eventually(lambda: site.rows("review_alarm"), 300)
            yield site
            site.close()


def test_an_alarm_is_on_every_page_until_a_moderator_has_seen_it(
    alarmed: Site, visits: Visits
) -> None:
    stranger = alarmed.visitor()
    assert NEW not in stranger.get("/signin/").text
    assert stranger.get("/alarms/").headers["location"] == "/signin/"
    assert stranger.http.post("/alarms/1/seen/").status_code == 403
    # A browser first: the alarm is still new.
    for width, height in ((320, 640), (1280, 800)):
        visitor = enter(alarmed, visits, f"mo{width}", viewport={"width": width, "height": height})
        page = visitor.page
        expect(page.get_by_role("complementary", name="New alarms")).to_contain_text(NEW)
        assert axe(page) == []
        page.get_by_role("link", name="See the alarms").click()
        expect(page.get_by_role("heading", name="sends more than its share")).to_be_visible()
        for path in ("/alarms/", "/alarms/?show=lifted", "/banks/", "/items/"):
            page = visitor.go(path)
            assert axe(page) == [], path
            assert sideways(page) == 0, (path, width)
    page = visitor.go("/alarms/")
    page.get_by_role("button", name="I’ve seen this").press("Enter")
    expect(page.get_by_text("seen by mo1280")).to_be_visible()
    expect(page.get_by_text(NEW)).to_be_hidden()
    assert axe(page) == []


def test_a_form_about_no_alarm_says_that_nothing_is_here(alarmed: Site) -> None:
    anna = alarmed.moderator("zoe")
    anna.get("/alarms/")
    assert anna.post("/alarms/999/seen/").status_code == 404
    assert anna.get("/alarms/1/seen/").status_code == 405


def test_the_page_says_how_the_operator_lifts_it_and_shows_what_was_lifted(alarmed: Site) -> None:
    kai = alarmed.moderator("kai")
    assert "staydown desk alarms lift 1 --entries" in kai.get("/alarms/").text
    assert "Paused until" in kai.get("/banks/").text
    alarmed.desk.command("alarms", "lift", "1", "--reason", "the bank <b>was</b> mended")
    page = kai.get("/alarms/?show=lifted").text
    assert "the bank &lt;b&gt;was&lt;/b&gt; mended" in page
    assert "lifted by operator" in page
