"""Answers come from anywhere: what can't be read says so, soon, and repeats nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.notices.contacts.contacts import contacts_of
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
    "another object": json.dumps({"objectClassName": "entity", "handle": SECRET}).encode(),
    "an error of RDAP": json.dumps({"errorCode": 404, "title": SECRET}).encode(),
    "answers that are none": b'{"format": "staydown-contacts-1", "host": "x", "answers": [1]}',
    "too many answers": json.dumps(
        {"format": "staydown-contacts-1", "host": "x", "answers": [{}] * 33}
    ).encode(),
    "a day without zone": json.dumps(
        {"format": "staydown-contacts-1", "host": "x", "asked": "2026-11-22T10:00:00",
         "answers": []}
    ).encode(),
    "entities that are none": b'{"objectClassName": "domain", "entities": "all"}',
    "too many entities": json.dumps(
        {"objectClassName": "domain", "entities": [{"roles": ["abuse"]}] * 101}
    ).encode(),
    "too many in all": json.dumps(
        {"objectClassName": "domain",
         "entities": [{"roles": ["abuse"], "entities": [{}] * 50}] * 7}
    ).encode(),
    "too long a line": json.dumps({"objectClassName": "domain", "ldhName": "x" * 2001}).encode(),
    "too deep by one": nested(4),
    "deep": nested(60),
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


def test_as_deep_as_allowed_is_read() -> None:
    assert read_answers(nested(3)).answers[0].answer.entities


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


@given(
    st.sampled_from(NAMES),
    st.sampled_from(["entities", "nameservers", "links", "handle", "ldhName", "objectClassName"]),
    _json,
)
def test_an_answer_with_one_thing_replaced_gives_contacts_or_a_clear_error(
    name: str, key: str, value: Any
) -> None:
    answer = json.loads(bytes_of(name))
    answer[key] = value
    try:
        contacts_of(read_answers(json.dumps(answer).encode()))
    except BadAnswer:
        return


@given(_json, st.sampled_from(["roles", "vcardArray", "entities", "handle", "objectClassName"]))
def test_an_entity_with_one_thing_replaced_gives_contacts_or_a_clear_error(
    value: Any, key: str
) -> None:
    answer = json.loads(bytes_of("ip-nested"))
    answer["entities"][0]["entities"][0][key] = value
    try:
        contacts_of(read_answers(json.dumps(answer).encode()))
    except BadAnswer:
        return
