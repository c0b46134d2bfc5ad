"""Words that the directory doesn't use of its own, because they blame or mislead."""

import re
from collections.abc import Iterator
from typing import Any

#: What is not said, and what is said instead. Official names and addresses may hold such words.
INSTEAD = {
    "revenge porn": "NCII or intimate image abuse",
    "revenge-porn": "NCII or intimate image abuse",
    "child porn": "child sexual abuse material",
    "sex scandal": "what happened, in neutral words",
    "mms scandal": "what happened, in neutral words",
    "hidden cam ": "hidden camera",
    "promiscuous": "nothing: leave it out",
}

#: Keys whose values are names or addresses that somebody else gave.
_AS_GIVEN = frozenset(
    {
        "name", "owner", "citation", "was", "source", "more_sources", "minors_source", "hosts",
        "other_forms", "contact_email", "dmca_contact", "privacy_contact", "email", "helplines",
    }
)  # fmt: skip
_WORD = re.compile(r"\S+")
_WEB = re.compile(r"https?://.+")
#: Names of services, wherever they stand.
_OFFICIAL = re.compile(r"Revenge Porn Helpline|\b[Rr]evengeporn\b")


def unsuitable(values: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Return (key, word, what to say instead) for each unsuitable word in a record's texts."""
    return tuple(
        (key, word.strip(), instead)
        for key, text in _texts(values)
        for word, instead in INSTEAD.items()
        if word in f"{_own_words(text)} "
    )


def _own_words(text: str) -> str:
    return _OFFICIAL.sub("", _WORD.sub(_without_address, text)).lower()


def _without_address(word: re.Match[str]) -> str:
    """Take a mail address out, or what follows the beginning of a web address."""
    return "" if "@" in word[0].strip("@") else _WEB.sub("", word[0])


def _texts(values: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if key in _AS_GIVEN or key.endswith("_url"):
            continue
        for one in value if isinstance(value, tuple | list) else (value,):
            if isinstance(one, dict):
                yield from _texts(one, f"{above}{key}.")
            elif isinstance(one, str):
                yield f"{above}{key}", one
