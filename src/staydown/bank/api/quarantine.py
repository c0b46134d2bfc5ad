"""For the operator: what is held back, and letting it go on, setting it aside, bringing it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from staydown.bank import audit, floods
from staydown.bank.entries import feed_writer
from staydown.bank.errors import QuarantineError
from staydown.bank.models import HeldGroup
from staydown.bank.runtime import Bank
from staydown.base.names import fault_of_name, looks_like, tidy_name

MAX_NAME, MAX_REASON = 60, 200


class GroupState(StrEnum):
    """Where a group is."""

    HELD = "held"
    DROPPED = "dropped"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group of hand-ins that were held back. ``waiting`` are the pictures that still are.

    ``until``: when they go on by themselves; of a dropped group, until when it can be brought back.
    """

    number: int
    state: GroupState
    looks: str
    partner: str
    began_at: datetime
    until: datetime
    hand_ins: int
    pictures: int
    waiting: int
    dropped_by: str
    agreed_by: str
    reason: str


def groups(bank: Bank, *, past: bool = False) -> tuple[GroupLine, ...]:
    """Return the groups that are held or dropped, or (``past``) those that are over."""
    now = bank.clock.now()
    rows = HeldGroup.objects.select_related("partner").order_by("pk")
    lines = [_line(row, _waiting(row), now) for row in rows]
    return tuple(line for line in lines if (line.state is GroupState.OVER) is past)


def release(bank: Bank, numbers: Sequence[int], *, by: str, reason: str) -> None:
    """Let groups go on now, with whatever else goes out next.

    Raises QuarantineError, and then nothing changed: see ``_change``.
    """
    name, why = _name(by), _reason(reason)

    def change(group: HeldGroup, now: datetime) -> None:
        _must_be(group, GroupState.HELD, now)
        group.closed = True
        group.save(update_fields=["closed"])
        _go_on(group, now)
        _audit(group, name, ("held", "released"), why, now)

    _change(bank, numbers, change)


def drop(bank: Bank, numbers: Sequence[int], *, by: str, agreed_by: str, reason: str) -> None:
    """Set groups aside: nothing of them goes to partners unless somebody brings them back.

    Takes two people: ``agreed_by`` looked at it too. Raises QuarantineError.
    """
    name, second, why = _name(by), _name(agreed_by), _reason(reason)
    if looks_like(name, [second]):
        raise QuarantineError("two different people decide: name who agreed; nothing was dropped")

    def change(group: HeldGroup, now: datetime) -> None:
        _must_be(group, GroupState.HELD, now)
        group.closed, group.dropped_at = True, now
        group.dropped_by, group.agreed_by, group.reason = name, second, why
        group.save()
        _audit(group, name, ("held", "dropped"), why, now)
        _audit(group, second, ("held", "dropped"), "agreed", now)

    _change(bank, numbers, change)


def restore(bank: Bank, numbers: Sequence[int], *, by: str, reason: str) -> None:
    """Bring dropped groups back, to go out with what goes out next. Raises QuarantineError."""
    name, why = _name(by), _reason(reason)

    def change(group: HeldGroup, now: datetime) -> None:
        _must_be(group, GroupState.DROPPED, now)
        group.dropped_at = None
        group.save(update_fields=["dropped_at"])
        _go_on(group, now)
        _audit(group, name, ("dropped", "restored"), why, now)

    _change(bank, numbers, change)


def _change(
    bank: Bank, numbers: Sequence[int], change: Callable[[HeldGroup, datetime], None]
) -> None:
    """Change groups, all or none, while nothing is being released.

    Raises QuarantineError for a number that no group has, and for one that can't be changed so.
    """
    with feed_writer(bank, who=audit.OPERATOR):
        found = {row.pk: row for row in HeldGroup.objects.filter(pk__in=numbers)}
        for number in dict.fromkeys(numbers):
            if number not in found:
                raise QuarantineError(f"there is no group {number}; nothing was changed")
            change(found[number], bank.clock.now())


def _must_be(group: HeldGroup, state: GroupState, now: datetime) -> None:
    line = _line(group, _waiting(group), now)
    if line.state is state:
        return
    was = {
        GroupState.HELD: "is held back, and not dropped",
        GroupState.DROPPED: "is dropped already",
        GroupState.OVER: "is over: what was in it has gone on, was withdrawn, or was deleted",
    }
    raise QuarantineError(f"group {group.pk} {was[line.state]}; nothing was changed")


def _line(group: HeldGroup, waiting: int, now: datetime) -> GroupLine:
    state = GroupState.HELD if waiting else GroupState.OVER
    until = group.until
    if group.dropped_at is not None:
        until = group.dropped_at + floods.RESTORE_WITHIN
        can = waiting and floods.can_restore(group.dropped_at, now)
        state = GroupState.DROPPED if can else GroupState.OVER
    return GroupLine(
        group.pk, state, group.looks, group.partner.name if group.partner else "", group.began_at,
        until, group.hand_ins, group.pictures, waiting, group.dropped_by, group.agreed_by,
        group.reason,
    )  # fmt: skip


def _waiting(group: HeldGroup) -> int:
    return group.submissions.count()


def _go_on(group: HeldGroup, now: datetime) -> None:
    group.submissions.update(due_at=now)


def _name(text: str) -> str:
    name = tidy_name(text)
    if fault := fault_of_name(name, MAX_NAME):
        raise QuarantineError(f"{fault}; nothing was changed")
    return name


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason or len(reason) > MAX_REASON or not reason.isprintable():
        raise QuarantineError(
            f"say why, on one line of at most {MAX_REASON} characters; nothing was changed"
        )
    return reason


def _audit(group: HeldGroup, name: str, change: tuple[str, str], why: str, now: datetime) -> None:
    audit.record(
        at=now, who=f"operator {name}", what="quarantine", subject=str(group.pk), change=change,
        why=why[:64],
    )  # fmt: skip
