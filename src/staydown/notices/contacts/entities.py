"""Those named in an answer (RFC 9083 section 5.1), as a tree that is bounded while it is read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from pydantic import JsonValue

from staydown.notices.contacts.addresses import emails_in, page_of, read_uri
from staydown.notices.contacts.card import Card, Filling, Unread, all_texts, one_line, raw
from staydown.notices.contacts.jcard import read_jcard
from staydown.notices.contacts.jscontact import read_jscontact

#: How deep entities may stand in entities, and how many in all. Registries use three, and tens.
MAX_DEPTH = 8
MAX_ENTITIES = 300
#: Of one entity or answer.
MAX_LINKS = 50
MAX_ROLES = 20
#: Of one remark of a whole answer.
MAX_LINES = 500
MAX_UNREAD = 20

_JCARDS = frozenset({"vcardarray", "vcard", "vcards", "jcard", "card"})
_JSCONTACTS = frozenset({"jscontact_card", "jscontact", "jscard", "jscontactcard", "contacts"})
#: Contact details that some write into the entity itself, beside the card or in place of it.
_LOOSE = frozenset(
    {"email", "emails", "phone", "phones", "tel", "fax", "url", "website", "contact-uri", "fn",
     "name", "fullname", "org", "organization", "organisation", "n"}
)  # fmt: skip
_REMARKS = frozenset({"remarks", "notices", "note", "notes", "description", "comments"})
#: Members that make an object an entity, where a map of entities could stand.
_MARKS = frozenset({"objectclassname", "handle", "roles", *_JCARDS, *_JSCONTACTS})
#: Relations of links that lead to a complaint form or an address to write to.
_TO_WRITE = frozenset({"abuse", "report-abuse", "contact", "complaint", "complaints"})
_TO_ASK = frozenset({"self", "related", "about", "alternate"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an answer (RFC 9083 section 4.2). The relation in small letters."""

    rel: str
    href: str = field(repr=False)
    type: str = ""

    @property
    def is_to_ask(self) -> bool:
        """Whether a registry answers there with more."""
        is_answer = self.type.startswith("application/rdap+json") or not self.type
        is_secure = self.href.startswith("https://") and page_of(self.href) is not None
        return self.rel in _TO_ASK and is_answer and is_secure


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody named in an answer, with those named within."""

    handle: str = field(default="", repr=False)
    #: In small letters; none where the answer gives none.
    roles: tuple[str, ...] = ()
    card: Card = field(default_factory=Card)
    entities: tuple["Entity", ...] = ()
    links: tuple[Link, ...] = ()
    #: Such as "IANA Registrar ID 1234".
    ids: tuple[str, ...] = ()
    #: The registry says that it left something out, or that there is more where it is asked.
    is_partial: bool = False


class Tree:
    """Reads entities, counts them, and notes what isn't read."""

    def __init__(self) -> None:
        self._left = MAX_ENTITIES
        self.unread: list[Unread] = []

    def read(self, given: JsonValue, depth: int = 1) -> tuple[Entity, ...]:
        """Return the entities of a list, of a map, or the one that stands there itself."""
        found: list[Entity] = []
        for role, one in _entries(given):
            if not isinstance(one, dict):
                if one is not None:
                    self._miss("entity", raw(one))
            elif depth > MAX_DEPTH:
                self._miss("entities", f"contacts deeper than {MAX_DEPTH} levels weren't read")
                break
            elif not self._left:
                self._miss("entities", f"more than {MAX_ENTITIES} contacts: some weren't read")
                break
            else:
                self._left -= 1
                found.append(self._entity(one, role, depth))
        return tuple(found)

    def _entity(self, given: dict[str, JsonValue], role: str, depth: int) -> Entity:
        plain = {key.strip().lower(): value for key, value in given.items()}
        links = tuple(links_of(plain.get("links")))
        return Entity(
            handle=_text(plain.get("handle")),
            roles=roles_of(plain.get("roles", plain.get("role"))) or roles_of(role),
            card=_card(plain, links),
            entities=self.read(plain.get("entities"), depth + 1),
            links=links,
            ids=tuple(_ids(plain.get("publicids"))),
            is_partial=_says_partial(plain),
        )

    def _miss(self, what: str, text: str) -> None:
        if len(self.unread) < MAX_UNREAD and Unread(what, text) not in self.unread:
            self.unread.append(Unread(what, text))


def _entries(given: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Yield each entity, with the name it has where a map of entities stands."""
    if isinstance(given, list):
        yield from (("", one) for one in given)
    elif isinstance(given, dict) and not _MARKS & {key.strip().lower() for key in given}:
        yield from given.items()
    elif given is not None:
        yield "", given


def _card(plain: dict[str, JsonValue], links: tuple[Link, ...]) -> Card:
    card = Filling()
    for key, value in plain.items():
        if key in _JCARDS:
            read_jcard(value, card)
        elif key in _JSCONTACTS:
            read_jscontact(value, card)
        elif key in _REMARKS:
            card.remark(value)
    loose = {key: value for key, value in plain.items() if key in _LOOSE}
    if loose:
        read_jcard({"vcard": loose}, card)
    for link in links:
        found = read_uri(link.href)
        if link.rel in _TO_WRITE or found.emails or found.phones:
            card.address("link", link.href)
    return card.card()


def roles_of(given: JsonValue) -> tuple[str, ...]:
    """Return the roles in a list, a text, or anything that holds texts."""
    words = (part for text in all_texts(given) for part in text[:200].split(","))
    roles = {one_line(word).lower()[:60] for word in words}
    return tuple(sorted(roles - {""}))[:MAX_ROLES]


def links_of(given: JsonValue) -> Iterator[Link]:
    """Yield the links of an answer or an entity, from a list or alone."""
    for one in (given if isinstance(given, list) else [given])[:MAX_LINKS]:
        if isinstance(one, dict):
            href = _text(one.get("href"))
            if href:
                yield Link(_text(one.get("rel")).lower(), href, _text(one.get("type")).lower())
        elif isinstance(one, str) and one:
            yield Link("", one_line(one))


def emails_in_remark(given: JsonValue) -> tuple[str, ...]:
    """Return the addresses that a remark mentions."""
    texts = islice(all_texts(given), MAX_LINES)
    found = (email for text in texts for email in emails_in(text))
    return tuple(dict.fromkeys(found))[:MAX_LINKS]


def _ids(given: JsonValue) -> Iterator[str]:
    for one in (given if isinstance(given, list) else [given])[:MAX_ROLES]:
        if isinstance(one, dict):
            parts = (_text(one.get("type")), _text(one.get("identifier")))
            if parts[1]:
                yield " ".join(part for part in parts if part)


def _says_partial(plain: dict[str, JsonValue]) -> bool:
    """Whether a remark is of a type that says so (RFC 9083 section 10.2.1)."""
    remarks = plain.get("remarks")
    types = (
        _text(one.get("type")).lower()
        for one in (remarks if isinstance(remarks, list) else [remarks])[:MAX_LINKS]
        if isinstance(one, dict)
    )
    return any("truncated" in kind or "redacted" in kind for kind in types)


def _text(given: JsonValue) -> str:
    return one_line(given) if isinstance(given, str | int) else ""
