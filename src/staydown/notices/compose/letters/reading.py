"""Reads the letters and their sentences, once each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from staydown.base.errors import StaydownError
from staydown.base.languages import Language
from staydown.base.toml_text import NotToml, tables_of
from staydown.notices.vocabulary import Letter, Unit

FOLDER = Path(__file__).parent
_FENCE = "+++\n"
_MAX_BYTES = 64 * 1024
_KEYS = {"subject", "reviewed", "reviewed_by"}


class NoSuchLetter(StaydownError):
    """A letter that is not written in that language, or whose file is broken."""


@dataclass(frozen=True, slots=True)
class LetterText:
    """A letter with its gaps still open. ``reviewed``: the day on which a lawyer did, if any."""

    subject: str
    body: str
    reviewed: date | None
    #: In what capacity it was reviewed ("a lawyer admitted in Spain"); "" if it wasn't.
    reviewed_by: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences for the gaps, by name, and the plural forms of each unit of time."""

    sentences: Mapping[str, str]
    lengths: Mapping[Unit, Mapping[str, str]]


def written_in() -> tuple[Language, ...]:
    """Return the languages in which every letter is written."""
    return tuple(
        language
        for language in Language
        if (FOLDER / language / "phrases.toml").is_file()
        and all((FOLDER / language / f"{letter}.txt").is_file() for letter in Letter)
    )


@cache
def letter_text(letter: Letter, language: Language) -> LetterText:
    """Return a letter in a language. Raises NoSuchLetter, which says what to do."""
    return read_letter(FOLDER / language / f"{letter}.txt")


@cache
def phrases(language: Language) -> Phrases:
    """Return the sentences of a language. Raises NoSuchLetter."""
    return read_phrases(FOLDER / language / "phrases.toml")


def read_letter(path: Path) -> LetterText:
    """Read one letter file; gaps.py says what is in it. Raises NoSuchLetter, naming the file."""
    text = _text(path)
    if not text.startswith(_FENCE) or text.count(_FENCE) != 2:
        raise NoSuchLetter(f"{path.name} does not begin with a head between two lines of +++")
    _, head, body = text.split(_FENCE)
    said = _toml(head, path)
    if not said.keys() <= _KEYS or not isinstance(said.get("subject"), str):
        raise NoSuchLetter(f"{path.name}: the head holds subject, reviewed and reviewed_by alone")
    reviewed, by = said.get("reviewed", False), said.get("reviewed_by", "")
    if not isinstance(by, str) or (reviewed is not False and type(reviewed) is not date):
        raise NoSuchLetter(f"{path.name}: reviewed is false or a day, reviewed_by is text")
    return LetterText(said["subject"], body.strip(), reviewed or None, by)


def read_phrases(path: Path) -> Phrases:
    """Read one file of sentences. Raises NoSuchLetter, naming the file."""
    said = _toml(_text(path), path)
    sentences = {key: value for key, value in said.items() if isinstance(value, str)}
    lengths = {unit: MappingProxyType(said.get(unit, {})) for unit in Unit}
    if len(sentences) + len(lengths) != len(said) or not all(
        "other" in forms and all(isinstance(form, str) for form in forms.values())
        for forms in lengths.values()
    ):
        raise NoSuchLetter(f"{path.name}: sentences, and a table of plural forms for each unit")
    return Phrases(MappingProxyType(sentences), MappingProxyType(lengths))


def _text(path: Path) -> str:
    where = f"{path.parent.name}/{path.name}"
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise NoSuchLetter(f"{where} is larger than {_MAX_BYTES} bytes")
        return path.read_text("utf-8")
    except OSError as error:
        raise NoSuchLetter(
            f"{where} cannot be read: this letter may not be written in that language yet; "
            "choose English"
        ) from error
    except UnicodeDecodeError as error:
        raise NoSuchLetter(f"{where} is not UTF-8") from error


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tables_of(text.encode(), most=_MAX_BYTES)
    except NotToml as error:
        raise NoSuchLetter(f"{path.name} {error}") from error
