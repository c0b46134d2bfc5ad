"""The notice for machines: JSON, written and read here and nowhere else.

It holds the letter itself and, apart, what the letter says, so that a desk need not read prose. It
holds nothing that the letter doesn't say. There is no field for an identity paper. What is written
reads back as the same record; a record has one form in bytes.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from staydown.base.errors import StaydownError
from staydown.base.languages import Language
from staydown.notices.details import Details, Location, Notice
from staydown.notices.field_limits import (
    MARKS,
    MAX_LOCATIONS,
    fault_of_moment,
    fault_of_text,
    is_email,
    is_web_address,
    tidy,
)
from staydown.notices.fields import FIELDS, FieldSpec, Kind
from staydown.notices.vocabulary import Letter, RecipientKind, Standing
from staydown.notices.wire.schema import ID, LOCATIONS, SCHEMA, STATEMENTS
from staydown.notices.wire.schema_check import fault

MAX_BYTES = 16 * 1024 * 1024
#: Commas and opening brackets of the largest notice, outside its texts.
MAX_PARTS = 10 * MAX_LOCATIONS + 500

_TEXT_IN_JSON = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
_NO_MARKS = dict.fromkeys(map(ord, MARKS))
_IN_RECORD = tuple(one for one in FIELDS.values() if one.record and not one.each)
_OF_EACH = tuple(one for one in FIELDS.values() if one.record and one.each)


class Refusal(StrEnum):
    """Why bytes are no notice."""

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    OTHER_VERSION = "other_version"
    OFF_SCHEMA = "off_schema"
    UNSAFE = "unsafe"


class BadNotice(StaydownError):
    """Bytes that are no machine-readable notice. Says what is wrong, never what was sent.

    ``where`` names the part that is at fault ("sender.email", "locations[2].url"), where one is.
    """

    def __init__(self, code: Refusal, text: str, where: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.where = where


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """What a notice for machines holds. ``details`` has what the letter says, and nothing else.

    Its times are in UTC: ``written`` to the second, that of a first notice to the minute, as the
    letter says it. A location's ``id`` is its number in the letter.
    """

    letter: Letter
    language: Language
    written: datetime
    recipient_kind: RecipientKind
    recipient_name: str
    #: The laws that it names, as cited; and the regime's id in the directory of who wrote it.
    law: str
    regime: str | None
    law_certain: bool
    subject: str
    text: str = field(repr=False)
    details: Details


def record_of(notice: Notice) -> NoticeRecord:
    """Return what a machine is told of a notice: the letter, and what it shows."""
    shown, details = set(notice.shown), notice.details
    said = {
        one.name: _told(one, getattr(details, one.name)) for one in _IN_RECORD if one.name in shown
    }
    shown_of_each = [one for one in _OF_EACH if one.name in shown and one.bare != "id"]
    items = (
        {one.bare: _told(one, getattr(location, one.bare)) for one in shown_of_each}
        for location in details.locations
    )
    # Numbered as in the letter, which leaves out an item of which it has nothing to say.
    locations = tuple(
        Location(str(number), **item) for number, item in enumerate(items, 1) if any(item.values())
    )
    return NoticeRecord(
        letter=notice.letter,
        language=notice.language,
        written=notice.written.astimezone(UTC).replace(microsecond=0),
        recipient_kind=notice.to.kind,
        recipient_name=notice.to.name,
        law=notice.law,
        regime=notice.regime,
        law_certain=notice.law_certain,
        subject=notice.subject,
        text=notice.body,
        details=_details(said, locations),
    )


def as_json(notice: Notice) -> bytes:
    """Return the record of a notice as JSON in UTF-8."""
    return write(record_of(notice))


def write(record: NoticeRecord) -> bytes:
    """Return a record as JSON in UTF-8: always the same bytes for the same record."""
    return json.dumps(_written(record), ensure_ascii=False, indent=2).encode() + b"\n"


def read(untrusted: bytes) -> NoticeRecord:
    """Read a notice that somebody sent: at most 16 MiB, exactly after the schema.

    Raises BadNotice.
    """
    found = _parsed(untrusted)
    if isinstance(found, dict) and isinstance(found.get("schema"), str) and found["schema"] != ID:
        raise BadNotice(Refusal.OTHER_VERSION, f"this is no notice after {ID}", "schema")
    wrong = fault(found, SCHEMA)
    if wrong:
        raise BadNotice(Refusal.OFF_SCHEMA, f"this is no notice after {ID}: {wrong}")
    unsafe = next(_unsafe(found), "")
    if unsafe:
        text = f"{unsafe} holds signs that cannot be seen, or is not what it should be"
        raise BadNotice(Refusal.UNSAFE, text, unsafe)
    said = {one.name: _read(one, _at(one, found)) for one in _IN_RECORD}
    locations = tuple(
        Location(**{one.bare: item[one.bare] for one in _OF_EACH}) for item in found[LOCATIONS]
    )
    return NoticeRecord(
        letter=Letter(found["letter"]),
        language=Language(found["language"]),
        written=datetime.fromisoformat(found["written"]),
        recipient_kind=RecipientKind(found["recipient"]["kind"]),
        recipient_name=found["recipient"]["name"],
        law=found["law"]["citation"],
        regime=found["law"]["regime"],
        law_certain=found["law"]["certain"],
        subject=found["subject"],
        text=found["text"],
        details=_details(said, locations),
    )


def _details(said: dict[str, Any], locations: tuple[Location, ...]) -> Details:
    """A letter of somebody who writes for another says that this person agreed."""
    authorised = said.get("standing") is Standing.REPRESENTATIVE
    return Details(locations=locations, authorised=authorised, **said)


def _told(one: FieldSpec, said: Any) -> Any:
    """Return what is said in a field as the letter says it."""
    if one.kind is Kind.MOMENT and said is not None:
        return said.astimezone(UTC).replace(second=0, microsecond=0)
    if one.kind is Kind.LINES:
        return tidy(said)
    return said.strip() if one.typed else said


def _written(record: NoticeRecord) -> dict[str, Any]:
    made: dict[str, Any] = {
        "schema": ID,
        "letter": record.letter.value,
        "language": record.language.value,
        "written": _moment(record.written),
        "recipient": {"kind": record.recipient_kind.value, "name": record.recipient_name},
        "law": {
            "citation": record.law, "regime": record.regime, "certain": record.law_certain,
        },
        "subject": record.subject,
        "text": record.text,
        LOCATIONS: [
            {one.bare: getattr(location, one.bare) for one in _OF_EACH}
            for location in record.details.locations
        ],
        STATEMENTS: [],
    }  # fmt: skip
    for one in _IN_RECORD:
        group, _, key = one.record.partition(".")
        said = getattr(record.details, one.name)
        if group == STATEMENTS:
            made[STATEMENTS] += [key] if said else []
        elif key:
            made.setdefault(group, {})[key] = said
        else:
            made[group] = _moment(said) if isinstance(said, datetime) else said
    return made


def _at(one: FieldSpec, found: dict[str, Any]) -> Any:
    group, _, key = one.record.partition(".")
    if group == STATEMENTS:
        return key in found[STATEMENTS]
    return found[group][key] if key else found[group]


def _read(one: FieldSpec, said: Any) -> Any:
    if said is not None and one.choices:
        return one.choices(said)
    return datetime.fromisoformat(said) if said is not None and one.kind is Kind.MOMENT else said


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(untrusted: bytes) -> Any:
    """Return what the JSON says. What is far more than a notice holds is not made at all."""
    if len(untrusted) > MAX_BYTES:
        raise BadNotice(Refusal.TOO_LARGE, f"a notice is at most {MAX_BYTES // 1024 // 1024} MiB")
    texts = untrusted.count(b'"') - untrusted.count(b'\\"')
    if (
        texts > 4 * MAX_PARTS
        or sum(map(_TEXT_IN_JSON.sub(b"", untrusted).count, (b",", b"[", b"{"))) > MAX_PARTS
    ):
        raise BadNotice(Refusal.TOO_LARGE, "a notice has fewer parts than this")
    try:
        found = json.loads(
            untrusted.decode("utf-8"), object_pairs_hook=_no_doubles, parse_constant=_no_constant
        )
        json.dumps(found, ensure_ascii=False).encode()  # no half of a surrogate pair
    except (ValueError, RecursionError) as error:
        raise BadNotice(
            Refusal.NOT_JSON, "a notice is one JSON object in UTF-8, no key twice"
        ) from error
    return found


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _no_constant(_name: str) -> None:
    raise ValueError("no number")


def _unsafe(found: dict[str, Any]) -> Iterator[str]:
    """Name the parts that could forge a header, a line, a link or a moment.

    The letter's own text may hold the marks that set a field apart, and no other.
    """
    lines = {
        "recipient.name": found["recipient"]["name"],
        "law.citation": found["law"]["citation"],
        "law.regime": found["law"]["regime"] or "",
        "subject": found["subject"],
    }
    yield from (name for name, text in lines.items() if fault_of_text(text, len(text)))
    text = found["text"].translate(_NO_MARKS)
    if fault_of_text(text, len(text), several_lines=True):
        yield "text"
    if _bad_moment(found["written"]):
        yield "written"
    yield from (one.record for one in _IN_RECORD if _bad(one, _at(one, found)))
    for place, item in enumerate(found[LOCATIONS]):
        for one in _OF_EACH:
            if _bad(one, item[one.bare]):
                yield f"{LOCATIONS}[{place}].{one.bare}"


def _bad(one: FieldSpec, said: Any) -> bool:
    """Whether what was sent in a field is not what may be typed there."""
    if one.kind is Kind.MOMENT:
        return said is not None and _bad_moment(said)
    if not one.typed or not said:
        return False
    return (
        bool(fault_of_text(said, one.longest, several_lines=one.kind is Kind.LINES))
        or (one.kind is Kind.EMAIL and not is_email(said))
        or (one.kind is Kind.URL and not is_web_address(said))
    )


def _bad_moment(text: str) -> bool:
    try:
        return bool(fault_of_moment(datetime.fromisoformat(text)))
    except ValueError:
        return True
