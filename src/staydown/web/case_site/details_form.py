"""The form of one letter, made from the table of its fields: only those that it needs."""

import dataclasses
import re
from collections.abc import Iterable, Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from staydown.base.labels import label
from staydown.notices.contacts.contacts import Contact
from staydown.notices.contacts.scopes import Scope
from staydown.notices.details import Addressee, Details, Location, Missing
from staydown.notices.field_limits import MAX_EMAIL, fault_of_text, is_email
from staydown.notices.fields import EACH, FIELDS, FieldSpec, Kind
from staydown.notices.vocabulary import RecipientKind, Standing
from staydown.web.kit.forms import Choose, ChooseMany, Form, Moment, Question, Text, Tick, YesNo
from staydown.web.kit.words import words

#: The value of the choice "somebody else" among the recipients.
OTHER = "other"

#: The question which of the list a letter is about; and what each of the list has for itself, and
#: a form asks once for all that lack it.
_LIST = "locations"
_ONCE = {f"each_{one.bare}": one for one in FIELDS.values() if one.each and one.legend}
_QUESTIONS = {**_ONCE, **{one.name: one for one in FIELDS.values() if not one.each}}

_INDEX = re.compile(r"^locations\[\d+\]")


def form_names(fields: Iterable[str]) -> tuple[str, ...]:
    """Return the questions of a form for what ``fields_asked`` names."""
    return tuple(dict.fromkeys(_asked_at(name) for name in fields))


def _asked_at(field: str) -> str:
    """``locations[2].url`` is mended at ``locations``, its description once for all."""
    plain = _INDEX.sub(_LIST, field)
    once = f"each_{plain.removeprefix(EACH)}"
    return once if once in _ONCE else plain.split(".", maxsplit=1)[0]


class DetailsForm(Form):
    """Questions by their ``names``, in one order for all letters; of ``extra`` none is needed.

    ``details``: what is known so far. ``listed``: the list that addresses are ticked in.
    """

    def __init__(
        self,
        names: Sequence[str],
        extra: Sequence[str] = (),
        *,
        details: Details,
        listed: Sequence[Location] = (),
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data)
        self._extra, self._details, self._listed = extra, details, listed
        if _LIST in names:
            shown = [(one.id, f"{one.id}: {one.url or one.info}") for one in listed]
            self.fields[_LIST] = ChooseMany(_("Which of the list is this letter about?"), shown)
            self.initial[_LIST] = [one.id for one in details.locations]
        for name, spec in _QUESTIONS.items():
            if name in names or name in extra:
                self.fields[name] = _field_of(spec)
                self.initial[name] = self._known(spec)
        #: What stops the letter, and no question of this form supplies.
        self.elsewhere: tuple[Missing, ...] = ()

    def _known(self, spec: FieldSpec) -> object:
        if not spec.each:
            return getattr(self._details, spec.name)
        said = {getattr(one, spec.bare) for one in self._details.locations}
        return said.pop() if len(said) == 1 else ""

    @property
    def needed(self) -> list[Question]:
        """What the letter needs. An empty list has nothing to tick: the page leads to it."""
        shown = self.fields.keys() - set(self._extra)
        return self.questions(shown if self._listed else shown - {_LIST})

    @property
    def extra(self) -> list[Question]:
        """What it has room for."""
        return self.questions(self._extra)

    def filled(self) -> Details:
        """Return the details with what was sent; an answer that can't be taken changes nothing."""
        taken = self.taken()
        given = {name: said for name, said in taken.items() if name in FIELDS}
        if _LIST in taken:
            given[_LIST] = tuple(one for one in self._listed if one.id in taken[_LIST])
        return self.with_each(dataclasses.replace(self._details, **given))

    def with_each(self, details: Details) -> Details:
        """Give what was said once for all to each location that has no words of its own."""
        locations = details.locations
        for name, spec in _ONCE.items():
            if text := self.taken().get(name):
                locations = tuple(
                    one
                    if getattr(one, spec.bare)
                    else dataclasses.replace(one, **{spec.bare: text})
                    for one in locations
                )
        return dataclasses.replace(details, locations=locations)

    def lacks(self, missing: Iterable[Missing]) -> None:
        """Say what is missing: each thing once, at the question that supplies it, or elsewhere.

        What was sent and can't be taken isn't missing: its question says so already.
        """
        refused = frozenset(self.errors)
        for one in missing:
            name = _asked_at(one.fields[0])
            if name not in self.fields:
                self.elsewhere += (one,)
            elif name not in refused and words(one.how) not in self[name].errors:
                self.add_error(name, words(one.how))

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong, by the id of the element to mend."""
        return super().faults | {f"m-{one.what}": words(one.how) for one in self.elsewhere}


def _field_of(spec: FieldSpec) -> forms.Field:
    """Return the question of a field. How long its text may be is told with all else it lacks."""
    legend, hint = words(spec.legend or spec.name), words(spec.help or "")
    if spec.kind is Kind.TICK:
        return Tick(legend, hint)
    if spec.kind is Kind.YES_NO:
        return YesNo(legend, hint)
    if spec.kind is Kind.MOMENT:
        return Moment(legend, hint)
    if spec.choices is Standing:
        answers = (
            (Standing.DEPICTED, _("Yes, it is me")),
            (Standing.REPRESENTATIVE, _("No, I act for the person")),
        )
        return Choose(legend, answers, hint, read=Standing)
    if spec.choices is not None:
        labelled = [("", _("Not said")), *((one.value, label(one)) for one in spec.choices)]
        return Choose(legend, labelled, hint, read=spec.choices, listed=True)
    kind = "email" if spec.kind is Kind.EMAIL else "text"
    return Text(legend, hint, rows=4 if spec.kind is Kind.LINES else 0, kind=kind)


class RecipientForm(Form):
    """Whom the letter is for: somebody that is ``offered``, or somebody who is named."""

    def __init__(
        self,
        offered: Sequence[Addressee],
        kind: RecipientKind,
        now: Addressee | None,
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data)
        self._offered, self._kind = offered, kind
        known = {str(number): one for number, one in enumerate(offered)}
        choices = [(number, one.name) for number, one in known.items()]
        self.fields["to"] = Choose(
            _("Who is the letter for?"), [*choices, (OTHER, _("Someone else: write below who"))],
            hints={number: one.email for number, one in known.items()},
        )  # fmt: skip
        self.fields["to_name"] = Text(_("Name of the recipient"), longest=MAX_EMAIL)
        self.fields["to_email"] = Text(
            _("E-mail address of the recipient"), kind="email", longest=MAX_EMAIL
        )
        self.initial["to"] = "0"
        if now is not None:
            found = (number for number, one in known.items() if one == now)
            self.initial["to"] = next(found, OTHER)
            if self.initial["to"] == OTHER:
                self.initial.update(to_name=now.name, to_email=now.email)

    @property
    def somebody_else(self) -> bool:
        """Whether what is written below the choices counts, or something is wrong."""
        return bool(self.errors) or self["to"].value() == OTHER

    def named(self) -> Addressee | None:
        """Return whom the form says; None when nobody is named, or that can't be taken."""
        taken = self.taken()
        at = taken.get("to") or OTHER
        if at != OTHER:
            return self._offered[int(at)]
        name, email = (" ".join(taken.get(key, "").split()) for key in ("to_name", "to_email"))
        return Addressee(self._kind, name or email, email) if name or email else None

    def clean(self) -> None:
        """Say at the choices what is wrong with whoever is written below them."""
        wrong = recipient_error(self.named())
        if wrong and not self.errors:
            self.add_error("to", wrong)


def recipients(
    known: Sequence[Addressee], contacts: Sequence[Contact], kind: RecipientKind, name: str
) -> tuple[Addressee, ...]:
    """Return whom the letter may go to: those the directory knows, then contacts that were found.

    Each contact keeps its scope, and is offered only for letters of that scope. Who runs a site is
    never offered: it may be whoever put the picture there.
    """
    scopes = _SCOPES.get(kind, ())
    found = [
        Addressee(kind, f"{one.name[:200] or email} ({one.scope})", email)
        for one in contacts
        if one.scope in scopes
        for email in one.emails
    ]
    # Somebody with two roles is named twice, and offered once.
    return (*known, *dict.fromkeys(found)) or (Addressee(kind, name),)


_SCOPES: dict[RecipientKind, tuple[Scope, ...]] = {
    RecipientKind.HOST: (Scope.HOST, Scope.NETWORK),
    RecipientKind.REGISTRAR_OR_CDN: (Scope.REGISTRAR, Scope.NETWORK),
}


def recipient_error(to: Addressee | None) -> str:
    """Return what is wrong with the recipient that was written below the choices."""
    if to is None:
        return _("Write who the letter is for.")
    if to.email and not is_email(to.email):
        return _("Write one e-mail address, such as name@example.org, or leave it empty.")
    return words(fault_of_text(to.name, MAX_EMAIL) or "")
