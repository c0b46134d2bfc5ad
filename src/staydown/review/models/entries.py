"""Tables of what banks list; which of it is live, and how far it is committed."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models

from staydown.base.vocabulary import EntryState, Kind
from staydown.review.models.choices import choices

#: An entry by its bank's name and its own.
Name = tuple[str, str]

_GONE = EntryState.WITHDRAWN.value

#: Which rows of ``BankEntry`` are live, for a statement that is written by hand.
IS_LIVE = f"state <> '{_GONE}'"


class Head(models.Model):
    """The one row whose lock orders all changes of entries: commit order is number order."""

    change = models.BigIntegerField(default=0)

    @classmethod
    def read(cls) -> int:
        """Return the change up to which entries are committed."""
        return cls.objects.filter(pk=1).values_list("change", flat=True).first() or 0

    @classmethod
    def locked(cls) -> Self:
        """Return the row, locked until the transaction ends."""
        cls.objects.bulk_create([cls(pk=1)], ignore_conflicts=True)
        return cls.objects.select_for_update().get(pk=1)


#: ``Head.read``, for a statement that is written by hand.
READ_HEAD = f"SELECT change FROM {Head._meta.db_table} WHERE id = 1"  # noqa: S608


class Entries(models.QuerySet["BankEntry"]):
    """Rows of entries."""

    def live(self) -> Self:
        """Leave out what was withdrawn."""
        return self.exclude(state=_GONE)

    def named(self, names: Iterable[Name]) -> Self:
        """Keep the named ones; the caller sees to it that they aren't too many for a statement."""
        of_banks: dict[str, list[str]] = {}
        for bank, entry_id in names:
            of_banks.setdefault(bank, []).append(entry_id)
        if not of_banks:
            return self.none()
        wanted = models.Q()
        for bank, entries in of_banks.items():
            wanted |= models.Q(bank__name=bank, entry_id__in=entries)
        return self.filter(wanted)

    def numbers(self) -> dict[Name, int]:
        """Return the number of each, by its name."""
        rows = self.values_list("pk", "bank__name", "entry_id")
        return {(bank, entry_id): number for number, bank, entry_id in rows}


class BankEntry(models.Model):
    """The latest snapshot of a bank's entry. A withdrawn one keeps its name and loses its value."""

    bank = models.ForeignKey("review.Bank", on_delete=models.CASCADE, related_name="entries")
    entry_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    #: Shared by the entries of one listed picture; "" where the bank doesn't say.
    picture = models.CharField(max_length=64, default="", blank=True)
    #: ``fingerprint.sealing``; empty when withdrawn.
    sealed = models.BinaryField(max_length=512)
    state = models.CharField(max_length=16)
    #: The bank's own order: sequence number (v2) or time stamp (v1).
    seq = models.BigIntegerField()
    generation = models.BigIntegerField(default=0)
    #: Our order, under the lock of ``Head``: an index in memory follows by ``change > seen``.
    change = models.BigIntegerField(db_index=True)

    objects = Entries.as_manager()

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

    @property
    def is_live(self) -> bool:
        """Whether it wasn't withdrawn."""
        return self.state != _GONE


class IndexMark(models.Model):
    """An index was about to be saved to disk with every change up to ``change``.

    The saved index bears ``number``, which is random. A database that was restored from an older
    copy, or is another one, doesn't know that number: so an index that is ahead of its database, or
    never belonged to it, is found out.
    """

    number = models.BigIntegerField(primary_key=True)
    change = models.BigIntegerField()
    at = models.DateTimeField(db_index=True)
