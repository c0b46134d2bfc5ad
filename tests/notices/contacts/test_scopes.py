"""A contact answers for what the entry answers for that it stands in, and for nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.notices.contacts.entities import Tree
from staydown.notices.contacts.registrations import About
from staydown.notices.contacts.scopes import Scope, place
from tests.notices.contacts.cards import contacts, domain, entity, mail, network

ROLES = [
    "registrant", "technical", "administrative", "abuse", "billing", "registrar", "reseller",
    "sponsor", "proxy", "notifications", "noc", "another",
]  # fmt: skip


def scopes_of(answer: dict[str, Any]) -> dict[str, str]:
    return {one.emails[0]: one.scope.value for one in contacts(answer)}


@pytest.mark.parametrize(
    ("roles", "in_domain", "in_network", "in_autnum"),
    [
        (["registrar"], "registrar", "unclear", "unclear"),
        (["reseller"], "registrar", "unclear", "unclear"),
        (["sponsor"], "registrar", "host", "network"),
        (["abuse"], "registrar", "network", "network"),
        (["registrant"], "operator", "host", "network"),
        (["administrative"], "operator", "network", "network"),
        (["technical"], "operator", "network", "network"),
        (["noc"], "operator", "network", "network"),
        (["billing"], "operator", "unclear", "unclear"),
        (["proxy"], "operator", "unclear", "unclear"),
        (["notifications"], "unclear", "unclear", "unclear"),
        ([], "unclear", "unclear", "unclear"),
        ("ABUSE", "registrar", "network", "network"),
        ("Tech", "operator", "network", "network"),
        (["abuse, technical"], "operator", "network", "network"),
        # one entry, one scope: who holds the name or the range comes first
        (["abuse", "registrant"], "operator", "host", "network"),
        (["registrar", "registrant"], "operator", "host", "network"),
        (["registrar", "abuse", "technical"], "registrar", "network", "network"),
        (["abuse", "technical"], "operator", "network", "network"),
        (["abuse", "notifications"], "registrar", "network", "network"),
    ],
)
def test_an_entry_has_one_scope_by_what_was_asked_and_its_roles(
    roles: object, in_domain: str, in_network: str, in_autnum: str
) -> None:
    one = entity(roles, mail("a@x.example"))
    autnum = {"objectClassName": "autnum", "startAutnum": 64500, "entities": [one]}
    assert scopes_of(domain(one)) == {"a@x.example": in_domain}
    assert scopes_of(network(one)) == {"a@x.example": in_network}
    assert scopes_of(autnum) == {"a@x.example": in_autnum}


@pytest.mark.parametrize("about", ["nameserver", "entity"])
@pytest.mark.parametrize("role", ROLES)
def test_who_is_named_alone_or_for_a_name_server_is_never_said_to_be_the_sites(
    about: str, role: str
) -> None:
    one = entity([role], mail("a@x.example"), within=[entity([role], mail("b@x.example"))])
    answer = one if about == "entity" else {"objectClassName": about, "entities": [one]}
    assert set(scopes_of(answer).values()) == {"unclear"}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("parent", ["registrar", "reseller", "sponsor"])
def test_whoever_works_for_a_registrar_is_never_shown_as_the_operator(
    parent: str, role: str
) -> None:
    inner = entity([role], mail("b@x.example"), within=[entity([role], mail("c@x.example"))])
    answer = domain(entity([parent], mail("a@x.example"), within=[inner]))
    assert set(scopes_of(answer).values()) == {"registrar"}


def test_the_abuse_desk_of_whoever_holds_a_range_is_the_hosts() -> None:
    inner = entity(["abuse"], mail("abuse@x.example"))
    answer = network(entity(["registrant"], mail("a@x.example"), within=[inner]))
    assert set(scopes_of(answer).values()) == {"host"}


def test_the_abuse_contact_of_a_sites_holder_is_not_the_registrars() -> None:
    inner = entity(["abuse", "registrar"], mail("abuse@x.example"))
    answer = domain(entity(["registrant"], mail("a@x.example"), within=[inner]))
    assert set(scopes_of(answer).values()) == {"operator"}


@pytest.mark.parametrize("handles", [("P1", "P1"), ("p1", "P1")])
def test_one_handle_in_two_entries_is_one_somebody(handles: tuple[str, str]) -> None:
    answer = domain(
        entity(["abuse"], mail("a@x.example"), handle=handles[0]),
        entity(["registrant"], mail("b@x.example"), handle=handles[1]),
    )
    assert scopes_of(answer) == {"a@x.example": "operator", "b@x.example": "operator"}


def test_entries_without_a_handle_are_not_taken_for_one() -> None:
    answer = domain(
        entity(["abuse"], mail("a@x.example")), entity(["registrant"], mail("b@x.example"))
    )
    assert scopes_of(answer) == {"a@x.example": "registrar", "b@x.example": "operator"}


def test_what_a_card_says_of_its_own_role_decides_nothing() -> None:
    one = entity(None, ["role", {}, "text", "registrar"], mail("a@x.example"))
    assert scopes_of(domain(one)) == {"a@x.example": "unclear"}


_entity = st.recursive(
    st.fixed_dictionaries({"roles": st.lists(st.sampled_from(ROLES), max_size=3),
                           "handle": st.sampled_from(["", "A", "B"])}),
    lambda inner: st.fixed_dictionaries({
        "roles": st.lists(st.sampled_from(ROLES), max_size=3) | st.sampled_from(ROLES),
        "handle": st.sampled_from(["", "A", "B", "C"]),
        "entities": st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*ROLES, "1"]), inner, max_size=3),
    }),
    max_leaves=12,
)  # fmt: skip


@given(st.sampled_from(list(About)), st.lists(_entity, max_size=4))
def test_no_contact_leaves_the_scope_of_the_entry_it_stands_in(
    about: About, given_entities: list[Any]
) -> None:
    entities = Tree().read(given_entities)
    placed = list(place(about, entities))
    by_entry = {id(one.entity): one.scope for one in placed}
    for one in placed:
        if one.within is None:
            continue
        assert one.scope is by_entry[id(one.within)]
    assert len(placed) == sum(1 for _ in every(entities))
    if about in (About.ENTITY, About.NAMESERVER):
        assert {one.scope for one in placed} <= {Scope.UNCLEAR}


def every(entities: Any) -> Iterator[Any]:
    for one in entities:
        yield one
        yield from every(one.entities)
