"""Read a contact card as RDAP has it (jCard, RFC 7095), also where a registry builds it otherwise.

A property is ``[name, parameters, type, value, …]``. Registries leave parts out, put lists where
texts are due, send objects, or wrap cards in cards: one odd property must not cost the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import JsonValue

from staydown.notices.contacts.card import Filling, all_texts

#: Of one card. Registries send ten.
MAX_PROPERTIES = 200
#: How deep cards may stand in cards and lists.
_MAX_DEPTH = 6
_CARD_NAMES = frozenset({"vcard", "vcards", "vcardarray", "jcard", "card"})

#: Neither names nor addresses: passed over, unless an e-mail address stands in it.
_BESIDE = frozenset(
    {"version", "adr", "address", "lang", "language", "geo", "tz", "key", "photo", "logo", "sound",
     "source", "rev", "prodid", "uid", "note", "categories", "bday", "anniversary", "gender",
     "member", "related", "nickname", "title", "role", "xml", "clientpidmap", "country"}
)  # fmt: skip
_EMAIL = frozenset({"email", "emails", "e-mail", "mail", "mailto"})
_PHONE = frozenset({"tel", "phone", "phones", "telephone", "voice", "mobile"})
_FAX = frozenset({"fax", "facsimile"})
_ADDRESS = frozenset(
    {"url", "uri", "website", "contact-uri", "contact_uri", "contacturi", "impp", "caladruri",
     "contact"}
)  # fmt: skip
_ORGANISATION = frozenset({"org", "organization", "organisation", "company"})


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    #: Every text in its parameters: "voice", a label …
    words: tuple[str, ...] = ()
    values: list[JsonValue] = field(default_factory=list)


def read_jcard(given: JsonValue, card: Filling) -> None:
    """Read everything that a jCard says into ``card``."""
    structured: list[JsonValue] = []
    for count, one in enumerate(_properties(given)):
        if count >= MAX_PROPERTIES:
            card.odd("card", f"more than {MAX_PROPERTIES} properties: the others weren't read")
            break
        if not isinstance(one, _Property):
            card.odd("card", one)
            card.remark(one)
        elif one.name == "n":
            structured += one.values
        else:
            _take(one, card)
    _take_parts_of_name(structured, card)


def _take(one: _Property, card: Filling) -> None:
    name, value = one.name, one.values[0] if len(one.values) == 1 else list(one.values)
    if name in _EMAIL:
        card.email(value)
    elif name in _PHONE or name in _FAX:
        types = {word.lower() for text in one.words for word in text.split(",")}
        card.phone(value, is_fax=name in _FAX or ("fax" in types and "voice" not in types))
    elif name in _ADDRESS:
        card.address(name, value)
    elif name in _ORGANISATION:
        card.organisation(value)
    elif name in ("fn", "name", "fullname"):
        card.name(value)
    elif name == "kind":
        card.kind(value)
    elif name in _BESIDE:
        card.remark(value)
        card.remark(list(one.words))  # a label of an address, say
    elif any("@" in text or "://" in text for text in all_texts(value)):
        card.odd(name, value)


def _take_parts_of_name(values: list[JsonValue], card: Filling) -> None:
    """Use a name in parts (family, given, further, before, after) where there is no whole one."""
    if card.has_name:
        return
    for value in values:
        parts = [text for text in all_texts(value) if text.strip()]
        if isinstance(value, list) and len(value) == 5:
            by_place = [" ".join(all_texts(part)) for part in value]
            parts = [by_place[at] for at in (3, 1, 2, 0, 4)]
        card.name(" ".join(part for part in parts if part.strip()))


def _properties(given: JsonValue, depth: int = 0) -> Iterator["_Property | JsonValue"]:
    """Yield the properties in a card of any build, and what is none as it came."""
    if given is None or depth > _MAX_DEPTH:
        if given:
            yield given
    elif isinstance(given, dict):
        yield from _of_object(given, depth)
    elif not isinstance(given, list):
        if not (isinstance(given, str) and given.strip().lower() in _CARD_NAMES):
            yield given
    elif given and isinstance(given[0], str) and given[0].strip().lower() not in _CARD_NAMES:
        yield _of_list(given)
    else:
        for one in given:
            yield from _properties(one, depth + 1)


def _of_list(given: list[JsonValue]) -> "_Property | JsonValue":
    """Read ``[name, parameters, type, value, …]`` with parts missing."""
    rest, words = given[1:], tuple[str, ...]()
    if len(rest) > 1 and (rest[0] is None or isinstance(rest[0], dict | list)):
        words, rest = tuple(all_texts(rest[0])), rest[1:]
    if len(rest) > 1 and isinstance(rest[0], str) and rest[0].replace("-", "").isalpha():
        rest = rest[1:]
    if not rest:
        return given
    return _Property(_plain(str(given[0])), words, rest)


def _of_object(given: dict[str, JsonValue], depth: int) -> Iterator["_Property | JsonValue"]:
    """Read ``{"name": "email", "value": …}``, ``{"email": …}`` or an object around a card."""
    values = given.get("values", given.get("value"))
    if isinstance(given.get("name"), str) and values is not None:
        words = tuple(
            text for key in ("parameters", "params", "type") for text in all_texts(given.get(key))
        )
        yield _Property(_plain(str(given["name"])), words, _listed(values))
        return
    for key, value in given.items():
        if key.strip().lower() in _CARD_NAMES:
            yield from _properties(value, depth + 1)
        elif value is not None:
            yield _Property(_plain(key), (), _listed(value))


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _plain(name: str) -> str:
    """``item1.EMAIL`` is ``email`` of a group (RFC 6350 section 3.3)."""
    return name.strip().lower().rpartition(".")[2][:60]
