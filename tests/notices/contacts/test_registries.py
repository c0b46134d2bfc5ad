"""Answers as each of the large registries builds them, with names that exist only in examples."""

from typing import Any

import pytest

from tests.notices.contacts.cards import contacts, domain, network


def card(*properties: list[Any]) -> list[Any]:
    return ["vcard", [["version", {}, "text", "4.0"], *properties]]


def group(name: str, *more: list[Any]) -> list[Any]:
    return card(["fn", {}, "text", name], ["kind", {}, "text", "group"], *more)


#: An address of which only a label is given.
LABEL = ["adr", {"label": "1 Street\nTown"}, "text", ["", "", "", "", "", "", ""]]

RIPE = network(
    {"handle": "EX-MNT", "roles": ["registrant"], "objectClassName": "entity"},
    {"handle": "AB1-RIPE", "roles": ["technical", "administrative"], "objectClassName": "entity"},
    {
        "handle": "ORG-EX1-RIPE", "roles": ["registrant"], "objectClassName": "entity",
        "vcardArray": card(["fn", {}, "text", "Host Ltd"], ["kind", {}, "text", "org"],
                           ["adr", {"label": "1 Street"}, "text", None]),
        "entities": [
            {
                "handle": "AR1-RIPE", "roles": ["abuse"], "objectClassName": "entity",
                "vcardArray": group("Abuse-C Role", LABEL,
                                    ["email", {"type": "email"}, "text", "abuse@host.example"],
                                    ["email", {"type": "abuse"}, "text", "abuse@host.example"]),
                "entities": [{"handle": "EX-MNT", "roles": ["registrant"],
                              "objectClassName": "entity"}],
            }
        ],
    },
)  # fmt: skip

ARIN = network(
    {
        "handle": "EX-1", "roles": ["registrant"], "objectClassName": "entity",
        "vcardArray": card(["fn", {}, "text", "Host Ltd"], LABEL, ["kind", {}, "text", "org"]),
        "entities": [
            {
                "handle": "ABUSE1-ARIN", "roles": ["abuse"], "status": ["validated"],
                "vcardArray": group("Abuse", ["org", {}, "text", "Abuse"],
                                    ["email", {}, "text", "abuse@host.example"],
                                    ["tel", {"type": ["work", "voice"]}, "text", "+1-555-0100"]),
                "remarks": [{"title": "Registration Comments",
                             "description": ["Police only: police@host.example"]}],
            },
            {"handle": "ZZ1-ARIN", "roles": ["noc", "technical"],
             "vcardArray": group("NOC", ["email", {}, "text", "noc@host.example"])},
        ],
    },
)  # fmt: skip

APNIC = network(
    {
        "handle": "IRT-EX-AU", "roles": ["abuse"], "objectClassName": "entity",
        "vcardArray": group("IRT-EX-AU", LABEL,
                            ["email", {}, "text", "helpdesk@host.example"],
                            ["email", {"pref": "1"}, "text", "abuse@host.example"]),
        "remarks": [{"title": "remarks",
                     "description": ["abuse@host.example was validated at 2026-01-01"]}],
    },
    {"handle": "ORG-EX1-AP", "roles": ["registrant"], "objectClassName": "entity",
     "vcardArray": card(["fn", {}, "text", "Host Ltd"], ["kind", {}, "text", "org"],
                        ["tel", {"type": "voice"}, "text", "+61-555"],
                        ["email", {}, "text", "info@host.example"])},
)  # fmt: skip

LACNIC = network(
    {
        "handle": "BR-EX-LACNIC", "roles": ["registrant"], "objectClassName": "entity",
        "vcardArray": card(["fn", {}, "text", "Host S.A."],
                           ["lang", {"type": "language-tag"}, "es"],
                           ["adr", {"country-code": "BR"}, "text", ["", "", "1", "", "", "", ""]]),
        "legalRepresentative": "Somebody",
        "entities": [
            {"handle": "AB1", "roles": ["administrative", "abuse"], "objectClassName": "entity",
             "vcardArray": card(["fn", {}, "text", "Desk"],
                                ["lang", {"type": "language-tag"}, "es"],
                                ["email", {"type": "work"}, "text", "abuse@host.example"])},
        ],
    },
    {"handle": "AB1", "roles": ["technical"], "objectClassName": "entity",
     "vcardArray": card(["fn", {}, "text", "Desk"],
                        ["email", {"type": "work"}, "text", "tech@host.example"])},
)  # fmt: skip

AFRINIC = network(
    {"handle": "ORG-EX1-AFRINIC", "roles": ["registrant"],
     "vcardArray": card(["org", {}, "text", ["Host Ltd"]], ["kind", {}, "text", "org"],
                        ["tel", {"type": ["voice"]}, "uri", "tel:+27-555"])},
    {"handle": "EX1-AFRINIC", "roles": ["administrative", "technical"],
     "vcardArray": card(["fn", {}, "text", "Ann Doe"],
                        ["email", {"type": "work"}, "text", "ann@host.example"])},
    remarks=[{"description": ["abuse-mailbox: abuse@host.example"]}],
)  # fmt: skip

GTLD = domain(
    {
        "handle": "9999", "roles": ["registrar"], "objectClassName": "entity",
        "publicIds": [{"type": "IANA Registrar ID", "identifier": "9999"}],
        "vcardArray": card(["fn", {}, "text", "Registrar Ltd"]),
        "entities": [{"roles": ["abuse"], "objectClassName": "entity",
                      "vcardArray": card(["fn", {}, "text", ""],
                                         ["tel", {"type": "voice"}, "uri", "tel:+1.5555550100"],
                                         ["email", {}, "text", "abuse@registrar.example"])}],
    },
)  # fmt: skip

FORM = domain(
    {
        "handle": "9999", "roles": ["registrar"],
        "vcardArray": card(["fn", {}, "text", "Registrar Ltd"]),
        "entities": [
            {"roles": ["abuse"],
             "vcardArray": card(["fn", {}, "text", ""],
                                ["tel", {"type": ["voice"]}, "uri", "tel:+1.5555550100"],
                                ["contact-uri", {}, "uri", "mailto:abuse@registrar.example"])},
            {"roles": ["technical"],
             "vcardArray": card(["email", {}, "text", "nic@registrar.example"])},
            {"roles": ["abuse", "technical"],
             "vcardArray": card(["email", {}, "text", "abuse2@registrar.example"])},
        ],
    },
    {"handle": "PROXY", "roles": ["registrant", "administrative", "technical"],
     "vcardArray": card(["fn", {}, "text", "Registration Private"],
                        ["contact-uri", {}, "uri", "https://registrar.example/whois?d=x"])},
)  # fmt: skip

#: For each: scope, role, e-mail addresses, and in whose entry.
EXPECTED: dict[str, tuple[dict[str, Any], list[tuple[str, str, tuple[str, ...], str]]]] = {
    "RIPE": (RIPE, [
        ("host", "abuse", ("abuse@host.example",), "Host Ltd"),
        ("host", "registrant", (), ""),
        ("host", "registrant", (), ""),
        ("host", "registrant", (), "Abuse-C Role"),
        ("network", "administrative, technical", (), ""),
    ]),
    "ARIN": (ARIN, [
        ("host", "abuse", ("abuse@host.example",), "Host Ltd"),
        ("host", "registrant", (), ""),
        ("host", "noc, technical", ("noc@host.example",), "Host Ltd"),
    ]),
    "APNIC": (APNIC, [
        ("host", "registrant", ("info@host.example",), ""),
        ("network", "abuse", ("helpdesk@host.example", "abuse@host.example"), ""),
    ]),
    "LACNIC": (LACNIC, [
        ("host", "abuse, administrative", ("abuse@host.example",), "Host S.A."),
        ("host", "registrant", (), ""),
        ("network", "technical", ("tech@host.example",), ""),
    ]),
    "AFRINIC": (AFRINIC, [
        ("host", "registrant", (), ""),
        ("network", "administrative, technical", ("ann@host.example",), ""),
    ]),
    "a registry of names": (GTLD, [
        ("registrar", "abuse", ("abuse@registrar.example",), "Registrar Ltd"),
        ("registrar", "registrar", (), ""),
    ]),
    "a registrar with a form": (FORM, [
        ("registrar", "abuse", ("abuse@registrar.example",), "Registrar Ltd"),
        ("registrar", "abuse, technical", ("abuse2@registrar.example",), "Registrar Ltd"),
        ("registrar", "registrar", (), ""),
        ("registrar", "technical", ("nic@registrar.example",), "Registrar Ltd"),
        ("operator", "administrative, registrant, technical", (), ""),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("registry", EXPECTED)
def test_every_contact_of_a_registrys_answer_is_found_in_its_place(registry: str) -> None:
    answer, expected = EXPECTED[registry]
    found = contacts(answer)
    assert [(one.scope.value, one.role, one.emails, one.within) for one in found] == expected
    assert not any(one.unread for one in found)
    assert all(one.name or one.emails or one.handle for one in found)


def test_what_remarks_of_these_answers_mention_is_told_apart_from_addresses() -> None:
    assert contacts(ARIN)[0].mentioned == ("police@host.example",)
    assert contacts(APNIC)[1].mentioned == (), "it is the contact's own address"
