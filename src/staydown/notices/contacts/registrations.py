"""One answer of a registry (RFC 9083 section 5), read from what came, whatever came.

Only what it is about must be clear. Everything else is read as far as it can be, and what can't
is noted beside the rest: the one contact that matters may stand next to the one that is broken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import JsonValue

from staydown.notices.contacts.addresses import read_uri
from staydown.notices.contacts.card import MAX_RAW, Unread, one_line, raw
from staydown.notices.contacts.entities import (
    Entity,
    Link,
    Tree,
    emails_in_remark,
    links_of,
)
from staydown.notices.contacts.redactions import Redaction, redactions_of

MAX_NAMESERVERS = 50
MAX_REMARKS = 20

_TO_WRITE = frozenset({"abuse", "report-abuse", "contact", "complaint", "complaints"})


class About(StrEnum):
    """What an answer is about: the object classes of RFC 9083."""

    DOMAIN = "domain"
    NETWORK = "ip network"
    AUTNUM = "autnum"
    NAMESERVER = "nameserver"
    ENTITY = "entity"


#: By what an answer without an object class is known.
_MARKS = (
    ("startAddress", About.NETWORK), ("startAutnum", About.AUTNUM), ("nameservers", About.DOMAIN),
    ("secureDNS", About.DOMAIN), ("ipAddresses", About.NAMESERVER), ("ldhName", About.DOMAIN),
    ("unicodeName", About.DOMAIN), ("vcardArray", About.ENTITY), ("jscontact_card", About.ENTITY),
)  # fmt: skip


class NotARegistration(ValueError):
    """Something that is no answer about a name, address or contact; the message says what it is.

    It never repeats what stands there.
    """


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark or link of the whole answer with an address in it. Nobody says whose it is."""

    text: str = field(repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    pages: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registry says of a name, a range of addresses, a network's number or a contact."""

    about: About
    handle: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    #: The first and last address or number of a range.
    first: str = field(default="", repr=False)
    last: str = field(default="", repr=False)
    entities: tuple[Entity, ...] = ()
    nameservers: tuple[str, ...] = field(default=(), repr=False)
    links: tuple[Link, ...] = ()
    redactions: tuple[Redaction, ...] = ()
    remarks: tuple[Remark, ...] = ()
    unread: tuple[Unread, ...] = ()


def read_registration(given: JsonValue) -> Registration:
    """Return what an answer says. Raises NotARegistration for anything else."""
    if not isinstance(given, dict):
        raise NotARegistration(
            "this isn't an answer from a registry (RFC 9083): check which file you copied"
        )
    about = _about(given)
    tree = Tree()
    is_entity = about is About.ENTITY
    entities = tree.read([given] if is_entity else given.get("entities"))
    found = list(_nameservers(given.get("nameservers")))
    return Registration(
        about=about,
        handle=_text(given, "handle"),
        name=_text(given, "ldhName", "unicodeName", "name"),
        first=_text(given, "startAddress", "startAutnum"),
        last=_text(given, "endAddress", "endAutnum"),
        entities=entities,
        nameservers=tuple(dict.fromkeys(name for name in found if name))[:MAX_NAMESERVERS],
        links=tuple(links_of(given.get("links"))),
        redactions=redactions_of(given.get("redacted")),
        # Of an answer about somebody they were read with the entity.
        remarks=() if is_entity else tuple(_remarks(given)),
        unread=(*tree.unread, *_passed_over(given)),
    )


#: Further objects that an answer may hold, with contacts of their own (sections 5.1 and 5.3).
_OBJECTS = {
    "nameservers": "name servers", "network": "a network", "networks": "networks",
    "autnums": "network numbers",
}  # fmt: skip


def _passed_over(given: dict[str, JsonValue]) -> Iterator[Unread]:
    """Say where contacts of something else stand in an answer: they aren't the site's."""
    for key, called in _OBJECTS.items():
        value = given.get(key)
        listed = value if isinstance(value, list) else [value]
        if any(isinstance(one, dict) and one.get("entities") for one in listed):
            yield Unread(key, f"contacts of {called} weren't read: they may not be the site's")


def _about(given: dict[str, JsonValue]) -> About:
    said = given.get("objectClassName")
    if isinstance(said, str):
        plain = " ".join(said.replace("_", " ").lower().split())
        for about in About:
            if plain == about or plain.replace(" ", "") == about.replace(" ", ""):
                return about
    if "errorCode" in given:
        raise NotARegistration(
            "this is an error message of a registry, not an answer: nothing is lost; ask again "
            "later, or ask about the name without its first part"
        )
    if any(key.lower().endswith("searchresults") for key in given):
        raise NotARegistration(
            "this is a list of search results: open one of them, and save that answer"
        )
    if said in (None, ""):
        for mark, about in _MARKS:
            if mark in given:
                return about
    if said is None and "notices" in given:
        raise NotARegistration(
            "this is a registry's help or terms, which name nobody: ask about a name or an address"
        )
    raise NotARegistration(
        "this isn't an answer from a registry (RFC 9083), or its objectClassName is missing: check "
        "that you copied the right file, and all of it"
    )


def _text(given: dict[str, JsonValue], *keys: str) -> str:
    """Return the first of some members that is a text or a number, on one line."""
    for key in keys:
        value = given.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return one_line(value) if isinstance(value, str) else raw(value)
    return ""


def _nameservers(given: JsonValue) -> Iterator[str]:
    listed = given if isinstance(given, list) else [given]
    for one in listed[: 2 * MAX_NAMESERVERS]:
        if isinstance(one, str):
            yield one_line(one).lower().rstrip(".")
        elif isinstance(one, dict) and one.get("objectClassName", "nameserver") == "nameserver":
            yield _text(one, "ldhName", "unicodeName").lower().rstrip(".")


def _remarks(given: dict[str, JsonValue]) -> Iterator[Remark]:
    """Yield what mentions an e-mail address, and links for complaints."""
    for key in ("remarks", "notices"):
        value = given.get(key)
        for one in (value if isinstance(value, list) else [value])[:MAX_REMARKS]:
            emails = emails_in_remark(one)
            if emails:
                yield Remark(_words(one), emails)
    for link in links_of(given.get("links")):
        found = read_uri(link.href)
        if link.rel in _TO_WRITE or found.emails:
            yield Remark(link.rel, found.emails, found.pages)


def _words(remark: JsonValue) -> str:
    """Return what a remark says, on one line, cut."""
    if isinstance(remark, dict):
        parts = [remark.get("title"), remark.get("description", remark.get("value"))]
    else:
        parts = [remark]
    texts = (
        text for part in parts for text in (part if isinstance(part, list) else [part])
        if isinstance(text, str)
    )  # fmt: skip
    return one_line(" ".join(text for _, text in zip(range(MAX_REMARKS), texts, strict=False)))[
        :MAX_RAW
    ]
