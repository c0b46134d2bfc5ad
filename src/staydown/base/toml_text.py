"""Reads TOML of a bounded size and shape, whoever wrote it.

The parser of the standard library takes time and memory with the square of a key's parts, once for
the key and once more for each line below a header; and brackets within brackets end in a fault of
its own. So the text is looked through once before it is parsed. What is said of a fault goes after
the name of the file, and never repeats what stands in it.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from staydown.base.errors import StaydownError
from staydown.base.plain_text import NotText, text_of

#: The parts of one key or header, with full stops between. None of ours has more than two.
MAX_KEY_PARTS = 8
#: Lists and tables within each other.
MAX_DEPTH = 32

#: Of a number or a key without quotes. A longer number, in hex, could be read and never written.
MAX_WORD = 200

#: Where a text begins, or a sign that counts. Comments are passed over whole.
_TOKEN = re.compile(
    r"""
      (?P<text> "{3} | '{3} | ["'] )
    | \# [^\n]*
    | (?P<word> [0-9A-Za-z_+-]+ )
    | (?P<open> [\[{] )
    | (?P<close> [\]}] )
    | (?P<next> [=,\n]+ )
    | (?P<dot> \. )
    """,
    re.VERBOSE,
)
#: Where a text ends by TOML's own rules, or what in it is no end. Nothing here can be matched in
#: two ways, so that nothing is tried again; possessive repetition would say so, and is wrong in
#: Python before 3.11.5.
_ENDS = {
    '"""': re.compile(r'\\.|"{3,5}', re.DOTALL),
    "'''": re.compile("'{3,5}"),
    '"': re.compile(r'\\[^\n]|["\n]'),
    "'": re.compile(r"['\n]"),
}
#: In place of an end.
_NEVER = -1
_AT = re.compile(r"\(at (line \d+, column \d+|end of document)\)\Z")


class NotToml(StaydownError):
    """Text that is not TOML, or not of the size and shape of ours."""


def tables_of(raw: bytes, *, most: int) -> dict[str, Any]:
    """Return what the TOML says. ``most``: how many bytes it may have. Raises NotToml."""
    if len(raw) > most:
        raise NotToml(f"is larger than {most} bytes; shorten it or split it")
    try:
        text = text_of(raw)
    except NotText as error:
        raise NotToml(str(error)) from error
    _look_through(text)
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and a number of thousands of digits
        found = _AT.search(str(error))
        place = f" ({found[1]})" if found else ""
        # Without its cause, which quotes the text.
        raise NotToml(f"is not valid TOML{place}") from None


def read_tables(path: Path, *, most: int) -> dict[str, Any]:
    """Read a file, never more than ``most`` bytes of it. Raises NotToml and OSError."""
    with path.open("rb") as file:
        return tables_of(file.read(most + 1), most=most)


def _look_through(text: str) -> None:
    parts, depth = 1, 0
    for token in _signs(text):
        match token.lastgroup:
            case "word" if len(token[0]) > MAX_WORD:
                raise NotToml(
                    f"has a number or key that is too long in line {_line(text, token)}; put a "
                    'text in "quotes"'
                )
            case "dot":
                parts += 1
            case "open":
                parts, depth = 1, depth + 1
            case "close":
                parts, depth = 1, depth - 1
            case "next":
                parts = 1
        if parts > MAX_KEY_PARTS:
            raise NotToml(
                f"has a key of more than {MAX_KEY_PARTS} parts in line {_line(text, token)}; "
                'use fewer full stops, or put a text in "quotes"'
            )
        if depth > MAX_DEPTH:
            raise NotToml(
                f"is nested too deeply in line {_line(text, token)}; close lists and tables sooner"
            )


def _signs(text: str) -> Iterator[re.Match[str]]:
    """Yield what stands outside of texts, up to a text that isn't closed: the parser stops there
    too, and says where."""
    at = 0
    while at != _NEVER and (found := _TOKEN.search(text, at)):
        if found.lastgroup == "text":
            at = _end_of_text(text, found)
        else:
            at = found.end()
            yield found


def _end_of_text(text: str, begun: re.Match[str]) -> int:
    """Return where a text in quotes is over, or _NEVER."""
    for found in _ENDS[begun[0]].finditer(text, begun.end()):
        if found[0] == "\n":
            break
        if found[0][0] != "\\":
            return found.end()
    return _NEVER


def _line(text: str, token: re.Match[str]) -> int:
    return text.count("\n", 0, token.start()) + 1
