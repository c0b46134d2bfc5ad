"""Reasons in words: the one reader of the wording files.

Each room that has something to say keeps ``wording/<language>/<file>.toml``. A line is a sentence,
or a table of sentences by plural (``one``, ``other`` …, chosen by the value ``n``). Gaps are
``{name}``; a value of several takes ``{name}`` (sentences, one after the other), ``{name:or}``,
``{name:and}``, ``{name:comma}`` or ``{name:semicolon}``. Days, moments and numbers are written as
the language does.

A line of a language other than English is a table with ``of``, the ``mark`` of the English it was
made from: a translation that is older than its English is stale, and English is shown in its place.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeAlias

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from staydown.base.languages import Language
from staydown.base.reasons import Day, Instant, Reason, Several, Value
from staydown.base.records import read_table

_PACKAGE = Path(__file__).parents[1]
_GAP = re.compile(r"\{([a-z_]+)(?::([a-z]+))?\}")
#: Which locale writes the days and numbers of a language.
_LOCALES = {Language.EN: "en_GB"}
_BETWEEN = {"": " ", "comma": ", ", "semicolon": "; "}
_LISTS: Mapping[str, Literal["or", "standard"]] = {"or": "or", "and": "standard"}
_OF = "of"
_TEXT = "text"
_OTHER = "other"

#: A line by plural category; a sentence that is the same for all stands under ``other`` alone.
Line: TypeAlias = Mapping[str, str]


def text(reason: Reason | str, language: Language = Language.EN) -> str:
    """Return a reason in words; what is text already, a name say, as it is.

    Raises KeyError for a code that no English file has.
    """
    if isinstance(reason, str):
        return reason
    spoken, line = _line(reason.code, language)
    values = dict(reason.values)
    sentence = line[_plural(line, values, spoken)]
    return _GAP.sub(lambda gap: _spelt(values[gap[1]], gap[2] or "", spoken), sentence)


def texts(said: Iterable[Reason | str], language: Language = Language.EN) -> str:
    """Return reasons as sentences, one after the other."""
    return " ".join(text(reason, language) for reason in said)


def day(when: date, language: Language = Language.EN) -> str:
    """Return "22 November 2026", as the language writes it."""
    return format_date(when, "long", _locale(language))


def moment(when: datetime, language: Language = Language.EN) -> str:
    """Return "22 November 2026, 10:20 UTC", as the language writes it, cut to the minute."""
    there = when.astimezone(UTC)
    clock = format_time(there, "HH:mm", tzinfo=UTC, locale=_locale(language))
    return f"{day(there.date(), language)}, {clock} UTC"


def mark(line: Line) -> str:
    """Return the mark of an English line, which its translations carry: eight hex digits."""
    whole = "\x1f".join(f"{plural}\x1e{line[plural]}" for plural in sorted(line))
    return sha256(whole.encode()).hexdigest()[:8]


def lines(file: str, language: Language = Language.EN) -> Mapping[str, Line]:
    """Return all lines of a file such as ``notices.routes``, by their names; none without a file.

    Lines that are stale are left out: see ``stale``.
    """
    read = _read(file, language)
    if language is Language.EN:
        return {name: line for name, (line, _) in read.items()}
    current = {name: mark(line) for name, line in lines(file).items()}
    return {name: line for name, (line, of) in read.items() if current.get(name) == of}


def stale(file: str, language: Language) -> tuple[str, ...]:
    """Return the names of lines whose English has changed since they were translated, or is gone.

    Lines that were never translated are not in it.
    """
    return tuple(sorted(set(_read(file, language)) - set(lines(file, language))))


def files() -> tuple[str, ...]:
    """Return every wording file by its name: ``notices.routes``."""
    found = _PACKAGE.glob(f"*/wording/{Language.EN}/*.toml")
    return tuple(sorted(f"{path.parents[2].name}.{path.stem}" for path in found))


def gaps(line: Line) -> frozenset[str]:
    """Return the names of the values that a line needs."""
    return frozenset(gap[1] for sentence in line.values() for gap in _GAP.finditer(sentence))


def _line(code: str, language: Language) -> tuple[Language, Line]:
    room, name, key = code.split(".", 2)
    for spoken in (language, Language.EN):
        line = _current(f"{room}.{name}", spoken).get(key)
        if line is not None:
            return spoken, line
    raise KeyError(f"{code} stands in no wording file")


@cache
def _current(file: str, language: Language) -> Mapping[str, Line]:
    return lines(file, language)


@cache
def _read(file: str, language: Language) -> Mapping[str, tuple[Line, str]]:
    room, name = file.split(".")
    path = _PACKAGE / room / "wording" / language / f"{name}.toml"
    return dict(_flat(read_table(path))) if path.exists() else {}


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, tuple[Line, str]]]:
    """Yield the lines of a table and of the tables in it, each with the mark it carries."""
    for key, entry in table.items():
        name = f"{before}{key}"
        if isinstance(entry, str):
            yield name, ({_OTHER: entry}, "")
        elif _OTHER in entry or _TEXT in entry:
            of = str(entry.get(_OF, ""))
            said = {plural: said for plural, said in entry.items() if plural != _OF}
            yield name, ({_OTHER: said[_TEXT]} if _TEXT in said else said, of)
        else:
            yield from _flat(entry, f"{name}.")


def _plural(line: Line, values: Mapping[str, Value], language: Language) -> str:
    number = values.get("n")
    if len(line) == 1 or not isinstance(number, int):
        return _OTHER
    category = Locale.parse(_locale(language)).plural_form(number)
    return category if category in line else _OTHER


def _spelt(value: Value, how: str, language: Language) -> str:
    match value:
        case Reason():
            return text(value, language)
        case Instant():
            return moment(value.at, language)
        case Day():
            return day(value.day, language)
        case Several():
            parts = [part for part in (_spelt(each, "", language) for each in value.parts) if part]
            if how in _LISTS:
                return format_list(parts, _LISTS[how], _locale(language))
            return _BETWEEN[how].join(parts)
        case int():
            return format_decimal(value, locale=_locale(language))
    return value


def _locale(language: Language) -> str:
    return _LOCALES.get(language, language.value)
