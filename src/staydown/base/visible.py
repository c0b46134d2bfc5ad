"""Texts from elsewhere, shown so that nothing in them is hidden and nothing of them is obeyed.

A terminal obeys control characters (it can be made to retitle itself, to wipe what was said, to
copy into the clipboard), and shows what comes after a mark of direction in another order. What
can't be seen is written as JSON writes it, ``\\u001b``: a line of JSON stays JSON, and says the
same.
"""

import unicodedata
from collections.abc import Iterator

#: Control, format, lone surrogate, private, unassigned; separators of lines and paragraphs.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Letters and signs that look like nothing at all: the fillers of Hangul, empty Braille.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
#: They join or part letters of Arabic and of India's scripts; elsewhere they only hide.
_JOINERS = frozenset("\u200c\u200d")
#: What Arabic and Hebrew are typed with; they turn nothing that a reader of these doesn't see.
_MARKS = frozenset("\u061c\u200e\u200f")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def visible(text: str, *, keep: str = "") -> str:
    """Return the text with each character that can't be seen written as ``\\uXXXX``.

    ``keep``: characters that are left as they are, such as "\\n" for a text of several lines.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _written(sign) if hidden and sign not in keep else sign for sign, hidden in signs(text)
    )


def signs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each character, and whether it can't be seen where it stands."""
    marks = _MARKS if _is_right_to_left(text) else frozenset()
    previous = ""
    for sign in text:
        yield sign, sign not in marks and _is_hidden(sign, previous)
        previous = sign


def _is_hidden(sign: str, previous: str) -> bool:
    if sign in _JOINERS:
        return not (previous >= "\u0590" and unicodedata.category(previous)[0] in "LM")
    return sign in _BLANK or unicodedata.category(sign) in _UNSEEN


def _is_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in text)


def _written(sign: str) -> str:
    """Return a character as JSON writes it, beyond U+FFFF as the two halves of UTF-16."""
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
