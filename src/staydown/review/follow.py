"""Following banks: fetch a page, save what it comes to, go on; each bank by itself.

The network is spoken to outside of any transaction. A page's changes and the new cursor are saved
in one transaction, and only if nobody saved a page of that bank since the cursor was read: so two
ticks at once, or a crash at any moment, neither lose nor double anything.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError, transaction
from django.db.models import F

from staydown.base.clock import Clock
from staydown.base.errors import SettingsError, StaydownError
from staydown.base.quietlog import Configured
from staydown.base.settings import read_secret
from staydown.base.vocabulary import EntryState
from staydown.exchange.client import BankClient
from staydown.exchange.errors import BankRefused, BankUnreachable, ExchangeError
from staydown.exchange.records import SetAside
from staydown.fingerprint.seal import Sealer
from staydown.fingerprint.value import Fingerprint
from staydown.matching import sync
from staydown.net.message import Transport
from staydown.review import rules
from staydown.review.models import Bank, BankEntry, Head, SetAsideReason

log = logging.getLogger(__name__)

FEED_PAGE = 500
V1_PAGE = 800

#: Seconds after which a bank that still has more is left until the next tick.
LONGEST_FOLLOW = 240.0

#: Reasons kept apart per bank; a bank that thinks up more gets them counted together.
MAX_REASONS = 50
OTHER_REASONS = "other reasons"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to fetch from, as it stood when a follow began; ``token`` belongs to a v1 fetch."""

    bank_id: int
    url: str
    dialect: str
    subscription_key_file: Path
    function_key_file: Path
    cursor: int
    revision: int
    generation: int
    token: str | None = field(default=None, repr=False)
    #: As the operator calls it.
    name: str = ""


@dataclass(frozen=True, slots=True)
class Follower:
    """What following needs: how to reach banks, what seals, what time it is."""

    transport: Transport
    sealer: Sealer
    clock: Clock
    poll: timedelta


def due_banks(now_clock: Clock) -> list[int]:
    """Return the numbers of the banks that it is time to look at."""
    due = Bank.objects.filter(active=True, next_try_at__lte=now_clock.now())
    return list(due.order_by("next_try_at", "pk").values_list("pk", flat=True))


def follow(bank_id: int, follower: Follower) -> bool:
    """Fetch a bank's feed to its end. Return whether all went well; a failure is noted, not raised.

    A failure concerns this bank alone and is tried again after a pause that grows. A feed that does
    not end within ``LONGEST_FOLLOW`` is gone on with by the next tick.
    """
    plan = _begin(bank_id, follower)
    until = time.monotonic() + LONGEST_FOLLOW
    try:
        client = _client(plan, follower.transport)
        while True:
            changes = _fetch(client, plan, follower)
            if not _save_page(plan, changes, follower):
                return True  # Another tick is ahead of us and carries on.
            if not changes.more or time.monotonic() > until:
                return True
            plan = replace(
                plan, cursor=changes.cursor, revision=plan.revision + 1, token=changes.token
            )
    except (ExchangeError, SettingsError) as error:
        _note_failure(plan.bank_id, error, follower)
        return False
    except DatabaseError:
        raise
    except Exception as error:
        # What a bank sent must not stop the others, whatever nobody foresaw about it.
        log.exception(
            "a bank's answer could not be handled", extra={"fact": {"bank": Configured(plan.name)}}
        )
        _note_failure(plan.bank_id, error, follower)
        return False


def _begin(bank_id: int, follower: Follower) -> Plan:
    """Read where we are; a v1 checkpoint that became stale starts again from the beginning."""
    now = follower.clock.now()
    with transaction.atomic():
        bank = Bank.objects.select_for_update().get(pk=bank_id)
        bank.last_try_at = now
        if bank.dialect == "v1" and bank.cursor and sync.is_stale(bank.last_success_at, now):
            _start_again(bank)
        bank.save()
    start = sync.V1_START if bank.dialect == "v1" else 0
    return Plan(
        bank_id=bank.pk,
        url=bank.url,
        dialect=bank.dialect,
        subscription_key_file=Path(bank.subscription_key_file),
        function_key_file=Path(bank.function_key_file),
        cursor=int(bank.cursor) if bank.cursor else start,
        revision=bank.revision,
        generation=bank.generation,
        name=bank.name,
    )


def _start_again(bank: Bank) -> None:
    """Read the feed from its beginning; at its end, what no longer came is let go (``_finish``)."""
    bank.cursor = ""
    bank.generation += 1
    bank.revision += 1
    bank.caught_up_at = None
    bank.last_success_at = None


def _client(plan: Plan, transport: Transport) -> BankClient:
    return BankClient(
        plan.url,
        read_secret(plan.subscription_key_file, minimum=rules.BANK_KEY_BYTES).decode("ascii"),
        read_secret(plan.function_key_file, minimum=rules.BANK_KEY_BYTES).decode("ascii"),
        transport,
    )


def _fetch(client: BankClient, plan: Plan, follower: Follower) -> sync.PageChanges:
    if plan.dialect == "v1":
        page, aside = client.fetch_v1(plan.cursor, V1_PAGE, plan.token)
        return sync.read_v1_page(
            page,
            aside,
            start=plan.cursor,
            now=int(follower.clock.now().timestamp()),
            name=v1_name(follower.sealer),
            last_token=plan.token,
        )
    feed, aside = client.fetch_feed(plan.cursor, FEED_PAGE)
    return sync.read_feed_page(feed, aside, after=plan.cursor)


def v1_name(sealer: Sealer) -> Callable[[Fingerprint], str]:
    """Return what names a v1 entry: its kind and keyed hash, since v1 gives it no id."""
    return lambda value: f"{value.kind.value}:{sealer.lookup(value).hex()}"


def _save_page(plan: Plan, changes: sync.PageChanges, follower: Follower) -> bool:
    """Save a page whole. Return False, with nothing changed, if somebody saved one before."""
    now = follower.clock.now()
    moved = changes.cursor != plan.cursor
    with transaction.atomic():
        head = lock_head()
        saved = Bank.objects.filter(pk=plan.bank_id, revision=plan.revision).update(
            revision=plan.revision + 1,
            cursor=str(changes.cursor),
            outcome="ok",
            failures=0,
            last_success_at=now,
            next_try_at=now + (timedelta(0) if changes.more else follower.poll),
        )
        if not saved:
            return False
        news = _save_entries(plan, changes, head, follower.sealer)
        if not changes.more:
            news += _finish(plan, head, follower)
        head.save()
        # v1 serves its last second again at every look: count what it set aside only once.
        fresh = news or moved or changes.more
        aside = changes.set_aside if fresh else ()
        Bank.objects.filter(pk=plan.bank_id).update(
            entries_taken=F("entries_taken") + news,
            entries_set_aside=F("entries_set_aside") + len(aside),
        )
        _count_set_aside(plan.bank_id, aside, follower)
    if news or aside:
        log.info(
            "a page of a bank's feed was saved",
            extra={
                "fact": {"bank": Configured(plan.name), "entries": news, "set_aside": len(aside)}
            },
        )
    return True


def lock_head() -> Head:
    """Return the head row, locked until the transaction ends."""
    Head.objects.bulk_create([Head(pk=1)], ignore_conflicts=True)
    return Head.objects.select_for_update().get(pk=1)


def _save_entries(plan: Plan, changes: sync.PageChanges, head: Head, sealer: Sealer) -> int:
    names = {snapshot.entry_id for snapshot in changes.snapshots}
    rows = {
        row.entry_id: row
        for row in BankEntry.objects.select_for_update().filter(
            bank_id=plan.bank_id, entry_id__in=names
        )
    }
    held = {
        # What is held from before a fresh start gives way to whatever comes now.
        name: sync.Held(EntryState(row.state), row.seq if row.generation == plan.generation else -1)
        for name, row in rows.items()
    }
    news = sync.news(changes.snapshots, held, ordered=plan.dialect != "v1")
    if news:
        head.change += 1
    new_rows, old_rows = [], []
    for snapshot in news:
        row = rows.get(snapshot.entry_id)
        if row is None:
            row = BankEntry(bank_id=plan.bank_id, entry_id=snapshot.entry_id)
            new_rows.append(row)
        else:
            old_rows.append(row)
        row.kind, row.state, row.seq = snapshot.kind, snapshot.state.value, snapshot.order
        row.sealed = b"" if snapshot.fingerprint is None else sealer.seal(snapshot.fingerprint)
        row.picture = snapshot.picture
        row.generation, row.change = plan.generation, head.change
    BankEntry.objects.bulk_create(new_rows, batch_size=500)
    changing = ["kind", "state", "seq", "sealed", "picture", "generation", "change"]
    BankEntry.objects.bulk_update(old_rows, changing, batch_size=100)
    unseen = [row.pk for row in rows.values() if row.generation < plan.generation]
    if unseen:
        BankEntry.objects.filter(pk__in=unseen).update(generation=plan.generation)
    return len(news)


def _finish(plan: Plan, head: Head, follower: Follower) -> int:
    """The end of the feed is reached. After a fresh start, let go of what no longer came."""
    gone = 0
    first_time = Bank.objects.filter(pk=plan.bank_id, caught_up_at=None).exists()
    if first_time and plan.generation:
        head.change += 1
        gone = (
            BankEntry.objects.filter(bank_id=plan.bank_id, generation__lt=plan.generation)
            .exclude(state=EntryState.WITHDRAWN.value)
            .update(state=EntryState.WITHDRAWN.value, sealed=b"", change=head.change)
        )
    Bank.objects.filter(pk=plan.bank_id).update(caught_up_at=follower.clock.now())
    return gone


def _count_set_aside(bank_id: int, aside: tuple[SetAside, ...], follower: Follower) -> None:
    known = set(SetAsideReason.objects.filter(bank_id=bank_id).values_list("reason", flat=True))
    for record in aside:
        reason = record.reason[:200]
        if reason not in known and len(known) >= MAX_REASONS:
            reason = OTHER_REASONS
        known.add(reason)
        row, _ = SetAsideReason.objects.get_or_create(
            bank_id=bank_id, reason=reason, defaults={"last_at": follower.clock.now()}
        )
        row.count += 1
        row.last_position, row.last_at = record.position, follower.clock.now()
        row.save()


def _note_failure(bank_id: int, error: Exception, follower: Follower) -> None:
    """Write down what went wrong and when to try again. The bank's cursor stays where it was."""
    now = follower.clock.now()
    outcome, wait = "malformed", None
    if not isinstance(error, StaydownError):  # nobody foresaw it: it is no fault of the bank's
        outcome = "our fault"
    elif isinstance(error, BankRefused):
        outcome = "refused"
    elif isinstance(error, BankUnreachable):
        outcome, wait = "unreachable", error.retry_after
    elif isinstance(error, SettingsError):
        outcome = "no keys"
    with transaction.atomic():
        bank = Bank.objects.select_for_update().get(pk=bank_id)
        if isinstance(error, BankRefused) and error.status == 409 and bank.dialect != "v1":
            # Our place lies after the end of the feed: the bank was restored from an older copy.
            _start_again(bank)
        bank.failures = min(bank.failures + 1, 1_000_000)
        bank.outcome = outcome
        bank.next_try_at = now + rules.fetch_pause(bank.failures, follower.poll, retry_after=wait)
        if outcome == "malformed":
            bank.pages_refused += 1
        bank.save()
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
