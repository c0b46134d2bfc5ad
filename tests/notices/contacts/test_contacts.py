"""Every contact keeps its scope, source and day, and none is merged with another."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from staydown.base.wording import text
from staydown.notices.contacts.contacts import Contact, beside_of, contacts_of
from staydown.notices.contacts.reading import read_answers
from staydown.notices.contacts.scopes import Scope
from tests.notices.contacts.recorded import V4, V6, bytes_of

WHEN = "2026-11-20T10:00:00+00:00"


def saved(*names: str) -> bytes:
    answers = [
        {
            "about": about,
            "server": f"https://server.example/{name}",
            "asked": WHEN,
            "answer": json.loads(bytes_of(name)),
        }
        for name, about in (
            ("domain-registry", "example.org"),
            ("domain-registrar", "example.org"),
            ("ip-one-level", V4),
            ("ip-nested", V6),
        )
        if name in names
    ]
    table = {"format": "staydown-contacts-1", "host": "example.org", "answers": answers}
    return json.dumps(table).encode()


def found(*names: str) -> tuple[Contact, ...]:
    return contacts_of(read_answers(saved(*names)))


def brief(contact: Contact) -> tuple[str, str, str, tuple[str, ...]]:
    return contact.scope.value, contact.role, contact.name, contact.emails


def test_a_registry_names_the_registrar_and_its_abuse_desk() -> None:
    assert [brief(one) for one in found("domain-registry")] == [
        ("registrar", "abuse", "", ("abuse@registrar.example",)),
        ("registrar", "registrar", "Example Registrar Ltd.", ()),
    ]
    abuse = found("domain-registry")[0]
    assert abuse.within == "Example Registrar Ltd."
    assert abuse.phones == ("+1.5555551234",)


def test_the_registrars_own_answer_adds_the_operator_and_says_when_it_is_hidden() -> None:
    contacts = found("domain-registrar")
    assert [brief(one) for one in contacts if one.scope is Scope.OPERATOR] == [
        ("operator", "registrant", "REDACTED FOR PRIVACY", ()),
        ("operator", "administrative, technical", "Example Hosting B.V., Operations",
         ("noc@hosting.example", "second@hosting.example")),
    ]  # fmt: skip
    registrant = next(one for one in contacts if one.role == "registrant")
    assert registrant.hidden
    assert registrant.pages == ("https://registrar.example/contact/example.org",)


def test_a_network_is_told_from_whoever_holds_the_addresses() -> None:
    contacts = found("ip-one-level")
    assert [brief(one) for one in contacts] == [
        ("host", "registrant", "Example Hosting B.V.", ("info@hosting.example",)),
        ("network", "abuse", "Abuse contact", ("abuse@hosting.example",)),
        ("network", "administrative, technical", "Example Hosting Network Operations", ()),
    ]
    assert contacts[0].about == f"{V4} (93.184.216.0 - 93.184.216.255)"


def test_contacts_within_others_are_found_and_say_in_whom_they_stand() -> None:
    contacts = found("ip-nested")
    assert [(one.scope, one.role, one.within) for one in contacts] == [
        (Scope.HOST, "abuse", "Example CDN Inc."),
        (Scope.HOST, "registrant", ""),
        (Scope.HOST, "noc, technical", "Example CDN Inc."),
    ]
    assert contacts[0].phones == ("+1-555-555-0100",)


def test_two_answers_that_name_one_address_stay_two() -> None:
    both = found("domain-registry", "domain-registrar")
    desk = [one for one in both if "abuse@registrar.example" in one.emails]
    assert [one.source for one in desk] == [
        "https://server.example/domain-registry",
        "https://server.example/domain-registrar",
    ]
    assert {one.asked for one in desk} == {datetime(2026, 11, 20, 10, tzinfo=UTC)}


def test_hosts_come_first_and_operators_last() -> None:
    every = found("domain-registry", "domain-registrar", "ip-one-level", "ip-nested")
    scopes = [one.scope for one in every]
    assert scopes == sorted(scopes, key=["host", "network", "registrar", "operator"].index)
    assert set(scopes) == set(Scope) - {Scope.UNCLEAR}


def test_name_servers_are_told_once() -> None:
    answers = read_answers(saved("domain-registry", "domain-registrar"))
    assert beside_of(answers).nameservers == ("ns1.cdn.example", "ns2.cdn.example")


@pytest.mark.parametrize("scope", list(Scope))
def test_each_scope_says_what_to_know_before_writing(scope: Scope) -> None:
    assert len(text(scope.advice)) > 40


def test_what_could_steer_a_terminal_or_is_no_address_is_shown_as_it_stands_and_no_more() -> None:
    answer = json.loads(bytes_of("domain-registry"))
    registrar = answer["entities"][0]
    registrar["vcardArray"][1].extend(
        [
            ["fn", {}, "text", "Evil\x1b[2J\u202eInc\r\n"],
            ["email", {}, "text", "a@b.example\r\nBcc: c@d.example"],
            ["email", {}, "text", "javascript:alert(1)"],
            ["url", {}, "uri", "javascript:alert(1)"],
            ["tel", {}, "uri", "tel:+1;<script>"],
        ]
    )
    contacts = contacts_of(read_answers(json.dumps(answer).encode()))
    evil = next(one for one in contacts if one.role == "registrar")
    assert (evil.emails, evil.pages, evil.phones) == ((), (), ())
    assert evil.also_named == ("Evil [2J Inc",)
    assert [(one.what, one.text) for one in evil.unread] == [
        ("email", r"a@b.example\u000d\u000aBcc: c@d.example"),
        ("email", "javascript:alert(1)"),
        ("url", "javascript:alert(1)"),
        ("phone", "tel:+1;<script>"),
    ]


def test_contacts_show_nothing_in_their_repr() -> None:
    one = replace(found("ip-one-level")[0], within="within")
    assert "example" not in repr(one)
    assert "within=" not in repr(one)
