"""What a registry says that it left out or replaced (RFC 9537)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import JsonValue

from staydown.notices.contacts.card import one_line

MAX_REDACTIONS = 100

_PATHS = ("prePath", "postPath", "replacementPath")
_AT = re.compile(r"\$\.entities\[([0-9]{1,3})\]")
_ROLE = re.compile(r"roles(?:\[[0-9*]{1,3}\])?\s?==\s?['\"]([a-z ]{1,40})['\"]", re.I)
#: How the names in IANA's list begin.
_NAMES = {
    "registrant": "registrant", "tech": "technical", "technical": "technical",
    "admin": "administrative", "administrative": "administrative", "billing": "billing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Redaction:
    """One thing that isn't shown, and whose it is, where that is said."""

    #: In the registry's words: "Registrant Email".
    name: str = field(repr=False)
    #: "removal", "emptyValue", "partialValue" or "replacementValue".
    method: str
    reason: str = field(default="", repr=False)
    #: The entity's place in the answer, or its role; None and "" where neither is said.
    place: int | None = None
    role: str = ""

    @property
    def is_replaced(self) -> bool:
        """Whether something else stands in its place, such as a form or a forwarding address."""
        return self.method == "replacementvalue"

    @property
    def hides_who(self) -> bool:
        """Whether it is somebody's name that isn't shown."""
        return any(word in self.name.lower() for word in ("name", "organi"))


def redactions_of(given: JsonValue) -> tuple[Redaction, ...]:
    """Return what the member ``redacted`` of an answer says."""
    listed = given if isinstance(given, list) else []
    return tuple(_redactions(listed[:MAX_REDACTIONS]))


def _redactions(given: list[JsonValue]) -> Iterator[Redaction]:
    for one in given:
        if not isinstance(one, dict):
            continue
        name = _words(one.get("name"))
        paths = [path[:500] for key in _PATHS if isinstance(path := one.get(key), str)]
        place = next((found for path in paths if (found := _AT.match(path))), None)
        role = next((found for path in paths if (found := _ROLE.search(path))), None)
        first = name.lower().partition(" ")[0]
        yield Redaction(
            name=name or "something",
            method=_words(one.get("method")).lower() or "removal",
            reason=_words(one.get("reason")),
            place=int(place[1]) if place else None,
            role=role[1].lower() if role else _NAMES.get(first, ""),
        )


def _words(given: JsonValue) -> str:
    """Return a text, or the one in ``{"type": …}`` or ``{"description": …}``."""
    if isinstance(given, dict):
        given = given.get("type") or given.get("description")
    return one_line(given)[:200] if isinstance(given, str) else ""
