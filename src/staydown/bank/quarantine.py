"""Holding hand-ins back: whose turn it is, in which group, and until when. Rules: ``bank.floods``.

Nothing here reads an entry, a listing, a fetch or a partner's word, so that what is held can't
depend on how often a picture is found, or on who else lists it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from staydown.accounts import throttle
from staydown.bank import floods, windows
from staydown.bank.floods import HandIn, Sender
from staydown.bank.models import HeldGroup, Partner
from staydown.bank.runtime import Bank

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hold:
    """What holds a hand-in back: with which others, and for how long before its window.

    ``until`` is the end of that window.
    """

    group: HeldGroup
    wait: timedelta
    until: datetime


def judge(bank: Bank, hand_in: HandIn, *, partner_id: int | None = None) -> Hold | None:
    """Decide about a hand-in, in the transaction that stores it. None: it goes on as always.

    What is returned must be stored: the group counts it.
    """
    now = bank.clock.now()
    limit = floods.limit(hand_in)
    if limit is None or not bank.quarantine:
        return None
    with throttle.locked(limit, _whose(bank, partner_id), now) as pace:
        if pace.book(count=hand_in.pictures).lane is not None:
            return None
    wait, until = _wait(bank, now)
    group = _group(floods.shape(hand_in).key, partner_id, now, until)
    HeldGroup.objects.filter(pk=group.pk).update(
        until=max(group.until, until),
        hand_ins=F("hand_ins") + 1,
        pictures=F("pictures") + hand_in.pictures,
    )
    return Hold(group, wait, until)


def room(bank: Bank, partner_id: int) -> int | None:
    """Return how many hashes of the partner's organisation go on as always, in the transaction that
    stores them. None: all."""
    if not bank.quarantine:
        return None
    now = bank.clock.now()
    limit = floods.limit_of(Sender.PARTNER)
    with throttle.locked(limit, _whose(bank, partner_id), now) as pace:
        return pace.room(limit.lanes[0])


def is_over(bank: Bank, field: str) -> Q:
    """``floods.is_over`` for rows that are held until the moment in ``field``."""
    now = bank.clock.now()
    last = floods.held_until(now, bank.quarantine)
    return ~Q(**{f"{field}__gt": now, f"{field}__lte": last})


def is_beyond_restoring(bank: Bank) -> Q:
    """``floods.can_restore`` for rows with a group that was dropped: those that can't come back."""
    now = bank.clock.now()
    last, first = now - floods.RESTORE_WITHIN, now + floods.RESTORE_WITHIN
    return Q(group__dropped_at__lte=last) | Q(group__dropped_at__gte=first)


def _wait(bank: Bank, now: datetime) -> tuple[timedelta, datetime]:
    """Return how long what is held back waits before its window begins, and when that ends: like
    everything else it goes out with a window, and not later than the hold may last."""
    seconds = bank.release_seconds or 1
    hold = floods.held_until(now, bank.quarantine) - now
    wait = max(hold - timedelta(seconds=seconds), timedelta(0))
    return wait, windows.window_end(now + wait, seconds)


def _whose(bank: Bank, partner_id: int | None) -> bytes:
    """Return whose pace a hand-in counts at: an organisation's, however many keys it has."""
    sender = Sender.PEOPLE.value
    if partner_id is not None:
        behind = Partner.objects.values_list("organisation_id", flat=True).get(pk=partner_id)
        sender = f"organisation {behind}"
    return bank.sealer.keyed_hash("hand-ins of", sender.encode())


def _group(looks: str, partner_id: int | None, now: datetime, until: datetime) -> HeldGroup:
    """Return the group that what looks so joins now; a new one is told to the operator."""
    latest = HeldGroup.objects.filter(looks=looks, partner=partner_id).order_by("-pk").first()
    if latest is not None and not latest.closed and floods.is_open(latest.began_at, now):
        return latest
    group = HeldGroup.objects.create(looks=looks, partner_id=partner_id, began_at=now, until=until)
    log.warning("hand-ins are held back", extra={"fact": {"group": group.pk}})
    return group
