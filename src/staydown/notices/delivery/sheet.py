"""A sheet for filling in a place's own form: what to paste where, and what to leave empty.

It gives what the form is known to ask for and never more. Whether anybody saw the form's fields is
said too: where nobody did, the sheet holds the least that a report needs.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from staydown.base.records import Standing as RecordStanding
from staydown.notices.compose.letters.reading import phrases
from staydown.notices.details import Details, Notice
from staydown.notices.directory.records import Place
from staydown.notices.fields import FIELDS, FieldSpec, Kind
from staydown.notices.vocabulary import Letter, Standing

#: What any report needs, for a form whose fields nobody saw.
_LEAST = ("content_url", "content_location_info", "contact", "non_consent_statement")

#: Never given, whatever a form would like to know.
LEAVE_EMPTY = (
    "Identity papers, or a picture of your face",
    "Date of birth",
    "Home address",
    "Why and how the picture was made, and anything about the relationship",
    "The picture itself: give its address. If the form takes nothing without an upload, close it "
    "and write to them instead",
)


@dataclass(frozen=True, slots=True)
class SheetField:
    """One field of the form. Nothing in ``paste``: leave it empty, or see ``note``."""

    label: str
    paste: str = field(default="", repr=False)
    note: str = ""


@dataclass(frozen=True, slots=True)
class FieldSheet:
    """What to do with one form. ``seen``: somebody saw which fields the form has."""

    form_url: str
    seen: bool
    fields: tuple[SheetField, ...]
    leave_empty: tuple[str, ...]
    remarks: tuple[str, ...]
    #: How far the address of the form can be relied on; None where no record gives it.
    standing: RecordStanding | None


def field_sheet(notice: Notice, place: Place | None, details: Details) -> FieldSheet:
    """Return the sheet for the form of ``place`` (None: a form that the directory lacks)."""
    seen = place is not None and _is_seen(place)
    asked = place.asks_for if place is not None and place.asks_for else _LEAST
    given = _Given(notice, details)
    rows = dict.fromkeys(_ROWS[key] for key in asked if key in _ROWS)
    fields = tuple(row.of(given) for row in rows)
    return FieldSheet(
        form_url=notice.to.form_url or (place.removal_form_url if place else ""),
        seen=seen,
        fields=tuple(one for one in fields if one.paste or one.note),
        leave_empty=LEAVE_EMPTY,
        remarks=_remarks(place, seen, notice),
        standing=place.standing if place is not None else None,
    )


def _is_seen(place: Place) -> bool:
    """Whether the fields of the form are confirmed, not only its address."""
    doubted = any("asks_for" in point or "form" in point for point in place.unconfirmed)
    return place.confirmed and bool(place.asks_for) and not doubted


def _remarks(place: Place | None, seen: bool, notice: Notice) -> tuple[str, ...]:
    found = ["Look at the address in the browser before you write: it is the one given here."]
    if not seen:
        found.append(
            "Nobody of this project has seen the fields of this form. It may ask in other words, "
            "or for more. Fill in what it cannot do without, and leave the rest empty."
        )
    if place is not None and place.account_needed == "true":
        found.append("The form needs an account with them.")
    if place is not None:
        found += filter(None, (place.passes_on, place.asks_too_much))
    if place is not None and place.account_needed == "unknown":
        found.append("It is not known whether the form needs an account with them.")
    if notice.letter is Letter.US_DMCA:
        found.append("A copyright form passes your name and contact on to whoever posted it.")
    found.append("Keep a copy: take a picture of the filled-in form, and note day and time.")
    return tuple(found)


_FOR_SOMEBODY = "standing_representative_unnamed"


@dataclass(frozen=True, slots=True)
class _Given:
    """What there is to fill in with: a finished letter, and what it was made from."""

    notice: Notice
    details: Details

    def each(self, name: str) -> str:
        """One field of every location, a line each, without repeats."""
        said = (getattr(location, name).strip() for location in self.details.locations)
        return "\n".join(dict.fromkeys(line for line in said if line))

    def sentence(self, *names: str) -> str:
        """The first of these sentences that the letter says, in its language; else nothing."""
        sentences = phrases(self.notice.language).sentences
        return next((sentences[name] for name in names if sentences[name] in self.notice.body), "")

    def typed(self, one: FieldSpec) -> str:
        """What is filled in, or a sentence of the letter that says it."""
        if one.each:
            return self.each(one.bare)
        said = "" if one.kind is Kind.TICK else getattr(self.details, one.name).strip()
        gaps = (gap.says for gap in one.gaps) if one.kind is Kind.TICK else ()
        return said or self.sentence(*gaps, *(one.sheet.instead if one.sheet else ()))

    def contact(self) -> str:
        return self.details.contact.strip() or self.details.email

    def who(self) -> str:
        """In what right the sender writes; a name of the person depicted is left out."""
        role = self.details.standing
        if role is None:
            return ""
        name = "standing_depicted" if role is Standing.DEPICTED else _FOR_SOMEBODY
        return phrases(self.notice.language).sentences[name]

    def work(self) -> str:
        return self.details.copyrighted_work if self.notice.letter is Letter.US_DMCA else ""


@dataclass(frozen=True, slots=True)
class _Row:
    """A field of forms: what is pasted, and what to say when there is something, or nothing."""

    label: str
    value: Callable[[_Given], str]
    empty: str = ""
    filled: str = ""

    def of(self, given: _Given) -> SheetField:
        paste = self.value(given).strip()
        return SheetField(self.label, paste, self.filled if paste else self.empty)


def _nothing(_: _Given) -> str:
    return ""


#: Fields that are given in another way than as they were typed.
_OTHERWISE: Mapping[str, Callable[[_Given], str]] = {
    "standing": _Given.who,
    "contact": _Given.contact,
    "copyrighted_work": _Given.work,
}


def _of_letters() -> Iterator[tuple[str, _Row]]:
    """Rows for what forms and letters both ask, by the elements that a field is meant for."""
    for one in FIELDS.values():
        if one.sheet:
            value = _OTHERWISE.get(one.name, partial(_typed, one))
            row = _Row(one.sheet.label, value, one.sheet.empty, one.sheet.filled)
            meant = one.elements if one.kind is Kind.CHOICE else (one.element,)
            yield from ((element, row) for element in meant)


def _typed(one: FieldSpec, given: _Given) -> str:
    return given.typed(one)


#: By the keys that records of places use: elements of notices, and some of forms alone.
_ROWS: Mapping[str, _Row] = {
    **dict(_of_letters()),
    "legal_name": _Row(
        "Legal name", _nothing, "Only give it if you accept that they will have it."
    ),
    "search_results_url": _Row(
        "Address of the search results",
        _nothing,
        "Make the search, and copy the address of the page of results. Not a picture of it.",
    ),
    "country_of_residence": _Row(
        "Country", _nothing, "Choose yours. It decides which law they look at."
    ),
    "screenshots": _Row(
        "Screenshot",
        _nothing,
        "Leave it out if you can. If not: cover the picture, and show the address alone.",
    ),
    "account_link": _Row(
        "Account that posted it", _nothing, "Copy the address of the account from their page."
    ),
    "relationship_to_depicted": _Row(
        "Your relation to the person shown",
        _nothing,
        '"Myself", or "I act for that person, with leave". Nothing more.',
    ),
}

#: The keys that ``asks_for`` of a place may hold.
KNOWN_KEYS = frozenset(_ROWS)
