"""Uploads that matched, and what people decide about them. One function, one transaction.

An upload that matches nothing leaves no trace: no item, no fingerprint, no digest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from staydown.base.clock import Clock
from staydown.base.vocabulary import Decision, EntryState, Feedback, GateAnswer, Kind
from staydown.fingerprint.value import Fingerprint
from staydown.matching import rules as matching_rules
from staydown.matching.rules import Candidate as NearEntry
from staydown.review import rules
from staydown.review.errors import DecidedMeanwhile, NotHere, OtherRequest
from staydown.review.live import LiveMatcher
from staydown.review.models import (
    Audit,
    Bank,
    BankEntry,
    Candidate,
    FeedbackJob,
    IdempotentAnswer,
    Item,
)
from staydown.review.records import (
    ItemLine,
    ItemPage,
    Match,
    Outcome,
    Step,
    Told,
    UploadAnswer,
)

#: The candidates that are kept and shown, those that act first, then the nearest; a flood of copies
#: in a bank adds nothing and takes nothing away.
MAX_MATCHES = 50

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Retry:
    """An idempotency key and the request it came with, both as keyed hashes."""

    key_digest: bytes = field(repr=False)
    request_digest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """What the platform says of an upload; its fingerprints are matched and forgotten."""

    platform_key_id: int
    fingerprints: tuple[Fingerprint, ...] = field(repr=False)
    reference: str = field(default="", repr=False)
    preview_url: str = field(default="", repr=False)


# --------------------------------------------------------------------------- the gate


def earlier_answer(platform_key_id: int, retry: Retry) -> UploadAnswer | None:
    """Return the answer that an idempotency key got before. Raises OtherRequest."""
    row = (
        IdempotentAnswer.objects.filter(
            platform_key_id=platform_key_id, key_digest=retry.key_digest
        )
        .select_related("item")
        .first()
    )
    if row is None:
        return None
    if bytes(row.request_digest) != retry.request_digest:
        raise OtherRequest("this idempotency key was used for another request: use a new one")
    return UploadAnswer(
        GateAnswer(row.item.answer), row.item.public_id, _matches(row.item), row.banks_ready
    )


def receive_upload(
    upload: Upload, live: LiveMatcher, clock: Clock, retry: Retry | None = None
) -> UploadAnswer:
    """Match an upload; where something matched, put an item before the moderators.

    With ``retry``, the same request under the same key gets the same item, also when both arrive at
    once. Raises OtherRequest.
    """
    if retry is not None:
        earlier = earlier_answer(upload.platform_key_id, retry)
        if earlier is not None:
            return earlier
    near, fine = _near(upload.fingerprints, live)
    if not near:  # without the lock of a transaction: nearly every upload ends here
        return UploadAnswer(GateAnswer.ALLOWED, None, (), _banks_ready())
    try:
        with transaction.atomic():
            return _open_item(upload, near, clock, retry, fine=fine)
    except IntegrityError:
        earlier = earlier_answer(upload.platform_key_id, retry) if retry is not None else None
        if earlier is None:
            raise
        return earlier


def _near(
    fingerprints: Sequence[Fingerprint], live: LiveMatcher
) -> tuple[Sequence[NearEntry], bool]:
    """Return what an upload comes close to, and whether by a fingerprint good enough to act on.

    The plain ones are asked only where no good one finds anything: they must not weaken its match.
    """
    matcher = live.refresh()
    near: Sequence[NearEntry] = ()
    for fine in (True, False):
        near = matcher.candidates(
            [
                value
                for value in fingerprints
                if matching_rules.quality_is_fine(value, unknown_is_fine=False) is fine
            ]
        )
        if near:
            return near, fine
    return near, False


def _banks_ready() -> bool:
    return not Bank.objects.filter(active=True, caught_up_at=None).exists()


def _open_item(
    upload: Upload, near: Sequence[NearEntry], clock: Clock, retry: Retry | None, *, fine: bool
) -> UploadAnswer:
    ready = _banks_ready()
    found = _current(near)
    answer = matching_rules.answer([candidate for candidate, _ in found], upload_quality_fine=fine)
    if answer is GateAnswer.ALLOWED:
        return UploadAnswer(answer, None, (), ready)
    now = clock.now()
    item = Item.objects.create(
        platform_key_id=upload.platform_key_id,
        reference=upload.reference,
        preview_url=upload.preview_url,
        answer=answer.value,
        created_at=now,
        quality_fine=fine,
    )
    Candidate.objects.bulk_create(
        Candidate(
            item=item,
            entry_id=row_id,
            distance=candidate.distance,
            state=candidate.state.value,
            quality_fine=candidate.quality_fine,
        )
        for candidate, row_id in found
    )
    if retry is not None:
        IdempotentAnswer.objects.create(
            platform_key_id=upload.platform_key_id,
            key_digest=retry.key_digest,
            request_digest=retry.request_digest,
            item=item,
            banks_ready=ready,
            created_at=now,
        )
    Audit.objects.create(at=now, actor="desk", action="item opened", item=item, after=answer.value)
    return UploadAnswer(answer, item.public_id, _matches(item), ready)


def _current(near: Sequence[NearEntry]) -> list[tuple[NearEntry, int]]:
    """Pair the first candidates with their rows, passing over what was withdrawn meanwhile."""
    ordered = sorted(near, key=lambda candidate: not matching_rules.acts(candidate))
    found: list[tuple[NearEntry, int]] = []
    for start in range(0, len(ordered), MAX_MATCHES):
        found += _with_rows(ordered[start : start + MAX_MATCHES])
        if len(found) >= MAX_MATCHES:
            break
    return found[:MAX_MATCHES]


def _with_rows(near: Sequence[NearEntry]) -> list[tuple[NearEntry, int]]:
    wanted = Q()
    for candidate in near:
        wanted |= Q(bank__name=candidate.bank, entry_id=candidate.entry_id)
    rows = {
        (bank, entry_id): row_id
        for row_id, bank, entry_id in BankEntry.objects.filter(wanted)
        .exclude(state=EntryState.WITHDRAWN.value)
        .values_list("pk", "bank__name", "entry_id")
    }
    return [
        (candidate, rows[candidate.bank, candidate.entry_id])
        for candidate in near
        if (candidate.bank, candidate.entry_id) in rows
    ]


def outcome(platform_key_id: int, item: UUID) -> Outcome:
    """Return what became of an item of this platform key. Raises NotHere, also for another's."""
    row = Item.objects.filter(public_id=item, platform_key_id=platform_key_id).first()
    if row is None:
        raise NotHere("there is no such item for this key")
    return Outcome(
        row.public_id,
        GateAnswer(row.answer),
        Decision(row.decision) if row.decision else None,
        row.created_at,
        row.decided_at,
    )


# --------------------------------------------------------------------------- the console


def open_items(after: int = 0) -> list[ItemLine]:
    """Return a page of items that wait, the longest-waiting first, after the number ``after``."""
    rows = Item.objects.filter(decision="", pk__gt=after).order_by("pk")
    return [_line(row) for row in rows.select_related("platform_key")[:PAGE_SIZE]]


def decided_items(before: int | None = None) -> list[ItemLine]:
    """Return a page of decided items, the newest first, before the number ``before``."""
    rows = Item.objects.exclude(decision="").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_line(row) for row in rows.select_related("platform_key")[:PAGE_SIZE]]


def count_open_items() -> int:
    """Return how many items wait for a person."""
    return Item.objects.filter(decision="").count()


def item_page(item: UUID) -> ItemPage:
    """Return everything that a moderator sees of an item. Raises NotHere."""
    row = Item.objects.filter(public_id=item).select_related("platform_key", "decided_by").first()
    if row is None:
        raise NotHere("there is no such item")
    steps = row.audit.select_related("moderator").order_by("pk")
    jobs = row.feedback_jobs.select_related("entry__bank").order_by("pk")
    return ItemPage(
        line=_line(row),
        preview_url=row.preview_url,
        quality_fine=row.quality_fine,
        version=row.version,
        decided_by=row.decided_by.username if row.decided_by else "",
        matches=_matches(row),
        steps=tuple(
            Step(
                step.at, step.moderator.username if step.moderator else "", step.before, step.after
            )
            for step in steps
        ),
        told=tuple(Told(job.entry.bank.name, Feedback(job.value), job.state) for job in jobs),
    )


def decide(
    item: UUID, decision: Decision, *, version: int, moderator_id: int, clock: Clock
) -> None:
    """Record a person's decision and put what the banks are told into the outbox.

    ``version`` is the one that the person saw. Raises DecidedMeanwhile, with nothing changed, when
    somebody decided since; NotHere. A decision can be changed: the later one is told again.
    """
    now = clock.now()
    with transaction.atomic():
        row = Item.objects.filter(public_id=item).first()
        if row is None:
            raise NotHere("there is no such item")
        won = Item.objects.filter(pk=row.pk, version=version).update(
            decision=decision.value,
            decided_by_id=moderator_id,
            decided_at=now,
            version=F("version") + 1,
        )
        if not won:
            raise DecidedMeanwhile("somebody decided this item while you were looking at it")
        Audit.objects.create(
            at=now,
            actor="moderator",
            moderator_id=moderator_id,
            action="decided",
            item=row,
            before=row.decision,
            after=decision.value,
        )
        _tell_banks(row, decision, now)


def _tell_banks(row: Item, decision: Decision, now: datetime) -> None:
    """Put what each bank is told of each entry into the outbox."""
    entries = list(row.candidates.order_by("entry_id").values_list("entry_id", flat=True))
    found = Candidate.objects.filter(entry_id__in=entries, item__decision=Decision.NCII.value)
    elsewhere = set(found.exclude(item=row).values_list("entry_id", flat=True))
    FeedbackJob.objects.bulk_create(
        FeedbackJob(
            entry_id=entry_id,
            item=row,
            value=rules.word_for_entry(decision, ncii_elsewhere=entry_id in elsewhere).value,
            created_at=now,
            next_try_at=now,
        )
        for entry_id in entries
    )


def _line(row: Item) -> ItemLine:
    return ItemLine(
        number=row.pk,
        item=row.public_id,
        reference=row.reference,
        platform=row.platform_key.name,
        answer=GateAnswer(row.answer),
        decision=Decision(row.decision) if row.decision else None,
        created_at=row.created_at,
        decided_at=row.decided_at,
    )


def _matches(item: Item) -> tuple[Match, ...]:
    rows = item.candidates.select_related("entry__bank").order_by("distance", "pk")
    return tuple(
        Match(
            bank=row.entry.bank.name,
            entry_id=row.entry.entry_id,
            kind=Kind(row.entry.kind),
            distance=row.distance,
            state=EntryState(row.state),
            quality_fine=row.quality_fine,
            state_now=EntryState(row.entry.state),
        )
        for row in rows
    )
