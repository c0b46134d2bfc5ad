"""The desk's audit trail: one row for each change, in the transaction of the change itself."""

from datetime import datetime

from staydown.accounts import audit
from staydown.accounts.audit import NOTHING, OPERATOR, staff_name
from staydown.accounts.staff import name_of
from staydown.review.models import Audit, Item

__all__ = ["DESK", "NOTHING", "OPERATOR", "record", "record_item"]

#: What the desk does by itself.
DESK = "desk"


def record(
    *,
    at: datetime,
    what: str,
    subject: str,
    why: str,
    change: tuple[str, str] = (NOTHING, NOTHING),
    who: str = OPERATOR,
    moderator_id: int | None = None,
    item: Item | None = None,
) -> None:
    """Add a row: by a moderator where one is given, else by ``who``. ``change`` is (from, to)."""
    if moderator_id is not None:
        who = staff_name(name_of(moderator_id))
    audit.record(
        Audit,
        at=at,
        who=who,
        what=what,
        subject=subject,
        change=change,
        why=why,
        moderator_id=moderator_id,
        item=item,
    )


def record_item(
    item: Item,
    *,
    at: datetime,
    why: str,
    change: tuple[str, str],
    moderator_id: int | None = None,
) -> None:
    """Add a row about an item: by a moderator where one is given, else by the desk itself."""
    record(
        at=at,
        what="item",
        subject=str(item.public_id),
        why=why,
        change=change,
        who=DESK,
        moderator_id=moderator_id,
        item=item,
    )
