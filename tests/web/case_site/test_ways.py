"""The ways and next steps: each recipient with its own letter, and what is in doubt of it."""

import html
import re

import pytest

from staydown.notices.directory.reading import load_directory
from tests.case_server import Person
from tests.web.case_site.cases import CASES, FILLED

pytestmark = pytest.mark.usefixtures("listed")


def test_next_steps_have_their_letters_ready(person: Person) -> None:
    person.send("/facts/", CASES["unknown site, India"])
    route = "in-rule-3-2-b"
    person.send(f"/letter/{route}/", FILLED)
    sent = person.send(f"/letter/{route}/sent/", {"at": ""})
    steps = re.findall(r'href="/letter/(next-[^"]+)/"', sent.text)
    assert len(steps) >= 4
    for step in steps:
        if person.get(f"/letter/{step}/").url.path != f"/letter/{step}/":
            person.send(f"/ways/{step}/", {})
        full = person.send(f"/letter/{step}/", {**FILLED, "to_name": "Example host"})
        assert full.url.path == f"/letter/{step}/read/", re.findall(r'<li><a href="#.*', full.text)


def test_what_is_not_confirmed_says_so_on_every_page_that_uses_it(person: Person) -> None:
    """A confirmed law leads to a place whose address nobody saw; so does a complaint."""
    place = load_directory().places["reddit"]
    authority = load_directory().authorities["br-anpd-and-ministerio-publico"]
    assert not place.confirmed
    assert not authority.confirmed
    facts = {**CASES["posted in the US"], "place": "reddit", "person_country": "BR"}
    ways = person.send("/facts/", facts).text
    items = re.findall(r'href="/ways/[^"]+/".*?</li>', ways, re.DOTALL)
    (shown,) = (item for item in items if "Reddit" in item and "48 hours" in item)
    assert "Not confirmed" in shown
    doubt = html.escape(place.why).replace("&#x27;", "&#39;")
    assert doubt in person.get("/letter/us-tida_reddit/").text
    read = person.send("/letter/us-tida_reddit/", FILLED)
    assert read.url.path.endswith("/read/")
    assert doubt in read.text.partition("Subject")[0]
    date = person.send("/letter/us-tida_reddit/sent/", {"at": ""}).text
    steps = re.findall(r'<h3 class="item-title">.*?</li>', date, re.DOTALL)
    (complaint,) = (step for step in steps if html.escape(authority.name) in step)
    assert "Not confirmed" in complaint
    person.send("/facts/", CASES["posted in the US"])


def test_each_search_engine_of_a_next_step_has_a_letter_of_its_own(person: Person) -> None:
    person.send("/facts/", CASES["posted in the US"])
    person.send("/letter/terms_facebook/", FILLED)
    date = person.send("/letter/terms_facebook/sent/", {"at": ""}).text
    for name in ("DuckDuckGo", "Google Search"):
        (address,) = re.findall(rf'href="(/letter/next-[^"]+/)">\s*Write to {name}<', date)
        read = person.send(address, FILLED)
        assert read.url.path == f"{address}read/"
        assert f"To: <bdi>{name}</bdi>" in read.text
        assert f"→ {name}" in read.text


def test_ways_that_differ_in_the_recipient_alone_are_told_of_together(person: Person) -> None:
    ways = person.send("/facts/", CASES["posted in the US"]).text
    assert ways.count("Ask a search engine not to show it</h3>") == 1
    assert ways.count("Do this on the same day as the notice to the site") == 1
    for name in ("DuckDuckGo", "Google Search"):
        assert re.search(
            rf'<a href="/ways/[^"]+/">\s*<span class="[^"]+">[^<]+</span>\s*{name}</a>', ways
        )
