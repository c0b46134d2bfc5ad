"""What an answer is about is known from what it says, and what belongs to nobody is told apart."""

import json
from typing import Any

import pytest

from staydown.notices.contacts.contacts import Beside, beside_of, contacts_of
from staydown.notices.contacts.reading import read_answers
from staydown.notices.contacts.registrations import About, read_registration
from tests.notices.contacts.cards import domain, entity, mail, network


@pytest.mark.parametrize(
    ("answer", "about"),
    [
        ({"objectClassName": "domain"}, About.DOMAIN),
        ({"objectClassName": "Domain"}, About.DOMAIN),
        ({"objectClassName": "ip network"}, About.NETWORK),
        ({"objectClassName": "ip_network"}, About.NETWORK),
        ({"objectClassName": "ipNetwork"}, About.NETWORK),
        ({"objectClassName": "autnum"}, About.AUTNUM),
        ({"objectClassName": "nameserver"}, About.NAMESERVER),
        ({"objectClassName": "entity"}, About.ENTITY),
        ({"startAddress": "192.0.2.0"}, About.NETWORK),
        ({"startAutnum": 64500}, About.AUTNUM),
        ({"ldhName": "site.example", "entities": []}, About.DOMAIN),
        ({"ldhName": "ns.example", "ipAddresses": {"v4": []}}, About.NAMESERVER),
        ({"vcardArray": ["vcard", []]}, About.ENTITY),
        ({"objectClassName": None, "ldhName": "site.example"}, About.DOMAIN),
    ],
)
def test_what_an_answer_is_about_is_known(answer: dict[str, Any], about: About) -> None:
    assert read_registration(answer).about is about


def beside(answer: dict[str, Any]) -> Beside:
    return beside_of(read_answers(json.dumps(answer).encode()))


@pytest.mark.parametrize("member", ["remarks", "notices"])
@pytest.mark.parametrize(
    "remark",
    [
        {"title": "Abuse", "description": ["Write to abuse@x.example", "in unsolvable cases"]},
        {"title": "Abuse", "description": "Write to abuse@x.example in unsolvable cases"},
        "Abuse Write to abuse@x.example in unsolvable cases",
    ],
)
def test_a_remark_of_the_whole_answer_is_shown_as_nobodys(member: str, remark: object) -> None:
    answer = network(entity(["abuse"], mail("a@x.example")), **{member: [remark]})
    (found,) = beside(answer).remarks
    assert found.emails == ("abuse@x.example",)
    assert found.text == "Abuse Write to abuse@x.example in unsolvable cases"
    (contact,) = contacts_of(read_answers(json.dumps(answer).encode()))
    assert (contact.emails, contact.mentioned) == (("a@x.example",), ())


def test_terms_without_an_address_are_no_news() -> None:
    terms = {"title": "Terms of Use", "description": ["Service subject to Terms of Use."],
             "links": [{"href": "https://x.example/terms"}]}  # fmt: skip
    assert beside(domain(notices=[terms])).remarks == ()


@pytest.mark.parametrize(
    ("link", "emails", "pages"),
    [
        ({"rel": "abuse", "href": "https://x.example/abuse"}, (), ("https://x.example/abuse",)),
        ({"rel": "Abuse", "href": "mailto:a@x.example"}, ("a@x.example",), ()),
        ({"rel": "related", "href": "mailto:a@x.example"}, ("a@x.example",), ()),
    ],
)
def test_a_link_for_complaints_of_the_whole_answer_is_nobodys_too(
    link: dict[str, str], emails: tuple[str, ...], pages: tuple[str, ...]
) -> None:
    (found,) = beside(domain(links=[link])).remarks
    assert (found.emails, found.pages) == (emails, pages)


@pytest.mark.parametrize(
    "servers",
    [[{"ldhName": "NS1.X.EXAMPLE"}], ["ns1.x.example"], {"ldhName": "ns1.x.example"},
     [{"ldhName": "ns1.x.example."}, "NS1.X.EXAMPLE."],
     [{"objectClassName": "nameserver", "unicodeName": "ns1.x.example"}],
     [None, 7, {"ldhName": "ns1.x.example"}, {"ldhName": "ns1.x.example"}]],
)  # fmt: skip
def test_name_servers_are_read_in_every_build(servers: Any) -> None:
    assert beside(domain(nameservers=servers)).nameservers == ("ns1.x.example",)


def test_a_range_of_numbers_is_told_where_a_networks_number_was_asked() -> None:
    answer = {"objectClassName": "autnum", "startAutnum": 64500, "endAutnum": 64510,
              "entities": [entity(["abuse"], mail("a@x.example"))]}  # fmt: skip
    (found,) = contacts_of(read_answers(json.dumps(answer).encode()))
    assert found.about == "64500 (64500 - 64510)"


@pytest.mark.parametrize(
    "member",
    [{"nameservers": [{"ldhName": "ns1.x.example", "entities": [{"handle": "N"}]}]},
     {"network": {"objectClassName": "ip network", "entities": [{"handle": "N"}]}}],
)  # fmt: skip
def test_contacts_of_something_else_in_an_answer_are_said_to_be_passed_over(
    member: dict[str, Any],
) -> None:
    answer = domain(entity(["registrar"], mail("a@x.example")), **member)
    read = read_answers(json.dumps(answer).encode())
    assert [one.emails for one in contacts_of(read)] == [("a@x.example",)]
    assert "weren't read" in beside_of(read).unread[0].text
