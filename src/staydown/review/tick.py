"""The desk's background job: read banks, look back, tell banks, tidy up. Two at once are safe."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial

from django.db import DatabaseError, connections

from staydown.review import api

log = logging.getLogger(__name__)


class Part(StrEnum):
    """What a tick is made of."""

    FOLLOW = "follow"
    FEEDBACK = "feedback"
    LOOK_BACK = "look_back"
    TIDY = "tidy"


#: How often the loop tidies up, in seconds.
_TIDY_EVERY = 600.0


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
    follower: api.Follower,
    *,
    idempotency: timedelta,
    looking_back: api.LookingBack | None = None,
) -> TickReport:
    """Do all that is due now, one after the other, and return what was done."""
    results = [api.follow(bank_id, follower) for bank_id in api.due_banks(follower.clock)]
    told = api.deliver_due(follower.transport, follower.sealer, follower.clock)
    api.tidy(follower.clock, idempotency=idempotency)
    earlier = looking_back.run() if looking_back is not None else 0
    return TickReport(len(results), results.count(False), told, earlier)


def run(
    follower: api.Follower,
    *,
    every: float,
    idempotency: timedelta,
    stop: threading.Event,
    looking_back: api.LookingBack | None = None,
) -> None:
    """Do what is due every ``every`` seconds until ``stop`` is set.

    Every bank is read in a thread of its own: one that hangs holds nobody else up. Threads are
    daemons, because work that is cut off at any point is taken up again by the next tick.
    """
    running: dict[tuple[Part, int | None], threading.Thread] = {}
    tidied = float("-inf")
    while not stop.is_set():
        try:
            due = api.due_banks(follower.clock)
        except DatabaseError:
            log.exception("the database did not answer: the tick looks again")
            connections.close_all()
            due = []
        for bank_id in due:
            _start(running, Part.FOLLOW, partial(api.follow, bank_id, follower), bank_id)
        _start(running, Part.FEEDBACK, partial(_deliver, follower))
        if looking_back is not None:
            _start(running, Part.LOOK_BACK, looking_back.run)
        if time.monotonic() - tidied > _TIDY_EVERY:
            _start(running, Part.TIDY, partial(api.tidy, follower.clock, idempotency=idempotency))
            tidied = time.monotonic()
        stop.wait(every)


def _deliver(follower: api.Follower) -> None:
    api.deliver_due(follower.transport, follower.sealer, follower.clock)


def _start(
    running: dict[tuple[Part, int | None], threading.Thread],
    part: Part,
    work: Callable[[], object],
    bank_id: int | None = None,
) -> None:
    """Start ``work`` unless the same part, of the same bank where it is one's, is still at it."""
    name = (part, bank_id)
    if name in running and running[name].is_alive():
        return

    def guarded() -> None:
        try:
            work()
        except Exception:
            # A fault nobody foresaw must not end the loop; it is logged and tried again.
            log.exception(
                "a part of the tick failed: it is tried again",
                extra={"fact": {"part": part, "bank_number": bank_id}},
            )
        finally:
            connections.close_all()

    running[name] = threading.Thread(target=guarded, name=f"tick {part.value}", daemon=True)
    running[name].start()
