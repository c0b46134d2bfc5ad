"""Who can be written to about a site, each with what they answer for. Never merged."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from staydown.notices.contacts.answers import Answer, SavedAnswers
from staydown.notices.contacts.card import Unread, one_line
from staydown.notices.contacts.entities import Entity
from staydown.notices.contacts.redactions import Redaction
from staydown.notices.contacts.registrations import About, Remark
from staydown.notices.contacts.scopes import Placed, Scope, known_role, place

_ORDER = list(Scope)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact, as one registry named it for one question."""

    scope: Scope
    #: Its roles in the registry's words: "abuse", "administrative, technical"; "" for none.
    role: str
    name: str = field(repr=False)
    emails: tuple[str, ...] = field(repr=False)
    phones: tuple[str, ...] = field(repr=False)
    pages: tuple[str, ...] = field(repr=False)
    #: The entry that it stands in, where it stands in another's.
    within: str = field(repr=False)
    #: The domain or address that was asked about, and the range it lies in.
    about: str = field(repr=False)
    #: Where the answer came from, and when; None where nobody noted it.
    source: str = field(repr=False)
    asked: datetime | None
    #: The registry or a privacy service hides who it is.
    hidden: bool = False
    #: Further names: the person's beside the organisation's, and in other languages.
    also_named: tuple[str, ...] = field(default=(), repr=False)
    #: "org", "individual", "group" …, in the registry's words.
    kind: str = ""
    handle: str = field(default="", repr=False)
    #: Such as "IANA Registrar ID 1234".
    ids: tuple[str, ...] = field(default=(), repr=False)
    faxes: tuple[str, ...] = field(default=(), repr=False)
    #: Addresses in remarks: what they are for stands there alone.
    mentioned: tuple[str, ...] = field(default=(), repr=False)
    #: What the registry says that it hides or replaces: "Registrant Email (replaced)".
    redacted: tuple[str, ...] = field(default=(), repr=False)
    #: Where a registry says more, when all that it says here is a handle, or a part.
    ask_at: tuple[str, ...] = field(default=(), repr=False)
    #: What it says that couldn't be read, as it stands there.
    unread: tuple[Unread, ...] = field(default=(), repr=False)

    @property
    def is_bare(self) -> bool:
        """Whether it can't be written to, called or found by what is said here."""
        return not (self.emails or self.phones or self.faxes or self.pages)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands in answers and belongs to no contact."""

    #: Remarks of whole answers that mention an address. Nobody says whose it is.
    remarks: tuple[Remark, ...] = ()
    #: What registries say they hide or replace, where no contact is named for it.
    redacted: tuple[str, ...] = field(default=(), repr=False)
    #: What couldn't be read; each contact has its own.
    unread: tuple[Unread, ...] = field(default=(), repr=False)
    #: What was asked about and not answered, each with the reason.
    unanswered: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    #: The domain's name servers. They often name the CDN.
    nameservers: tuple[str, ...] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        return bool(self.remarks or self.redacted or self.unread or self.unanswered)


def contacts_of(answers: SavedAnswers) -> tuple[Contact, ...]:
    """Return every contact of every answer: host, network, registrar, operator, unclear.

    Two answers that name the same address give two contacts: each keeps its scope and source.
    """
    found = [contact for answer in answers.answers for contact in _contacts(answer)]
    return tuple(sorted(found, key=_place))


def beside_of(answers: SavedAnswers) -> Beside:
    """Return what else the answers say, each thing once."""
    read = [answer.answer for answer in answers.answers]
    elsewhere = {told for contact in contacts_of(answers) for told in contact.redacted}
    redacted = (_told(one) for answer in read for one in answer.redactions)
    return Beside(
        remarks=_once(one for answer in read for one in answer.remarks),
        redacted=_once(told for told in redacted if told not in elsewhere),
        unread=_once(one for answer in read for one in answer.unread),
        unanswered=tuple((one_line(one.about), one_line(one.why)) for one in answers.unanswered),
        nameservers=_once(name for answer in read for name in answer.nameservers),
    )


def _contacts(answer: Answer) -> Iterator[Contact]:
    registration = answer.answer
    for placed in place(registration.about, registration.entities):
        entity = placed.entity
        leads_on = any(link.is_to_ask for link in entity.links)
        if entity.card.is_empty and not (entity.handle or entity.ids or leads_on):
            continue
        redactions = [one for one in registration.redactions if _is_about(one, placed)]
        yield _contact(answer, placed, redactions)


def _place(contact: Contact) -> tuple[int, bool]:
    """Hosts first, operators late; whoever takes complaints before the others."""
    return _ORDER.index(contact.scope), "abuse" not in contact.role.split(", ")


def _is_about(redaction: Redaction, placed: Placed) -> bool:
    """Whether something was left out of this entry: by its place, else by its role."""
    if placed.place is None:
        return False
    if redaction.place is not None:
        return redaction.place == placed.place
    return redaction.role in map(known_role, placed.entity.roles)


def _contact(answer: Answer, placed: Placed, redactions: list[Redaction]) -> Contact:
    entity, card = placed.entity, placed.entity.card
    can_be_reached = card.emails or card.phones or card.faxes or card.pages
    more = [link.href for link in entity.links if link.is_to_ask]
    return Contact(
        scope=placed.scope,
        role=", ".join(entity.roles),
        name=card.names[0] if card.names else "",
        emails=card.emails,
        phones=card.phones,
        pages=card.pages,
        within=_called(placed.within) if placed.within else "",
        about=_about(answer),
        source=one_line(answer.server),
        asked=answer.asked,
        hidden=card.hidden or any(one.hides_who for one in redactions),
        also_named=card.names[1:],
        kind=card.kind,
        handle=entity.handle,
        ids=entity.ids,
        faxes=card.faxes,
        mentioned=card.mentioned,
        redacted=_once(map(_told, redactions)),
        ask_at=_once(more) if entity.is_partial or not can_be_reached else (),
        unread=card.unread,
    )


def _called(entity: Entity) -> str:
    """Return what the entry is known by, in which another stands."""
    names = (*entity.card.names, entity.handle, *entity.ids, *entity.roles)
    return next(filter(None, names), "an entry without a name")


def _once(found: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(found))


def _told(redaction: Redaction) -> str:
    how = "replaced" if redaction.is_replaced else "left out"
    reason = f": {redaction.reason}" if redaction.reason else ""
    return f"{redaction.name} ({how}{reason})"


def _about(answer: Answer) -> str:
    registration = answer.answer
    if registration.about is About.DOMAIN:
        return one_line(registration.name or answer.about)
    span = f"{registration.first} - {registration.last}" if registration.first else ""
    return one_line(" ".join(part for part in (answer.about, span and f"({span})") if part))
