"""Tables of what waits for a person, what belongs together, and what is remembered.

No picture and no fingerprint in the clear: a file is known by a keyed hash, and what was made of it
is sealed.
"""

import uuid
from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.db import models

from staydown.base.vocabulary import Decision, GateAnswer, Kind
from staydown.review.models.choices import choices
from staydown.review.models.entries import BankEntry


class PlatformKey(models.Model):
    """A key of the platform's own systems for the upload gate; only its hash is kept."""

    name = models.CharField(max_length=64, unique=True)
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Item(models.Model):
    """An upload that matched and waits for, or had, a person's decision."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    platform_key = models.ForeignKey(PlatformKey, on_delete=models.PROTECT, related_name="items")
    reference = models.CharField(max_length=500, blank=True)
    preview_url = models.CharField(max_length=2000, blank=True)
    answer = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    #: For an upload that was allowed, and matched a later listing: when it was uploaded.
    uploaded_at = models.DateTimeField(null=True)
    #: Whether the upload's own PDQ quality was high enough to act on a match.
    quality_fine = models.BooleanField()
    decision = models.CharField(max_length=16, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    #: Counts decisions; a decision names the version it saw, so that the second of two is told.
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(decision__in=["", *choices(Decision)]), name="decision_known"
            ),
            models.CheckConstraint(
                condition=models.Q(answer__in=[GateAnswer.HELD.value, GateAnswer.FLAGGED.value]),
                name="item_only_when_matched",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["decision", "id"], name="item_by_decision")
        ]


class Candidate(models.Model):
    """An entry that an upload came close to, as things stood at that moment."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="candidates")
    entry = models.ForeignKey(BankEntry, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    #: What was undone to the upload before it came close: the label of a ``View``.
    view = models.CharField(max_length=40)
    distance = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=16)
    quality_fine = models.BooleanField()
    #: What this entry alone came to, and why, in words; allowed where memory let it go.
    answer = models.CharField(max_length=16)
    reason = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["item", "entry"], name="candidate_once_per_item"),
            models.CheckConstraint(
                condition=models.Q(kind__in=choices(Kind)), name="candidate_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(answer__in=choices(GateAnswer)),
                name="candidate_only_when_matched",
            ),
        ]


class IdempotentAnswer(models.Model):
    """The answer given to an idempotency key, so that a retry gets the same one."""

    platform_key = models.ForeignKey(PlatformKey, on_delete=models.CASCADE, related_name="+")
    #: Keyed hashes of the caller's key and of the request.
    key_digest = models.BinaryField(max_length=32)
    request_digest = models.BinaryField(max_length=32)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    #: Where the request joined an item that waited already.
    joined = models.ForeignKey(
        "review.JoinedUpload", null=True, on_delete=models.CASCADE, related_name="+"
    )
    banks_ready = models.BooleanField()
    looked_at = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["platform_key", "key_digest"], name="one_answer_per_idempotency_key"
            )
        ]


class EntryGroup(models.Model):
    """The uploads that came close to one entry. Its row's lock orders what is done with them."""

    entry = models.OneToOneField(
        BankEntry, on_delete=models.CASCADE, primary_key=True, related_name="group"
    )
    #: An upload near this entry was decided to be NCII: nothing is remembered beside it.
    ended = models.BooleanField(default=False)


class ItemMark(models.Model):
    """What an item is known by: its group, its file, the fingerprints of its whole picture."""

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, primary_key=True, related_name="mark"
    )
    group = models.ForeignKey(EntryGroup, on_delete=models.CASCADE, related_name="marks")
    #: Keyed hash of the file's bytes; null where the desk got fingerprints alone.
    file_digest = models.BinaryField(max_length=32, null=True, db_index=True)
    #: PDQ and copy code, sealed; empty where there are none, or none may be kept.
    sealed_whole = models.BinaryField(max_length=1024, default=b"")
    #: ``Recalled``: why it was let through, flagged, because of what was decided before; or "".
    recalled = models.CharField(max_length=24, default="", blank=True)


class Remembered(models.Model):
    """An item that was decided not to be NCII, beside one entry that its upload came close to.

    The row is there as long as that decision is the item's last and no item of the same file was
    decided otherwise.
    """

    entry = models.ForeignKey(BankEntry, on_delete=models.CASCADE, related_name="+")
    mark = models.ForeignKey(ItemMark, on_delete=models.CASCADE, related_name="remembered")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "mark"], name="remembered_once")
        ]

    @classmethod
    def forget(cls, entries: Sequence[int] | models.QuerySet[BankEntry]) -> None:
        """Forget what was decided beside entries that are withdrawn: listed again, they are new."""
        cls.objects.filter(entry__in=entries).delete()


class JoinedUpload(models.Model):
    """A further upload that an open item speaks for; its own number, by which its outcome is asked.

    It is of the same file, or near by PDQ and by copy code to what was decided before.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="joined")
    platform_key = models.ForeignKey(PlatformKey, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=500, blank=True)
    preview_url = models.CharField(max_length=2000, blank=True)
    answer = models.CharField(max_length=16)
    same_file = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(answer__in=[GateAnswer.HELD.value, GateAnswer.FLAGGED.value]),
                name="joined_only_when_matched",
            )
        ]
