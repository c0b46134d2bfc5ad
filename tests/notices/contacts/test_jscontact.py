"""Newer cards (JSContact) say the same as older ones, also as the drafts had them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.notices.contacts.cards import contacts, domain

A = "abuse@host.example"
#: As RFC 9553 has it.
CARD: dict[str, Any] = {
    "@type": "Card",
    "version": "1.0",
    "uid": "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "kind": "org",
    "language": "en",
    "name": {"full": "Abuse Desk"},
    "organizations": {"org": {"name": "Host Ltd", "units": [{"name": "Trust"}]}},
    "emails": {"main": {"address": A, "contexts": {"work": True}}},
    "phones": {
        "voice": {"number": "tel:+1-555", "features": {"voice": True}},
        "fax": {"number": "tel:+1-556", "features": {"fax": True}},
    },
    "links": {"form": {"uri": "https://host.example/abuse", "kind": "contact"},
              "mail": {"uri": "mailto:ncii@host.example"}},
    "addresses": {"a": {"full": "1 Street, write to post@host.example"}},
    "localizations": {"ja": {"name/full": "アビューズ", "organizations/org/name": "ホスト"}},
}  # fmt: skip


def read(member: str, card: object) -> Any:
    entity = {"roles": ["abuse"], "handle": "H", member: card}
    (found,) = contacts(domain(entity))
    return found


@pytest.mark.parametrize("member", ["jscontact_card", "jscard", "jscontact", "contacts"])
@pytest.mark.parametrize(
    "around", [lambda card: card, lambda card: [card], lambda card: {"1": card}]
)
def test_everything_in_a_card_is_read(member: str, around: Any) -> None:
    found = read(member, around(CARD))
    assert found.name == "Host Ltd, Trust"
    assert found.also_named == ("ホスト", "Abuse Desk", "アビューズ")
    assert found.kind == "org"
    assert found.emails == (A, "ncii@host.example")
    assert (found.phones, found.faxes) == (("+1-555",), ("+1-556",))
    assert found.pages == ("https://host.example/abuse",)
    assert found.mentioned == ("post@host.example",)
    assert found.unread == ()


@pytest.mark.parametrize(
    "part",
    [
        {"emails": {"x": {"email": A}}},
        {"emails": {"x": A}},
        {"emails": [{"address": A}]},
        {"emails": {"address": A}},
        {"emails": A},
        {"links": {"x": {"uri": f"mailto:{A}"}}},
        {"resources": {"x": {"resource": f"mailto:{A}"}}},
        {"onlineServices": {"x": {"uri": f"mailto:{A}"}}},
        {"localizations": {"fr": {"emails": {"x": {"address": A}}}}},
        {"localizations": {"fr": {"emails/x/address": A}}},
    ],
)
def test_an_address_is_found_in_every_build(part: dict[str, Any]) -> None:
    assert read("jscontact_card", {"@type": "Card", **part}).emails == (A,)


@pytest.mark.parametrize(
    "name",
    [
        {"name": {"full": "Ann Doe"}},
        {"name": "Ann Doe"},
        {"fullName": "Ann Doe"},
        {"fullName": {"value": "Ann Doe"}},
        {"name": {"components": [{"kind": "given", "value": "Ann"},
                                 {"kind": "separator", "value": "/"},
                                 {"kind": "surname", "value": "Doe"}]}},
    ],
)  # fmt: skip
def test_a_name_is_found_in_every_build(name: dict[str, Any]) -> None:
    assert read("jscontact_card", {"@type": "Card", **name}).name == "Ann Doe"


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ({"emails": {"x": {"address": "no address"}}}, "no address"),
        ({"links": {"x": {"uri": "xmpp:a@host.example"}}}, "xmpp:a@host.example"),
        ({"emails": {"x": {"label": 7}}}, '{"label": 7}'),
        ({"onlineServices": {"x": {"user": "@host"}}}, "@host"),
        (["abuse"], "abuse"),
    ],
)
def test_what_cannot_be_read_is_shown(card: Any, said: str) -> None:
    assert [one.text for one in read("jscontact_card", card).unread] == [said]


def test_both_kinds_of_card_in_one_entry_are_read() -> None:
    entity = {"roles": ["abuse"], "vcardArray": ["vcard", [["email", {}, "text", A]]],
              "jscontact_card": {"emails": {"x": {"address": "b@host.example"}}}}  # fmt: skip
    (found,) = contacts(domain(entity))
    assert found.emails == (A, "b@host.example")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.just(A),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*CARD, "full", "address", "number", "features", "uri", "value", "fax"])
            | st.text(max_size=4),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(st.sampled_from(sorted(CARD)), _json)
def test_a_card_with_one_thing_replaced_costs_no_other(key: str, value: object) -> None:
    found = read("jscontact_card", {**CARD, key: value})
    if key not in ("emails", "localizations", "links"):
        assert A in found.emails
    assert len(found.unread) <= 21


@given(_json)
def test_any_card_at_all_gives_a_contact(card: object) -> None:
    assert read("jscontact_card", card).role == "abuse"
