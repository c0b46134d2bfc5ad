"""Housekeeping that the operator's ``tick`` does; safe to run twice, or at the same time."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connections

from staydown.bank import idempotency, throttle
from staydown.bank.api import disputes
from staydown.bank.models import Fetch
from staydown.bank.runtime import Bank
from staydown.base.trouble import trouble_of

log = logging.getLogger(__name__)

#: Polls that gave nothing are of no use to anyone after this.
FORGET_EMPTY_FETCHES = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class TickReport:
    """How many rows were no longer needed, or had come to their end."""

    throttles: int
    empty_fetches: int
    idempotency_keys: int
    #: Disputes that the operator had extended and whose time was over.
    extensions: int = 0


def tick_or_note(bank: Bank) -> None:
    """Do as ``tick``; a database in trouble is noted, and the next round tries again."""
    try:
        tick(bank)
    except DatabaseError as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        log.warning("the database cannot be used", extra={"fact": {"trouble": trouble}})
        connections.close_all()


def tick(bank: Bank) -> TickReport:
    """Delete what has served its time. Fetches that gave something are kept for good: from them a
    person sees who was given a picture's fingerprint."""
    now = bank.clock.now()
    empty, _ = Fetch.objects.filter(count=0, last_at__lt=now - FORGET_EMPTY_FETCHES).delete()
    over = disputes.end_those_that_are_over(bank)
    return TickReport(throttle.forget_old(now), empty, idempotency.forget_old(now), over)
