"""A person's decision about an item, and what the banks are told of it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F

from staydown.base.clock import Clock
from staydown.base.vocabulary import Decision
from staydown.review import audit
from staydown.review.banks import feedback
from staydown.review.errors import DecidedMeanwhile, NotHere
from staydown.review.models import Item
from staydown.review.queue import hidden, memory


def decide(
    item: UUID, decision: Decision, *, version: int, moderator_id: int, clock: Clock
) -> None:
    """Record a person's decision and put what the banks are told into the outbox.

    ``version`` is the one that the person saw. Raises DecidedMeanwhile, with nothing changed, when
    somebody decided since; OnlyNamed; NotHere. A decision can be changed: the later one is told
    again.
    """
    with transaction.atomic():
        row = Item.objects.filter(public_id=item).first()
        if row is None:
            raise NotHere("there is no such item")
        hidden.check_decider(row.pk, moderator_id)
        memory.lock_groups([row])
        _record(row, decision, version, moderator_id, clock)


def decide_together(
    items: Sequence[tuple[UUID, int]], decision: Decision, *, moderator_id: int, clock: Clock
) -> None:
    """Record one decision about some items of a group that a person chose, each with its version.

    The first is the one that they looked at; the others must wait and belong to its group. All are
    decided or none: raises DecidedMeanwhile, OnlyNamed, NotHere. Nearness chooses nobody: each is
    named.
    """
    numbers = [number for number, _ in items]
    with transaction.atomic():
        rows = list(Item.objects.filter(public_id__in=numbers).select_related("mark"))
        if len(rows) != len(set(numbers)):
            raise NotHere("there is no such item")
        memory.lock_groups(rows)
        first, *others = sorted(rows, key=lambda row: numbers.index(row.public_id))
        if any(row.mark.group_id != first.mark.group_id for row in others):
            raise NotHere("an item that was chosen belongs to another group")
        if Item.objects.filter(pk__in=[row.pk for row in others]).exclude(decision="").exists():
            raise DecidedMeanwhile("somebody decided one of these items meanwhile")
        # Of all before any is decided: one that may show somebody under 18 hides the others.
        for row in rows:
            hidden.check_decider(row.pk, moderator_id)
        versions = dict(items)
        for row in (first, *others):
            _record(row, decision, versions[row.public_id], moderator_id, clock)


def _record(row: Item, decision: Decision, version: int, moderator_id: int, clock: Clock) -> None:
    """Record a decision about an item whose groups are locked, unless it was decided meanwhile."""
    now = clock.now()
    won = Item.objects.filter(pk=row.pk, version=version).update(
        decision=decision.value,
        decided_by_id=moderator_id,
        decided_at=now,
        version=F("version") + 1,
    )
    if not won:
        raise DecidedMeanwhile("somebody decided this item while you were looking at it")
    audit.record_item(
        row,
        at=now,
        why="decided",
        change=(row.decision, decision.value),
        moderator_id=moderator_id,
    )
    memory.note_decision(row, Decision(row.decision) if row.decision else None, decision)
    feedback.tell_banks(row, decision, now)
