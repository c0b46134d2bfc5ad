"""Each word of ``staydown.base.incident`` in plain language. One TOML file for each language.

A language without a file, or a file that lacks a word, answers in English: a label is never empty.
"""

import inspect
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from staydown.base import incident
from staydown.base.incident import Motive
from staydown.base.languages import Language
from staydown.base.records import read_table

_FOLDER = Path(__file__).parent
_HEADING = "heading"

#: The lists that have labels, by name.
LISTS: Mapping[str, type[StrEnum]] = {
    name: found
    for name, found in vars(incident).items()
    if inspect.isclass(found) and issubclass(found, StrEnum) and found is not StrEnum
}

#: Lists that a court or a study may fill, and that no page or question asks a person for.
_NEVER_ASKED: frozenset[type[StrEnum]] = frozenset({Motive})


def label(member: StrEnum, language: Language = Language.EN) -> str:
    """Return a word of one of the ``LISTS`` in plain language."""
    return _words(language, type(member).__name__, member.value)


def heading(words: type[StrEnum], language: Language = Language.EN) -> str:
    """Return what one of the ``LISTS`` is about."""
    return _words(language, words.__name__, _HEADING)


def languages() -> tuple[Language, ...]:
    """Return the languages that there are labels in."""
    return tuple(language for language in Language if _file(language).exists())


def may_be_asked(words: type[StrEnum]) -> bool:
    """Whether a person may be asked to choose from a list. Nobody is asked to guess a motive."""
    return words not in _NEVER_ASKED


def _words(language: Language, table: str, key: str) -> str:
    for tried in (language, Language.EN):
        found = _labels(tried).get(table, {}).get(key)
        if found is not None:
            return found
    raise KeyError(f"{table}.{key} has no label")


@cache
def _labels(language: Language) -> Mapping[str, Mapping[str, str]]:
    return read_table(_file(language)) if _file(language).exists() else {}


def _file(language: Language) -> Path:
    return _FOLDER / f"{language}.toml"
