"""Uploads that matched, and the items that they become. One function, one transaction.

An upload that matches nothing, or that memory lets through (``memory``), leaves no trace: no
item, no fingerprint, no digest. Only a desk that looks back keeps some fingerprints of it, for some
days (``catalogue.retained_uploads``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from staydown.base.canonical import JSONValue
from staydown.base.clock import Clock
from staydown.base.vocabulary import Decision, GateAnswer
from staydown.fingerprint.value import Fingerprint
from staydown.matching import cascade, reasons
from staydown.matching import rules as matching_rules
from staydown.matching.cascade import Examined
from staydown.matching.matcher import KnownEntries
from staydown.matching.remembered import Recall
from staydown.matching.rules import Finding
from staydown.review import audit, under_18
from staydown.review.catalogue.retained_uploads import Keeper, keep
from staydown.review.entries.live import LiveMatcher
from staydown.review.entries.recall import Mark, Memory
from staydown.review.errors import OtherRequest
from staydown.review.models import (
    Bank,
    BankEntry,
    Candidate,
    EntryGroup,
    Head,
    IdempotentAnswer,
    Item,
)
from staydown.review.queue import hidden, joining, shown
from staydown.review.queue.memory import add_mark, lock_group
from staydown.review.records import (
    UploadAnswer,
)

#: The candidates that are kept and shown, the strongest first; a flood of copies in a bank adds
#: nothing and takes nothing away.
MAX_MATCHES = 50


@dataclass(frozen=True, slots=True)
class Retry:
    """An idempotency key and the request it came with, both as keyed hashes."""

    key_digest: bytes = field(repr=False)
    request_digest: bytes = field(repr=False)


#: How a picture is held against the listed entries, and what was decided before:
#: ``matching.cascade.examine`` with its file.
Look = Callable[[KnownEntries, Recall], Examined]


@dataclass(frozen=True, slots=True)
class Upload:
    """What the platform says of an upload; its fingerprints are matched and forgotten.

    ``fingerprints`` are those that the platform made itself; of a picture there are none.
    ``file_digest`` is the keyed hash of its bytes, None where only fingerprints came.
    """

    platform_key_id: int
    fingerprints: tuple[Fingerprint, ...] = field(default=(), repr=False)
    reference: str = field(default="", repr=False)
    preview_url: str = field(default="", repr=False)
    file_digest: bytes | None = field(default=None, repr=False)


def earlier_answer(platform_key_id: int, retry: Retry) -> UploadAnswer | None:
    """Return the answer that an idempotency key got before. Raises OtherRequest."""
    row = (
        IdempotentAnswer.objects.filter(
            platform_key_id=platform_key_id, key_digest=retry.key_digest
        )
        .select_related("item", "joined")
        .first()
    )
    if row is None:
        return None
    if bytes(row.request_digest) != retry.request_digest:
        raise OtherRequest("this idempotency key was used for another request: use a new one")
    said = row.joined or row.item
    decision = Decision(row.item.decision) if row.item.decision else None
    answer = under_18.answer_now(GateAnswer(said.answer), decision)
    matches = shown.matches(row.item)
    return UploadAnswer(answer, said.public_id, matches, row.banks_ready, row.looked_at)


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
    seen = Head.read() if keeper is not None else 0
    matcher = live.refresh()
    memory = Memory(live.sealer, live.limits, upload.file_digest)
    if look is None:
        examined = cascade.compare(upload.fingerprints, matcher, live.limits)
    else:
        examined = look(matcher, memory.recall)
    answer = _answer(upload, examined, memory, clock, retry)
    if keeper is not None and answer.answer is GateAnswer.ALLOWED:
        words, now = (upload.reference, upload.preview_url), clock.now()
        keep(upload.platform_key_id, words, examined.queries, seen=seen, keeper=keeper, now=now)
    return answer


def _answer(
    upload: Upload, examined: Examined, memory: Memory, clock: Clock, retry: Retry | None
) -> UploadAnswer:
    findings = memory.recall(examined.findings, examined.queries)
    looked_at = None if examined.looked_at is None else examined.looked_at.plain()
    if _is_let_go(upload, findings):
        # Without the lock of a transaction: nearly every upload ends here.
        matches = shown.matches_of(findings[:MAX_MATCHES])
        return UploadAnswer(GateAnswer.ALLOWED, None, matches, _banks_ready(), looked_at)
    try:
        with transaction.atomic():
            answer = _open_item(upload, findings, memory.mark(examined.queries), clock, retry)
            if retry is not None and looked_at is not None:
                _note(retry, upload, looked_at)
            return replace(answer, looked_at=looked_at)
    except IntegrityError:
        earlier = earlier_answer(upload.platform_key_id, retry) if retry is not None else None
        if earlier is None:
            raise
        return earlier


def _note(retry: Retry, upload: Upload, looked_at: Mapping[str, JSONValue]) -> None:
    """Keep what was looked at with the answer that a repeated request gets."""
    rows = IdempotentAnswer.objects.filter(
        platform_key_id=upload.platform_key_id, key_digest=retry.key_digest
    )
    rows.update(looked_at=looked_at)


def _is_let_go(upload: Upload, findings: Sequence[Finding]) -> bool:
    """Say whether nothing listed is near an upload, or memory lets it through beside what is."""
    if matching_rules.answer(findings) is not GateAnswer.ALLOWED:
        return False
    return not findings or _answer_to(upload, current(findings)) is GateAnswer.ALLOWED


def _banks_ready() -> bool:
    return not Bank.objects.filter(active=True, caught_up_at=None).exists()


def _open_item(
    upload: Upload, findings: Sequence[Finding], mark: Mark, clock: Clock, retry: Retry | None
) -> UploadAnswer:
    ready = _banks_ready()
    found = current(findings)
    answer = _answer_to(upload, found)
    if answer is GateAnswer.ALLOWED:
        return UploadAnswer(answer, None, shown.matches_of([one for one, _ in found]), ready)
    now = clock.now()
    group = lock_group([row_id for _, row_id in found])
    item, joined = _speaks_for(upload, found, joining.waiting(found, group, mark, answer)), None
    if item is None:
        item = new_item(upload, found, now, group=group, mark=mark, answer=answer)
    else:
        joined = joining.join(item, upload, mark, now)
    if retry is not None:
        IdempotentAnswer.objects.create(
            platform_key_id=upload.platform_key_id,
            key_digest=retry.key_digest,
            request_digest=retry.request_digest,
            item=item,
            joined=joined,
            banks_ready=ready,
            created_at=now,
        )
    return UploadAnswer(answer, (joined or item).public_id, shown.matches(item), ready)


def new_item(
    upload: Upload,
    found: Sequence[tuple[Finding, int]],
    now: datetime,
    uploaded_at: datetime | None = None,
    *,
    group: EntryGroup | None = None,
    mark: Mark = Mark(),  # noqa: B008 - frozen
    answer: GateAnswer | None = None,
) -> Item:
    """Put an item before the moderators. ``found``: findings (at least one) and their rows.

    ``uploaded_at``: when an upload was allowed that only a later listing comes close to. ``group``
    is the locked one that it belongs to, and ``answer`` what is answered, where the caller has it.
    """
    if group is None:
        group = lock_group([row_id for _, row_id in found])
    if answer is None:
        answer = _answer_to(upload, found)
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
    add_mark(item, group, mark, recalled=joining.why_flagged([finding for finding, _ in found]))
    audit.record_item(item, at=now, why="opened", change=(audit.NOTHING, answer.value))
    return item


def _speaks_for(
    upload: Upload, found: Sequence[tuple[Finding, int]], item: Item | None
) -> Item | None:
    """Return the open item that an upload joins: one that everybody sees speaks for no upload that
    may show somebody under 18."""
    if item is None:
        return None
    near_one = hidden.is_near_one([row_id for _, row_id in found], upload.preview_url)
    return item if not near_one or hidden.among([item.pk]) else None


def _answer_to(upload: Upload, found: Sequence[tuple[Finding, int]]) -> GateAnswer:
    """Return what is answered: held, whatever is remembered, if it may show somebody under 18."""
    if found and hidden.is_near_one([row_id for _, row_id in found], upload.preview_url):
        return GateAnswer.HELD
    return matching_rules.answer(finding for finding, _ in found)


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
        reason=reasons.reason(finding),
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
    named = [(one, (one.evidence.bank, one.evidence.entry_id)) for one in findings]
    rows = BankEntry.objects.live().named(name for _, name in named).numbers()
    return [(finding, rows[name]) for finding, name in named if name in rows]
