"""Forms: what was typed stays, what is wrong is said beside it, and errors lead to the element."""

import re
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.template import Context, Engine

from staydown.web.kit.django_options import KIT
from staydown.web.kit.forms import Choose, ChooseMany, Form, Moment, Text, Tick, YesNo

ENGINE = Engine(dirs=[str(KIT / "templates")])


class Asking(Form):
    name = Text("Name", "As you like.", longest=10, fault=lambda text: "Not @." * ("@" in text))
    story = Text("Story", rows=4)
    email = Text("E-mail", kind="email")
    where = Choose("Where", (("a", "A"), ("b", "B")), missing="Choose one.", hints={"b": "Far."})
    land = Choose("Land", (("", "–"), ("DE", "Germany")), "Any.", listed=True)
    made = YesNo("Made")
    many = ChooseMany("Many", (("x", "X"), ("y", "Y")))
    true = Tick("It is true", "Only if so.")
    at = Moment("When")


def sent(**fields: object) -> Asking:
    return Asking(QueryDict(urlencode(fields, doseq=True)))


def drawn(form: Form) -> str:
    return ENGINE.get_template("form.html").render(Context({"form": form}))


def test_answers_are_read_as_values() -> None:
    form = sent(
        name=" A. B. ", story="one\r\ntwo\r", where="b", land="DE", made="no",
        many=["y", "x"], true="yes", at="2026-11-01T10:00",
    )  # fmt: skip
    assert form.is_valid()
    given = dict(form.cleaned_data)
    assert given.pop("at").replace(tzinfo=None).isoformat() == "2026-11-01T10:00:00"
    assert given == {
        "name": "A. B.", "story": "one\ntwo", "email": "", "where": "b", "land": "DE",
        "made": False, "many": ("x", "y"), "true": True,
    }  # fmt: skip


def test_what_is_left_open_or_not_among_the_choices_is_nothing() -> None:
    form = sent(where="a", land="XX", made="perhaps", many="z", true="on", at="yesterday")
    assert form.is_valid()
    assert form.cleaned_data == {
        "name": "", "story": "", "email": "", "where": "a", "land": None, "made": None,
        "many": (), "true": False, "at": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("x" * 11, "Shorten it to 10 characters."),
        ("@" * 11, "Shorten it to 10 characters."),
        (" " * 21, "Shorten it to 10 characters."),
        ("a@b", "Not @."),
    ],
)
def test_a_text_that_cannot_be_taken_is_said_beside_it_and_shown_as_typed(
    name: str, fault: str
) -> None:
    form = sent(name=name, where="a")
    assert form.faults == {"q-name": fault}
    page = drawn(form)
    assert f'value="{name}"' in page
    assert f'id="q-name-error">{fault}<' in page
    assert 'aria-describedby="q-name-hint q-name-error"' in page
    assert page.count('aria-invalid="true"') == 1


def test_an_error_of_a_group_leads_to_its_first_choice() -> None:
    form = sent(name="A. B.")
    assert form.faults == {"q-where-a": "Choose one."}
    page = drawn(form)
    assert 'id="q-where-a"' in page
    assert re.search(
        r'<fieldset class="field field--error"\s+aria-describedby="q-where-error">', page
    )
    assert 'value="A. B."' in page


def test_every_label_hint_and_error_leads_to_an_element_that_is_there_once() -> None:
    page = drawn(sent(name="@"))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    named = re.findall(r' for="([^"]+)"', page)
    named += " ".join(re.findall(r'aria-describedby="([^"]+)"', page)).split()
    assert set(named) <= set(ids)
    assert page.count("<fieldset") == page.count("<legend") == 3


def test_a_form_that_is_only_shown_is_filled_and_finds_nothing_wrong() -> None:
    form = Asking(initial={"where": "b", "made": True, "many": ("y",), "true": True, "name": "N"})
    page = drawn(form)
    assert form.faults == {}
    checked = re.findall(r'id="([^"]+)"[^>]* checked', page)
    assert checked == ["q-where-b", "q-made-yes", "q-many-y", "q-true"]
    assert '<p class="hint" id="q-where-b-hint">Far.</p>' in page


def test_no_browser_is_told_to_insist_to_cut_off_or_to_remember() -> None:
    page = drawn(Asking())
    assert not re.search(r"required|maxlength|cols=", page)
    typed = re.findall(
        r"<(?:textarea|select|input type=\"(?:text|email|datetime-local)\")[^>]*", page
    )
    assert len(typed) == 5
    assert all('autocomplete="off"' in one for one in typed)
    assert sum('dir="auto"' in one for one in typed) == 4


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><b>', "\x00", "\u2028", "\ud800"])
def test_hostile_text_is_shown_as_text(text: str) -> None:
    data = QueryDict(mutable=True)
    data.update({"name": text[:10], "story": text, "where": text})
    page = drawn(Asking(data))
    assert "<script>" not in page
    assert "<b>" not in page
