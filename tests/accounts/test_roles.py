"""Roles as data: what each allows, and that a slip of the pen is found."""

from types import SimpleNamespace

import pytest

from staydown.accounts import roles
from staydown.accounts.roles import ROLES, Permission, Role, may


def test_every_role_allows_something_and_every_permission_comes_with_a_role() -> None:
    assert set(ROLES) == set(Role)
    assert all(ROLES.values())
    assert frozenset().union(*ROLES.values()) == frozenset(Permission)


def test_a_permission_is_a_scope_and_an_action() -> None:
    assert all(len(one.value.split(":")) == 2 for one in Permission)


@pytest.mark.parametrize(
    ("given", "permission", "allowed"),
    [
        ([], "items:decide", False),
        (["moderator"], "items:decide", True),
        (["moderator"], "items:see_under_18", False),
        (["moderator", "moderator_under_18"], "items:see_under_18", True),
        (["moderator_under_18"], "items:decide", False),
        (["gardener"], "items:decide", False),
    ],
)
def test_what_roles_allow(given: list[str], permission: str, allowed: bool) -> None:
    user = SimpleNamespace(permissions=roles.permissions(given))
    assert may(user, permission) is allowed


def test_who_has_not_signed_in_may_do_nothing() -> None:
    assert not any(may(SimpleNamespace(), permission) for permission in Permission)


@pytest.mark.parametrize("wrong", ["items:decides", "items", "", "moderator"])
def test_a_permission_that_is_none_is_an_error_and_not_a_no(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not a valid Permission"):
        may(SimpleNamespace(permissions=frozenset(Permission)), wrong)
    with pytest.raises(ValueError, match="is not a valid Permission"):
        roles.roles_with(wrong)
