"""What a registry says that it hides is told, and at the contact it belongs to."""

import json
from typing import Any

import pytest

from staydown.notices.contacts.contacts import beside_of, contacts_of
from staydown.notices.contacts.reading import read_answers
from staydown.notices.contacts.redactions import redactions_of
from tests.notices.contacts.cards import contacts, domain, entity, mail

REPLACED = {
    "name": {"type": "Registrant Email"},
    "prePath": "$.entities[?(@.roles[0]=='registrant')].vcardArray[1][?(@[0]=='email')]",
    "replacementPath":
        "$.entities[?(@.roles[0]=='registrant')].vcardArray[1][?(@[0]=='contact-uri')]",
    "pathLang": "jsonpath",
    "method": "replacementValue",
    "reason": {"description": "Server policy"},
}  # fmt: skip


def test_a_form_in_place_of_an_address_is_shown_with_what_it_stands_for() -> None:
    form = "https://registrar.example/contact/site.example"
    (found,) = contacts(
        domain(entity(["registrant"], ["contact-uri", {}, "uri", form]), redacted=[REPLACED])
    )
    assert found.pages == (form,)
    assert found.redacted == ("Registrant Email (replaced: Server policy)",)
    assert not found.hidden, "an address is hidden, not who it is"


@pytest.mark.parametrize("name", ["Registrant Name", "Registrant Organization"])
def test_whose_name_is_left_out_is_hidden(name: str) -> None:
    redaction = {"name": {"type": name}, "method": "emptyValue"}
    (found,) = contacts(domain(entity(["registrant"], mail("r@x.example")), redacted=[redaction]))
    assert found.hidden


def test_an_address_in_place_of_an_address_is_shown_too() -> None:
    stand_in = entity(["registrant"], mail("x7f@forward.example"))
    (found,) = contacts(domain(stand_in, redacted=[REPLACED]))
    assert found.emails == ("x7f@forward.example",)
    assert found.redacted


@pytest.mark.parametrize(
    ("redaction", "role"),
    [
        ({"name": {"type": "Tech Email"}, "method": "removal"}, "technical"),
        ({"name": {"description": "Admin Phone"}}, "administrative"),
        ({"name": {"type": "Registrant Name"}, "postPath": "$.entities[1].vcardArray"},
         "technical"),
        ({"name": {"type": "X"}, "prePath": "$.entities[?(@.roles[0] == 'technical')]"},
         "technical"),
        ({"name": {"type": "X"}, "prePath": '$.entities[?(@.roles=="Technical")]'}, "technical"),
    ],
)  # fmt: skip
def test_it_is_told_at_the_entry_that_it_names_and_at_no_other(
    redaction: dict[str, Any], role: str
) -> None:
    within = entity([role], mail("inner@x.example"))
    answer = domain(
        entity(["registrant"], mail("r@x.example")),
        entity(["technical"], mail("t@x.example")),
        entity(["administrative"], mail("a@x.example")),
        entity(["registrar"], mail("s@x.example"), within=[within]),
        redacted=[redaction],
    )
    told = {one.emails[0] for one in contacts(answer) if one.redacted}
    assert told == {{"technical": "t@x.example", "administrative": "a@x.example"}[role]}


def test_what_belongs_to_no_entry_is_told_beside_the_contacts() -> None:
    table = domain(redacted=[{"name": {"type": "Registry Domain ID"}, "method": "removal"}])
    answers = read_answers(json.dumps(table).encode())
    assert contacts_of(answers) == ()
    assert beside_of(answers).redacted == ("Registry Domain ID (left out)",)


@pytest.mark.parametrize(
    "given",
    [None, "all", 7, {}, [None, 7, "x"], [{"name": 7, "method": [], "prePath": {}}] * 2,
     [{}] * 5000],
)  # fmt: skip
def test_any_other_build_harms_nothing(given: Any) -> None:
    assert len(redactions_of(given)) <= 100
