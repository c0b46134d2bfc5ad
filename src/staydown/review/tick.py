"""The desk's background job: read banks, look back, tell banks, tidy up. Two at once are safe."""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db import DatabaseError, connections

from staydown.review.banks.feedback import banks_to_tell, deliver
from staydown.review.banks.follow import due_banks, follow
from staydown.review.banks.plan import Follower
from staydown.review.catalogue.retrospective import LookingBack
from staydown.review.housekeeping import tidy
from staydown.review.side_by_side import Part, Threads, all_of

log = logging.getLogger(__name__)


#: How often the loop tidies up, in seconds.
_TIDY_EVERY = 600.0

#: Banks that are read at once, and banks that are told something at once. Each thread holds a
#: connection to the database.
MOST_BANKS = 16


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one tick did: banks looked at, how many of them failed, how much banks were told.

    ``earlier``: kept uploads that a later listing came close to.
    """

    banks: int
    failed: int
    told: int
    earlier: int = 0


def tick(
    follower: Follower,
    *,
    idempotency: timedelta,
    looking_back: LookingBack | None = None,
) -> TickReport:
    """Do all that is due now, and return what was done. Banks are read and told side by side."""
    due = due_banks(follower.clock)
    others = [bank for bank in banks_to_tell(follower.clock) if bank not in due]
    turns = [partial(_turn, bank, follower, reads=bank in due) for bank in due + others]
    results = all_of(turns, MOST_BANKS)
    tidy(follower.clock, idempotency=idempotency)
    earlier = looking_back.run() if looking_back is not None else 0
    failed = sum(not went_well for went_well, _ in results)
    return TickReport(len(due), failed, sum(told for _, told in results), earlier)


def _turn(bank_id: int, follower: Follower, *, reads: bool) -> tuple[bool, int]:
    """Read a bank, if that is due, and tell it what is due. Return whether it could be read, and
    how much it was told."""
    went_well = follow(bank_id, follower) if reads else True
    told = 0
    if bank_id in banks_to_tell(follower.clock):
        told = deliver(bank_id, follower.transport, follower.sealer, follower.clock)
    return went_well, told


def keep_ticking(
    follower: Follower,
    *,
    every: float,
    idempotency: timedelta,
    stop: threading.Event,
    looking_back: LookingBack | None = None,
) -> None:
    """Do what is due every ``every`` seconds until ``stop`` is set.

    Every bank is read in a thread of its own, and told in another: one that hangs holds nobody
    else up. Where there are more banks than threads, those that have waited longest come first.
    """
    reading, telling, upkeep = Threads(MOST_BANKS), Threads(MOST_BANKS), Threads(2)
    tidied = float("-inf")
    while not stop.is_set():
        try:
            for bank in due_banks(follower.clock):
                reading.start(Part.FOLLOW, partial(follow, bank, follower), bank)
            for bank in banks_to_tell(follower.clock):
                telling.start(Part.FEEDBACK, partial(_tell, bank, follower), bank)
        except DatabaseError:
            log.exception("the database did not answer: the tick looks again")
            connections.close_all()
        if looking_back is not None:
            upkeep.start(Part.LOOK_BACK, looking_back.run)
        if time.monotonic() - tidied > _TIDY_EVERY:
            upkeep.start(Part.TIDY, partial(tidy, follower.clock, idempotency=idempotency))
            tidied = time.monotonic()
        stop.wait(every)


def _tell(bank_id: int, follower: Follower) -> None:
    deliver(bank_id, follower.transport, follower.sealer, follower.clock)
