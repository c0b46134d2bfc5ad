"""What people who sign in may do, as data: each role is a set of permissions ``scope:action``.

Views and ``api`` functions ask for a permission, never for a role: ``may(user, "items:decide")``.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """All that is asked for anywhere."""

    ITEMS_SEE = "items:see"
    ITEMS_DECIDE = "items:decide"
    ITEMS_SEE_UNDER_18 = "items:see_under_18"
    BANKS_SEE = "banks:see"
    ALARMS_SEE = "alarms:see"
    ALARMS_MARK = "alarms:mark"


class Role(StrEnum):
    """What somebody is here for; one person may have several."""

    MODERATOR = "moderator"
    #: Named by the operator: opens and decides items that may show somebody under 18.
    MODERATOR_UNDER_18 = "moderator_under_18"


ROLES: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.MODERATOR: frozenset(
            {
                Permission.ITEMS_SEE,
                Permission.ITEMS_DECIDE,
                Permission.BANKS_SEE,
                Permission.ALARMS_SEE,
                Permission.ALARMS_MARK,
            }
        ),
        Role.MODERATOR_UNDER_18: frozenset({Permission.ITEMS_SEE_UNDER_18}),
    }
)


def permissions(roles: Iterable[str]) -> frozenset[Permission]:
    """Return all that somebody with these roles may do. A role that is no more allows nothing."""
    known = [Role(role) for role in roles if role in ROLES]
    return frozenset().union(*(ROLES[role] for role in known))


def roles_with(permission: str) -> frozenset[Role]:
    """Return the roles that allow something. Raises ValueError for a permission that isn't one."""
    asked = Permission(permission)
    return frozenset(role for role, allowed in ROLES.items() if asked in allowed)


def may(user: object, permission: str) -> bool:
    """Say whether a user, as a request has one, may do something; who isn't signed in may nothing.

    Raises ValueError for a permission that isn't one.
    """
    return Permission(permission) in getattr(user, "permissions", ())
