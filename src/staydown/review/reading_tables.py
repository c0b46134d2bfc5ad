"""Tables of how far a bank was read; as private as ``models``, of which this is a part."""

from typing import ClassVar

from django.db import models


class BankReading(models.Model):
    """Where a bank is being read, beside its cursor. Saved in the page's own transaction.

    The cursor is a safe place to go on from; what is here is lost without harm.
    """

    bank = models.OneToOneField(
        "review.Bank", on_delete=models.CASCADE, primary_key=True, related_name="reading"
    )
    #: ``matching.chain.Chain``: a v1 fetch that has not reached its end. Empty where none has.
    chain = models.JSONField(default=dict)
    #: ``matching.asking.Suspect``: a record that couldn't be read. Empty where there is none.
    suspect = models.JSONField(default=dict)
    #: ``matching.asking.Asking``, while less is asked for than could be. Else empty.
    asking = models.JSONField(default=dict)


class PassedOver(models.Model):
    """A place in a bank's feed that couldn't be read and was left behind, until it can be.

    Between ``low`` and ``high`` lies a record that may be a listing or a withdrawal. The row goes
    when it could be read, or when the whole feed is read from its start.
    """

    bank = models.ForeignKey("review.Bank", on_delete=models.CASCADE, related_name="passed_over")
    #: In the bank's order: the sequence number before the record, or a v1 second at or before it.
    low = models.BigIntegerField()
    #: The first place behind it that could be read from.
    high = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    found_at = models.DateTimeField()
    #: How often it was tried again, and when it is next.
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["bank", "low", "high"], name="place_once_per_bank")
        ]
