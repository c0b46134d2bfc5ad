"""Forms over Django's: an anchor for each question, errors that lead there, hints tied to them.

A form knows what is asked and how an answer is read; ``field.html`` draws every question. Whatever
was sent back is shown as it was typed, beside what is wrong with it. Nothing is refused for being
left out unless a field says what to do then, and no browser is told to insist on anything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: The longest text that is taken, in characters, unless a field says otherwise.
MAX_TEXT = 4000

#: Pairs of a value and its label, or what returns them when the form is drawn.
Choices = Iterable[tuple[str, Any]] | Callable[[], Iterable[tuple[str, Any]]]


def tidied(text: str) -> str:
    """Return a text with plain line ends, and without space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _pairs(field: forms.ChoiceField) -> list[tuple[str, str]]:
    """Return the choices of a field, each as its value and label."""
    choices: Any = field.choices
    return [(str(value), str(label)) for value, label in choices]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose, as a page draws it."""

    id: str
    value: str
    label: str
    hint: str
    chosen: bool


class Question(BoundField):
    """A field of one form: what ``field.html`` draws."""

    @property
    def grouped(self) -> bool:
        """Whether it is a group of choices, under a legend."""
        return isinstance(self.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)

    @property
    def ticked(self) -> bool:
        """Whether it is one box to tick, with its label after it."""
        return isinstance(self.field, Tick)

    @property
    def type(self) -> str:
        """Type of the boxes of a group."""
        return str(self.field.widget.input_type)

    @property
    def options(self) -> tuple[Option, ...]:
        """The choices of a group."""
        assert isinstance(self.field, forms.ChoiceField)  # noqa: S101 - only groups are asked this
        value = self.value()
        chosen = {value} if isinstance(value, str) else set(value)
        hints = getattr(self.field, "hints", {})
        return tuple(
            Option(f"{self.auto_id}-{one}", one, label, hints.get(one, ""), one in chosen)
            for one, label in _pairs(self.field)
        )

    @property
    def anchor(self) -> str:
        """Id of the element that an error leads to: of a group, its first choice."""
        first = self.options[:1] if self.grouped else ()
        return first[0].id if first else self.auto_id

    @property
    def fault(self) -> str:
        """What is wrong with the answer; "" when nothing is."""
        return " ".join(dict.fromkeys(str(one) for one in self.errors))

    @property
    def aria_describedby(self) -> str:
        """Ids of the hint and of what is wrong, for whoever hears the page."""
        ids = (("hint", self.help_text), ("error", self.errors))
        return " ".join(f"{self.auto_id}-{name}" for name, there in ids if there)


class Form(forms.Form):
    """A form of ours. ``data``: what was sent; None for a form that is only shown.

    ``anchors``: how the id of a question is made of its name, where a page holds several forms.
    """

    use_required_attribute = False
    bound_field_class = Question

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        anchors: str = "q-%s",
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id=anchors)

    def __iter__(self) -> Iterator[Question]:
        for name in self.fields:
            question = self[name]
            assert isinstance(question, Question)  # noqa: S101 - bound_field_class is
            yield question

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong, by the id of the element to mend, in the order of the form."""
        return {one.anchor: one.fault for one in self if one.errors}

    def taken(self) -> dict[str, Any]:
        """Return the answers that nothing is wrong with, by name."""
        if not hasattr(self, "cleaned_data"):
            self.full_clean()
        return self.cleaned_data

    def questions(self, names: Iterable[str]) -> list[Question]:
        """Return some of the questions, in the order of the form."""
        wanted = set(names)
        return [one for one in self if one.name in wanted]


class Text(forms.Field):
    """A text: tidied, "" when there is none, and refused when it is longer than ``longest``.

    ``rows``: lines to show; 0 for one that is all on one line. ``short``: in a narrow box.
    ``fault`` says what is wrong with a text that is not too long; "" when nothing is.
    """

    def __init__(
        self,
        label: Any,
        help: Any = "",  # noqa: A002 - as the page calls it
        *,
        rows: int = 0,
        kind: str = "text",
        longest: int = MAX_TEXT,
        short: bool = False,
        fault: Callable[[str], str] | None = None,
    ) -> None:
        # No maxlength: a browser would cut off what is pasted, and say nothing.
        attrs = {"dir": "auto", "autocomplete": "off", "spellcheck": "false"}
        widget: forms.Widget = forms.Textarea({**attrs, "rows": rows})
        if rows:
            widget.attrs.pop("cols")
        else:
            widget = forms.TextInput(attrs)
            widget.input_type = kind
        if short:
            widget.attrs["class"] = "input--short"
        super().__init__(required=False, label=label, help_text=help, widget=widget)
        self._longest, self._fault = longest, fault

    def clean(self, value: Any) -> Any:
        """Return the text. Raises ValidationError."""
        typed = value or ""
        # A line end that is sent has two characters.
        if len(typed) > 2 * self._longest or len(text := tidied(typed)) > self._longest:
            raise ValidationError(_("Shorten it to %(most)s characters.") % self._most())
        if self._fault is not None and (wrong := self._fault(text)):
            raise ValidationError(wrong)
        return text

    def _most(self) -> dict[str, str]:
        return {"most": f"{self._longest:,}"}


class Secret(forms.Field):
    """A text that is never shown again once it was sent: a PIN, a password, a number, a phrase.

    It is taken as it was typed. ``rows``: lines to show; 0 for one line. ``shown``: whether it can
    be read while it is typed.
    """

    def __init__(
        self,
        label: Any,
        help: Any = "",  # noqa: A002
        *,
        autocomplete: str = "off",
        autocapitalize: str = "none",
        rows: int = 0,
        shown: bool = False,
        short: bool = False,
    ) -> None:
        attrs = {
            "autocomplete": autocomplete, "autocapitalize": autocapitalize, "spellcheck": "false",
        }  # fmt: skip
        widget: forms.Widget = forms.TextInput(attrs) if shown else forms.PasswordInput(attrs)
        if rows:
            widget = forms.Textarea({**attrs, "rows": rows})
            widget.attrs.pop("cols")
        if short:
            widget.attrs["class"] = "input--short"
        super().__init__(required=False, label=label, help_text=help, widget=widget)

    def clean(self, value: Any) -> Any:
        """Return what was typed; "" for nothing."""
        return value or ""

    def prepare_value(self, value: Any) -> Any:
        """Return nothing: see the class."""
        del value


class Moment(Text):
    """A day and time in this machine's own zone; None where it is left open or can't be read."""

    def __init__(self, label: Any, help: Any = "") -> None:  # noqa: A002
        super().__init__(label, help, kind="datetime-local", longest=100)

    def clean(self, value: Any) -> Any:
        """Return the moment, or None. Raises ValidationError for far too long a text."""
        return moment(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        """Return what the box shows."""
        return f"{value.astimezone():%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value


def moment(text: str) -> datetime | None:
    """Return a time typed in this machine's own zone; None where it can't be read."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        return None


class _Said(forms.CheckboxInput):
    """A box that is ticked by its own word alone."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        del files
        return bool(data.get(name) == "yes")


class Tick(forms.Field):
    """One box: True where it is ticked."""

    def __init__(self, label: Any, help: Any = "") -> None:  # noqa: A002
        widget = _Said({"value": "yes"})
        super().__init__(required=False, label=label, help_text=help, widget=widget)


class Choose(forms.ChoiceField):
    """One of some answers, as ``read`` makes it of its value; None where it is left open.

    What is not among the choices counts as left open. ``missing``: what is said of one that may
    not be left open. ``hints``: more about a choice, by its value.
    """

    def __init__(
        self,
        label: Any,
        choices: Choices,
        help: Any = "",  # noqa: A002
        *,
        read: Callable[[str], Any] = str,
        missing: Any = "",
        listed: bool = False,
        hints: Mapping[str, Any] | None = None,
    ) -> None:
        widget = forms.Select({"autocomplete": "off"}) if listed else forms.RadioSelect()
        super().__init__(
            required=False, label=label, help_text=help, choices=choices, widget=widget
        )
        self._read, self._missing, self.hints = read, missing, dict(hints or {})

    def clean(self, value: Any) -> Any:
        """Return the answer. Raises ValidationError where there has to be one."""
        if value and value in {one for one, _label in _pairs(self)}:
            return self._read(value)
        if self._missing:
            raise ValidationError(self._missing)
        return None

    def prepare_value(self, value: Any) -> Any:
        """Return the value of the choice."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value or "")


class YesNo(Choose):
    """Yes (True), no (False), or not said (None)."""

    def __init__(self, label: Any, help: Any = "") -> None:  # noqa: A002
        choices = (
            ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")),
            ("", gettext_lazy("Not said")),
        )  # fmt: skip
        super().__init__(label, choices, help, read=lambda value: value == "yes")


class ChooseMany(forms.MultipleChoiceField):
    """Some of the choices, as values in their order; what is not among them is passed over."""

    def __init__(self, label: Any, choices: Choices, help: Any = "") -> None:  # noqa: A002
        super().__init__(
            required=False, label=label, help_text=help, choices=choices,
            widget=forms.CheckboxSelectMultiple(),
        )  # fmt: skip

    def clean(self, value: Any) -> Any:
        """Return the values."""
        given = set(value or ())
        return tuple(one for one, _label in _pairs(self) if one in given)

    def prepare_value(self, value: Any) -> Any:
        """Return the values of the choices."""
        return [str(one) for one in value or ()]
