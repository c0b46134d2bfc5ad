"""For the operator: what is held back, and letting it go on, setting it aside, bringing it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from staydown.bank import audit, floods, held_hashes, waiting, windows
from staydown.bank.entries import feed_writer
from staydown.bank.errors import QuarantineError
from staydown.bank.models import HeldGroup, HeldSubmission, Waiting
from staydown.bank.runtime import Bank
from staydown.base.names import fault_of_name, looks_like, tidy_name
from staydown.base.reasons import reasons

_say = reasons("bank.errors")

MAX_NAME, MAX_REASON = 60, 200

#: How long an operator's command waits for its turn, in seconds: in a flood others write too.
_PATIENCE = 30.0

#: Rows that are forgotten in one transaction: people wait for no more than that.
_FORGET_AT_ONCE = 200


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
    lines = [_line(row, _left(row), now) for row in _counted().order_by("pk")]
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
        _go_on(bank, group, now)
        _audit(group, name, ("held", "released"), why, now)

    _change(bank, numbers, change)


def drop(bank: Bank, numbers: Sequence[int], *, by: str, agreed_by: str, reason: str) -> None:
    """Set groups aside: nothing of them goes to partners unless somebody brings them back.

    Takes two people: ``agreed_by`` looked at it too. Raises QuarantineError.
    """
    name, second, why = _name(by), _name(agreed_by), _reason(reason)
    if looks_like(name, [second]):
        raise QuarantineError(_say("group.two_people"))

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
        _go_on(bank, group, now)
        _audit(group, name, ("dropped", "restored"), why, now)

    _change(bank, numbers, change)


def forget_old(bank: Bank) -> None:
    """Delete the fingerprints of what can't be brought back any more, and groups that went on long
    ago. Raises Busy."""
    long_ago = bank.clock.now() - floods.RESTORE_WITHIN
    went_on = HeldGroup.objects.filter(until__lt=long_ago, dropped_at=None)
    went_on.filter(waiting=None, submissions=None).delete()
    while waiting.forgettable(bank).exists() or held_hashes.forgettable(bank).exists():
        with feed_writer(bank, who=audit.OPERATOR):
            for row in waiting.forgettable(bank)[:_FORGET_AT_ONCE]:
                waiting.forget(bank, row)
            old = held_hashes.forgettable(bank).values_list("pk", flat=True)[:_FORGET_AT_ONCE]
            HeldSubmission.objects.filter(pk__in=list(old)).delete()


def _change(
    bank: Bank, numbers: Sequence[int], change: Callable[[HeldGroup, datetime], None]
) -> None:
    """Change groups, all or none, while nothing is being released.

    Raises QuarantineError for a number that no group has, and for one that can't be changed so.
    """
    with feed_writer(bank, who=audit.OPERATOR, patience=_PATIENCE):
        found = {row.pk: row for row in _counted().filter(pk__in=numbers)}
        for number in dict.fromkeys(numbers):
            if number not in found:
                raise QuarantineError(_say("group.no_such", group=str(number)))
            change(found[number], bank.clock.now())


def _must_be(group: HeldGroup, state: GroupState, now: datetime) -> None:
    line = _line(group, _left(group), now)
    if line.state is state:
        return
    was = {
        GroupState.HELD: _say("group.held", group=str(group.pk)),
        GroupState.DROPPED: _say("group.dropped", group=str(group.pk)),
        GroupState.OVER: _say("group.over", group=str(group.pk)),
    }
    raise QuarantineError(was[line.state])


def _line(group: HeldGroup, left: int, now: datetime) -> GroupLine:
    state = GroupState.HELD if left else GroupState.OVER
    until = group.until
    if group.dropped_at is not None:
        until = group.dropped_at + floods.RESTORE_WITHIN
        can = left and floods.can_restore(group.dropped_at, now)
        state = GroupState.DROPPED if can else GroupState.OVER
    return GroupLine(
        group.pk, state, group.looks, group.partner.name if group.partner else "", group.began_at,
        until, group.hand_ins, group.pictures, left, group.dropped_by, group.agreed_by,
        group.reason,
    )  # fmt: skip


def _counted() -> QuerySet[HeldGroup]:
    """Return all groups, each with how much of it is left. A group has one kind of rows or the
    other, so that no row is counted with each of the others."""
    pictures = Count("waiting", filter=Q(waiting__due_at__isnull=False))
    rows = HeldGroup.objects.select_related("partner")
    return rows.annotate(pictures_left=pictures, hashes_left=Count("submissions"))


def _left(group: HeldGroup) -> int:
    """The annotations that ``_counted`` added."""
    return sum(int(getattr(group, name)) for name in ("pictures_left", "hashes_left"))


def _pictures(group: HeldGroup) -> QuerySet[Waiting]:
    """Return the pictures of people that wait in a group, without those that were forgotten."""
    return group.waiting.filter(due_at__isnull=False)


def _go_on(bank: Bank, group: HeldGroup, now: datetime) -> None:
    """Let all of a group go out: people's pictures as if they had come in just now."""
    group.submissions.update(due_at=now)
    due_at = windows.window_end(now, bank.release_seconds or 1)
    _pictures(group).update(due_at=due_at, held=False, group=None)


def _name(text: str) -> str:
    name = tidy_name(text)
    if fault := fault_of_name(name, MAX_NAME):
        raise QuarantineError(_say("name.nothing_changed", why=fault))
    return name


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason or len(reason) > MAX_REASON or not reason.isprintable():
        raise QuarantineError(_say("group.say_why", n=MAX_REASON))
    return reason


def _audit(group: HeldGroup, name: str, change: tuple[str, str], why: str, now: datetime) -> None:
    audit.record(
        at=now, who=f"operator {name}", what="quarantine", subject=str(group.pk), change=change,
        why=why[:64],
    )  # fmt: skip
