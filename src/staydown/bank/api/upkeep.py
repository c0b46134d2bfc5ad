"""What the operator's ``tick`` does: what is due goes out, what is old is deleted.

Safe to run twice, or at the same time.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connections

from staydown.bank import idempotency, pin_tries, release
from staydown.bank.api import disputes, partner_reports, quarantine
from staydown.bank.errors import Busy
from staydown.bank.models import Fetch
from staydown.bank.runtime import Bank
from staydown.base.trouble import trouble_of

log = logging.getLogger(__name__)

#: Polls that gave nothing are of no use to anyone after this.
FORGET_EMPTY_FETCHES = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class TickReport:
    """How many changes went out to partners, and how many rows were no longer needed."""

    released: int
    throttles: int
    empty_fetches: int
    idempotency_keys: int
    #: Disputes that the operator had extended and whose time was over.
    extensions: int = 0


def tick_or_note(bank: Bank) -> None:
    """Do as ``tick``; a database in trouble is noted, and the next round tries again."""
    try:
        tick(bank)
    except Busy:  # what waits is still due
        log.warning("the tick had no turn at writing")
    except DatabaseError as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        log.warning("the database cannot be used", extra={"fact": {"trouble": trouble}})
        connections.close_all()


def tick(bank: Bank) -> TickReport:
    """Give out what is due, and delete what has served its time. Fetches that gave something are
    kept for good: from them a person sees who was given a picture's fingerprint. Raises Busy."""
    now = bank.clock.now()
    released = release.release(bank) + partner_reports.release_held(bank)
    quarantine.forget_old(bank)
    empty, _ = Fetch.objects.filter(count=0, last_at__lt=now - FORGET_EMPTY_FETCHES).delete()
    over = disputes.end_those_that_are_over(bank)
    old = pin_tries.forget_old(now), empty, idempotency.forget_old(now)
    return TickReport(released, *old, over)
