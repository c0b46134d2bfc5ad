"""Checks a value against the few words of JSON Schema that our own schema is written in.

Not a validator for schemas of others: it knows ``type``, ``const``, ``enum``, ``pattern``, lengths,
``items``, ``maxItems``, ``minItems``, ``uniqueItems``, ``properties``, ``required`` and
``additionalProperties: false``. The tests hold it against the jsonschema package.
"""

import re
from collections.abc import Mapping
from typing import Any

_TYPES: Mapping[str, type] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
}  # fmt: skip
#: Words that tell a reader something and check nothing.
_TELLING = {"$schema", "$id", "title", "description"}
KNOWN = _TELLING | {
    "type", "const", "enum", "pattern", "minLength", "maxLength", "items", "minItems", "maxItems",
    "uniqueItems", "properties", "required", "additionalProperties",
}  # fmt: skip


def fault(value: object, schema: Mapping[str, Any], where: str = "the notice") -> str:
    """Return the first fault, with its place but not its content; "" when there is none."""
    kinds = schema.get("type", list(_TYPES))
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not any(isinstance(value, _TYPES[kind]) for kind in kinds):
        return f"{where} should be {' or '.join(kinds)}"
    if "const" in schema and value != schema["const"]:
        return f"{where} should be {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{where} is none of the words that may stand there"
    if isinstance(value, str):
        return _fault_of_text(value, schema, where)
    if isinstance(value, list):
        return _fault_of_list(value, schema, where)
    if isinstance(value, dict):
        return _fault_of_object(value, schema, where)
    return ""


def _fault_of_text(value: str, schema: Mapping[str, Any], where: str) -> str:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return f"{where} is too short or too long"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return f"{where} does not have the right shape"
    return ""


def _fault_of_list(value: list[Any], schema: Mapping[str, Any], where: str) -> str:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return f"{where} has too few or too many items"
    if schema.get("uniqueItems") and any(value.index(one) != at for at, one in enumerate(value)):
        return f"{where} has an item twice"
    for place, item in enumerate(value):
        found = fault(item, schema.get("items", {}), f"{where}[{place}]")
        if found:
            return found
    return ""


def _fault_of_object(value: dict[str, Any], schema: Mapping[str, Any], where: str) -> str:
    parts = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            return f"{where} lacks {name}"
    if schema.get("additionalProperties") is False and not value.keys() <= parts.keys():
        return f"{where} has a key that does not belong there"
    for name, part in parts.items():
        if name in value:
            found = fault(value[name], part, name if where == "the notice" else f"{where}.{name}")
            if found:
                return found
    return ""
