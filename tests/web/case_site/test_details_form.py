"""A letter is offered only to those who answer for what it is about."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.notices.contacts.contacts import contacts_of
from staydown.notices.contacts.reading import read_answers
from staydown.notices.words import RecipientKind
from staydown.web.case_site.details_form import recipients
from tests.notices.contacts.cards import domain, entity, mail, network

ROLES = ["registrant", "technical", "abuse", "registrar", "proxy", "noc", "notifications"]


def offered(answer: dict[str, Any], kind: RecipientKind) -> set[str]:
    contacts = contacts_of(read_answers(json.dumps(answer).encode()))
    return {one.email for one in recipients((), contacts, kind, "the service") if one.email}


@pytest.mark.parametrize("kind", [RecipientKind.HOST, RecipientKind.REGISTRAR_OR_CDN])
def test_neither_an_operator_nor_somebody_unclear_nor_a_remark_is_offered(
    kind: RecipientKind,
) -> None:
    remark = {"description": "write to remark@x.example"}
    answer = domain(
        entity(["registrant", "abuse"], mail("owner@x.example"), remarks=[remark]),
        entity([], mail("who@x.example")),
        entity(["registrar"], mail("abuse@r.example"), remarks=[remark]),
        remarks=[remark],
    )
    assert offered(answer, kind) <= {"abuse@r.example"}


def test_somebody_named_in_two_answers_of_one_kind_is_offered_once() -> None:
    one = entity(["abuse", "noc"], ["fn", {}, "text", "Net"], mail("abuse@n.example"))
    contacts = contacts_of(read_answers(json.dumps(network(one, one)).encode()))
    assert len(contacts) == 2
    assert len(recipients((), contacts, RecipientKind.HOST, "the service")) == 1


_roles = st.lists(st.sampled_from(ROLES), max_size=3)


@given(_roles, _roles, _roles)
def test_whatever_a_holder_is_called_and_names_within_no_letter_goes_there(
    outer: list[str], inner: list[str], innermost: list[str]
) -> None:
    deepest = entity(innermost, mail("c@x.example"))
    middle = entity(inner, mail("b@x.example"), within=[deepest])
    answer = domain(entity(["registrant", *outer], mail("a@x.example"), within=[middle]))
    for kind in (RecipientKind.HOST, RecipientKind.REGISTRAR_OR_CDN):
        assert offered(answer, kind) == set()
