"""Tables of banks: where they are read, what they sent, what they are told, and alarms."""

from typing import ClassVar

from django.db import models

from staydown.base.vocabulary import Feedback
from staydown.review.models.choices import choices

#: Entries of a bank that the desk keeps listed unless more were agreed.
MOST_ENTRIES = 1_000_000


class Bank(models.Model):
    """A bank that is followed: where, how far, and how the last try went."""

    name = models.CharField(max_length=64, unique=True)
    url = models.CharField(max_length=500)
    dialect = models.CharField(max_length=8)
    subscription_key_file = models.CharField(max_length=1000)
    function_key_file = models.CharField(max_length=1000)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    #: How far the feed was read; the meaning belongs to the dialect, "" is the start.
    cursor = models.CharField(max_length=200, default="", blank=True)
    #: Counts saved pages: who fetched a page saves it only if nobody saved one meanwhile.
    revision = models.BigIntegerField(default=0)
    #: Counts reads from the start; see ``matching.sync.is_stale``.
    generation = models.BigIntegerField(default=0)

    outcome = models.CharField(max_length=16, default="never")
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_try_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    #: When the end of the feed was last reached.
    caught_up_at = models.DateTimeField(null=True)
    entries_taken = models.BigIntegerField(default=0)
    entries_set_aside = models.BigIntegerField(default=0)
    pages_refused = models.BigIntegerField(default=0)

    #: Telling it decisions: tries in a row that nothing came of, and when the next may come.
    feedback_failures = models.PositiveIntegerField(default=0)
    feedback_after = models.DateTimeField(null=True)


class SetAsideReason(models.Model):
    """Why records of a bank were refused, counted by reason; never what they held."""

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="set_aside")
    reason = models.CharField(max_length=200)
    count = models.BigIntegerField(default=0)
    last_position = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["bank", "reason"], name="reason_once_per_bank")
        ]


class FeedbackJob(models.Model):
    """Something to tell a bank, kept until it was told."""

    entry = models.ForeignKey("review.BankEntry", on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey("review.Item", on_delete=models.CASCADE, related_name="feedback_jobs")
    value = models.CharField(max_length=20)
    #: waiting, delivered, superseded (a newer decision came first) or moot (nothing left to tell).
    state = models.CharField(max_length=12, default="waiting")
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    #: Counts claims: whoever changes a row must name the claim it made.
    claim = models.BigIntegerField(default=0)
    #: Somebody is sending it, until then at most; a crash lets it run out.
    claimed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(value__in=choices(Feedback)), name="feedback_known"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "next_try_at"], name="feedback_due")
        ]


class BankMeter(models.Model):
    """What a bank sent lately, what was agreed with it, and how much of it is kept.

    Counted page by page in the transaction that saves the page; the rules are in ``shares``.
    """

    bank = models.OneToOneField(
        Bank, on_delete=models.CASCADE, primary_key=True, related_name="meter"
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


class BankReading(models.Model):
    """Where a bank is being read, beside its cursor. Saved in the page's own transaction.

    The cursor is a safe place to go on from; what is here is lost without harm.
    """

    bank = models.OneToOneField(
        Bank, on_delete=models.CASCADE, primary_key=True, related_name="reading"
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

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="passed_over")
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
