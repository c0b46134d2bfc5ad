"""Who can be written to about a site, each with what they answer for. Never merged.

A registrar sells the name, a network carries the traffic, a host owns the machines, an operator
runs the site. Writing to the wrong one helps nobody, and writing to the operator may harm.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from staydown.base.blame import raised_here
from staydown.notices.contacts.answers import Answer, Entity, Registration, SavedAnswers
from staydown.notices.contacts.errors import BadAnswer


class Scope(StrEnum):
    """What a contact answers for."""

    REGISTRAR = "registrar"
    NETWORK = "network"
    HOST = "host"
    OPERATOR = "operator"

    @property
    def advice(self) -> str:
        """What to know before writing there."""
        return _ADVICE[self]


_ADVICE = {
    Scope.HOST: (
        "Whoever the addresses were given to: often the company whose machines hold the site. It "
        "can take a page down. If it is a delivery network (CDN), the machines stand elsewhere, "
        "and its complaint form may say where."
    ),
    Scope.NETWORK: (
        "Whoever runs the network. It can pass a complaint on to the host, and may act against "
        "one that does nothing."
    ),
    Scope.REGISTRAR: (
        "Whoever sold the name of the site. It cannot delete a picture; it can act against the "
        "whole name, which it does for few reasons."
    ),
    Scope.OPERATOR: (
        "Whoever runs the site. It may be the very person who put the picture there. Writing to "
        "them tells them who is asking. Ask for advice first; the host comes before."
    ),
}

#: Roles of RFC 9083 section 10.2.4, by what was asked about.
_SCOPES: dict[str, dict[str, Scope]] = {
    "domain": {
        "registrar": Scope.REGISTRAR,
        "abuse": Scope.REGISTRAR,
        "sponsor": Scope.REGISTRAR,
        "reseller": Scope.REGISTRAR,
        "registrant": Scope.OPERATOR,
        "administrative": Scope.OPERATOR,
        "technical": Scope.OPERATOR,
        "billing": Scope.OPERATOR,
        "proxy": Scope.OPERATOR,
    },
    "ip network": {
        "registrant": Scope.HOST,
        "sponsor": Scope.HOST,
        "abuse": Scope.NETWORK,
        "noc": Scope.NETWORK,
        "administrative": Scope.NETWORK,
        "technical": Scope.NETWORK,
    },
}
_ORDER = list(_ADVICE)

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_WEB = re.compile(r"https?://[!-~]{1,1000}")
_PHONE = re.compile(r"\+?[0-9 ().;=extEXT-]{3,60}")
#: Control characters, and those that turn the direction of writing.
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
#: What registries and privacy services write instead of a name (RFC 9537 and habit).
_HIDDEN = re.compile(r"redact|privacy|not disclosed|withheld|gdpr mask|data protected", re.I)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact, as one registry named it for one question."""

    scope: Scope
    #: Its role in the registry's words: "abuse", "registrar", "registrant" …
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


def contacts_of(answers: SavedAnswers) -> tuple[Contact, ...]:
    """Return every contact of every answer: host, network, registrar, operator.

    Two answers that name the same address give two contacts: each keeps its scope and source.
    Raises BadAnswer for an answer that cannot be understood.
    """
    found = [contact for answer in answers.answers for contact in _contacts(answer)]
    return tuple(sorted(found, key=lambda one: (_ORDER.index(one.scope), one.role != "abuse")))


def nameservers_of(answers: SavedAnswers) -> tuple[str, ...]:
    """Return the names of the domain's name servers, each once. They often name the CDN."""
    names = {
        _clean(server.name).lower(): None
        for answer in answers.answers
        for server in answer.answer.nameservers
        if server.kind == "nameserver" and server.name
    }
    return tuple(names)


def unanswered_of(answers: SavedAnswers) -> tuple[tuple[str, str], ...]:
    """Return what was asked about and not answered, each with the reason."""
    return tuple((_clean(one.about), _clean(one.why)) for one in answers.unanswered)


def _contacts(answer: Answer) -> Iterator[Contact]:
    scopes = _SCOPES[answer.answer.kind]
    for role, entities in _parsed(answer.answer).items():
        if role not in scopes:
            continue
        for entity in entities:
            contact = _contact(answer, scopes[role], role, entity)
            if contact.name or contact.emails or contact.phones or contact.pages:
                yield contact


def _contact(answer: Answer, scope: Scope, role: str, entity: dict[str, Any]) -> Contact:
    name = _clean(entity.get("organisation") or entity.get("name", ""))
    hidden = bool(_HIDDEN.search(name))
    return Contact(
        scope=scope,
        role=role,
        name=name,
        emails=_fitting(_EMAIL, entity.get("emails", ())),
        phones=_fitting(_PHONE, entity.get("phones", ())),
        pages=_fitting(_WEB, (*entity.get("websites", ()), *entity.get("contact_uris", ()))),
        within=_clean(entity.get("parent_name", "")),
        about=_about(answer),
        source=_clean(answer.server),
        asked=answer.asked,
        hidden=hidden,
    )


def _about(answer: Answer) -> str:
    registration = answer.answer
    if registration.kind == "domain":
        return _clean(registration.domain or answer.about)
    span = f"{registration.first} - {registration.last}" if registration.first else ""
    return _clean(" ".join(part for part in (answer.about, span and f"({span})") if part))


def _parsed(registration: Registration) -> dict[str, list[dict[str, Any]]]:
    """Let whoisit read the entities of what was checked. Only its parser is used."""
    kind = registration.kind
    data = {
        "objectClassName": kind,
        "handle": registration.handle or "-",
        "ldhName": registration.domain,
        "entities": [_plain(entity) for entity in registration.entities],
    }
    parse, bootstrap = _whoisit()
    try:
        parsed = parse(bootstrap, kind, registration.domain, data)
    except Exception as error:  # its errors repeat the answer
        if raised_here(error):  # it takes other arguments than it did: no registry's fault
            raise
        raise BadAnswer("an answer of a registry cannot be understood") from error
    entities: dict[str, list[dict[str, Any]]] = parsed["entities"]
    return entities


def _plain(entity: Entity) -> dict[str, Any]:
    return {
        "objectClassName": entity.kind,
        "handle": entity.handle,
        "roles": sorted({role.lower() for role in entity.roles}),
        "vcardArray": entity.card,
        "entities": [_plain(inner) for inner in entity.entities],
    }


@cache
def _whoisit() -> tuple[Any, Any]:
    """Load whoisit's parser; late, for it loads two HTTP clients that nobody uses here."""
    from whoisit.bootstrap import BaseBootstrap
    from whoisit.parser import parse

    return parse, BaseBootstrap()


def _clean(text: object) -> str:
    """One line, without what could steer a terminal or a page."""
    return _STEERING.sub(" ", str(text)).strip()[:500]


def _fitting(pattern: re.Pattern[str], given: object) -> tuple[str, ...]:
    """Return those texts that are wholly of the form, each once."""
    texts = given if isinstance(given, list | tuple) else ()
    return tuple({text: None for text in texts if pattern.fullmatch(str(text))})
