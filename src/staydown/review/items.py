"""Uploads that matched, and what people decide about them. One function, one transaction.

An upload that matches nothing leaves no trace: no item, no fingerprint, no digest. Only a desk that
looks back keeps some fingerprints of it, for some days (``review.kept``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from staydown.base.clock import Clock
from staydown.base.vocabulary import Decision, EntryState, Feedback, GateAnswer, Kind
from staydown.fingerprint.value import Fingerprint, View
from staydown.matching import cascade, words
from staydown.matching import rules as matching_rules
from staydown.matching.matcher import KnownEntries
from staydown.matching.rules import Finding
from staydown.review import listings, rules, telling
from staydown.review.errors import DecidedMeanwhile, NotHere, OtherRequest
from staydown.review.kept import Keeper, Overheard, keep
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

#: The candidates that are kept and shown, the strongest first; a flood of copies in a bank adds
#: nothing and takes nothing away.
MAX_MATCHES = 50

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Retry:
    """An idempotency key and the request it came with, both as keyed hashes."""

    key_digest: bytes = field(repr=False)
    request_digest: bytes = field(repr=False)


#: How a picture is held against the listed entries: ``matching.cascade.examine`` with its file.
Look = Callable[[KnownEntries], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Upload:
    """What the platform says of an upload; its fingerprints are matched and forgotten.

    ``fingerprints`` are those that the platform made itself; of a picture there are none.
    """

    platform_key_id: int
    fingerprints: tuple[Fingerprint, ...] = field(default=(), repr=False)
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
    upload: Upload,
    live: LiveMatcher,
    clock: Clock,
    retry: Retry | None = None,
    look: Look | None = None,
    *,
    keeper: Keeper | None = None,
) -> UploadAnswer:
    """Match an upload; where something matched, put an item before the moderators.

    ``look`` examines the uploaded picture; without it the ready fingerprints are compared. With
    ``retry``, the same request under the same key gets the same item, also when both arrive at
    once. ``keeper`` keeps what a desk that looks back keeps of an allowed upload. Raises
    OtherRequest, and what ``look`` raises.
    """
    if retry is not None:
        earlier = earlier_answer(upload.platform_key_id, retry)
        if earlier is not None:
            return earlier
    seen = listings.head() if keeper is not None else 0
    asked = Overheard(live.refresh())
    if look is None:
        findings = cascade.compare(upload.fingerprints, asked, live.limits)
    else:
        findings = look(asked)
    answer = _answer(upload, findings, clock, retry)
    if keeper is not None and answer.answer is GateAnswer.ALLOWED:
        words, now = (upload.reference, upload.preview_url), clock.now()
        keep(upload.platform_key_id, words, asked.queries, seen=seen, keeper=keeper, now=now)
    return answer


def _answer(
    upload: Upload, findings: Sequence[Finding], clock: Clock, retry: Retry | None
) -> UploadAnswer:
    if not findings:  # without the lock of a transaction: nearly every upload ends here
        return UploadAnswer(GateAnswer.ALLOWED, None, (), _banks_ready())
    try:
        with transaction.atomic():
            return _open_item(upload, findings, clock, retry)
    except IntegrityError:
        earlier = earlier_answer(upload.platform_key_id, retry) if retry is not None else None
        if earlier is None:
            raise
        return earlier


def _banks_ready() -> bool:
    return not Bank.objects.filter(active=True, caught_up_at=None).exists()


def _open_item(
    upload: Upload, findings: Sequence[Finding], clock: Clock, retry: Retry | None
) -> UploadAnswer:
    ready = _banks_ready()
    found = current(findings)
    answer = matching_rules.answer(finding for finding, _ in found)
    if answer is GateAnswer.ALLOWED:
        return UploadAnswer(answer, None, (), ready)
    now = clock.now()
    item = new_item(upload, found, now)
    if retry is not None:
        IdempotentAnswer.objects.create(
            platform_key_id=upload.platform_key_id,
            key_digest=retry.key_digest,
            request_digest=retry.request_digest,
            item=item,
            banks_ready=ready,
            created_at=now,
        )
    return UploadAnswer(answer, item.public_id, _matches(item), ready)


def new_item(
    upload: Upload,
    found: Sequence[tuple[Finding, int]],
    now: datetime,
    uploaded_at: datetime | None = None,
) -> Item:
    """Put an item before the moderators. ``found``: findings (at least one) and their rows.

    ``uploaded_at``: when an upload was allowed that only a later listing comes close to.
    """
    answer = matching_rules.answer(finding for finding, _ in found)
    item = Item.objects.create(
        platform_key_id=upload.platform_key_id,
        reference=upload.reference,
        preview_url=upload.preview_url,
        answer=answer.value,
        created_at=now,
        uploaded_at=uploaded_at,
        quality_fine=any(finding.query_quality_fine for finding, _ in found),
    )
    Candidate.objects.bulk_create(candidate(item, finding, row_id) for finding, row_id in found)
    Audit.objects.create(at=now, actor="desk", action="item opened", item=item, after=answer.value)
    return item


def candidate(item: Item, finding: Finding, row_id: int) -> Candidate:
    """Return what is kept of an entry that an upload came close to; not saved yet."""
    near = finding.evidence
    return Candidate(
        item=item,
        entry_id=row_id,
        kind=near.kind.value,
        view=near.view.label,
        distance=near.distance,
        state=near.state.value,
        quality_fine=matching_rules.entry_quality_fine(near),
        answer=finding.answer.value,
        reason=words.reason(finding),
    )


def current(findings: Sequence[Finding]) -> list[tuple[Finding, int]]:
    """Pair the strongest findings with their rows, passing over what was withdrawn meanwhile."""
    found: list[tuple[Finding, int]] = []
    for start in range(0, len(findings), MAX_MATCHES):
        found += _with_rows(findings[start : start + MAX_MATCHES])
        if len(found) >= MAX_MATCHES:
            break
    return found[:MAX_MATCHES]


def _with_rows(findings: Sequence[Finding]) -> list[tuple[Finding, int]]:
    named = [(finding, finding.evidence.bank, finding.evidence.entry_id) for finding in findings]
    wanted = Q()
    for _, bank, entry_id in named:
        wanted |= Q(bank__name=bank, entry_id=entry_id)
    rows = {
        (bank, entry_id): row_id
        for row_id, bank, entry_id in BankEntry.objects.filter(wanted)
        .exclude(state=EntryState.WITHDRAWN.value)
        .values_list("pk", "bank__name", "entry_id")
    }
    return [
        (finding, rows[bank, entry_id])
        for finding, bank, entry_id in named
        if (bank, entry_id) in rows
    ]


def outcome(platform_key_id: int, item: UUID) -> Outcome:
    """Return what became of an item of this platform key, or of a sweep.

    Raises NotHere, also for an item of another key.
    """
    of_key = Q(platform_key_id=platform_key_id) | Q(sweeps__isnull=False)
    row = Item.objects.filter(of_key, public_id=item).first()
    if row is None:
        raise NotHere("there is no such item for this key")
    return Outcome(
        row.public_id,
        GateAnswer(row.answer),
        Decision(row.decision) if row.decision else None,
        row.created_at,
        row.decided_at,
    )


def earlier_items(platform_key_id: int, after: int = 0) -> list[ItemLine]:
    """Return a page of this key's uploads that were allowed and matched a later listing.

    In the order in which that was found, after the number ``after``.
    """
    rows = Item.objects.filter(platform_key_id=platform_key_id, pk__gt=after)
    rows = rows.exclude(uploaded_at=None).order_by("pk").select_related("platform_key")
    return [_line(row) for row in rows[:PAGE_SIZE]]


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
    same = telling.same_picture(telling.close_to(row))
    FeedbackJob.objects.bulk_create(
        FeedbackJob(
            entry_id=entry_id,
            item=row,
            value=rules.word_for_entry(
                decision, ncii_elsewhere=entry_id in elsewhere, same_picture=entry_id in same
            ).value,
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
        uploaded_at=row.uploaded_at,
    )


def _matches(item: Item) -> tuple[Match, ...]:
    rows = item.candidates.select_related("entry__bank").order_by("pk")
    return tuple(
        Match(
            bank=row.entry.bank.name,
            entry_id=row.entry.entry_id,
            kind=Kind(row.kind),
            distance=row.distance,
            state=EntryState(row.state),
            quality_fine=row.quality_fine,
            state_now=EntryState(row.entry.state),
            view=View.parse(row.view),
            answer=GateAnswer(row.answer),
            reason=row.reason or words.distance_words(Kind(row.kind), row.distance),
        )
        for row in rows
    )
