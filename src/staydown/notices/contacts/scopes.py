"""What each contact of an answer answers for: a registrar, a network, a host, an operator.

A registrar sells the name, a network carries the traffic, a host owns the machines, an operator
runs the site. Writing to the wrong one helps nobody, and writing to the operator may harm.

Two rules keep them apart. Whoever is named within somebody's entry belongs to that somebody: a
registrar's technical contact works for the registrar. And one entry has one scope, whatever its
roles: who registered the site and is also named for abuse is still who may have put the picture
there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from staydown.base.reasons import Reason, reasons
from staydown.notices.contacts.entities import Entity
from staydown.notices.contacts.registrations import About

_say = reasons("notices.contacts")


class Scope(StrEnum):
    """What a contact answers for."""

    HOST = "host"
    NETWORK = "network"
    REGISTRAR = "registrar"
    OPERATOR = "operator"
    #: The answer doesn't say, or not in words that are known.
    UNCLEAR = "unclear"

    @property
    def advice(self) -> Reason:
        """What to know before writing there."""
        return _say(f"advice.{self}")


#: Roles of RFC 9083 section 10.2.4, by what was asked about. Where an entry has several, the first
#: that stands here decides: who holds a name or a range comes before what else they are.
_SCOPES: dict[About, dict[str, Scope]] = {
    About.DOMAIN: {
        "registrant": Scope.OPERATOR,
        "proxy": Scope.OPERATOR,
        "registrar": Scope.REGISTRAR,
        "sponsor": Scope.REGISTRAR,
        "reseller": Scope.REGISTRAR,
        "administrative": Scope.OPERATOR,
        "technical": Scope.OPERATOR,
        "billing": Scope.OPERATOR,
        "noc": Scope.OPERATOR,
        "abuse": Scope.REGISTRAR,
    },
    About.NETWORK: {
        "registrant": Scope.HOST,
        "sponsor": Scope.HOST,
        "abuse": Scope.NETWORK,
        "noc": Scope.NETWORK,
        "administrative": Scope.NETWORK,
        "technical": Scope.NETWORK,
    },
    About.AUTNUM: dict.fromkeys(
        ("registrant", "sponsor", "abuse", "noc", "administrative", "technical"), Scope.NETWORK
    ),
    # Of a name server, or of somebody alone, nothing says what they do for the site.
    About.NAMESERVER: {},
    About.ENTITY: {},
}
#: What some registries write for a role.
_SAME = {
    "admin": "administrative", "tech": "technical", "holder": "registrant", "owner": "registrant",
    "admin-c": "administrative", "tech-c": "technical", "abuse-c": "abuse",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """An entity, what it answers for, in whose entry it stands, and its place in the answer."""

    entity: Entity
    scope: Scope
    within: Entity | None
    #: Which of the answer's own entities it is; None within another's entry.
    place: int | None


def place(about: About, entities: tuple[Entity, ...]) -> Iterator[Placed]:
    """Yield every entity of an answer with its scope, each before those within it."""
    shared = _roles_by_handle(entities)
    for at, entity in enumerate(entities):
        roles = shared.get(entity.handle.lower(), set()) | set(entity.roles)
        scope = _scope(about, roles)
        yield Placed(entity, scope, None, at)
        yield from _within(entity, scope)


def known_role(role: str) -> str:
    """Return the role as RFC 9083 calls it, or as the registry does."""
    return _SAME.get(role, role)


def _within(parent: Entity, scope: Scope) -> Iterator[Placed]:
    for entity in parent.entities:
        yield Placed(entity, scope, parent, None)
        yield from _within(entity, scope)


def _roles_by_handle(entities: tuple[Entity, ...]) -> dict[str, set[str]]:
    """Somebody may have an entry for each role: by the handle they are one."""
    shared: dict[str, set[str]] = {}
    for entity in entities:
        if entity.handle:
            shared.setdefault(entity.handle.lower(), set()).update(entity.roles)
    return shared


def _scope(about: About, roles: set[str]) -> Scope:
    known = {known_role(role) for role in roles}
    return next((scope for role, scope in _SCOPES[about].items() if role in known), Scope.UNCLEAR)
