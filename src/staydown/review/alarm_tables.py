"""Tables of what banks send and of alarms; as private as ``models``, of which this is a part."""

from typing import ClassVar

from django.db import models

from staydown.review.shares import MOST_ENTRIES


class BankMeter(models.Model):
    """What a bank sent lately, what was agreed with it, and how much of it is kept.

    Counted page by page in the transaction that saves the page; the rules are in ``shares``.
    """

    bank = models.OneToOneField(
        "review.Bank", on_delete=models.CASCADE, primary_key=True, related_name="meter"
    )
    #: ``shares.Window``: what was taken in, in slots of five minutes.
    window = models.JSONField(default=list)
    #: Entries that may come on top of the share, and until when.
    backfill_left = models.BigIntegerField(default=0)
    backfill_until = models.DateTimeField(null=True)
    #: How many entries may be listed here.
    most_entries = models.BigIntegerField(default=MOST_ENTRIES)
    #: How many are, how many rows there are in all, and what the index takes for them, in bytes.
    listed = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    index_bytes = models.BigIntegerField(default=0)
    #: Entries that found no room since the feed was last read from its start.
    left_out = models.BigIntegerField(default=0)
    #: Records that a v1 bank will serve again at the next look, since they bear its last second.
    overlap = models.PositiveIntegerField(default=0)
    #: Not asked before then, because its share is used up.
    paused_until = models.DateTimeField(null=True)
    #: When the feed was last read again from its start.
    restarted_at = models.DateTimeField(null=True)


class Alarm(models.Model):
    """Something that a person should look at. At most one of a kind and subject isn't lifted.

    What happens again is counted in the same row, so that nobody can fill the table.
    """

    kind = models.CharField(max_length=40)
    #: What it is about, by a name of our own: a bank's as it was added, "" for the desk itself.
    subject = models.CharField(max_length=64, blank=True)
    #: ``open``, ``seen`` (somebody knows) or ``lifted`` (over).
    state = models.CharField(max_length=8, default="open")
    #: Numbers and reason codes of the last time; never what was sent.
    values = models.JSONField(default=dict)
    count = models.BigIntegerField(default=1)
    raised_at = models.DateTimeField()
    last_at = models.DateTimeField()
    seen_by = models.CharField(max_length=64, blank=True, default="")
    seen_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=64, blank=True, default="")
    lifted_at = models.DateTimeField(null=True)
    #: Why it was lifted, in the words of whoever did.
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=~models.Q(state="lifted"),
                name="alarm_once_until_lifted",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "seen", "lifted"]), name="alarm_state_known"
            ),
        ]
