"""The pages without a browser: every way, every record, and all that somebody may send."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from staydown.guidance.support.reading import load_support
from staydown.notices.directory.reading import load_directory
from tests.case_server import Person, running_case
from tests.notices.contacts.cards import domain, entity, mail
from tests.web.case_site.cases import CASES, FILLED

pytestmark = pytest.mark.usefixtures("listed")


@pytest.mark.parametrize("name", CASES)
def test_every_way_can_be_read_and_every_letter_written_and_handed_over(
    person: Person, name: str
) -> None:
    ways = person.send("/facts/", CASES[name]).text
    found = re.findall(r'href="/ways/([^"]+)/"', ways)
    assert found
    written = 0
    for route in found:
        page = person.get(f"/ways/{route}/")
        assert page.status_code == 200
        if "I have read it, and I go on" in page.text:
            assert person.get(f"/letter/{route}/").url.path == f"/ways/{route}/"
            page = person.send(f"/ways/{route}/", {})
        if f'href="/letter/{route}/"' in page.text:
            letter_can_be_handed_over(person, route)
            written += 1
    assert written or name == "nothing but where"


def letter_can_be_handed_over(person: Person, route: str) -> None:
    """Empty, it says what is missing; filled, it reads and downloads in every form."""
    empty = person.send(f"/letter/{route}/", {})
    assert empty.status_code == 422
    assert "There is a problem" in empty.text
    full = person.send(f"/letter/{route}/", FILLED)
    assert full.url.path == f"/letter/{route}/read/", re.findall(r'<li><a href="#.*', full.text)
    kinds = set(re.findall(r"/file/(\w+)/\?", full.text))
    for kind in kinds - {"pdf"}:  # it takes a while, and is the same for all
        file = person.get(f"/letter/{route}/file/{kind}/")
        assert file.status_code == 200, (route, kind)
        assert file.headers["Content-Disposition"] == f'attachment; filename="letter.{kind}"'
    assert {"txt", "json", "pdf"} <= kinds


@pytest.mark.usefixtures("pango")
def test_a_letter_is_downloaded_as_pdf(person: Person) -> None:
    person.send("/facts/", CASES["posted in the US"])
    person.send("/letter/us-tida_facebook/", FILLED)
    file = person.get("/letter/us-tida_facebook/file/pdf/")
    assert file.headers["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert file.content.startswith(b"%PDF-")


def test_a_pdf_that_would_show_empty_boxes_is_refused_with_what_to_do(person: Person) -> None:
    person.send("/facts/", CASES["posted in the US"])
    person.send("/letter/us-tida_facebook/", {**FILLED, "signature": "A. \U00013000"})
    refused = person.get("/letter/us-tida_facebook/file/pdf/")
    assert refused.status_code == 422
    assert "Egyptian" in refused.text
    assert "\U00013000" not in refused.text
    assert re.search(r"/file/txt/\?language=en\">Download the letter as text", refused.text)
    assert person.get("/letter/us-tida_facebook/file/txt/").status_code == 200


@pytest.mark.parametrize("language", ["es", "ar", "xx", "../en", ""])
def test_a_letter_reads_in_a_language_that_it_is_written_in_or_else_in_english(
    person: Person, language: str
) -> None:
    person.send("/facts/", CASES["posted in the US"])
    person.send("/letter/us-tida_facebook/", FILLED)
    page = person.client.get("/letter/us-tida_facebook/read/", params={"language": language})
    assert page.status_code == 200
    assert page.text.count(" selected") == 1
    assert "No lawyer has reviewed this text" in page.text


def test_what_is_sent_is_kept_with_its_clock_and_offered_as_one_file(person: Person) -> None:
    person.send("/facts/", CASES["posted in the US"])
    person.send("/letter/us-tida_facebook/", FILLED)
    sent = person.send("/letter/us-tida_facebook/sent/", {"at": "2026-11-01T10:00"})
    assert sent.url.path.startswith("/dates/")
    assert "Reminder" not in sent.text or "next-" in sent.text
    assert person.get(sent.url.path + "message/").status_code == 200
    calendar = person.get("/dates/calendar/").text
    assert "Look again" in calendar
    assert "facebook" not in calendar.lower()
    packed = zipfile.ZipFile(io.BytesIO(person.get("/everything/").content))
    assert not [name for name in packed.namelist() if "facebook" in name]
    notes = json.loads(packed.read("notes.json"))
    assert notes["letters"][0]["happened"][0]["event"] == "sent"
    assert "site.example" in packed.read(notes["letters"][0]["file"]).decode()
    noted = person.send(sent.url.path, {"event": "removed"})
    assert "ended" in noted.text


@pytest.mark.parametrize(
    "at",
    ["2999-01-01T00:00", "yesterday", "2026-13-45", "0001-01-01T00:00", "1999-12-31T23:00"],
)
def test_a_time_that_cannot_be_is_refused_beside_its_field(person: Person, at: str) -> None:
    person.send("/facts/", CASES["posted in the US"])
    person.send("/letter/terms_facebook/", FILLED)
    sent = person.send("/letter/terms_facebook/sent/", {"at": at})
    assert sent.status_code == 422
    assert 'id="at-error"' in sent.text
    assert person.get("/dates/").status_code == 200


def test_the_dates_come_first_and_sources_are_links(person: Person) -> None:
    person.send("/facts/", CASES["posted in the US"])
    person.send("/letter/us-tida_facebook/", FILLED)
    page = person.send("/letter/us-tida_facebook/sent/", {"at": ""}).text
    main = page[page.index("<h1>") :]
    assert main.index("Wait until") < main.index('class="lede"') < main.index("<details>")
    lede = re.search(r'class="lede">([^<]*)<', main)
    assert lede is not None
    assert len(lede[1]) < 100
    assert "http" not in re.sub(r"<[^>]*>", " ", main)


@pytest.mark.parametrize(
    "to",
    [
        {"to_name": "X", "to_email": "a@b.example\nBcc: c@d.example"},
        {"to_name": "X", "to_email": "a@b.example,c@d.example"},
        {"to_name": "X", "to_email": "a@b.example?bcc=c@d.example"},
        {"to_name": "X", "to_email": "javascript:alert(1)@x.example"},
        {"to_name": "\u202eX", "to_email": ""},
    ],
)
def test_a_recipient_that_is_not_one_is_named(person: Person, to: dict[str, str]) -> None:
    person.send("/facts/", CASES["posted in the US"])
    page = person.send("/letter/terms_facebook/", {**FILLED, "to": "other", **to})
    assert page.status_code == 422
    assert "mailto:" not in person.get("/letter/terms_facebook/read/").text


def test_many_addresses_are_grouped_and_only_what_is_ticked_is_written(tmp_path: Path) -> None:
    with running_case(tmp_path / "case") as served:
        person = served.enter()
        person.begin()
        person.send("/facts/", CASES["posted in the US"])
        sites = ["www.facebook.com", "x.com", "www.reddit.com"]
        lines = [f"https://{sites[number % 3]}/{number}" for number in range(50)]
        person.send("/list/", {"addresses": "\n".join(lines)})
        page = person.get("/many/").text
        bundles = re.findall(r'name="bundle" value="(\w+)"', page)
        assert len(bundles) == 3
        nothing = person.send("/many/", {})
        assert nothing.status_code == 422
        made = person.send("/many/", {**FILLED, "bundle": bundles[:2]})
        letters = re.findall(r'href="(/letter/many-[^"]+/read/)"', made.text)
        assert len(letters) == 2
        first = person.get(letters[0])
        assert first.status_code == 200
        assert first.text.count("facebook.com/") >= 17
        person.client.close()


def test_a_letter_without_any_address_leads_to_where_one_is_given(tmp_path: Path) -> None:
    with running_case(tmp_path / "case") as served:
        person = served.enter()
        person.begin()
        person.send("/facts/", CASES["posted in the US"])
        said = person.send("/letter/us-tida_facebook/", FILLED)
        assert said.status_code == 422
        assert 'href="#q-locations"' in said.text
        assert said.text.count('id="q-locations"') == 1
        assert "Fill the list first" in said.text
        person.client.close()


def test_contacts_come_from_a_pasted_answer_and_nothing_is_asked(person: Person) -> None:
    answer = {
        "objectClassName": "domain", "ldhName": "site.example", "handle": "1",
        "entities": [{
            "objectClassName": "entity", "handle": "2", "roles": ["registrar"],
            "vcardArray": ["vcard", [["version", {}, "text", "4.0"],
                                     ["fn", {}, "text", "Example Registrar"],
                                     ["email", {}, "text", "abuse@registrar.example"]]],
        }],
    }  # fmt: skip
    found = person.send("/contacts/", {"answer": json.dumps(answer)})
    assert "abuse@registrar.example" in found.text
    for broken in ("", "{", "[" * 100_000, json.dumps({"objectClassName": "domain"})):
        assert person.send("/contacts/", {"answer": broken}).status_code == 422
    assert "abuse@registrar.example" not in person.send("/contacts/", {"forget": "yes"}).text


def test_what_an_answer_says_unclearly_is_shown_as_it_stands_and_offered_to_nobody(
    person: Person,
) -> None:
    answer = domain(
        entity(["registrar"], ["fn", {}, "text", "Example Registrar"],
               mail("abuse@registrar.example"), ["email", {}, "text", "<script>write</script>"],
               within=[entity(["technical"], mail("nic@registrar.example"))]),
        entity(["registrant"], mail("owner@site.example")),
        entity([], mail("who@site.example")),
        {"roles": ["billing"], "handle": "P1"},
        remarks=["Complaints to desk@site.example"],
    )  # fmt: skip
    found = person.send("/contacts/", {"answer": json.dumps(answer)}).text
    assert "&lt;script&gt;write&lt;/script&gt;" in found
    assert "<script>write" not in found
    assert "listed under <bdi>Example Registrar</bdi>" in found
    assert "The registry knows them as <bdi>P1</bdi>." in found
    assert "desk@site.example" in found
    person.send("/facts/", CASES["posted in the US"])
    person.send("/contacts/", {"answer": json.dumps({"notices": [], "errorCode": 404})})
    assert "owner@site.example" in person.get("/contacts/").text, "a slip forgets nothing"
    person.send("/contacts/", {"forget": "yes"})
    assert "desk@site.example" not in person.get("/contacts/").text


def test_an_answer_with_remarks_alone_shows_them(person: Person) -> None:
    answer = domain(remarks=["Complaints to desk@site.example"])
    found = person.send("/contacts/", {"answer": json.dumps(answer)}).text
    assert "It doesn’t name anyone to write to." in found
    assert "desk@site.example" in found


def test_every_record_can_be_looked_up(person: Person) -> None:
    known = load_directory()
    records: dict[str, Mapping[str, Any]] = {
        "jurisdictions": known.jurisdictions, "regimes": known.regimes, "laws": known.laws,
        "authorities": known.authorities, "risks": known.risks, "places": known.places,
        "calendars": known.calendars, "support": load_support(), "retired": known.retired,
    }  # fmt: skip
    for kind, of_kind in records.items():
        for name, record in list(of_kind.items())[::9]:
            page = person.get(f"/look-up/{kind}/{name}/")
            assert page.status_code == 200, (kind, name)
            assert ("Not confirmed" in page.text) or record.standing.confirmed
            assert "checked" in page.text.lower() or "looked at" in page.text.lower()
    found = person.send("/look-up/", {"words": "take it down", "kind": ""})
    assert found.text.count("item-title") > 0
    assert found.url.query == b"", "the browser would remember the words"
    assert person.get("/look-up/places/no-such/").status_code == 404
    assert "Saturday<br>Sunday" in person.get("/look-up/calendars/DE/").text


def test_the_sheet_for_looking_oneself_up_can_be_made_and_forgotten(person: Person) -> None:
    made = person.send("/search-sheet/", {"names": "A. Planted", "phones": "+1 555 0100"})
    assert "A. Planted" in made.text
    assert person.send("/search-sheet/", {"forget": "yes"}).text.count("A. Planted") == 0
    wrong = person.send("/search-sheet/", {"names": "\n".join(str(one) for one in range(50))})
    assert wrong.status_code == 422


def test_the_plan_takes_every_answer_and_none(person: Person) -> None:
    assert person.send("/plan/", {}).url.path == "/plan/steps/"
    page = person.get("/plan/").text
    names = set(re.findall(r'type="radio" name="(\w+)"', page))
    assert 1 <= len(names) <= 8
    for answer in ("yes", "no", "not_sure", "rubbish"):
        shown = person.send("/plan/", dict.fromkeys(names, answer))
        assert shown.url.path == "/plan/steps/"
        assert "What may go wrong" in shown.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/facts/", {}),
        ("/facts/", {"where": "nowhere"}),
        ("/age/", {"under18": "perhaps"}),
        ("/list/", {"addresses": ""}),
        ("/list/", {"addresses": "x" * 5000}),
        ("/list/", {"addresses": f"https://a.example/{'x' * 2000}"}),
        ("/list/", {"addresses": "\n".join(f"https://a.example/{n}" for n in range(501))}),
    ],
)
def test_what_cannot_be_taken_is_said_and_not_kept(
    person: Person, path: str, fields: dict[str, str]
) -> None:
    before = person.get("/list/").text.count("item-title")
    answer = person.send(path, fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert person.get("/list/").text.count("item-title") == before


@pytest.mark.parametrize(
    ("path", "fields", "anchor"),
    [
        ("/list/", {"change": "L-01", "info": "x" * 4001}, "info-L-01"),
        ("/facts/", {"where": "dark_web", "site": "x" * 4001}, "q-site"),
        ("/search-sheet/", {"names": "x" * 4001}, "q-names"),
        ("/letter/us-tida_facebook/", {**FILLED, "signature": "x" * 4001}, "q-signature"),
    ],
)
def test_too_long_a_text_is_said_beside_its_question_and_shown_as_it_was_typed(
    person: Person, path: str, fields: dict[str, object], anchor: str
) -> None:
    person.send("/facts/", CASES["posted in the US"])
    page = person.send(path, fields)
    assert page.status_code == 422
    assert re.search(f'<a href="#{anchor}">Shorten it to 4,000 characters', page.text)
    assert "x" * 4001 in page.text


@pytest.mark.parametrize(
    "text", ["\x00", "<script>alert(1)</script>", "\u202egpj.exe", "%s{{x}}", "😀" * 900, "\ud800"]
)
def test_hostile_text_is_shown_as_text(person: Person, text: str) -> None:
    hidden = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert person.send("/list/", {"addresses": hidden}).status_code == 200
    assert "<script>alert" not in person.get("/list/").text
    for name in re.findall(r'name="remove" value="([^"]+)"', person.get("/list/").text)[1:]:
        person.send("/list/", {"remove": name})


@pytest.mark.parametrize("path", ["/ways/no-such/", "/letter/no-such/", "/dates/no-such/"])
def test_what_is_not_open_is_not_there(person: Person, path: str) -> None:
    person.send("/facts/", CASES["posted in the US"])
    assert person.get(path).status_code == 404
