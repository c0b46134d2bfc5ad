"""Questions of a form as values: one template draws them all, and reads nothing by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict

#: The longest answer that is taken into memory, in characters; lists of addresses are longer.
MAX_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``kind``: radio, checkbox, select, tick, text, email, area or moment.

    ``given`` holds the values chosen or typed so far; ``error`` what is wrong with them.
    """

    name: str
    legend: str
    kind: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    given: tuple[str, ...] = ()
    error: str = ""
    rows: int = 4
    #: What browsers may fill in by themselves: nothing, unless we say so.
    autocomplete: str = "off"
    #: A part of the form that starts folded away.
    part: str = ""

    @property
    def value(self) -> str:
        """The one value, or ""."""
        return self.given[0] if self.given else ""

    @property
    def anchor(self) -> str:
        """Id of the element that an error leads to."""
        has_first = self.kind in ("radio", "checkbox") and self.choices
        first = f"-{self.choices[0].value}" if has_first else ""
        return f"q-{self.name}{first}"


def errors_of(questions: Iterable[Question]) -> dict[str, str]:
    """Return what is wrong, by the id of the element to mend."""
    return {one.anchor: one.error for one in questions if one.error}


def answer(form: QueryDict, name: str, *, limit: int = MAX_TEXT) -> str:
    """Return one answer, without space around it; "" when there is none or it is too long."""
    text = form.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return text if len(text) <= limit else ""


def chosen(form: QueryDict, name: str, allowed: Sequence[str]) -> str | None:
    """Return the answer if it is one of those allowed."""
    value = form.get(name, "")
    return value if value in allowed else None


def yes_no(form: QueryDict, name: str) -> bool | None:
    """Return the answer to a question of yes and no; None when it is left open."""
    return {"yes": True, "no": False}.get(form.get(name, ""))


def said(value: bool | None) -> tuple[str, ...]:
    """The other way round, for ``Question.given``."""
    return () if value is None else ("yes" if value else "no",)
