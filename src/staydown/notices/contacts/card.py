"""What a contact card says, in whichever form it came (jCard, JSContact, loose members).

A card is filled value by value. What isn't understood is kept as it came, cut and with nothing
hidden, so that somebody can read it: an address that is lost without a word may be the only one.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pydantic import JsonValue

from staydown.base.visible import signs, visible
from staydown.notices.contacts.addresses import (
    MAX_VALUE,
    Reached,
    emails_in,
    read_email,
    read_phone,
    read_uri,
)

#: Of each kind in one card. Registries send a handful.
MAX_KEPT = 20
#: Characters that are shown of what couldn't be read, and of any name.
MAX_RAW = 300
#: How deep lists may stand in one value.
_MAX_DEPTH = 4
#: Values of one property. One more is a list that nobody reads.
_MAX_VALUES = 50

#: What registries and privacy services write instead of a name or an address.
_HIDDEN = re.compile(
    r"redact|privacy|not disclosed|non-public|withheld|gdpr mask|data protected|statutory mask"
    r"|rdds service|hidden upon|\.invalid\b",
    re.I,
)
#: Members of an object that hold its value, where a text was due.
_VALUE_KEYS = ("value", "text", "uri", "address", "email", "number", "phone", "full", "name")


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that couldn't be read: what it was called, and what it says, cut to 300 signs."""

    what: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Card:
    """One card. Names in the order they came: an organisation first, other languages after."""

    names: tuple[str, ...] = field(default=(), repr=False)
    kind: str = ""
    emails: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)
    faxes: tuple[str, ...] = field(default=(), repr=False)
    pages: tuple[str, ...] = field(default=(), repr=False)
    #: Further addresses in remarks and notes. What they are for stands in the text alone.
    mentioned: tuple[str, ...] = field(default=(), repr=False)
    unread: tuple[Unread, ...] = field(default=(), repr=False)
    #: It says in place of a name or an address that this is hidden.
    hidden: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all, so that only a handle may be known."""
        said = (self.names, self.emails, self.phones, self.faxes, self.pages, self.mentioned)
        return not any(said) and not self.unread


class Filling:
    """A card while it is being filled."""

    def __init__(self) -> None:
        self._organisations: dict[str, None] = {}
        self._names: dict[str, None] = {}
        self._kept: dict[str, dict[str, None]] = {
            name: {} for name in ("emails", "phones", "faxes", "pages", "mentioned")
        }
        self._unread: list[Unread] = []
        self._kind = ""
        self._more = 0
        self._hidden = False

    @property
    def has_name(self) -> bool:
        """Whether any name was taken."""
        return bool(self._organisations or self._names)

    def organisation(self, value: JsonValue) -> None:
        """Take the name of an organisation; of a list, the parts of one name."""
        self._name("organisation", value, self._organisations)

    def name(self, value: JsonValue) -> None:
        """Take somebody's name; of a list, the parts of one name."""
        self._name("name", value, self._names)

    def kind(self, value: JsonValue) -> None:
        """Take what kind of thing it is: an organisation, a person, a group."""
        if isinstance(value, str) and not self._kind:
            self._kind = one_line(value).lower()[:40]

    def email(self, value: JsonValue) -> None:
        """Take what should be one or more e-mail addresses."""
        for text in self._texts("email", value):
            found = read_email(text)
            self._reached("email", text, found)
            if not found.whole:  # "please write to …": for somebody to read
                self._keep("mentioned", emails_in(text))

    def phone(self, value: JsonValue, *, is_fax: bool = False) -> None:
        """Take what should be a number; some put an e-mail address there."""
        for text in self._texts("fax" if is_fax else "phone", value):
            found = read_phone(text)
            if not found.whole and "@" in text:
                found = read_uri(text)
            self._reached("fax" if is_fax else "phone", text, found, is_fax=is_fax)

    def address(self, what: str, value: JsonValue) -> None:
        """Take what should be an address of any kind: a page, an e-mail address, a number."""
        for text in self._texts(what, value):
            self._reached(what, text, read_uri(text))

    def remark(self, value: JsonValue) -> None:
        """Look for e-mail addresses in what is no contact detail itself."""
        for text in all_texts(value):
            self._keep("mentioned", emails_in(text))

    def odd(self, what: str, value: JsonValue) -> None:
        """Keep what couldn't be read as it came."""
        if value in (None, "", [], {}):
            return
        text = raw(value)
        self._hidden = self._hidden or is_hidden(text)
        if len(self._unread) < MAX_KEPT:
            self._unread.append(Unread(one_line(what)[:60], text))
        else:
            self._more += 1

    def card(self) -> Card:
        """Return what was taken."""
        names = tuple(dict.fromkeys([*self._organisations, *self._names]))
        emails = self._kept["emails"]
        more = [Unread("more", f"{self._more} more values")] if self._more else []
        return Card(
            names=names,
            kind=self._kind,
            emails=tuple(emails),
            phones=tuple(self._kept["phones"]),
            faxes=tuple(self._kept["faxes"]),
            pages=tuple(self._kept["pages"]),
            mentioned=tuple(one for one in self._kept["mentioned"] if one not in emails),
            unread=(*self._unread, *more),
            hidden=self._hidden or any(map(is_hidden, names)),
        )

    def _name(self, what: str, value: JsonValue, into: dict[str, None]) -> None:
        given = ", ".join(text.strip() for text in self._texts(what, value))
        name = one_line(given)
        if given and not name:  # nothing in it can be seen
            self.odd(what, given)
        elif name and len(into) < MAX_KEPT:
            into.setdefault(name)

    def _reached(self, what: str, text: str, found: Reached, *, is_fax: bool = False) -> None:
        self._keep("emails", found.emails)
        self._keep("faxes" if is_fax else "phones", found.phones)
        self._keep("pages", found.pages)
        if not found.whole:
            self.odd(what, text)

    def _keep(self, where: str, found: Iterable[str]) -> None:
        kept = self._kept[where]
        for one in found:
            if one in kept or len(kept) < MAX_KEPT:
                kept.setdefault(one)
            else:
                self._more += 1

    def _texts(self, what: str, value: JsonValue) -> Iterator[str]:
        """Yield the texts of a value of any shape; what holds none is kept as odd."""
        found = list(_values(value))
        for one in found[:_MAX_VALUES]:
            if not isinstance(one, str):
                self.odd(what, one)
            elif one.strip():
                yield one
        if len(found) > _MAX_VALUES:
            self._more += len(found) - _MAX_VALUES


def _values(value: JsonValue, depth: int = 0) -> Iterator[JsonValue]:
    """Yield the texts in lists and in objects with a member for the value; the rest as it is."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int):
        yield str(value)[:MAX_VALUE] if abs(value) < 10**60 else raw(value)
    elif isinstance(value, list) and depth < _MAX_DEPTH:
        for one in value:
            yield from _values(one, depth + 1)
    elif isinstance(value, dict) and depth < _MAX_DEPTH:
        held = [value[key] for key in _VALUE_KEYS if key in value]
        if held:
            yield from _values(held[0], depth + 1)
        else:
            yield value
    else:
        yield value


def all_texts(value: JsonValue) -> Iterator[str]:
    """Yield every text in a value, in its order; not the names of members."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            waiting.extend(reversed(one))
        elif isinstance(one, dict):
            waiting.extend(reversed(one.values()))


def is_hidden(text: str) -> bool:
    """Whether a registry or a privacy service says here that it hides something."""
    return bool(_HIDDEN.search(text[:MAX_VALUE]))


def one_line(text: object) -> str:
    """One line, without what could steer a terminal or a page."""
    plain = (" " if hidden else sign for sign, hidden in signs(str(text)[:MAX_VALUE]))
    return " ".join("".join(plain).split())[:500]


def raw(value: JsonValue) -> str:
    """Return what stands there, cut, with each character written out that can't be seen."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return visible(text[:MAX_RAW]) + ("…" if len(text) > MAX_RAW else "")
