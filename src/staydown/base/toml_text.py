"""Reads TOML of a bounded size and shape, whoever wrote it.

The parser of the standard library takes time and memory with the square of a key's parts, once for
the key and once more for each line below a header; and brackets within brackets end in a fault of
its own. So the text is looked through once before it is parsed. What is said of a fault goes after
the name of the file, and never repeats what stands in it.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from staydown.base.errors import StaydownError

#: The parts of one key or header, with full stops between. None of ours has more than two.
MAX_KEY_PARTS = 8
#: Lists and tables within each other.
MAX_DEPTH = 32

#: Of a number or a key without quotes. A longer number, in hex, could be read and never written.
MAX_WORD = 200

#: Texts and comments are passed over whole, by TOML's own rules: full stops in them cost nothing.
#: No repetition gives back what it took, so that this is no dearer than what it guards.
_TOKEN = re.compile(
    r"""
      "{3} (?: [^"\\]++ | \\. | "(?!"") )*+ "{3,5}
    | '{3} .*? '{3,5}
    | " (?!"") (?: [^"\\\n]++ | \\[^\n] )*+ "
    | ' (?!'') [^'\n]*+ '
    | \# [^\n]*+
    | (?P<word> [0-9A-Za-z_+-]++ )
    | (?P<open> [\[{] )
    | (?P<close> [\]}] )
    | (?P<next> [=,\n]+ )
    | (?P<dot> \. )
    | (?P<unclosed> ["'] )
    """,
    re.DOTALL | re.VERBOSE,
)
_AT = re.compile(r"\(at (line \d+, column \d+|end of document)\)\Z")


class NotToml(StaydownError):
    """Text that is not TOML, or not of the size and shape of ours."""


def tables_of(raw: bytes, *, most: int) -> dict[str, Any]:
    """Return what the TOML says. ``most``: how many bytes it may have. Raises NotToml."""
    if len(raw) > most:
        raise NotToml(f"is larger than {most} bytes; shorten it or split it")
    try:
        text = raw.decode("utf-8-sig")  # some editors on Windows put a mark before it
    except UnicodeDecodeError as error:
        raise NotToml("is not UTF-8 text") from error
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
    for token in _TOKEN.finditer(text):
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
            case "unclosed":
                return  # the parser stops here too, and says where
            case _:
                continue
        if parts > MAX_KEY_PARTS:
            raise NotToml(
                f"has a key of more than {MAX_KEY_PARTS} parts in line {_line(text, token)}; "
                'use fewer full stops, or put a text in "quotes"'
            )
        if depth > MAX_DEPTH:
            raise NotToml(
                f"is nested too deeply in line {_line(text, token)}; close lists and tables sooner"
            )


def _line(text: str, token: re.Match[str]) -> int:
    return text.count("\n", 0, token.start()) + 1
