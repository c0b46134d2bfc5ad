"""What somebody gives in a file: the facts, and what a letter is filled with.

Personal values come from a file, never from an option, so that no shell history keeps them. A
message names the key and what it must be; it never repeats what was written there.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from staydown.base.errors import StaydownError
from staydown.base.toml_text import NotToml, read_tables, tables_of
from staydown.notices.details import Details, Location
from staydown.notices.facts import Facts

MAX_FILE_BYTES = 1024 * 1024
MAX_ENTRIES = 10_000

_COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_HOST = re.compile(
    r"\A(?=.{1,253}\Z)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class BadGiven(StaydownError):
    """A file of facts or details that cannot be read. Names the key, never the value."""


def read_facts(path: Path) -> Facts:
    """Read a file of facts: TOML whose keys are the fields of ``Facts``. "-" is standard input.

    Raises BadGiven.
    """
    return facts_of(read_given(path))


def read_details(path: Path) -> Details:
    """Read a file of details: TOML whose keys are the fields of ``Details``. "-" as above.

    ``locations`` are tables (``[[locations]]``); one without an ``id`` is called by its number,
    from 1. Raises BadGiven.
    """
    return details_of(read_given(path))


def facts_of(table: Mapping[str, object], within: str = "") -> Facts:
    """Make facts of a TOML table. ``within`` says where it stands, for messages."""
    made: Facts = _made(Facts, table, within)
    for key in ("person_country", "place_country", "uploader_country"):
        code = getattr(made, key)
        # "UK" has the right shape and is no code: no law and no risk would be found.
        code = "" if code == "UK" else code
        _fits(_COUNTRY, code, within + key, 'a code such as "NL", "GB" or "US-CA"')
    _fits(_HOST, made.site, within + "site", 'a host name such as "example.org"')
    _fits(_SLUG, made.place, within + "place", "an id that `staydown directory list places` shows")
    return made


def details_of(table: Mapping[str, object]) -> Details:
    """Make details of a TOML table."""
    made: Details = _made(Details, table, "")
    if made.first_sent is not None and made.first_sent.tzinfo is None:
        raise BadGiven('"first_sent" must say its time zone, such as 2026-11-22T09:30:00Z')
    return made


def read_given(path: Path) -> dict[str, Any]:
    """Read one TOML file of at most MAX_FILE_BYTES. "-" is standard input. Raises BadGiven."""
    try:
        if str(path) == "-":
            if sys.stdin is None:  # closed by whoever started us
                raise BadGiven("nothing can be read from standard input; name a file")
            return tables_of(sys.stdin.buffer.read(MAX_FILE_BYTES + 1), most=MAX_FILE_BYTES)
        return read_tables(path, most=MAX_FILE_BYTES)
    except OSError as error:
        raise BadGiven(f"cannot read the file: {error.strerror}") from error
    except NotToml as error:
        raise BadGiven(f"the file {error}") from error


def _made(kind: type[Any], table: Mapping[str, object], within: str, **given: object) -> Any:
    """Fill a frozen dataclass from a table, strictly: by the types of its fields."""
    hints = get_type_hints(kind)
    for number, key in enumerate(table, start=1):
        if key not in hints:
            raise BadGiven(
                f"entry {number} {'of ' + within.rstrip('.') + ' ' if within else ''}has a key "
                f"that is not known here; the keys are: {', '.join(hints)}"
            )
    for field in fields(kind):
        if field.name in table:
            given[field.name] = _value(hints[field.name], table[field.name], within + field.name)
        elif _needed(field) and field.name not in given:
            raise BadGiven(f'"{within}{field.name}" is missing; {_wanted(hints[field.name])}')
    return kind(**given)


def _needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _value(hint: Any, value: object, key: str) -> Any:
    """Check one value against the type of its field. TOML has no null: None is left out."""
    options = [one for one in get_args(hint) if one is not NoneType]
    if get_origin(hint) is tuple:
        return _locations(value, key)
    if get_origin(hint) is frozenset:
        return frozenset(_value(options[0], one, key) for one in _listed(value, key))
    kind = options[0] if options else hint
    if issubclass(kind, StrEnum):
        if isinstance(value, str) and value in {member.value for member in kind}:
            return kind(value)
    elif type(value) is kind:
        return value
    raise BadGiven(f'"{key}": {_wanted(kind)}')


def _wanted(hint: Any) -> str:
    kind = next((one for one in get_args(hint) if one is not NoneType), hint)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return "it must be one of " + ", ".join(member.value for member in kind)
    if kind is bool:
        return "it must be true or false, or left out"
    if kind is datetime:
        return "it must be a time such as 2026-11-22T09:30:00Z"
    return 'it must be a text in "quotes"'


def _locations(value: object, key: str) -> tuple[Location, ...]:
    made = []
    for number, one in enumerate(_listed(value, key), start=1):
        if not isinstance(one, dict):
            raise BadGiven(f'"{key}" must be tables, each under a line [[{key}]]')
        within = f"{key}[{number}]."
        made.append(_made(Location, one, within, id=str(number)))
    return tuple(made)


def _listed(value: object, key: str) -> list[object]:
    if not isinstance(value, list):
        raise BadGiven(f'"{key}" must be a list')
    if len(value) > MAX_ENTRIES:
        raise BadGiven(f'"{key}" has more than {MAX_ENTRIES} entries; split the file')
    return value


def _fits(pattern: re.Pattern[str], value: str | None, key: str, wanted: str) -> None:
    if value is not None and not pattern.fullmatch(value):
        raise BadGiven(f'"{key}" must be {wanted}')
