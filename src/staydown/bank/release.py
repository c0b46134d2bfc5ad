"""Giving what waits to partners: all that is due, together, in an order that nobody could foresee.

The order is drawn here and stored nowhere, so that a copy of the database from before doesn't tell
it either. A release that is killed leaves the rest for the next, which draws again.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from secrets import SystemRandom

from django.db import DatabaseError
from django.db.models import Q, QuerySet

from staydown.bank import audit, waiting
from staydown.bank.entries import FeedWriter, feed_writer
from staydown.bank.errors import Busy
from staydown.bank.models import Listing, Waiting
from staydown.bank.owners import listing_tag
from staydown.bank.runtime import Bank
from staydown.bank.waiting import Change, What
from staydown.bank.windows import LONGEST
from staydown.base.trouble import trouble_of
from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import BY_CONTENT
from staydown.fingerprint.sealing import SealBroken

log = logging.getLogger(__name__)

#: A transaction takes so many changes more, until it has lasted for so many seconds. Nobody in
#: front of a page waits for longer than that.
STEP, PIECE_SECONDS = 5, 0.2

#: How long the tick leaves the database alone after each, in seconds. It runs in a process of its
#: own, and SQLite doesn't queue: whoever waits for its lock looks every 0.1 s, and would miss a
#: shorter gap again and again.
PAUSE = 0.15

#: How long a piece waits for its turn: of the tick's, and of a request's.
TICK_PATIENCE, REQUEST_PATIENCE = 10.0, 0.5

#: A request that finds something due begins no further piece after this: one of a person does one
#: piece alone, and one of a partner's program can wait longer.
PERSON_SECONDS, PROGRAM_SECONDS = 0.0, 5.0


def due_rows(now: datetime) -> QuerySet[Waiting]:
    """``windows.is_due`` as a condition of the database: the rows that go out now. What operators
    dropped doesn't."""
    due = Q(due_at__lte=now) | Q(due_at__gt=now + LONGEST)
    return Waiting.objects.filter(due, group__dropped_at=None)


def release(bank: Bank, *, seconds: float | None = None, patience: float = TICK_PATIENCE) -> int:
    """Give out what is due at this moment, in pieces. Return how many changes went out.

    After ``seconds`` no further piece is begun; the next release goes on. Two at once do no harm.
    Raises Busy when no turn comes within ``patience`` seconds.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    keys = list(due_rows(bank.clock.now()).values_list("pk", flat=True))
    SystemRandom().shuffle(keys)
    released = 0
    while keys:
        with feed_writer(bank, who=audit.PERSON, patience=patience) as writer:
            released += _give_out_some(writer, keys)
        if ends is None:
            time.sleep(PAUSE if keys else 0)
        elif time.monotonic() > ends:
            break
    return released


def _give_out_some(writer: FeedWriter, keys: list[int]) -> int:
    """Give out rows from the end of ``keys``, taking them off it, for a short while."""
    ends, released = time.monotonic() + PIECE_SECONDS, 0
    while keys:
        step = keys[-STEP:]
        del keys[-STEP:]
        released += _give_out(writer, step)
        if time.monotonic() > ends:
            break
    return released


def catch_up(bank: Bank, *, seconds: float = PERSON_SECONDS) -> None:
    """Give out what is due, when the tick hasn't: called by requests, for a bounded time.

    Never keeps the request from its answer: another time will do.
    """
    if not due_rows(bank.clock.now()).exists():
        return
    try:
        release(bank, seconds=seconds, patience=REQUEST_PATIENCE)
    except Busy:
        return
    except DatabaseError as error:
        if trouble_of(error) is None:
            raise


def give_out(writer: FeedWriter, changes: Sequence[tuple[int, Change]]) -> None:
    """Give out changes (each with its row's key) in an order drawn now, under the feed's lock."""
    drawn = list(changes)
    SystemRandom().shuffle(drawn)
    for _, change in drawn:
        apply(writer, change)
    Waiting.objects.filter(pk__in=[key for key, _ in drawn]).delete()


def apply(writer: FeedWriter, change: Change) -> None:
    """Make the rows of a change, with their numbers in the feed."""
    if change.what is What.LIST and change.picture is not None:
        entries = [writer.entry_for(fingerprint) for fingerprint in change.picture.fingerprints]
        writer.join(entries)
        for entry in entries:
            tag = listing_tag(writer.bank, change.case, change.number, Kind(entry.kind))
            writer.add(entry, Listing(owner=tag), why="listed by a person")
    elif change.what is What.WITHDRAW:
        for kind in BY_CONTENT:
            tag = listing_tag(writer.bank, change.case, change.number, kind)
            mine = Listing.objects.select_related("entry").filter(owner=tag, withdrawn_seq=None)
            for listing in mine:
                writer.withdraw(listing, why="withdrawn by the person")


def _give_out(writer: FeedWriter, keys: Sequence[int]) -> int:
    """Give out those of the rows that are still there and still due."""
    due = due_rows(writer.bank.clock.now()).filter(pk__in=keys)
    changes = []
    for row in due:
        try:
            changes.append((row.pk, waiting.unseal(writer.bank, row)))
        except SealBroken:  # of another key, or damaged: it keeps nobody else's from going out
            log.error("a change that waits does not open")
    give_out(writer, changes)
    return len(changes)
