"""Tables of what belongs together and of what is remembered; as private as ``models``.

No picture and no fingerprint in the clear: a file is known by a keyed hash, and what was made of it
is sealed.
"""

import uuid
from typing import ClassVar

from django.db import models

from staydown.base.vocabulary import GateAnswer


class EntryGroup(models.Model):
    """The uploads that came close to one entry. Its row's lock orders what is done with them."""

    entry = models.OneToOneField(
        "review.BankEntry", on_delete=models.CASCADE, primary_key=True, related_name="group"
    )
    #: An upload near this entry was decided to be NCII: nothing is remembered beside it.
    ended = models.BooleanField(default=False)


class ItemMark(models.Model):
    """What an item is known by: its group, its file, the fingerprints of its whole picture."""

    item = models.OneToOneField(
        "review.Item", on_delete=models.CASCADE, primary_key=True, related_name="mark"
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

    entry = models.ForeignKey("review.BankEntry", on_delete=models.CASCADE, related_name="+")
    mark = models.ForeignKey(ItemMark, on_delete=models.CASCADE, related_name="remembered")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "mark"], name="remembered_once")
        ]


class JoinedUpload(models.Model):
    """A further upload that an open item speaks for; its own number, by which its outcome is asked.

    It is of the same file, or near by PDQ and by copy code to what was decided before.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    item = models.ForeignKey("review.Item", on_delete=models.CASCADE, related_name="joined")
    platform_key = models.ForeignKey(
        "review.PlatformKey", on_delete=models.PROTECT, related_name="+"
    )
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
