"""Items as they stand: in lists and one by one, and for the platform.

What a moderator may see of them is for ``sight`` to say.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from staydown.base.vocabulary import Decision, EntryState, Feedback, GateAnswer, Kind
from staydown.fingerprint.value import View
from staydown.matching import reasons
from staydown.matching.rules import Finding, entry_quality_fine
from staydown.review import under_18
from staydown.review.errors import NotHere
from staydown.review.models import Item, JoinedUpload
from staydown.review.records import ItemLine, ItemPage, Match, Outcome, Step, Told

PAGE_SIZE = 50


def outcome(platform_key_id: int, item: UUID) -> Outcome:
    """Return what became of an item of this platform key, or of a sweep.

    Or of an upload that joined an item: it is what became of that one. Raises NotHere, also for
    an item of another key.
    """
    of_key = Q(platform_key_id=platform_key_id) | Q(sweeps__isnull=False)
    row = Item.objects.filter(of_key, public_id=item).first()
    if row is not None:
        return _outcome(row, row)
    mine = JoinedUpload.objects.filter(platform_key_id=platform_key_id, public_id=item)
    joined = mine.select_related("item").first()
    if joined is None:
        raise NotHere("there is no such item for this key")
    return _outcome(joined, joined.item)


def _outcome(upload: Item | JoinedUpload, item: Item) -> Outcome:
    return Outcome(
        upload.public_id,
        under_18.answer_now(GateAnswer(upload.answer), _decision(item)),
        _decision(item),
        upload.created_at,
        item.decided_at,
    )


def earlier_items(platform_key_id: int, after: int = 0) -> list[ItemLine]:
    """Return a page of this key's uploads that were allowed and matched a later listing.

    In the order in which that was found, after the number ``after``.
    """
    rows = Item.objects.filter(platform_key_id=platform_key_id, pk__gt=after)
    rows = rows.exclude(uploaded_at=None).order_by("pk").select_related("platform_key")
    return [line(row) for row in rows[:PAGE_SIZE]]


def open_items(after: int = 0) -> list[ItemLine]:
    """Return a page of items that wait, the longest-waiting first, after the number ``after``."""
    rows = Item.objects.filter(decision="", pk__gt=after).order_by("pk")
    return [line(row) for row in rows.select_related("platform_key")[:PAGE_SIZE]]


def decided_items(before: int | None = None, decision: Decision | None = None) -> list[ItemLine]:
    """Return a page of items, decided at all or so, the newest first, before ``before``."""
    rows = Item.objects.exclude(decision="").order_by("-pk")
    if decision is not None:
        rows = rows.filter(decision=decision.value)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [line(row) for row in rows.select_related("platform_key")[:PAGE_SIZE]]


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
        line=line(row),
        preview_url=row.preview_url,
        quality_fine=row.quality_fine,
        version=row.version,
        decided_by=row.decided_by.username if row.decided_by else "",
        matches=matches(row),
        steps=tuple(
            Step(
                step.at, step.moderator.username if step.moderator else "", step.before, step.after
            )
            for step in steps
        ),
        told=tuple(Told(job.entry.bank.name, Feedback(job.value), job.state) for job in jobs),
    )


def line(row: Item) -> ItemLine:
    """Return an item as it stands in a list; its platform key is selected with it."""
    return ItemLine(
        number=row.pk,
        item=row.public_id,
        reference=row.reference,
        platform=row.platform_key.name,
        answer=under_18.answer_now(GateAnswer(row.answer), _decision(row)),
        decision=_decision(row),
        created_at=row.created_at,
        decided_at=row.decided_at,
        uploaded_at=row.uploaded_at,
    )


def _decision(row: Item) -> Decision | None:
    return Decision(row.decision) if row.decision else None


def matches(item: Item) -> tuple[Match, ...]:
    """Return the entries that an item's upload came close to, the strongest first."""
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
            reason=row.reason or reasons.distance_words(Kind(row.kind), row.distance),
        )
        for row in rows
    )


def matches_of(findings: Iterable[Finding]) -> tuple[Match, ...]:
    """Return findings of which nothing is kept as they are shown to the platform."""
    return tuple(
        Match(
            bank=one.evidence.bank,
            entry_id=one.evidence.entry_id,
            kind=one.evidence.kind,
            distance=one.evidence.distance,
            state=one.evidence.state,
            quality_fine=entry_quality_fine(one.evidence),
            state_now=one.evidence.state,
            view=one.evidence.view,
            answer=one.answer,
            reason=reasons.reason(one),
        )
        for one in findings
    )
