"""What the operator agrees to: how much a bank may send and keep, and that an alarm is over."""

from datetime import datetime

from django.db import transaction

from staydown.base.clock import Clock
from staydown.review import audit
from staydown.review.banks import meters
from staydown.review.banks.alarms import close_alarm, find_alarm, locked_alarm
from staydown.review.banks.follow import start_again
from staydown.review.errors import NotEnoughSaid, NotHere
from staydown.review.models import Bank, BankMeter
from staydown.review.records import AlarmKind, AlarmState


def allow_bank(name: str, entries: int, clock: Clock) -> None:
    """Let a bank send, and keep listed, ``entries`` more than it may now. Raises NotHere."""
    now = clock.now()
    with transaction.atomic():
        bank = Bank.objects.select_for_update().filter(name=name).first()
        if bank is None:
            raise NotHere("no bank of this name is followed")
        allow_entries(bank, entries, now)
        _go_on(bank, now)


def allow_entries(bank: Bank, entries: int, now: datetime) -> None:
    """Note that ``entries`` more are agreed with a bank. Inside a transaction."""
    meter = meters.locked_meter(bank.pk)
    if entries:
        before = meter.most_entries
        meters.set_backfill(meter, meters.backfill(meter).more(entries, now))
        meter.most_entries += entries
        meter.save()
        audit.record(
            at=now,
            what="bank",
            subject=bank.name,
            change=(f"{before}", f"{meter.most_entries}"),
            why="may send more",
        )


def lift_alarm(number: int, clock: Clock, *, entries: int = 0, reason: str = "") -> None:
    """Say that an alarm is over, and let its bank go on.

    A bank that was over its share gets a fresh share, and ``entries`` on top. One that was full
    gets room for ``entries`` more, and its feed is read again from the start, so that what was left
    out comes too. Raises NotHere, also for an alarm that is lifted already, and NotEnoughSaid.
    """
    now = clock.now()
    with transaction.atomic():
        alarm = find_alarm(number)
        if alarm.kind is AlarmKind.BANK_FULL and not entries:
            raise NotEnoughSaid("say how many entries more this bank may have: --entries")
        if alarm.kind in (AlarmKind.BANK_OVER_SHARE, AlarmKind.BANK_FULL):
            bank = Bank.objects.select_for_update().filter(name=alarm.subject).first()
            if bank is not None:
                allow_entries(bank, entries, now)
                _go_on(bank, now)
        elif entries:
            raise NotEnoughSaid("this alarm is about no bank's share: leave --entries out")
        elif alarm.kind is AlarmKind.DESK_FULL:
            left_out = BankMeter.objects.filter(left_out__gt=0).values("bank")
            for bank in Bank.objects.select_for_update().filter(pk__in=left_out).order_by("pk"):
                _go_on(bank, now)
        row = locked_alarm(number)
        if row.state == AlarmState.LIFTED.value:
            raise NotHere("this alarm is lifted already")
        close_alarm(row, reason, now, entries=entries)


def _go_on(bank: Bank, now: datetime) -> None:
    """Give a bank a fresh share; read it again from the start if something was left out."""
    meter = meters.locked_meter(bank.pk)
    again = meter.left_out > 0
    meter.window, meter.paused_until = [], None
    if again:  # what is held comes once more, and must not use up what was agreed
        meters.set_backfill(meter, meters.backfill(meter).more(meter.rows, now))
    meter.save()
    if again:
        start_again(bank, now)
    bank.next_try_at = now
    bank.save()
