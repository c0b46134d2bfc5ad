"""Read a contact card as newer registries have it (JSContact, RFC 9553).

The RDAP extension calls it ``jscontact_card``; its drafts had other names and shapes, which are
read too.
"""

from collections.abc import Iterator

from pydantic import JsonValue

from staydown.notices.contacts.card import Filling, all_texts

#: Cards of one contact, and entries of one map in a card.
_MAX_CARDS = 20
_MAX_ENTRIES = 50
#: Members by which an object is a card and no map of cards.
_MARKS = frozenset(
    {"@type", "name", "fullName", "organizations", "emails", "phones", "links", "kind", "version",
     "onlineServices", "addresses", "uid"}
)  # fmt: skip

#: Members by which an object is one entry and no map of entries.
_HOLDERS = frozenset({"address", "email", "number", "phone", "uri", "resource", "url", "href",
                      "user", "service"})  # fmt: skip


def read_jscontact(given: JsonValue, card: Filling) -> None:
    """Read everything that one or more JSContact cards say into ``card``."""
    for count, one in enumerate(_cards(given)):
        if count >= _MAX_CARDS:
            card.odd("card", f"more than {_MAX_CARDS} cards: the others weren't read")
            return
        if isinstance(one, dict):
            _read(one, card)
        else:
            card.odd("card", one)
            card.remark(one)


def _cards(given: JsonValue) -> Iterator[JsonValue]:
    if isinstance(given, list):
        yield from given
    elif isinstance(given, dict) and not _MARKS & set(given):
        yield from given.values()
    elif given is not None:
        yield given


def _read(one: dict[str, JsonValue], card: Filling) -> None:
    card.kind(one.get("kind"))
    for value in _entries(one.get("organizations"), card):
        card.organisation(_organisation(value))
    for key in ("name", "fullName"):
        _read_name(one.get(key), card)
    for value in _entries(one.get("emails"), card):
        card.email(value)
    for value in _entries(one.get("phones"), card):
        card.phone(value, is_fax=_is_fax(value))
    for key in ("links", "onlineServices", "resources", "online"):
        for value in _entries(one.get(key), card):
            card.address("link", _uri(value))
    for key in ("addresses", "notes", "titles", "personalInfo"):
        card.remark(one.get(key))
    localised = one.get("localizations")
    if isinstance(localised, dict):
        for patch in list(localised.values())[:_MAX_CARDS]:
            _read_patch(patch, card)


def _read_name(name: JsonValue, card: Filling) -> None:
    if isinstance(name, dict) and not ("full" in name or "value" in name):
        parts = name.get("components")
        words = [
            str(part.get("value", ""))
            for part in (parts if isinstance(parts, list) else [])[:_MAX_ENTRIES]
            if isinstance(part, dict) and part.get("kind") != "separator"
        ]
        card.name(" ".join(word for word in words if word))
    else:
        card.name(name)


def _read_patch(patch: JsonValue, card: Filling) -> None:
    """Read what stands in another language: ``{"organizations/o/name": …}`` or whole members."""
    if not isinstance(patch, dict):
        return
    for path, value in list(patch.items())[:_MAX_ENTRIES]:
        member = path.strip("/").partition("/")[0]
        if "/" not in path.strip("/"):
            _read({member: value}, card)
        elif member == "organizations":
            card.organisation(value)
        elif member in ("name", "fullName") and path.rpartition("/")[2] in ("full", "value"):
            card.name(value)
        elif member == "emails":
            card.email(value)
        elif member == "phones":
            card.phone(value)
        elif member in ("links", "onlineServices", "resources"):
            card.address("link", value)
        else:
            card.remark(value)


def _entries(value: JsonValue, card: Filling) -> list[JsonValue]:
    """Return the entries of a map, of a list, or the one entry that stands there itself."""
    if isinstance(value, dict) and not _HOLDERS & set(value):
        found = list(value.values())
    elif isinstance(value, list):
        found = value
    else:
        found = [] if value is None else [value]
    if len(found) > _MAX_ENTRIES:
        card.odd("card", f"{len(found) - _MAX_ENTRIES} more entries")
    return found[:_MAX_ENTRIES]


def _organisation(value: JsonValue) -> JsonValue:
    """Return the name of an organisation with its units, the parts of one name."""
    if not isinstance(value, dict):
        return value
    return [value.get("name"), value.get("units")]


def _uri(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        for key in ("uri", "resource", "url", "href", "user"):
            if value.get(key):
                return value[key]
    return value


def _is_fax(value: JsonValue) -> bool:
    features = value.get("features") if isinstance(value, dict) else None
    if isinstance(features, dict):
        words = {key for key, is_so in features.items() if is_so}
    else:
        words = set(all_texts(features))
    return "fax" in words and "voice" not in words
