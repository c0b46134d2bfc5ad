"""The desk's moderators: ``accounts``, with this desk's roles and its trail."""

from functools import partial

from staydown.accounts import staff
from staydown.accounts.roles import Permission, Role
from staydown.accounts.staff import Workplace
from staydown.base.clock import Clock
from staydown.review.models import Audit

#: For the console: people sign in and change their passwords there.
WORKPLACE = Workplace(Audit, "moderator")

add_moderator = partial(staff.add, WORKPLACE, Role.MODERATOR)
reset_moderator = partial(staff.reset, WORKPLACE)
named_for_under_18 = partial(staff.names_with, Permission.ITEMS_SEE_UNDER_18)


def name_for_under_18(name: str, *, named: bool, clock: Clock) -> None:
    """Name a moderator for items that may show somebody under 18, or name them no longer.

    Raises NoSuchStaff.
    """
    change = staff.give_role if named else staff.take_role
    change(WORKPLACE, Role.MODERATOR_UNDER_18, name, clock)


def is_named_for_under_18(moderator_id: int) -> bool:
    """Say whether a moderator opens and decides items that may show somebody under 18."""
    return staff.may_now(moderator_id, Permission.ITEMS_SEE_UNDER_18)
