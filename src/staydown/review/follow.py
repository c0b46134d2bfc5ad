"""Following banks: fetch a page, save what it comes to, go on; each bank by itself.

The network is spoken to outside of any transaction. A page's changes and the new cursor are saved
in one transaction, and only if nobody saved a page of that bank since the cursor was read: so two
ticks at once, or a crash at any moment, neither lose nor double anything.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, transaction
from django.db.models import Count, F, Q

from staydown.base.clock import Clock
from staydown.base.errors import SettingsError, StaydownError
from staydown.base.quietlog import Configured
from staydown.base.settings import read_secret
from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.client import BankClient
from staydown.exchange.errors import BankRefused, BankUnreachable, ExchangeError
from staydown.exchange.records import SetAside
from staydown.fingerprint.seal import Sealer
from staydown.fingerprint.value import Fingerprint
from staydown.matching import sync
from staydown.net.message import Transport
from staydown.review import memory, meters, rules, shares
from staydown.review.alarm_tables import BankMeter
from staydown.review.keeping import Taken, save_entries
from staydown.review.models import Bank, Head, SetAsideReason
from staydown.review.notes import listed_entries

log = logging.getLogger(__name__)

FEED_PAGE = 500
V1_PAGE = 800

#: Seconds after which a bank that still has more is left until the next tick.
LONGEST_FOLLOW = 240.0

#: What fits the column that says how much of a v1 bank's last second comes again.
_MOST_OVERLAP = 2**31 - 1

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
    #: Records that a v1 bank may serve again in this look without their being counted.
    overlap: int = 0
    #: Bytes received in this look, and whether it brought any news.
    received: int = 0
    any_news: bool = False


@dataclass(frozen=True, slots=True)
class Follower:
    """What following needs: how to reach banks, what seals, what time it is."""

    transport: Transport
    sealer: Sealer
    clock: Clock
    poll: timedelta
    #: Memory that the index may take for the entries of all banks, in bytes.
    most_index_bytes: int = meters.MOST_INDEX_BYTES
    #: What a bank may send in an hour.
    share: shares.Spent = shares.SHARE


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
    first = _begin(bank_id, follower)
    plan: Plan | None = first
    until = time.monotonic() + LONGEST_FOLLOW
    client: BankClient | None = None
    try:
        while plan is not None and not meters.pauses(bank_id, follower.clock, follower.share):
            client = client or _client(plan, follower.transport)
            changes = _fetch(client, plan, follower)
            plan = _save_page(plan, changes, client.received, follower)
            if time.monotonic() > until:
                break
    except (ExchangeError, SettingsError) as error:
        _note_failure(bank_id, error, follower, 0 if client is None else client.received)
        return False
    except DatabaseError:
        raise
    except Exception as error:
        # What a bank sent must not stop the others, whatever nobody foresaw about it.
        log.exception(
            "a bank's answer could not be handled", extra={"fact": {"bank": Configured(first.name)}}
        )
        _note_failure(bank_id, error, follower, 0 if client is None else client.received)
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
        overlap=overlap,
        name=bank.name,
    )


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


def _save_page(
    plan: Plan, changes: sync.PageChanges, received: int, follower: Follower
) -> Plan | None:
    """Save a page whole, and count it. Return how to go on; None at the end of the feed.

    None too, with nothing changed, if another tick saved a page before: that one carries on.
    """
    now = follower.clock.now()
    with transaction.atomic():
        head = lock_head()
        saved = Bank.objects.filter(pk=plan.bank_id, revision=plan.revision).update(
            revision=plan.revision + 1,
            cursor=str(changes.cursor),
            outcome="ok",
            failures=0,
            last_success_at=now,
        )
        if not saved:
            return None
        meter = meters.locked_meter(plan.bank_id)
        taken = save_entries(
            plan.bank_id,
            plan.generation,
            changes.snapshots,
            head=head,
            sealer=follower.sealer,
            room=meters.room_for(meter, follower.most_index_bytes),
            ordered=plan.dialect != "v1",
        )
        page = _page(plan, changes, received, taken)
        meters.count_page(meter, page, taken.kept, now)
        meter.overlap = _tail(plan, changes, meter.overlap)
        news = taken.news + (0 if changes.more else _finish(plan, head, meter, follower))
        head.save()
        meter.save()
        meters.say_full(meter, taken.lacks, follower.most_index_bytes, follower.clock)
        after = _after(plan, changes, page, taken)
        _count(after, changes, news, follower, moved=changes.cursor != plan.cursor)
    return after if changes.more else None


def _count(
    after: Plan, changes: sync.PageChanges, news: int, follower: Follower, *, moved: bool
) -> None:
    """Count what a page brought, and note when the bank is looked at next."""
    # v1 serves its last second again at every look: count what it set aside only once.
    aside = changes.set_aside if news or moved or changes.more else ()
    wait = timedelta(0) if changes.more else _pace(after, follower)
    Bank.objects.filter(pk=after.bank_id).update(
        entries_taken=F("entries_taken") + news,
        entries_set_aside=F("entries_set_aside") + len(aside),
        next_try_at=follower.clock.now() + wait,
    )
    _count_set_aside(after.bank_id, aside, follower)
    if news or aside:
        log.info(
            "a page of a bank's feed was saved",
            extra={
                "fact": {"bank": Configured(after.name), "entries": news, "set_aside": len(aside)}
            },
        )


def _page(plan: Plan, changes: sync.PageChanges, received: int, taken: Taken) -> shares.PageTaken:
    records = len(changes.snapshots) + len(changes.set_aside)
    return shares.PageTaken(
        records=records,
        received=received,
        more=changes.more,
        withdrawn=taken.withdrawn,
        repeats=min(plan.overlap, records - taken.news),
        grown=taken.grown,
    )


def _after(plan: Plan, changes: sync.PageChanges, page: shares.PageTaken, taken: Taken) -> Plan:
    """Return how to go on after a page that was saved."""
    return replace(
        plan,
        cursor=changes.cursor,
        revision=plan.revision + 1,
        token=changes.token,
        overlap=plan.overlap - page.repeats,
        received=plan.received + page.received,
        any_news=plan.any_news or taken.news > 0,
    )


def _tail(plan: Plan, changes: sync.PageChanges, before: int) -> int:
    """Return how many records the bank will serve again by its rules: those of its last second."""
    if plan.dialect != "v1":
        return 0
    last = sum(snapshot.order >= changes.cursor for snapshot in changes.snapshots)
    first = plan.token is None or changes.cursor != plan.cursor
    return min(last + len(changes.set_aside) + (0 if first else before), _MOST_OVERLAP)


def _pace(look: Plan, follower: Follower) -> timedelta:
    """Return how long to leave a bank alone after a look that reached the end of its feed."""
    if look.any_news:
        return follower.poll
    return max(follower.poll, shares.repeat_pace(look.received, follower.share))


def lock_head() -> Head:
    """Return the head row, locked until the transaction ends."""
    Head.objects.bulk_create([Head(pk=1)], ignore_conflicts=True)
    return Head.objects.select_for_update().get(pk=1)


def _finish(plan: Plan, head: Head, meter: BankMeter, follower: Follower) -> int:
    """The end of the feed is reached. After a fresh start, let go of what no longer came."""
    gone = 0
    first_time = Bank.objects.filter(pk=plan.bank_id, caught_up_at=None).exists()
    if first_time and plan.generation:
        head.change += 1
        rows = listed_entries().filter(bank_id=plan.bank_id, generation__lt=plan.generation)
        kinds = [
            (Kind(kind), count) for kind, count in rows.values_list("kind").annotate(Count("pk"))
        ]
        meters.count_kept(
            meter,
            meters.Kept(
                listed=-sum(count for _, count in kinds), index_bytes=-shares.index_bytes(kinds)
            ),
        )
        memory.forget(rows)
        gone = rows.update(state=EntryState.WITHDRAWN.value, sealed=b"", change=head.change)
    Bank.objects.filter(pk=plan.bank_id).update(caught_up_at=follower.clock.now())
    return gone


def _count_set_aside(bank_id: int, aside: tuple[SetAside, ...], follower: Follower) -> None:
    """Count by reason: as many statements as there are reasons, however many records."""
    if not aside:
        return
    known = set(SetAsideReason.objects.filter(bank_id=bank_id).values_list("reason", flat=True))
    counts: Counter[str] = Counter()
    last: dict[str, int] = {}
    for record in aside:
        reason = record.reason[:200]
        if reason not in known and len(known) >= MAX_REASONS:
            reason = OTHER_REASONS
        known.add(reason)
        counts[reason] += 1
        last[reason] = record.position
    now = follower.clock.now()
    for reason, count in counts.items():
        row, _ = SetAsideReason.objects.get_or_create(
            bank_id=bank_id, reason=reason, defaults={"last_at": now}
        )
        row.count += count
        row.last_position, row.last_at = last[reason], now
        row.save()


def _note_failure(bank_id: int, error: Exception, follower: Follower, received: int) -> None:
    """Write down what went wrong and when to try again. The bank's cursor stays where it was.

    ``received``: the bytes of the answer that couldn't be used. They count too.
    """
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
            start_again(bank, now)
        bank.failures = min(bank.failures + 1, 1_000_000)
        bank.outcome = outcome
        bank.next_try_at = now + rules.fetch_pause(bank.failures, follower.poll, retry_after=wait)
        if outcome == "malformed":
            bank.pages_refused += 1
        bank.save()
        meters.count_failure(bank_id, received, now)
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
