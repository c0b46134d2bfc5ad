"""What is noted of a letter is noted once, and can be taken back."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest

from tests import dates
from tests.case_server import Person
from tests.web.case_site.cases import CASES, FILLED


@pytest.fixture(scope="module", autouse=True)
def listed(person: Person) -> None:
    """One address on the list."""
    person.send("/list/", {"addresses": "https://www.site.example/1"})


def note_letter(person: Person) -> httpx.Response:
    """Write a letter and note it as sent now; the page of its date."""
    person.send("/facts/", CASES["posted in the US"])
    person.send("/letter/terms_facebook/", FILLED)
    return person.send("/letter/terms_facebook/sent/", {"at": ""})


def test_a_letter_is_noted_once_however_often_the_button_is_pressed(person: Person) -> None:
    person.send("/facts/", CASES["posted in the US"])
    person.send("/letter/terms_facebook/", FILLED)
    before = person.get("/dates/").text.count("item-title")
    with ThreadPoolExecutor(8) as pool:
        send = partial(person.send, "/letter/terms_facebook/sent/")
        pages = list(pool.map(send, [{"at": ""}] * 8))
    assert {page.status_code for page in pages} == {200}
    assert len({page.url.path for page in pages}) == 1
    assert person.get("/dates/").text.count("item-title") == before + 1
    back = person.get("/letter/terms_facebook/read/")  # the browser's Back button
    assert back.url == pages[0].url


def test_an_event_counts_once_and_not_before_the_letter_of_the_same_minute(
    person: Person,
) -> None:
    date = note_letter(person).url.path
    this_minute = f"{dates.now().astimezone():%Y-%m-%dT%H:%M}"
    for _twice in range(2):
        page = person.send(date, {"event": "received", "at": this_minute})
        assert page.status_code == 200
    assert page.text.count("They said that they received it</li>") == 1


def test_what_was_noted_by_mistake_can_be_taken_back(person: Person) -> None:
    date = note_letter(person).url.path
    assert "The deadline no longer applies" in person.send(date, {"event": "removed"}).text
    for _twice in range(2):
        again = person.send(date, {"undo": "1"})
        assert again.url.path == date
        assert "The deadline no longer applies" not in again.text
    person.send(date, {"event": "received"})
    assert person.send(date, {"undo": "0"}).url.path == date, "something happened: it was sent"
    person.send(date, {"undo": "1"})
    back = person.send(date, {"undo": "0"})
    assert "When did you send it?" in back.text
    assert person.get(date).status_code == 404
    assert person.send(date, {"undo": "0"}).url.path == "/dates/", "a second click"
    assert person.send("/letter/terms_facebook/sent/", {"at": "2026-11-01T10:00"}).url.path != date
