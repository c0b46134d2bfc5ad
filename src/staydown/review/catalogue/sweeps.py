"""Sweeps of a back catalogue: what was worked on, and the items it led to.

A part of a sweep is saved in one transaction with its number, which can be saved once only: so
parts may be worked on twice, after a crash or by two workers, and count once.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Sum

from staydown.accounts.errors import NameTaken
from staydown.base.clock import Clock
from staydown.base.vocabulary import Decision, GateAnswer
from staydown.matching.sweep import Matched, PartResult
from staydown.review import audit, under_18
from staydown.review.errors import NotHere
from staydown.review.models import (
    PlatformKey,
    Sweep,
    SweepItem,
    SweepPart,
)
from staydown.review.records import SweepCounts, SweepRun, SweptItem
from staydown.review.settings import check_sweep_name


def start_sweep(name: str, *, list_digest: bytes, files: int, parts: int, clock: Clock) -> SweepRun:
    """Begin a sweep over a written list. Raises NameTaken, and SettingsError for an odd name."""
    check_sweep_name(name)
    now = clock.now()
    try:
        with transaction.atomic():
            # Nobody has this key: its name tells moderators where an item came from.
            key = PlatformKey.objects.create(
                name=f"sweep {name}", digest=secrets.token_bytes(32), created_at=now, revoked_at=now
            )
            row = Sweep.objects.create(
                name=name,
                platform_key=key,
                list_digest=list_digest,
                files=files,
                parts=parts,
                started_at=now,
            )
            audit.record(at=now, what="sweep", subject=name, why="started")
    except IntegrityError as error:
        raise NameTaken("there is a sweep of this name: choose another, or --resume it") from error
    return _run(row)


def find_sweep(name: str) -> SweepRun:
    """Return a sweep by its name. Raises NotHere."""
    row = Sweep.objects.filter(name=name).first()
    if row is None:
        raise NotHere("there is no sweep of this name")
    return _run(row)


def parts_done(run: SweepRun) -> bytearray:
    """Return a byte for each part: 1 where it was saved, 0 where it is still to do."""
    done = bytearray(run.parts)
    for number in SweepPart.objects.filter(sweep_id=run.id).values_list("number", flat=True):
        done[number] = 1
    return done


#: Puts a file that matched before the moderators. Returns the answer, and if an item is new.
Put = Callable[[SweepRun, Matched, datetime], tuple[GateAnswer, bool]]


def save_part(run: SweepRun, result: PartResult, clock: Clock, put: Put) -> SweepCounts | None:
    """Save what came of a part, and ``put`` what matched before the moderators.

    Returns what it adds to the counts; None, with nothing changed, where the part was saved before.
    """
    now = clock.now()
    counts = SweepCounts(result.files, 1, faults=Counter(code for _, code in result.faults))
    with transaction.atomic():
        _one_at_a_time()
        if SweepPart.objects.filter(sweep_id=run.id, number=result.number).exists():
            return None
        answers: Counter[GateAnswer] = Counter()
        opened = 0
        for matched in result.matched:
            given, is_new = put(run, matched, now)
            answers[given] += 1
            opened += is_new
        held, flagged = answers[GateAnswer.HELD], answers[GateAnswer.FLAGGED]
        SweepPart.objects.create(
            sweep_id=run.id,
            number=result.number,
            files=result.files,
            held=held,
            flagged=flagged,
            faults=[[place, code] for place, code in result.faults],
        )
    return SweepCounts(counts.files, 1, held, flagged, opened, counts.faults)


def _one_at_a_time() -> None:
    """Lock the oldest sweep: two sweeps of one catalogue must not open an item each for a file."""
    Sweep.objects.order_by("pk").select_for_update().values_list("pk").first()


def finish_sweep(run: SweepRun, clock: Clock) -> bool:
    """Note that a sweep came to its end, if every part was saved; say whether it did."""
    now = clock.now()
    with transaction.atomic():
        if SweepPart.objects.filter(sweep_id=run.id).count() < run.parts:
            return False
        if Sweep.objects.filter(pk=run.id, finished_at=None).update(finished_at=now):
            audit.record(at=now, what="sweep", subject=run.name, why="finished", who=audit.DESK)
    return True


def sweep_counts(run: SweepRun) -> SweepCounts:
    """Return what came of a sweep so far."""
    parts = SweepPart.objects.filter(sweep_id=run.id)
    sums = parts.aggregate(
        files=Sum("files", default=0),
        parts=Count("pk"),
        held=Sum("held", default=0),
        flagged=Sum("flagged", default=0),
    )
    mine = SweepItem.objects.filter(sweep_id=run.id, item__platform_key_id=run.platform_key_id)
    items = mine.values("item_id").distinct().count()  # a list may name a file twice
    return SweepCounts(**sums, items=items, faults=Counter(code for _, code in sweep_faults(run)))


def sweep_faults(run: SweepRun) -> Iterator[tuple[int, str]]:
    """Yield the place and the reason of each file that couldn't be looked at, in order."""
    parts = SweepPart.objects.filter(sweep_id=run.id).exclude(faults=[]).order_by("number")
    for faults in parts.values_list("faults", flat=True).iterator():
        yield from ((place, code) for place, code in faults)


def swept_items(run: SweepRun) -> Iterator[SweptItem]:
    """Yield the files that matched, in the order of the list, and what became of them."""
    rows = SweepItem.objects.filter(sweep_id=run.id).order_by("place").select_related("item")
    for row in rows.iterator():
        decision = Decision(row.item.decision) if row.item.decision else None
        yield SweptItem(
            row.place,
            row.item.public_id,
            under_18.answer_now(GateAnswer(row.item.answer), decision),
            decision,
            row.item.platform_key_id != run.platform_key_id,
        )


def _run(row: Sweep) -> SweepRun:
    return SweepRun(
        row.pk,
        row.name,
        row.platform_key_id,
        bytes(row.list_digest),
        row.files,
        row.parts,
        row.finished_at is not None,
    )
