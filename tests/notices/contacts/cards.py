"""Answers in the build that a test needs, short to write."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from staydown.notices.contacts.contacts import Contact, contacts_of
from staydown.notices.contacts.reading import read_answers


def entity(
    roles: object, *properties: Sequence[Any], within: object = (), **members: Any
) -> dict[str, Any]:
    """An entity with a jCard of ``properties``, and those ``within`` it."""
    card = ["vcard", [["version", {}, "text", "4.0"], *properties]]
    return {
        "objectClassName": "entity", "roles": roles, "vcardArray": card, "entities": within,
        **members,
    }  # fmt: skip


def mail(address: str) -> list[Any]:
    return ["email", {}, "text", address]


def domain(*entities: object, **members: Any) -> dict[str, Any]:
    return {"objectClassName": "domain", "ldhName": "site.example", "entities": list(entities),
            **members}  # fmt: skip


def network(*entities: object, **members: Any) -> dict[str, Any]:
    return {"objectClassName": "ip network", "startAddress": "192.0.2.0",
            "endAddress": "192.0.2.255", "entities": list(entities), **members}  # fmt: skip


def contacts(answer: Mapping[str, Any]) -> tuple[Contact, ...]:
    return contacts_of(read_answers(json.dumps(answer).encode()))


def alone(card: object, **members: Any) -> Contact:
    """The one contact of an answer whose one entity has this card."""
    whole = {"roles": ["abuse"], "handle": "H", "vcardArray": card, **members}
    (found,) = contacts(domain(whole))
    return found
