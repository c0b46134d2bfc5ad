"""Sets what is filled into a letter apart from the letter, so that each is read in its own order.

A name, an address or a date may run the other way than the sentence that it is put into. Which way
is not guessed from single characters: a field is one isolate of Unicode's bidirectional algorithm
(UAX #9), from its first character to its last. A web or e-mail address runs from left to right as
a whole, whatever it is written in; any other field runs as its first letter does.
"""

import re
import unicodedata
from dataclasses import dataclass

from staydown.base.languages import Language
from staydown.notices.field_limits import MARKS, is_email, is_web_address

_LEFT_TO_RIGHT, _AS_IT_BEGINS, _END = tuple(MARKS)
_NO_MARKS = dict.fromkeys(map(ord, MARKS))
_FIELD = re.compile(f"([{_LEFT_TO_RIGHT}{_AS_IT_BEGINS}])([^{MARKS}]*){_END}")
#: Letters and figures of scripts that run from right to left, and the marks typed with them.
_FROM_RIGHT = frozenset({"R", "AL", "AN"})


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line: the letter's own words (``field`` is False), or one field."""

    text: str
    field: bool
    #: Which way a field runs; the letter's own words run as the letter does.
    right_to_left: bool
    address: bool


def set_apart(text: str, language: Language) -> str:
    """Return what is filled in as isolates, one a line; "" stays "".

    In a letter that runs from left to right, only what has letters that run the other way: all else
    looks the same without. A space stands before the end of what ends in an address, since
    programs that make links of addresses take an invisible character for a part of them.
    """
    return "\n".join(_set_apart(line, language) for line in text.split("\n"))


def _set_apart(line: str, language: Language) -> str:
    if not line.strip() or not (language.right_to_left or runs_from_right(line)):
        return line
    begin = _LEFT_TO_RIGHT if is_address(line.strip()) else _AS_IT_BEGINS
    return f"{begin}{line}{' ' if _ends_in_address(line) else ''}{_END}"


def is_address(text: str) -> bool:
    """Say whether a field is one web or e-mail address, or a Message-ID, and nothing else."""
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    return is_web_address(text) or is_email(bare)


def runs_from_right(text: str) -> bool:
    """Say whether anything in a text runs from right to left."""
    return not text.isascii() and any(
        unicodedata.bidirectional(sign) in _FROM_RIGHT for sign in text
    )


def without_marks(text: str) -> str:
    """Return a letter as it is read: without marks, and without the spaces that stand with them."""
    return _FIELD.sub(lambda found: found[2].rstrip(), text).translate(_NO_MARKS)


def parts_of(line: str, language: Language) -> list[Part]:
    """Part one line of a letter into its own words and its fields, in order."""
    found: list[Part] = []
    done = 0
    for field in _FIELD.finditer(line):
        found.append(_own(line[done : field.start()], language))
        text, address = field[2].rstrip(), field[1] == _LEFT_TO_RIGHT
        found.append(Part(text, True, not address and _begins_from_right(text), address))
        done = field.end()
    return [part for part in (*found, _own(line[done:], language)) if part.text]


def _own(text: str, language: Language) -> Part:
    return Part(text.translate(_NO_MARKS), False, language.right_to_left, False)


def _ends_in_address(line: str) -> bool:
    last = line.rsplit(maxsplit=1)[-1]
    return "://" in last or "@" in last or last.startswith("www.")


def _begins_from_right(text: str) -> bool:
    """Say which way the first letter runs; what has none runs from left to right (UAX #9, P3)."""
    for sign in text:
        way = unicodedata.bidirectional(sign)
        if way in ("L", "R", "AL"):
            return way != "L"
    return False
