"""Everybody named in an answer is found, in lists, maps and alone, also by a handle only."""

from typing import Any

import pytest

from tests.notices.contacts.cards import contacts, domain, entity, mail, network

A = "abuse@x.example"
ONE = entity(["abuse"], mail(A))
SELF = {"rel": "self", "href": "https://rdap.x.example/entity/P1",
        "type": "application/rdap+json"}  # fmt: skip


@pytest.mark.parametrize(
    "entities",
    [
        [ONE], ONE, {"1": ONE}, {"abuse": {**ONE, "roles": None}}, [None, ONE], [7, ONE, "x"],
        [{key.upper(): value for key, value in ONE.items()}], [{**ONE, "handle": None}],
        [{"roles": ["abuse"], "email": A}], [{"roles": ["abuse"], "emails": [A]}],
        [{"role": "abuse", "contact-uri": f"mailto:{A}"}],
        [{"roles": ["abuse"], "vcards": [["vcard", [mail(A)]]]}],
        [{"roles": ["abuse"], "links": [{"rel": "abuse", "href": f"mailto:{A}"}]}],
        [{"roles": ["abuse"], "links": {"rel": "related", "href": f"mailto:{A}"}}],
        [{"roles": ["abuse"], "links": [f"mailto:{A}"]}],
    ],
)  # fmt: skip
def test_an_entry_is_found_in_every_build(entities: Any) -> None:
    (found,) = contacts({"objectClassName": "domain", "entities": entities})
    assert (found.role, found.emails) == ("abuse", (A,))


@pytest.mark.parametrize(
    "roles",
    ["abuse", ["abuse"], ["ABUSE"], [" abuse "], [["abuse"]], {"1": "abuse"}, ["abuse", "abuse"],
     ["abuse", None, 7]],
)  # fmt: skip
def test_roles_are_read_in_every_build(roles: Any) -> None:
    (found,) = contacts(domain(entity(roles, mail(A))))
    assert found.role == "abuse"


def test_a_handle_alone_is_shown_with_where_the_registry_says_more() -> None:
    (found,) = contacts(network({"roles": ["registrant"], "handle": "P1", "links": [SELF]}))
    assert (found.handle, found.ask_at) == ("P1", (SELF["href"],))
    assert found.is_bare


def test_a_handle_without_a_link_is_shown_too() -> None:
    (found,) = contacts(network({"roles": ["registrant"], "handle": "EX-MNT"}))
    assert (found.handle, found.ask_at, found.is_bare) == ("EX-MNT", (), True)


def test_who_can_be_written_to_is_not_said_to_need_asking() -> None:
    (found,) = contacts(network(entity(["abuse"], mail(A), handle="P1", links=[SELF])))
    assert found.ask_at == ()


@pytest.mark.parametrize(
    "kind",
    ["object truncated due to unexplainable reasons", "object redacted due to authorization"],
)
def test_a_summary_leads_to_where_the_rest_is(kind: str) -> None:
    remark = {"title": "Incomplete Data", "type": kind, "description": ["Summary data only."]}
    one = entity(["abuse"], mail(A), handle="P1", links=[SELF], remarks=[remark])
    (found,) = contacts(network(one))
    assert (found.emails, found.ask_at) == ((A,), (SELF["href"],))


@pytest.mark.parametrize(
    "link",
    [{**SELF, "href": "http://rdap.x.example/"}, {**SELF, "href": "https://a@rdap.x.example/"},
     {**SELF, "href": "https://rdap.x.example/ and more"}, {**SELF, "href": "javascript:alert(1)"},
     {**SELF, "type": "text/html"}, {**SELF, "rel": "copyright"}, {**SELF, "href": None}],
)  # fmt: skip
def test_only_a_registrys_secure_address_is_given_for_asking(link: Any) -> None:
    (found,) = contacts(network({"roles": ["abuse"], "handle": "P1", "links": [link]}))
    assert found.ask_at == ()


def test_a_form_for_complaints_among_the_links_is_shown() -> None:
    link = {"rel": "abuse", "href": "https://x.example/abuse", "type": "text/html"}
    (found,) = contacts(network({"roles": ["abuse"], "handle": "P1", "links": [link]}))
    assert found.pages == ("https://x.example/abuse",)


@pytest.mark.parametrize(
    "given",
    [[{"type": "IANA Registrar ID", "identifier": "9999"}],
     {"type": "IANA Registrar ID", "identifier": 9999}],
)  # fmt: skip
def test_public_numbers_are_shown(given: Any) -> None:
    (found,) = contacts(domain(entity(["registrar"], publicIds=given)))
    assert found.ids == ("IANA Registrar ID 9999",)


def test_whoever_has_no_name_is_called_by_handle_number_or_role_where_others_stand_within() -> None:
    inner = entity(["abuse"], mail(A))
    for members, called in (({"handle": "R1"}, "R1"), ({}, "registrar")):
        outer = {"roles": ["registrar"], "entities": [inner], **members}
        assert [one.within for one in contacts(domain(outer)) if one.emails] == [called]


def test_remarks_of_a_contact_are_mentioned_at_it_alone() -> None:
    remark = {"description": ["IRT mailbox irt@x.example was validated"]}
    found = contacts(network(entity(["abuse"], mail(A), remarks=[remark]),
                             entity(["technical"], mail("t@x.example"))))  # fmt: skip
    assert [one.mentioned for one in found] == [("irt@x.example",), ()]
