"""Uploads that an open item speaks for already, so that nobody is asked the same twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from django.db.models import QuerySet

from staydown.base.vocabulary import GateAnswer
from staydown.matching.rules import Finding, Recalled
from staydown.review.entries.recall import Mark
from staydown.review.models import EntryGroup, Item, JoinedUpload


class Joining(Protocol):
    """What is kept of an upload that joins an item."""

    @property
    def platform_key_id(self) -> int: ...
    @property
    def reference(self) -> str: ...
    @property
    def preview_url(self) -> str: ...


def by_memory(findings: Iterable[Finding]) -> bool:
    """Say whether an upload is let through, flagged, for nothing but what it is near to by both.

    Such uploads share an item: each is like what a person has decided already.
    """
    weak = [one for one in findings if one.answer is not GateAnswer.ALLOWED]
    return bool(weak) and all(
        one.answer is GateAnswer.FLAGGED and one.recalled is Recalled.NEAR_BY_BOTH for one in weak
    )


def why_flagged(findings: Sequence[Finding]) -> str:
    """Return what memory says of an upload that is let through, flagged, because of it; else ""."""
    if by_memory(findings):
        return Recalled.NEAR_BY_BOTH.value
    elsewhere = any(one.recalled is Recalled.SAME_FILE_ELSEWHERE for one in findings)
    return Recalled.SAME_FILE_ELSEWHERE.value if elsewhere else ""


def waiting(
    found: Sequence[tuple[Finding, int]], group: EntryGroup, mark: Mark, answer: GateAnswer
) -> Item | None:
    """Return the open item that speaks for an upload too; ``group`` is the locked one of both.

    That is one of the same file, or one that waits for the same reason of memory. It must have the
    same ``answer``, and have come close to every entry that the upload came close to.
    """
    findings = [finding for finding, _ in found]
    open_ones = Item.objects.filter(mark__group=group, decision="", answer=answer.value)
    entries = {row_id for _, row_id in found}
    if mark.file_digest is not None:
        item = _covering(open_ones.filter(mark__file_digest=mark.file_digest), entries)
        if item is not None:
            return item
    if answer is GateAnswer.FLAGGED and by_memory(findings):
        return _covering(open_ones.filter(mark__recalled=Recalled.NEAR_BY_BOTH.value), entries)
    return None


def _covering(items: QuerySet[Item], entries: set[int]) -> Item | None:
    item = items.order_by("-pk").first()  # the newest has come close to the most
    if item is None or not entries <= set(item.candidates.values_list("entry_id", flat=True)):
        return None
    return item


def join(item: Item, upload: Joining, mark: Mark, now: datetime) -> JoinedUpload:
    """Note that an upload joined an item, so that the platform can ask for its outcome."""
    own = bytes(item.mark.file_digest) if item.mark.file_digest is not None else None
    return JoinedUpload.objects.create(
        item=item,
        platform_key_id=upload.platform_key_id,
        reference=upload.reference,
        preview_url=upload.preview_url,
        answer=item.answer,
        same_file=own is not None and own == mark.file_digest,
        created_at=now,
    )
