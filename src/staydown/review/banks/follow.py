"""Following banks: fetch a page, save what it comes to, go on; each bank by itself.

The network is spoken to outside of any transaction. A page's changes and the new cursor are saved
in one transaction, and only if nobody saved a page of that bank since the cursor was read: so two
ticks at once, or a crash at any moment, neither lose nor double anything.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import DatabaseError, transaction
from django.db.models import Q

from staydown.base.clock import Clock
from staydown.base.errors import SettingsError, StaydownError
from staydown.base.quietlog import Configured
from staydown.exchange.errors import BankRefused, BankUnreachable, ExchangeError
from staydown.matching import sync
from staydown.matching.asking import Asking, Suspect
from staydown.matching.chain import Chain
from staydown.review import rules
from staydown.review.banks import meters, passed_over, shares
from staydown.review.banks.pages import first_cursor
from staydown.review.banks.plan import Follower, Plan, full_page
from staydown.review.banks.reading import Look
from staydown.review.models import Bank, BankReading

log = logging.getLogger(__name__)

#: Seconds after which a bank that still has more is left until the next tick.
LONGEST_FOLLOW = 240.0


def due_banks(now_clock: Clock) -> list[int]:
    """Return the numbers of the banks that it is time to look at."""
    now = now_clock.now()
    # A last look in the future: the clock was set back, and the next one would be as far away.
    set_back = Q(last_try_at__gt=now + rules.CLOCK_SLACK)
    due = Bank.objects.filter(Q(next_try_at__lte=now) | set_back, active=True)
    return list(due.order_by("next_try_at", "pk").values_list("pk", flat=True))


def follow(bank_id: int, follower: Follower) -> bool:
    """Fetch a bank's feed to its end. Return whether all went well; a failure is noted, not raised.

    A failure concerns this bank alone and is tried again after a pause that grows. A feed that does
    not end within ``LONGEST_FOLLOW``, or a bank that has used its share up, is gone on with later.
    """
    look = Look(_begin(bank_id, follower), follower)
    went_well = _guarded(look, follower, _read)
    # Also where reading doesn't get on: what was passed over may be a withdrawal.
    return _guarded(look, follower, _try_again) and went_well


def _read(look: Look, pauses: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST_FOLLOW
    while look.plan is not None and not pauses():
        look.step()
        if time.monotonic() > until:
            break


def _try_again(look: Look, pauses: Callable[[], bool]) -> None:
    if look.works:
        look.try_again(pauses)


def _guarded(
    look: Look, follower: Follower, work: Callable[[Look, Callable[[], bool]], None]
) -> bool:
    """Do a part of a look. Return whether it went well; a failure is noted."""
    try:
        work(look, partial(meters.pauses, look.bank_id, follower.clock, follower.share))
    except (ExchangeError, SettingsError) as error:
        _note_failure(look, error, follower)
        return False
    except DatabaseError:
        raise
    except Exception as error:
        # What a bank sent must not stop the others, whatever nobody foresaw about it.
        log.exception(
            "a bank's answer could not be handled", extra={"fact": {"bank": Configured(look.name)}}
        )
        _note_failure(look, error, follower)
        return False
    return True


def _begin(bank_id: int, follower: Follower) -> Plan:
    """Read where we are; a v1 checkpoint that became stale starts again from the beginning."""
    now = follower.clock.now()
    with transaction.atomic():
        bank = Bank.objects.select_for_update().get(pk=bank_id)
        bank.last_try_at = now
        if bank.dialect == "v1" and bank.cursor and sync.is_stale(bank.last_success_at, now):
            start_again(bank, now)
        bank.save()
        overlap = meters.locked_meter(bank_id).overlap
        reading = BankReading.objects.filter(pk=bank_id).first()
    cursor = int(bank.cursor) if bank.cursor else first_cursor(bank.dialect)
    chain = _chain(bank, reading, cursor)
    suspect = None if reading is None else Suspect.parse(reading.suspect)
    if chain is not None and chain.token is not None:
        overlap = 0
    return Plan(
        bank_id=bank.pk,
        url=bank.url,
        dialect=bank.dialect,
        subscription_key_file=Path(bank.subscription_key_file),
        function_key_file=Path(bank.function_key_file),
        cursor=cursor,
        revision=bank.revision,
        generation=bank.generation,
        chain=chain,
        asking=_asking(bank.dialect, suspect, cursor, overlap, reading),
        suspect=suspect,
        failures=bank.failures,
        overlap=overlap,
        name=bank.name,
    )


def _chain(bank: Bank, reading: BankReading | None, cursor: int) -> Chain | None:
    """Return the v1 chain to go on with: the one that was being read, or one from the cursor."""
    if bank.dialect != "v1":
        return None
    stored = None if reading is None else Chain.parse(reading.chain)
    if stored is None or stored.safe() < cursor:
        return Chain(cursor)
    return stored.resumed()


def _asking(
    dialect: str, suspect: Suspect | None, cursor: int, overlap: int, reading: BankReading | None
) -> Asking:
    """Return how much to ask for: little where the look before found that a record is unreadable.

    On v1 that is the records before it that bear the same second, and then one at a time.
    """
    full = full_page(dialect)
    if suspect is None or suspect.low != cursor:
        kept = {} if reading is None else reading.asking
        return Asking(**kept).again(overlap) if kept else Asking.of(full)
    size = min(full, max(1, overlap))
    return Asking(full, size, doubtful=size + 1)


def start_again(bank: Bank, now: datetime) -> None:
    """Read the feed from its beginning; at its end, what no longer came is let go (``_finish``).

    ``bank`` is locked, and saved by the caller. What is held may come again without touching the
    bank's share, as long as that doesn't happen too often.
    """
    bank.cursor = ""
    bank.generation += 1
    bank.revision += 1
    bank.caught_up_at = None
    bank.last_success_at = None
    meter = meters.locked_meter(bank.pk)
    if shares.restart_is_free(meter.restarted_at, now):
        meters.set_backfill(meter, meters.backfill(meter).at_least(meter.rows, now))
        meter.restarted_at = now
    meter.overlap = meter.left_out = 0
    meter.save()
    passed_over.forget(bank.pk)


def _note_failure(look: Look, error: Exception, follower: Follower) -> None:
    """Write down what went wrong and when to try again. The bank's cursor stays where it was.

    The bytes of the answer that couldn't be used count too.
    """
    now, bank_id = follower.clock.now(), look.bank_id
    outcome, wait = "malformed", None
    if not isinstance(error, StaydownError):  # nobody foresaw it: it is no fault of the bank's
        outcome = "our fault"
    elif isinstance(error, BankRefused):
        outcome = "refused"
    elif isinstance(error, BankUnreachable) and not look.suspects:
        outcome, wait = "unreachable", error.retry_after
    elif isinstance(error, SettingsError):
        outcome = "no keys"
    with transaction.atomic():
        bank = Bank.objects.select_for_update().get(pk=bank_id)
        if isinstance(error, BankRefused) and error.status == 409 and bank.dialect != "v1":
            # Our place lies after the end of the feed: the bank was restored from an older copy.
            start_again(bank, now)
        bank.failures = min(bank.failures + 1, 1_000_000)
        bank.outcome = outcome
        bank.next_try_at = now + rules.fetch_pause(bank.failures, follower.poll, retry_after=wait)
        if outcome == "malformed":
            bank.pages_refused += 1
        bank.save()
        meters.count_failure(bank_id, look.received, now)
    log.warning(
        "a bank could not be followed",
        exc_info=error,
        extra={
            "fact": {
                "bank": Configured(bank.name),
                "failures": bank.failures,
                "next_try_seconds": round((bank.next_try_at - now).total_seconds()),
            }
        },
    )
