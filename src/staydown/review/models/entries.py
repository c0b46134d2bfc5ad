"""Tables of what banks list."""

from typing import ClassVar

from django.db import models

from staydown.base.vocabulary import EntryState, Kind
from staydown.review.models.choices import choices


class Head(models.Model):
    """The one row whose lock orders all changes of entries: commit order is number order."""

    change = models.BigIntegerField(default=0)


class BankEntry(models.Model):
    """The latest snapshot of a bank's entry. A withdrawn one keeps its name and loses its value."""

    bank = models.ForeignKey("review.Bank", on_delete=models.CASCADE, related_name="entries")
    entry_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    #: Shared by the entries of one listed picture; "" where the bank doesn't say.
    picture = models.CharField(max_length=64, default="", blank=True)
    #: ``fingerprint.seal``; empty when withdrawn.
    sealed = models.BinaryField(max_length=512)
    state = models.CharField(max_length=16)
    #: The bank's own order: sequence number (v2) or time stamp (v1).
    seq = models.BigIntegerField()
    generation = models.BigIntegerField(default=0)
    #: Our order, under the lock of ``Head``: an index in memory follows by ``change > seen``.
    change = models.BigIntegerField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["bank", "entry_id"], name="entry_once_per_bank"),
            models.CheckConstraint(
                condition=models.Q(state__in=choices(EntryState)), name="entry_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=choices(Kind)), name="entry_kind_known"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What else is listed of a picture is asked whenever one of its entries comes close.
            models.Index(fields=["bank", "picture", "kind"], name="entry_by_picture")
        ]


class IndexMark(models.Model):
    """An index was about to be saved to disk with every change up to ``change``.

    The saved index bears ``number``, which is random. A database that was restored from an older
    copy, or is another one, doesn't know that number: so an index that is ahead of its database, or
    never belonged to it, is found out.
    """

    number = models.BigIntegerField(primary_key=True)
    change = models.BigIntegerField()
    at = models.DateTimeField(db_index=True)
