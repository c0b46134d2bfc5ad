"""A sheet for filling in a place's own form: what to paste where, and what to leave empty.

It gives what the form is known to ask for and never more. Whether anybody saw the form's fields is
said too: where nobody did, the sheet holds the least that a report needs.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from staydown.base.reasons import Reason, reasons
from staydown.base.records import Standing as RecordStanding
from staydown.notices.compose.letters.reading import phrases
from staydown.notices.details import Details, Notice
from staydown.notices.directory.records import Place
from staydown.notices.fields import FIELDS, FieldSpec, Kind
from staydown.notices.vocabulary import Letter, Standing

_say = reasons("notices.delivery")

#: What any report needs, for a form whose fields nobody saw.
_LEAST = ("content_url", "content_location_info", "contact", "non_consent_statement")

#: Never given, whatever a form would like to know.
LEAVE_EMPTY = (
    _say("leave_empty.papers"),
    _say("leave_empty.birth"),
    _say("leave_empty.home"),
    _say("leave_empty.why"),
    _say("leave_empty.picture"),
)


@dataclass(frozen=True, slots=True)
class SheetField:
    """One field of the form. Nothing in ``paste``: leave it empty, or see ``note``."""

    label: Reason
    paste: str = field(default="", repr=False)
    note: Reason | None = None


@dataclass(frozen=True, slots=True)
class FieldSheet:
    """What to do with one form. ``seen``: somebody saw which fields the form has."""

    form_url: str
    seen: bool
    fields: tuple[SheetField, ...]
    leave_empty: tuple[Reason, ...]
    remarks: tuple[Reason | str, ...]
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


def _remarks(place: Place | None, seen: bool, notice: Notice) -> tuple[Reason | str, ...]:
    found: list[Reason | str] = [_say("remark.look_at_address")]
    if not seen:
        found.append(_say("remark.unseen"))
    if place is not None and place.account_needed == "true":
        found.append(_say("remark.account"))
    if place is not None:
        found += filter(None, (place.passes_on, place.asks_too_much))
    if place is not None and place.account_needed == "unknown":
        found.append(_say("remark.account_unknown"))
    if notice.letter is Letter.US_DMCA:
        found.append(_say("remark.copyright"))
    found.append(_say("remark.keep_a_copy"))
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

    label: Reason
    value: Callable[[_Given], str]
    empty: Reason | None = None
    filled: Reason | None = None

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
    "legal_name": _Row(_say("row.legal_name.label"), _nothing, _say("row.legal_name.note")),
    "search_results_url": _Row(
        _say("row.search_results.label"),
        _nothing,
        _say("row.search_results.note"),
    ),
    "country_of_residence": _Row(_say("row.country.label"), _nothing, _say("row.country.note")),
    "screenshots": _Row(
        _say("row.screenshot.label"),
        _nothing,
        _say("row.screenshot.note"),
    ),
    "account_link": _Row(_say("row.account.label"), _nothing, _say("row.account.note")),
    "relationship_to_depicted": _Row(
        _say("row.relationship.label"),
        _nothing,
        _say("row.relationship.note"),
    ),
}

#: The keys that ``asks_for`` of a place may hold.
KNOWN_KEYS = frozenset(_ROWS)
