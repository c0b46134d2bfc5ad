"""What somebody else finds who uses the same computer afterwards, or prints, or is under 18."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.case_server import Person, RunningCase, running_case
from tests.flows.incident import come_in, list_addresses, say_what_happened, write_letter
from tests.flows.person import follow, next_page
from tests.web.browser import Visits
from tests.web.browser_files import files_with, lasting_browser, until_written

#: Answers to forms that lead on, and to forms that say what is wrong, in one walk.
_SITE, _WRONG, _TO, _LINE = "plantedsite", "plantedwrong", "plantedto", "plantedline"


def _enter(page: Page, served: RunningCase) -> None:
    page.goto(served.address)
    follow(page.get_by_role("button", name="Go on"))
    page.get_by_label("No, everyone was 18 or older").check()
    follow(page.get_by_role("button", name="Continue"))


def _type_everywhere(page: Page, served: RunningCase) -> None:
    _enter(page, served)
    page.get_by_label("If not: the name or address").fill(f"{_WRONG}.example")
    follow(page.get_by_role("button", name="See your options"))
    page.get_by_label("Social media").check()
    page.get_by_label("If not: the name or address").fill(f"{_SITE}.example")
    follow(page.get_by_role("button", name="See your options"))
    page.goto(f"{served.url}/list/")
    page.get_by_label("Addresses, one a line").fill(_LINE)
    follow(page.get_by_role("button", name="Add to the list"))
    page.goto(f"{served.url}/letter/neutral/")
    page.get_by_text("Someone else", exact=True).click()
    page.get_by_label("Name of the recipient").fill(_TO)
    follow(page.get_by_role("button", name="Check and read the letter"))
    page.get_by_role("heading", name="There is a problem").wait_for()


def test_what_was_typed_is_in_no_file_of_the_browser_not_even_where_a_form_was_refused(
    chromium: Browser, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    with running_case(tmp_path / "case") as served, lasting_browser(chromium, profile) as context:
        page = context.pages[0]
        _type_everywhere(page, served)
        until_written(page)
    assert files_with(profile, (_SITE, _WRONG, _TO, _LINE)) == {}


@pytest.mark.parametrize("path", ["/facts/", "/age/", "/list/", "/contacts/", "/no-such-page/"])
def test_a_refused_form_leads_to_a_page_that_is_shown_once(person: Person, path: str) -> None:
    answer = person.client.post(path, data={"csrfmiddlewaretoken": person.token})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert answer.content == b""
    assert person.client.get(path).status_code >= 400
    again = person.client.get(path)
    assert again.status_code == 404 if path == "/no-such-page/" else again.status_code == 200


def test_a_refused_form_never_leads_to_another_host(person: Person) -> None:
    address = f"{person.client.base_url}/evil.example/"
    answer = person.client.post(address, data={"csrfmiddlewaretoken": person.token})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/evil.example/"


def test_a_form_sent_by_a_browser_that_is_not_in_is_led_to_the_door(served: RunningCase) -> None:
    with served.client() as client:
        answer = client.post("/list/", data={"addresses": "planted"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert client.get("/").status_code == 403


def test_a_page_that_is_held_is_gone_with_the_answer_about_the_age(person: Person) -> None:
    person.client.post(
        "/facts/", data={"csrfmiddlewaretoken": person.token, "site": "planted.example"}
    )
    person.send("/age/", {"under18": "yes"})
    person.send("/age/", {"under18": "no"})
    assert "planted" not in person.get("/facts/").text


def test_the_facts_stay_filled_in_where_only_the_first_answer_is_missing(person: Person) -> None:
    shown = person.send("/facts/", {
        "site": "kept.example", "stage": "threat_only", "person_country": "KE",
        "beside": ["name"], "taken_by": "somebody_else",
    }).text  # fmt: skip
    assert "There is a problem" in shown
    assert 'value="kept.example"' in shown
    assert re.search(r'value="threat_only"[^>]* checked', shown)
    assert '<option value="KE" selected>' in shown
    assert re.search(r'name="beside" value="name"[^>]* checked', shown)
    assert not re.search(r'name="where"[^>]* checked', shown)


def test_no_page_lets_the_browser_send_what_is_typed_to_check_or_complete_it(
    visits: Visits, tmp_path: Path
) -> None:
    with running_case(tmp_path / "own") as own:
        visitor = visits(own.url)
        _enter(visitor.page, own)
        visitor.page.goto(f"{own.url}/list/")
        visitor.page.get_by_label("Addresses, one a line").fill("in words")
        follow(visitor.page.get_by_role("button", name="Add to the list"))
        for path in ("/list/", "/facts/", "/look-up/", "/search-sheet/", "/contacts/", "/many/"):
            page = visitor.go(path)
            assert (
                page.evaluate("""[...document.querySelectorAll('input, textarea')]
                .filter((one) => one.spellcheck || one.writingSuggestions === 'true'
                    || (one.form && one.form.autocomplete !== 'off' && one.type !== 'hidden'))
                .map((one) => one.name)""")
                == []
            ), path


def test_somebody_under_18_finds_who_helps_in_their_own_country(tmp_path: Path) -> None:
    with running_case(tmp_path / "case") as served:
        person = served.enter()
        person.begin("yes")
        anywhere = person.get("/who/").text
        assert '<option value="GB"' in anywhere
        at_home = person.get("/who/?country=GB").text
        assert at_home.count("item-title") > anywhere.count("item-title")
        assert "United Kingdom" in re.findall(r'class="item-meta">([^<]*)', at_home)[0]
        assert person.get("/who/?country=nowhere").text.count("item-title") == anywhere.count(
            "item-title"
        )
        person.client.close()


@pytest.mark.parametrize(
    "path", ["/look-up/regimes/us-tida/", "/look-up/places/facebook/", "/look-up/jurisdictions/US/"]
)
def test_a_record_is_shown_in_words_and_not_as_its_file_has_it(person: Person, path: str) -> None:
    shown = re.sub(r"<[^>]+>", " ", person.get(path).text.partition("<main")[2])
    words = re.sub(r"\S*[/.]\S*", "", shown)  # addresses may have underscores
    assert re.findall(r"\b[a-z]+_[a-z_]+\b", words) == []
    assert not re.search(r"^\s*(true|false)\s*$", words, re.MULTILINE)


def test_no_address_in_the_list_of_pages_names_a_way_a_service_or_a_law(
    visits: Visits, tmp_path: Path
) -> None:
    with running_case(tmp_path / "case") as served:
        visitor = visits(served.url)
        page, seen = visitor.page, []
        page.on("framenavigated", lambda frame: seen.append(frame.url))
        _enter(page, served)
        page.get_by_label("Social media").check()
        page.get_by_label("Is it one of these?").select_option("facebook")
        page.get_by_label("In which country does the person").select_option("US")
        follow(page.get_by_role("button", name="See your options"))
        follow(page.get_by_role("link", name="Notice by law: Facebook"))
        follow(page.get_by_role("link", name="TAKE IT DOWN Act"))
        with next_page(page):
            page.go_back()
        follow(page.get_by_role("link", name="Write the letter"))
        page.get_by_role("heading", name="What the letter needs").wait_for()
        page.goto(f"{served.url}/age/")
        page.get_by_label("Yes").check()
        follow(page.get_by_role("button", name="Continue"))
        page.get_by_role("heading", name="Pictures of people under 18").wait_for()
    paths = [url.removeprefix(served.url) for url in seen]
    assert len([path for path in paths if re.fullmatch(r"/(ways|letter)/[0-9a-f]{12}/", path)]) >= 2
    assert any(re.fullmatch(r"/look-up/regimes/[0-9a-f]{12}/", path) for path in paths)
    assert not [path for path in paths if re.search("tida|facebook|under|us-", path)]


def test_a_printed_letter_is_whole(visits: Visits, tmp_path: Path) -> None:
    with running_case(tmp_path / "case") as served:
        visitor = visits(served.url)
        visitor.allow_console("status of 4")
        page = come_in(visitor, served)
        say_what_happened(page)
        list_addresses(page)
        write_letter(page)
        text = page.locator("textarea[readonly]").input_value().strip()
        assert not page.locator("pre").is_visible()
        page.emulate_media(media="print")
        assert page.locator("pre").inner_text().strip() == text
        assert not page.locator("textarea[readonly]").is_visible()
        assert not page.locator("#exit-page").is_visible()
