"""As much of JSON Schema as the OpenAPI files use; a word beyond that is an error, not a pass."""

import re
from collections.abc import Callable, Iterator
from typing import Any

Document = dict[str, Any]

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}

#: What each word asks of a value that it applies to: (type it applies to, check).
_LIMITS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "minimum": ("integer", lambda value, limit: value >= limit),
    "maximum": ("integer", lambda value, limit: value <= limit),
    "minLength": ("string", lambda value, limit: len(value) >= limit),
    "maxLength": ("string", lambda value, limit: len(value) <= limit),
    "pattern": ("string", lambda value, limit: re.search(limit, value) is not None),
    "minItems": ("array", lambda value, limit: len(value) >= limit),
    "maxItems": ("array", lambda value, limit: len(value) <= limit),
    "required": ("object", lambda value, limit: set(limit) <= set(value)),
}

_NOTES = {"description", "default", "format"}
_INNER = {"properties", "additionalProperties", "items", "prefixItems", "oneOf", "$ref"}
KNOWN = {"type", "enum", "const"} | set(_LIMITS) | _NOTES | _INNER


def resolve(document: Document, value: Any) -> Any:
    """Return what a reference within ``document`` stands for; other values are themselves."""
    while isinstance(value, dict) and "$ref" in value:
        found: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def faults(document: Document, schema: Any, value: Any, place: str = "$") -> Iterator[str]:
    """Say where ``value`` is not of the form that ``schema`` asks for."""
    schema = resolve(document, schema)
    if isinstance(schema, bool):
        if not schema:
            yield f"{place}: nothing may stand here"
        return
    assert set(schema) <= KNOWN, f"words that are not checked here: {set(schema) - KNOWN}"
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(_TYPES[name](value) for name in wanted):
        yield f"{place}: not {' or '.join(wanted)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: none of {schema['enum']}"
    if "const" in schema and (value != schema["const"] or type(value) is not type(schema["const"])):
        yield f"{place}: not {schema['const']}"
    for word, (kind, fits) in _LIMITS.items():
        if word in schema and _TYPES[kind](value) and not fits(value, schema[word]):
            yield f"{place}: against {word} {schema[word]}"
    yield from _inner_faults(document, schema, value, place)


def _inner_faults(document: Document, schema: Document, value: Any, place: str) -> Iterator[str]:
    if "oneOf" in schema:
        fitting = [
            choice for choice in schema["oneOf"] if not [*faults(document, choice, value, place)]
        ]
        if len(fitting) != 1:
            yield f"{place}: fits {len(fitting)} of the choices"
    if isinstance(value, dict):
        named = schema.get("properties", {})
        for name, inner in value.items():
            rest = schema.get("additionalProperties", True)
            yield from faults(document, named.get(name, rest), inner, f"{place}.{name}")
    if isinstance(value, list):
        first = schema.get("prefixItems", [])
        for number, inner in enumerate(value):
            rest = first[number] if number < len(first) else schema.get("items", True)
            yield from faults(document, rest, inner, f"{place}[{number}]")
