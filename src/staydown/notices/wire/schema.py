"""The JSON Schema (2020-12) of the notice for machines, made from the fields of a letter."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from staydown.base.languages import Language
from staydown.notices.field_limits import MAX_LOCATIONS
from staydown.notices.fields import FIELDS, FieldSpec, Kind
from staydown.notices.vocabulary import Letter, RecipientKind

ID = "urn:staydown:notice:1"
#: The group whose keys are words of one list, and the one whose keys every location has.
STATEMENTS, LOCATIONS = "statements", "locations"

_LAWS = 4000
_MOMENT = {
    "maxLength": 20,
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
}
_GROUPS = {
    "sender": "Only what this letter needs; empty otherwise. Not to be passed to whoever published "
    "the content.",
    "said": "In the sender's own words; empty where nothing was said.",
}


def _text(longest: int, **more: object) -> dict[str, Any]:
    return {"type": "string", "maxLength": longest, **more}


def _word(words: type[Letter | Language | RecipientKind]) -> dict[str, Any]:
    return {"type": "string", "enum": [one.value for one in words]}


def _object(parts: Mapping[str, Any], **more: object) -> dict[str, Any]:
    """An object with exactly these keys."""
    return {
        "type": "object", "properties": dict(parts), "required": list(parts),
        "additionalProperties": False, **more,
    }  # fmt: skip


def _head() -> dict[str, Any]:
    law = {
        "citation": _text(_LAWS, description="The laws that the letter names; empty when it stands "
                          "on the service's own rules."),
        "regime": {"type": ["string", "null"], "maxLength": 60, "description": "The identifier of "
                   "the regime in Staydown's directory of law."},
        "certain": {"type": "boolean", "description": "False where it is not certain that the "
                    "regime is law today: passed and perhaps not in force, or not confirmed. The "
                    "letter says so too."},
    }  # fmt: skip
    return {
        "schema": {"type": "string", "const": ID},
        "letter": _word(Letter) | {"description": "Which of Staydown's letters it is."},
        "language": _word(Language),
        "written": {"type": "string", **_MOMENT, "description": "In UTC."},
        "recipient": _object({"kind": _word(RecipientKind), "name": _text(4000)}),
        "law": _object(law),
        "subject": _text(300, minLength=1),
        "text": _text(3_000_000, minLength=1, description="The whole letter, as a person reads "
                      "it."),
    }  # fmt: skip


def _part(field: FieldSpec) -> dict[str, Any]:
    told = {"description": field.description} if field.description else {}
    if field.kind is Kind.CHOICE:
        choices = [one.value for one in field.choices or ()]
        return {"type": ["string", "null"], "enum": [*choices, None], **told}
    if field.kind is Kind.YES_NO:
        return {"type": ["boolean", "null"], **told}
    if field.kind is Kind.MOMENT:
        return {"type": ["string", "null"], **_MOMENT, **told}
    return _text(field.longest, **told)


def _schema() -> dict[str, Any]:
    parts, groups = _head(), dict[str, dict[str, Any]]()
    for field in FIELDS.values():
        group, _, key = field.record.partition(".")
        if key:
            groups.setdefault(group, {})[key] = _part(field)
            parts[group] = {}  # in the order of the table
        elif group:
            parts[group] = _part(field)
    words = list(groups.pop(STATEMENTS))
    parts[STATEMENTS] = {
        "type": "array", "maxItems": len(words), "uniqueItems": True,
        "items": {"type": "string", "enum": words},
        "description": "What the sender stated, each by a deliberate act.",
    }  # fmt: skip
    parts[LOCATIONS] = {
        "type": "array", "maxItems": MAX_LOCATIONS, "items": _object(groups.pop(LOCATIONS)),
    }  # fmt: skip
    parts |= {name: _object(held, description=_GROUPS[name]) for name, held in groups.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Staydown notice, version 1",
        "description": "A request to remove intimate images that are shown without consent, or "
        "what belongs to one. It holds what the letter in `text` says, and nothing else. No field "
        "takes an identity paper, a birth date or a home address.",
        **_object(parts),
    }


SCHEMA: Mapping[str, Any] = MappingProxyType(_schema())
