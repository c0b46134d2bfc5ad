"""Events as they are written down: one object of canonical JSON for each, and read back strictly.

Whoever keeps a case outside this process (an encrypted file, the visitor's own browser) keeps
these. ``v`` is the version of the form: a reader refuses one that it doesn't know, and never
guesses.
"""

import dataclasses
import json
from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from staydown.base.canonical import JSONValue, canonical_json
from staydown.base.errors import StaydownError
from staydown.cases import events
from staydown.cases.events import Event

VERSION = 1

#: The largest record, in bytes: a letter about 500 places, with the message that was sent.
MOST_BYTES = 4 * 1024 * 1024

#: What each kind of event is called in a record. Names stay for ever.
_NAMES: dict[str, type[Any]] = {
    "warning_read": events.WarningRead,
    "age_said": events.AgeSaid,
    "facts_said": events.FactsSaid,
    "locations_listed": events.LocationsListed,
    "location_described": events.LocationDescribed,
    "location_removed": events.LocationRemoved,
    "route_chosen": events.RouteChosen,
    "letters_drafted": events.LettersDrafted,
    "letter_sent": events.LetterSent,
    "letter_taken_back": events.LetterTakenBack,
    "answer_noted": events.AnswerNoted,
    "answer_taken_back": events.AnswerTakenBack,
    "contacts_found": events.ContactsFound,
    "plan_answered": events.PlanAnswered,
    "sheet_made": events.SheetMade,
    "looked_up": events.LookedUp,
}
_NAME_OF = {kind: name for name, kind in _NAMES.items()}
_READERS = {name: TypeAdapter[Event](kind) for name, kind in _NAMES.items()}

if set(_NAME_OF) != set(get_args(Event)):
    raise TypeError("cases.record: every kind of event has a name, and every name a kind")


class Fault(StrEnum):
    """Why a record is refused."""

    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    OTHER_VERSION = "other_version"
    UNKNOWN_EVENT = "unknown_event"
    NOT_AS_AGREED = "not_as_agreed"


class BadRecord(StaydownError):
    """A record that can't be read, and why in a word; never what it holds."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"this record of a case cannot be read: {fault.value}")
        self.fault = fault


@dataclasses.dataclass(frozen=True, slots=True)
class Recorded:
    """An event, and when it was written down (UTC)."""

    at: datetime
    event: Event


def write(recorded: Recorded) -> bytes:
    """Return the record of an event: the same bytes for the same event and moment."""
    plain: JSONValue = {
        "v": VERSION,
        "at": recorded.at.astimezone(UTC).isoformat(),
        "event": _NAME_OF[type(recorded.event)],
        "with": _plain(dataclasses.asdict(recorded.event)),
    }
    return canonical_json(plain)


def read(untrusted: bytes) -> Recorded:
    """Return what a record holds. Raises BadRecord for anything but what ``write`` writes."""
    if len(untrusted) > MOST_BYTES:
        raise BadRecord(Fault.TOO_LONG)
    try:
        told = json.loads(untrusted)
    except (ValueError, RecursionError) as error:
        raise BadRecord(Fault.NOT_JSON) from error
    if not isinstance(told, dict) or told.keys() != {"v", "at", "event", "with"}:
        raise BadRecord(Fault.NOT_AS_AGREED)
    if type(told["v"]) is not int or told["v"] != VERSION:
        raise BadRecord(Fault.OTHER_VERSION)
    reader = _READERS.get(told["event"]) if isinstance(told["event"], str) else None
    if reader is None:
        raise BadRecord(Fault.UNKNOWN_EVENT)
    if not isinstance(told["at"], str):
        raise BadRecord(Fault.NOT_AS_AGREED)
    try:
        event = reader.validate_json(json.dumps(told["with"]), strict=True)
        found = Recorded(datetime.fromisoformat(told["at"]), event)
        same = found.at.tzinfo is not None and write(found) == untrusted
    except (ValidationError, StaydownError, ValueError, OverflowError) as error:
        raise BadRecord(Fault.NOT_AS_AGREED) from error
    if not same:  # a key too many, another order
        raise BadRecord(Fault.NOT_AS_AGREED)
    return found


def _plain(value: object) -> JSONValue:
    """Return a value as JSON has it, the same each time: what has no order is put in one."""
    match value:
        case BaseModel():
            return _plain(value.model_dump())
        case Enum():
            return _plain(value.value)
        case None | bool() | int() | str():
            return value
        case bytes():
            return value.decode()
        case datetime() | date():
            return value.isoformat()
        case dict():
            return {str(_plain(key)): _plain(item) for key, item in value.items()}
        case frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case tuple() | list():
            return [_plain(item) for item in value]
    raise TypeError(f"a record holds no {type(value).__name__}")
