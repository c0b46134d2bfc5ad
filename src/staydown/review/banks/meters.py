"""Counting what banks send, and holding them to their share. The rules are in ``shares``.

A bank's meter is a row of its own, changed only while it is locked. Pages are counted in the very
transaction that saves them, so that no crash and no second tick can make one count for nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from staydown.base.clock import Clock
from staydown.review.banks.alarms import raise_alarm
from staydown.review.banks.shares import (
    SHARE,
    Backfill,
    Lack,
    Measure,
    PageTaken,
    Room,
    Spent,
    Window,
    room,
)
from staydown.review.models import Bank, BankMeter
from staydown.review.records import AlarmKind, BankShare

#: Memory that the index may take for the entries of all banks, in bytes, unless settings differ.
MOST_INDEX_BYTES = 4096 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """By how much a page changed what is kept of a bank; ``left_out`` found no room."""

    listed: int = 0
    rows: int = 0
    index_bytes: int = 0
    left_out: int = 0


def locked_meter(bank_id: int) -> BankMeter:
    """Return a bank's meter, locked until the transaction ends.

    Whoever locks the bank too locks it first, and an alarm last: so nobody waits in a circle.
    """
    BankMeter.objects.bulk_create([BankMeter(bank_id=bank_id)], ignore_conflicts=True)
    return BankMeter.objects.select_for_update().get(pk=bank_id)


def pauses(bank_id: int, clock: Clock, share: Spent = SHARE) -> bool:
    """Say whether a bank has used its share up. If so it is left alone for a while: see the alarm.

    To be asked before each page. What was read stays, and the cursor is where it was.
    """
    now = clock.now()
    with transaction.atomic():
        bank = Bank.objects.select_for_update().get(pk=bank_id)
        meter = locked_meter(bank_id)
        stored, was = meter.window, meter.paused_until
        window = Window.parse(stored).at(now)
        over = window.over(now, share)
        if backfill(meter).left(now):
            # Entries were agreed on; bytes and memory beyond what those take were not.
            over = tuple(one for one in over if one is not Measure.ENTRIES)
        # Saved as it is seen now: a clock that was set back would leave slots in the future.
        meter.window = window.stored()
        meter.paused_until = window.resumes(now, share) if over else None
        if (meter.window, meter.paused_until) != (stored, was):
            meter.save(update_fields=["window", "paused_until"])
        if over:
            bank.next_try_at = window.resumes(now, share)
            bank.save(update_fields=["next_try_at"])
            _say_over(bank.name, over, window.total(now), share, clock)
    return bool(over)


def _say_over(
    name: str, over: tuple[Measure, ...], total: Spent, share: Spent, clock: Clock
) -> None:
    used = {one.value: getattr(total, one) for one in Measure}
    most = {f"share_{one.value}": getattr(share, one) for one in Measure}
    raise_alarm(AlarmKind.BANK_OVER_SHARE, name, {"over": ",".join(over), **used, **most}, clock)


def room_for(meter: BankMeter, most_index_bytes: int) -> Room:
    """Return the room that a bank has. To be asked under the lock of ``Head``."""
    taken = BankMeter.objects.aggregate(taken=Sum("index_bytes"))["taken"] or 0
    return room(
        most=meter.most_entries,
        listed=meter.listed,
        rows=meter.rows,
        desk_memory=taken,
        desk_most=most_index_bytes,
    )


def count_page(meter: BankMeter, page: PageTaken, kept: Kept, now: datetime) -> None:
    """Count a page; its share is what no backfill pays for. The meter is saved by the caller."""
    left, spent = backfill(meter).pays(page.cost(), now)
    meter.backfill_left = left.entries
    meter.window = Window.parse(meter.window).add(spent, now).stored()
    count_kept(meter, kept)


def count_kept(meter: BankMeter, kept: Kept) -> None:
    """Note what is kept of a bank from now on. The meter is saved by the caller."""
    meter.listed += kept.listed
    meter.rows += kept.rows
    meter.index_bytes += kept.index_bytes
    meter.left_out += kept.left_out


def count_failure(bank_id: int, received: int, now: datetime, entries: int = 0) -> None:
    """Count an answer that couldn't be used, in bytes, and as so many entries. In a transaction."""
    if received or entries:
        meter = locked_meter(bank_id)
        window = Window.parse(meter.window).add(Spent(entries, received), now)
        meter.window = window.stored()
        meter.save(update_fields=["window"])


def say_full(
    meter: BankMeter, lacks: Collection[Lack], most_index_bytes: int, clock: Clock
) -> None:
    """Raise the alarms about what had no room on a page. Inside the page's transaction."""
    if Lack.BANK in lacks:
        values = {"most": meter.most_entries, "left_out": meter.left_out}
        raise_alarm(AlarmKind.BANK_FULL, meter.bank.name, values, clock)
    if Lack.DESK in lacks:
        raise_alarm(AlarmKind.DESK_FULL, "", {"most_bytes": most_index_bytes}, clock)


def backfill(meter: BankMeter) -> Backfill:
    """Return what a bank may still send on top of its share."""
    return Backfill(meter.backfill_left, meter.backfill_until)


def set_backfill(meter: BankMeter, value: Backfill) -> None:
    """Note another backfill. The meter is saved by the caller."""
    meter.backfill_left, meter.backfill_until = value.entries, value.until


def bank_share(meter: BankMeter, now: datetime) -> BankShare:
    """Return what is shown of a meter."""
    total = Window.parse(meter.window).total(now)
    paused = meter.paused_until
    return BankShare(
        entries=total.entries,
        bytes=total.bytes,
        index_bytes=meter.index_bytes,
        most_entries=meter.most_entries,
        backfill_left=backfill(meter).left(now),
        left_out=meter.left_out,
        paused_until=paused if paused is not None and paused > now else None,
    )
