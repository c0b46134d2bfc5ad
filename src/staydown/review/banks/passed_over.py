"""Places in a feed that couldn't be read: noted when they are left behind, tried again until read.

What couldn't be read may be a withdrawal. So a place is never forgotten while the bank is followed,
unless the bank's whole feed is read again from its start.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from staydown.base.clock import Clock
from staydown.base.quietlog import Configured
from staydown.exchange.records import SetAside
from staydown.matching import asking
from staydown.review.banks.alarms import raise_alarm
from staydown.review.banks.plan import Plan
from staydown.review.banks.set_aside import count_set_aside
from staydown.review.models import Bank, BankReading, PassedOver
from staydown.review.records import AlarmKind

log = logging.getLogger(__name__)

#: A place behind every entry: where a bank keeps no order, nothing less is behind a record.
BEYOND = 2**62

#: A v1 second is over once this has passed: nothing more is stamped with it.
_OVER = 60


def covering(bank_id: int, place: int) -> PassedOver | None:
    """Return what is known of a place that was passed over before and comes once more."""
    rows = PassedOver.objects.filter(bank_id=bank_id, low__lte=place, high__gt=place)
    # Where there is no order, only the very same place is known.
    return rows.filter(Q(low=place) | Q(high__lt=BEYOND)).order_by("-high").first()


def behind(bank_id: int, place: int, now: int) -> int:
    """Return where to go on from after the end of a v1 feed: not at what can't be read, if over."""
    known = covering(bank_id, place)
    if known is None or known.high > now - _OVER:
        return place
    return known.high


def is_full(bank_id: int) -> bool:
    """Say whether no more places of a bank may be passed over."""
    return PassedOver.objects.filter(bank_id=bank_id).count() >= asking.MOST_PLACES


def pass_over(before: Plan, after: Plan, high: int, reason: str, clock: Clock) -> Plan | None:
    """Leave what can't be read behind, and note it. None if another tick did something before.

    ``after`` is how to go on. Counted and shown like any record that was set aside.
    """
    now = clock.now()
    after = replace(after, revision=before.revision + 1, suspect=None)
    with transaction.atomic():
        saved = Bank.objects.filter(pk=before.bank_id, revision=before.revision).update(
            revision=after.revision,
            cursor=str(after.cursor),
            entries_set_aside=F("entries_set_aside") + 1,
        )
        if not saved:
            return None
        PassedOver.objects.get_or_create(
            bank_id=before.bank_id,
            low=before.place,
            high=high,
            defaults={
                "reason": reason[:200],
                "found_at": now,
                "next_try_at": now + asking.next_try(0),
            },
        )
        count_set_aside(before.bank_id, (SetAside(0, reason),), now)
        BankReading.objects.update_or_create(
            bank_id=before.bank_id,
            defaults={
                "chain": {} if after.chain is None else after.chain.stored(),
                "suspect": {},
                "asking": {},
            },
        )
        say_unreadable(before, clock, stuck=False)
    log.warning("a record of a bank was passed over", extra={"fact": {"bank": _name(before)}})
    return after


def say_unreadable(plan: Plan, clock: Clock, *, stuck: bool) -> None:
    """Raise the alarm that something of a bank can't be read, or can't be got past."""
    places = PassedOver.objects.filter(bank_id=plan.bank_id).count()
    values = {"places": places, "stuck": int(stuck)}
    raise_alarm(AlarmKind.BANK_UNREADABLE, plan.name, values, clock)


def due_again(bank_id: int, now: datetime) -> list[PassedOver]:
    """Return the places of a bank that it is time to try again, few at a time."""
    # A try far in the future: the clock was set back.
    late = now + asking.AGAIN_LAST + timedelta(minutes=1)
    rows = PassedOver.objects.filter(bank_id=bank_id)
    rows = rows.filter(next_try_at__lte=now) | rows.filter(next_try_at__gt=late)
    return list(rows.order_by("next_try_at", "pk")[: asking.AGAIN_AT_ONCE])


def note_tried(row: PassedOver, plan: Plan, now: datetime, *, read: bool) -> None:
    """Note what came of trying a place again."""
    if read:
        PassedOver.objects.filter(pk=row.pk).delete()
        log.info(
            "a record that was passed over could be read", extra={"fact": {"bank": _name(plan)}}
        )
        return
    PassedOver.objects.filter(pk=row.pk).update(
        tries=F("tries") + 1, next_try_at=now + asking.next_try(row.tries + 1)
    )


def forget(bank_id: int) -> None:
    """The whole feed is read from its start: what is unreadable comes up again by itself."""
    PassedOver.objects.filter(bank_id=bank_id).delete()
    BankReading.objects.filter(bank_id=bank_id).delete()


def _name(plan: Plan) -> Configured:
    return Configured(plan.name)
