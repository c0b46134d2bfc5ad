"""Saving a page of a bank's feed whole: what it brought, how far it leads, what it cost.

All in one transaction, and only if nobody saved a page of that bank since the plan was made.
"""

import logging
from dataclasses import asdict, replace
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, F

from staydown.base.quietlog import Configured
from staydown.base.vocabulary import EntryState, Kind
from staydown.matching.asking import Asking, Suspect
from staydown.matching.chain import Chain, served_again
from staydown.matching.sync import PageChanges
from staydown.review.banks import meters, passed_over, shares
from staydown.review.banks.keeping import Taken, save_entries
from staydown.review.banks.plan import Follower, Plan, full_page
from staydown.review.banks.set_aside import count_set_aside
from staydown.review.models import Bank, BankEntry, BankMeter, BankReading, Head, Remembered

log = logging.getLogger(__name__)

#: What fits the column that says how much of a v1 bank's last second comes again.
_MOST_OVERLAP = 2**31 - 1


def save_page(plan: Plan, changes: PageChanges, received: int, follower: Follower) -> Plan | None:
    """Save a page whole, and count it. Return how to go on; None at the end of the feed.

    None too, with nothing changed, if another tick saved a page before: that one carries on.
    """
    now = follower.clock.now()
    with transaction.atomic():
        head = Head.locked()
        chain, cursor = _led(plan, changes, int(now.timestamp()))
        more = changes.more or chain is not None
        after = _after(plan, changes, chain, cursor)
        if not _claim(after, plan, _kept(plan, changes, cursor, follower), follower):
            return None
        meter = meters.locked_meter(plan.bank_id)
        taken, page = _take_in(plan, changes, received, follower, head=head, meter=meter)
        meter.overlap = _tail(plan, changes, chain, cursor, int(now.timestamp()))
        news = taken.news + (0 if more else _finish(plan, head, meter, follower))
        head.save()
        meter.save()
        meters.say_full(meter, taken.lacks, follower.most_index_bytes, follower.clock)
        after = replace(
            after,
            overlap=plan.overlap - page.repeats,
            received=plan.received + page.received,
            any_news=plan.any_news or taken.news > 0,
        )
        _count(after, changes, news, follower, moved=cursor != plan.cursor, more=more)
    return after if more else None


def _led(plan: Plan, changes: PageChanges, now: int) -> tuple[Chain | None, int]:
    """Return the chain to go on with, None where there is none, and where to go on without it."""
    if plan.chain is None:
        return None, changes.cursor
    if changes.more:
        chain = plan.chain.after(changes, now)
        return chain, chain.safe()
    chain_after, place = plan.chain.end(changes, now)
    return chain_after, passed_over.behind(plan.bank_id, place, now)


def _kept(plan: Plan, changes: PageChanges, cursor: int, follower: Follower) -> Chain | None:
    """Return what the next look should know of a v1 bank: how it orders its pages."""
    if plan.chain is None:
        return None
    read = plan.chain.after(changes, int(follower.clock.now().timestamp()))
    return Chain(cursor, rises=read.in_order and read.rises)


def _after(plan: Plan, changes: PageChanges, chain: Chain | None, cursor: int) -> Plan:
    """Return how to go on after a page, apart from what it cost.

    A v1 chain never asks for more than before: where tokens count pages, that would leave some out.
    So full pages need a new chain, and are asked for where that gets on.
    """
    asking = plan.asking.read(len(changes.snapshots) + len(changes.set_aside))
    if asking.size > plan.asking.size and chain is not None:
        asking = replace(plan.asking, full=asking.full, doubtful=0)
    if chain is not None and asking.careful and not asking.doubtful and chain.safe() > chain.start:
        chain, asking = chain.anew(), Asking.of(asking.full)
    suspect = plan.suspect
    if suspect is not None and cursor > suspect.low:
        suspect = None
    return replace(
        plan,
        cursor=cursor,
        revision=plan.revision + 1,
        chain=chain,
        asking=asking,
        suspect=suspect,
        expects=None,
    )


def _claim(after: Plan, plan: Plan, kept: Chain | None, follower: Follower) -> bool:
    """Note how far the bank is read. Return False where another tick has done so already."""
    saved = Bank.objects.filter(pk=plan.bank_id, revision=plan.revision).update(
        revision=after.revision,
        cursor=str(after.cursor),
        outcome="ok",
        failures=0,
        last_success_at=follower.clock.now(),
    )
    if saved:
        save_reading(plan.bank_id, after.chain or kept, after.suspect, after.asking)
    return bool(saved)


def save_reading(
    bank_id: int, chain: Chain | None, suspect: Suspect | None, asking: Asking
) -> None:
    """Note the chain that is being read, what couldn't be, and how much is asked for."""
    BankReading.objects.update_or_create(
        bank_id=bank_id,
        defaults={
            "chain": {} if chain is None else chain.stored(),
            "suspect": {} if suspect is None else suspect.stored(),
            "asking": _kept_asking(asking),
        },
    )


def remember_asking(bank_id: int, asking: Asking) -> None:
    """Note how much to ask for, so that a look that ends before it found a record isn't in vain."""
    kept = _kept_asking(asking)
    BankReading.objects.update_or_create(bank_id=bank_id, defaults={"asking": kept})


def _kept_asking(asking: Asking) -> dict[str, int]:
    return asdict(asking) if asking.careful else {}


def _count(
    after: Plan, changes: PageChanges, news: int, follower: Follower, *, moved: bool, more: bool
) -> None:
    """Count what a page brought, and note when the bank is looked at next."""
    # v1 serves its last second again at every look: count what it set aside only once.
    aside = changes.set_aside if news or moved or changes.more else ()
    now = follower.clock.now()
    Bank.objects.filter(pk=after.bank_id).update(
        entries_taken=F("entries_taken") + news,
        entries_set_aside=F("entries_set_aside") + len(aside),
        next_try_at=now + (timedelta(0) if more else _pace(after, follower)),
    )
    count_set_aside(after.bank_id, aside, now)
    if news or aside:
        log.info(
            "a page of a bank's feed was saved",
            extra={
                "fact": {"bank": Configured(after.name), "entries": news, "set_aside": len(aside)}
            },
        )


def _take_in(
    plan: Plan,
    changes: PageChanges,
    received: int,
    follower: Follower,
    *,
    head: Head,
    meter: BankMeter,
    of_a_place: bool = False,
) -> tuple[Taken, shares.PageTaken]:
    """Save a page's entries, and count it on the meter. ``of_a_place``: what a later page said
    of an entry stands."""
    is_v1 = plan.dialect == "v1"
    taken = save_entries(
        plan.bank_id,
        plan.generation,
        changes.snapshots,
        head=head,
        sealer=follower.sealer,
        room=meters.room_for(meter, follower.most_index_bytes),
        ordered=of_a_place or not is_v1,
        coarse=of_a_place and is_v1,
    )
    records = len(changes.snapshots) + len(changes.set_aside)
    page = shares.PageTaken(
        records=records,
        received=received,
        more=changes.more,
        withdrawn=taken.withdrawn,
        repeats=min(plan.overlap, records - taken.news),
        grown=taken.grown,
    )
    meters.count_page(meter, page, taken.kept, follower.clock.now())
    return taken, page


def _tail(plan: Plan, changes: PageChanges, chain: Chain | None, cursor: int, now: int) -> int:
    """Return how many records the bank will serve again by its rules, from ``cursor``."""
    if plan.chain is None:
        return 0
    read = plan.chain.after(changes, now)
    again = read.again if chain is not None else served_again(read, changes, cursor)
    return min(again, _MOST_OVERLAP)


def _pace(look: Plan, follower: Follower) -> timedelta:
    """Return how long to leave a bank alone after a look that reached the end of its feed."""
    if look.any_news:
        return follower.poll
    return max(follower.poll, shares.repeat_pace(look.received, follower.share))


def _finish(plan: Plan, head: Head, meter: BankMeter, follower: Follower) -> int:
    """The end of the feed is reached. After a fresh start, let go of what no longer came."""
    gone = 0
    first_time = Bank.objects.filter(pk=plan.bank_id, caught_up_at=None).exists()
    if first_time and plan.generation:
        head.change += 1
        rows = BankEntry.objects.live().filter(bank_id=plan.bank_id, generation__lt=plan.generation)
        kinds = [
            (Kind(kind), count) for kind, count in rows.values_list("kind").annotate(Count("pk"))
        ]
        meters.count_kept(
            meter,
            meters.Kept(
                listed=-sum(count for _, count in kinds), index_bytes=-shares.index_bytes(kinds)
            ),
        )
        Remembered.forget(rows)
        gone = rows.update(state=EntryState.WITHDRAWN.value, sealed=b"", change=head.change)
    Bank.objects.filter(pk=plan.bank_id).update(caught_up_at=follower.clock.now())
    return gone


def save_place(plan: Plan, changes: PageChanges, received: int, follower: Follower) -> Plan | None:
    """Save what was read of a place that had been passed over; the bank's cursor stays.

    What is held of an entry from later on isn't touched. A second of v1 may hold a listing, read
    when it was new, and its withdrawal. None if another tick was quicker.
    """
    with transaction.atomic():
        head = Head.locked()
        saved = Bank.objects.filter(pk=plan.bank_id, revision=plan.revision)
        if not saved.update(revision=plan.revision + 1):
            return None
        meter = meters.locked_meter(plan.bank_id)
        taken, _ = _take_in(
            plan, changes, received, follower, head=head, meter=meter, of_a_place=True
        )
        head.save()
        meter.save()
        meters.say_full(meter, taken.lacks, follower.most_index_bytes, follower.clock)
        Bank.objects.filter(pk=plan.bank_id).update(entries_taken=F("entries_taken") + taken.news)
    return replace(plan, revision=plan.revision + 1)


def first_cursor(dialect: str) -> int:
    """Return where a feed begins."""
    return Chain().start if dialect == "v1" else 0


def full_asking(plan: Plan) -> Asking:
    """Return asking for full pages of a bank."""
    return Asking.of(full_page(plan.dialect))
