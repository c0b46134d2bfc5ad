"""A form asks for each field of the table, and offers only whoever answers for the picture."""

import json
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.reasons import Reason
from staydown.base.wording import text
from staydown.guidance.self_search.terms import KINDS
from staydown.notices.contacts.contacts import contacts_of
from staydown.notices.contacts.reading import read_answers
from staydown.notices.details import Addressee, Details, Location, Missing
from staydown.notices.fields import FIELDS
from staydown.notices.vocabulary import RecipientKind
from staydown.web.case_site.details_form import (
    DetailsForm,
    RecipientForm,
    form_names,
    recipients,
)
from staydown.web.case_site.plan_views import SheetForm
from tests.notices.contacts.cards import domain, entity, mail, network

ROLES = ["registrant", "technical", "abuse", "registrar", "proxy", "noc", "notifications"]

WRITE_IT, LIST_IT = Reason("notices.fields.name.how"), Reason("notices.fields.locations.url.how")


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


def test_every_field_of_a_letter_has_a_question_in_the_words_of_the_table() -> None:
    form = DetailsForm(form_names(FIELDS), details=Details())
    asked = [str(one.label) for one in form if one.name != "locations"]
    assert asked == [text(one.legend) for one in FIELDS.values() if one.legend]


def test_what_is_sent_is_read_and_what_cannot_be_taken_changes_nothing() -> None:
    before = Details(locations=(Location("L-01"), Location("L-02", description="mine")), name="A.")
    data = QueryDict(mutable=True)
    data.update({"name": "x" * 5000, "states_intimate": "yes", "each_description": "said once"})
    data.setlist("locations", ["L-01", "L-02", "L-99"])
    names = ("locations", "name", "states_intimate", "each_description")
    form = DetailsForm(names, details=before, listed=before.locations, data=data)
    made = form.filled()
    assert (made.name, made.states_intimate) == ("A.", True)
    assert [one.description for one in made.locations] == ["said once", "mine"]
    assert form.faults == {"q-name": "Shorten it to 4,000 characters."}
    assert form["name"].value() == "x" * 5000
    form.lacks([Missing("a", ("name",), WRITE_IT)])
    assert form.faults == {"q-name": "Shorten it to 4,000 characters."}


def test_what_is_missing_is_said_once_at_its_question_or_else_above_the_form() -> None:
    form = DetailsForm(("name",), details=Details(), data=QueryDict("name=A."))
    wrong = (
        Missing("a", ("name",), WRITE_IT), Missing("b", ("name",), WRITE_IT),
        Missing("c", ("locations[2].url",), LIST_IT),
    )  # fmt: skip
    form.lacks(wrong)
    assert form.faults == {"q-name": text(WRITE_IT), "m-c": text(LIST_IT)}


def test_a_recipient_who_is_written_in_is_shown_again_with_what_is_wrong() -> None:
    known = (Addressee(RecipientKind.HOST, "Known", "known@h.example"),)
    data = QueryDict("to=other&to_name=N&to_email=a b")
    form = RecipientForm(known, RecipientKind.HOST, None, data)
    named = form.named()
    assert named == Addressee(RecipientKind.HOST, "N", "a b")
    assert list(form.faults) == ["q-to-0"]
    again = RecipientForm(known, RecipientKind.HOST, named)
    assert [one.value() for one in again] == ["other", "N", "a b"]
    chosen = RecipientForm(known, RecipientKind.HOST, None, QueryDict("to=0"))
    assert (chosen.named(), chosen.faults) == (known[0], {})


def test_the_sheet_asks_for_each_kind_of_term() -> None:
    assert tuple(SheetForm.base_fields) == tuple(KINDS)
