"""What there is to say of a field of a letter: the columns of the table in fields.py."""

from dataclasses import dataclass
from enum import StrEnum

from staydown.base.reasons import Reason
from staydown.notices.vocabulary import Element

#: What the name of a field of each location begins with.
EACH = "locations."


class Kind(StrEnum):
    """What is filled in: text of one line or of several, or something to choose."""

    TEXT = "text"
    LINES = "lines"
    EMAIL = "email"
    URL = "url"
    TICK = "tick"
    YES_NO = "yes_no"
    CHOICE = "choice"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap of the letters that one field fills.

    ``says`` names the sentence of ``phrases.toml`` that stands there: what a tick states, or what a
    typed text is put into; "" for a text that stands alone. ``instead`` names the sentence of a
    letter in which nothing was typed there, and the lack of consent stated.
    """

    name: str
    meaning: str
    says: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """How forms of others call the field, and what a sheet notes beside it when it is empty or not.

    ``instead``: sentences of the letter, one of which will do where nothing was typed.
    """

    label: Reason
    empty: Reason | None = None
    filled: Reason | None = None
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of a letter. ``name`` is that of Details; "locations.url" is one of Location."""

    name: str
    kind: Kind
    #: Where a fault in it belongs.
    element: Element
    #: The elements of a notice that it supplies, alone or as one of several; its own by default.
    supplies: tuple[Element, ...] | None = None
    #: It supplies this one too, where the field meant for it is empty.
    stands_in_for: Element | None = None
    #: The longest text, in characters.
    longest: int = 0
    choices: type[StrEnum] | None = None
    #: Choices of which a letter says nothing, and which supply nothing.
    silent: frozenset[str] = frozenset()
    #: What it holds may tell who somebody is, or what happened: no log or traceback shows it.
    personal: bool = False
    #: The question of a form, and what helps to answer it; None where a form lists it elsewhere.
    legend: Reason | None = None
    help: Reason | None = None
    #: What to do when it is missing.
    how: Reason | None = None
    #: Gaps that it fills alone; and gaps that show it among other things, by their names.
    gaps: tuple[Gap, ...] = ()
    shown_in: tuple[str, ...] = ()
    #: The sentence that labels it in a list: those of ``locations`` and of ``sender``.
    label: str = ""
    #: Where the notice for machines holds it ("sender.name"); "" where it holds the same elsewhere.
    record: str = ""
    #: Its explanation in the schema of that notice.
    description: str = ""
    sheet: SheetRow | None = None
    #: Taken over from one letter to the next. Statements never are.
    kept: bool = False
    #: Worth offering in a letter that has room for it and doesn't need it.
    offered: bool = False

    @property
    def bare(self) -> str:
        """Its name in Details, or in Location."""
        return self.name.removeprefix(EACH)

    @property
    def each(self) -> bool:
        """Whether every location has one of its own."""
        return self.name.startswith(EACH)

    @property
    def elements(self) -> tuple[Element, ...]:
        """The elements of a notice that it supplies."""
        return (self.element,) if self.supplies is None else self.supplies

    @property
    def typed(self) -> bool:
        """Whether it is a text that somebody types."""
        return self.kind in (Kind.TEXT, Kind.LINES, Kind.EMAIL, Kind.URL)
