"""Whether what was typed has the shape of what it should be, before it gets near a letter."""

import re
import unicodedata
from datetime import datetime
from urllib.parse import urlsplit

from staydown.base.reasons import Reason, reasons

_say = reasons("notices.fields")

MAX_LOCATIONS = 500
MAX_URL = 2000
MAX_EMAIL = 254

#: Control characters, lone surrogates, line separators; and marks that turn the order of reading,
#: so that an address or a name could be shown as another one. The plain marks that Arabic is typed
#: with (U+200E, U+200F, U+061C) are allowed, except in addresses.
_BAD_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
#: The marks with which a letter sets apart what was filled in: they never come from outside.
MARKS = "\u2066\u2068\u2069"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Letters and signs of Unicode that look like nothing at all: the fillers of Hangul, empty Braille.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_EMAIL = re.compile(r'[^\s@<>,;:"()\[\]\\]{1,64}@[^\s@<>,;:"()\[\]\\.]+(\.[^\s@<>,;:"()\[\]\\.]+)+')
_HOST = re.compile(r"\A[^\s.]+(\.[^\s.]+)+\.?")


def fault_of_text(text: str, longest: int, *, several_lines: bool = False) -> Reason | None:
    """Return what is wrong with a text, as advice; None when nothing is."""
    if len(text) > longest:
        return _say("fault.too_long", n=longest)
    if text.strip() and not any(_is_seen(sign) for sign in text):
        return _say("fault.blank")
    allowed = "\n\r\t" if several_lines else ""
    for sign in text:
        if sign in allowed:
            continue
        if sign in _TURNING or unicodedata.category(sign) in _BAD_CATEGORIES:
            if sign in "\n\r":
                return _say("fault.one_line")
            return _say("fault.unseen")
    return None


def _is_seen(sign: str) -> bool:
    """Say whether a sign shows by itself: no space, mark, format or filling character does."""
    return sign not in _BLANK and unicodedata.category(sign)[0] not in "CMZ"


def fault_of_moment(at: datetime) -> Reason | None:
    """Return what is wrong with the moment of an earlier notice, as advice; None: nothing is."""
    if at.tzinfo is None:
        return _say("fault.no_zone")
    if not 2000 <= at.year < 2100:
        return _say("fault.year")
    return None


def is_email(text: str) -> bool:
    """Say whether a text looks like one e-mail address (``name@example.org``), bare."""
    return len(text) <= MAX_EMAIL and _EMAIL.fullmatch(text) is not None and not _holds_unseen(text)


def is_web_address(text: str) -> bool:
    """Say whether a text looks like an ``http`` or ``https`` address with a host name."""
    if any(sign.isspace() for sign in text) or _holds_unseen(text):
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # raises for a port that is none
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and "@" not in parts.netloc
        and parts.hostname is not None
        and (":" in parts.hostname or _HOST.fullmatch(parts.hostname) is not None)
    )


def _holds_unseen(text: str) -> bool:
    """Say whether a text holds control or format characters, which have no place in an address."""
    return any(unicodedata.category(sign) in {"Cc", "Cf", "Cs"} for sign in text)


def tidy(text: str) -> str:
    """Give a text one kind of line end, and no empty lines, which set paragraphs apart."""
    lines = (line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)
