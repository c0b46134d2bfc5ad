"""Answers come from anywhere: what can't be read says so, soon, and repeats nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.notices.contacts.contacts import beside_of, contacts_of
from staydown.notices.contacts.errors import BadAnswer
from staydown.notices.contacts.reading import MAX_FILE_BYTES, read_answers
from tests.notices.contacts.recorded import bytes_of

NAMES = ("domain-registry", "domain-registrar", "ip-one-level", "ip-nested")
SECRET = "private-words"


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_saved_by_hand_is_read_as_it_is(name: str) -> None:
    answers = read_answers(bytes_of(name))
    assert len(answers.answers) == 1
    assert answers.answers[0].asked is None
    assert contacts_of(answers)


def nested(depth: int) -> bytes:
    entity: dict[str, Any] = {"roles": ["abuse"]}
    for _ in range(depth):
        entity = {"roles": ["abuse"], "entities": [entity]}
    return json.dumps({"objectClassName": "domain", "entities": [entity]}).encode()


BROKEN = {
    "nothing": b"",
    "no JSON": b"<html>",
    "not UTF-8": b'{"format": "\xff"}',
    "a list": b"[]",
    "a number": b"7",
    "an empty object": b"{}",
    "another format": json.dumps({"format": SECRET, "host": "x", "answers": []}).encode(),
    "another object": json.dumps({"objectClassName": "zone", "handle": SECRET}).encode(),
    "an object without a class": json.dumps({"handle": SECRET}).encode(),
    "a class that is none": json.dumps({"objectClassName": [SECRET], "ldhName": "x"}).encode(),
    "an error of RDAP": json.dumps({"errorCode": 404, "title": SECRET}).encode(),
    "a help page": json.dumps({"notices": [{"title": SECRET}]}).encode(),
    "results of a search": json.dumps({"domainSearchResults": [{"ldhName": SECRET}]}).encode(),
    "answers that are none": b'{"format": "staydown-contacts-1", "host": "x", "answers": [1]}',
    "too many answers": json.dumps(
        {"format": "staydown-contacts-1", "host": "x", "answers": [{}] * 33}
    ).encode(),
    "a day without zone": json.dumps(
        {"format": "staydown-contacts-1", "host": "x", "asked": "2026-11-22T10:00:00",
         "answers": []}
    ).encode(),
    "deep beyond reason": nested(300),
    "deeper": b'{"objectClassName":"domain","entities":' + b"[" * 100_000,
    "deepest": b"[" * 1_000_000,
    "a huge number": b'{"objectClassName": ' + b"9" * 100_000 + b"}",
    "huge": b" " * (MAX_FILE_BYTES + 1),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_answer_is_refused_without_repeating_it(name: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        read_answers(BROKEN[name])
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("bad", "said"),
    [("an error of RDAP", "error message"), ("a help page", "help or terms"),
     ("results of a search", "list of search results")],
)  # fmt: skip
def test_an_answer_of_another_kind_is_named_with_what_to_do(bad: str, said: str) -> None:
    with pytest.raises(BadAnswer, match=said):
        read_answers(BROKEN[bad])


def kept(*answers: object) -> bytes:
    entries = [{"about": "a.example", "answer": answer} for answer in answers]
    return json.dumps(
        {"format": "staydown-contacts-1", "host": "a.example", "answers": entries}
    ).encode()


def test_one_answer_of_a_file_that_is_none_costs_the_others_nothing() -> None:
    error = {"errorCode": 429, "title": SECRET}
    answers = read_answers(kept(error, json.loads(bytes_of("ip-nested"))))
    assert contacts_of(answers)
    assert [one.about for one in answers.unanswered] == ["a.example"]
    assert "error message" in answers.unanswered[0].why
    assert SECRET not in answers.unanswered[0].why


@pytest.mark.parametrize(
    ("entities", "said"),
    [
        ([{"roles": ["abuse"], "handle": "A"}] * 301, "more than 300 contacts"),
        ([{"roles": ["abuse"], "entities": [{"handle": "B"}] * 50}] * 7, "more than 300 contacts"),
        (json.loads(nested(8))["entities"], "deeper than 8 levels"),
        ("all", "all"),
        ([7], "7"),
    ],
)
def test_what_is_too_much_or_no_contact_is_said_beside_what_is_read(
    entities: object, said: str
) -> None:
    table = {"objectClassName": "domain", "entities": entities}
    beside = beside_of(read_answers(json.dumps(table).encode()))
    assert len(beside.unread) == 1
    assert said in beside.unread[0].text


def test_as_deep_as_allowed_is_read_and_nothing_said() -> None:
    answers = read_answers(nested(7))
    assert not beside_of(answers).unread
    depth, entities = 0, answers.answers[0].answer.entities
    while entities:
        depth, entities = depth + 1, entities[0].entities
    assert depth == 8


@pytest.mark.parametrize(
    "given",
    [b"\xef\xbb\xbf%s", b" \r\n%s\r\n", b"HTTP/2 200\r\nserver: x\r\n\r\n%s", b"```json\n%s\n```",
     b"JSON  Raw Data  Headers\n%s"],
)  # fmt: skip
def test_what_stands_around_an_answer_is_passed_over(given: bytes) -> None:
    assert contacts_of(read_answers(given % bytes_of("ip-nested")))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("saved", [bytes_of("ip-nested"), kept(json.loads(bytes_of("ip-nested")))])
def test_a_file_as_windows_saves_it_is_read(encoding: str, saved: bytes) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    assert contacts_of(read_answers(mark + saved.decode().encode(encoding)))


def test_one_letter_in_another_encoding_does_not_cost_the_answer() -> None:
    broken = bytes_of("ip-nested").replace(b"Example CDN Inc.", b"Ex\xe9mple CDN")
    names = [one.name for one in contacts_of(read_answers(broken)) if one.role == "registrant"]
    assert names == ["Ex\ufffdmple CDN"]


def test_odd_contacts_are_passed_over_and_the_others_found() -> None:
    answer = json.loads(bytes_of("domain-registry"))
    answer["entities"] += [
        {"roles": ["abuse"], "vcardArray": None},
        {"roles": ["ABUSE"], "vcardArray": ["vcard", [["email", {}, "text", "up@case.example"]]]},
        {"roles": ["abuse"], "vcardArray": ["vcard", "nonsense"]},
        {"roles": ["abuse"], "vcardArray": ["vcard", [[], 7, ["email", {}, "text", {"a": 1}]]]},
        {"roles": ["abuse"], "vcardArray": ["vcard", [[["fn"], {}, "text", "A"]]]},
        {"roles": ["abuse"], "vcardArray": ["vcard", [[{"fn": 1}, {}, "text", "A"]]]},
        {"roles": None, "vcardArray": []},
        {"roles": ["from another world"], "vcardArray": []},
    ]
    contacts = contacts_of(read_answers(json.dumps(answer).encode()))
    assert {email for one in contacts for email in one.emails} == {
        "abuse@registrar.example", "up@case.example",
    }  # fmt: skip


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_answers(raw)


MEMBERS = ["entities", "nameservers", "links", "handle", "ldhName", "objectClassName", "redacted",
           "remarks", "notices", "startAddress"]  # fmt: skip


@given(st.sampled_from(NAMES), st.sampled_from(MEMBERS), _json)
def test_an_answer_with_one_thing_replaced_gives_contacts_or_a_clear_error(
    name: str, key: str, value: Any
) -> None:
    answer = json.loads(bytes_of(name))
    answer[key] = value
    try:
        read = read_answers(json.dumps(answer).encode())
    except BadAnswer:
        assert key == "objectClassName"
        return
    contacts_of(read)
    beside_of(read)


PARTS = ["roles", "vcardArray", "jscontact_card", "entities", "handle", "links", "publicIds",
         "remarks", "email", "objectClassName"]  # fmt: skip


@given(_json, st.sampled_from(PARTS))
def test_an_entity_with_one_thing_replaced_costs_no_other_contact(value: Any, key: str) -> None:
    answer = json.loads(bytes_of("ip-nested"))
    answer["entities"][0]["entities"][0][key] = value
    found = contacts_of(read_answers(json.dumps(answer).encode()))
    assert "noc@cdn.example" in {email for one in found for email in one.emails}
