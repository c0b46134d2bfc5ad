"""The desk's tables. Private to ``review``: everything else goes through ``api``.

No picture, no fingerprint of an upload and no address of a person is kept here. The fingerprints
that banks hand out are sealed; keys of banks lie in files; keys of the platform are hashed.
"""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from staydown.base.vocabulary import Decision, EntryState, Feedback, GateAnswer, Kind


def _choices(enum: type[EntryState | Decision | Feedback | GateAnswer | Kind]) -> list[str]:
    return [member.value for member in enum]


class Moderator(AbstractBaseUser):
    """A person who decides. Only a name to sign in with: no e-mail, no full name."""

    username = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = BaseUserManager()


class SignInThrottle(models.Model):
    """Failed sign-ins under one name (its keyed hash), or of everybody (``total``)."""

    subject = models.BinaryField(max_length=32, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    not_before = models.DateTimeField()


class Head(models.Model):
    """The one row whose lock orders all changes of entries: commit order is number order."""

    change = models.BigIntegerField(default=0)


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


class BankEntry(models.Model):
    """The latest snapshot of a bank's entry. A withdrawn one keeps its name and loses its value."""

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="entries")
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
                condition=models.Q(state__in=_choices(EntryState)), name="entry_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=_choices(Kind)), name="entry_kind_known"
            ),
        ]


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
    #: Whether the upload's own PDQ quality was high enough to act on a match.
    quality_fine = models.BooleanField()
    decision = models.CharField(max_length=16, blank=True, default="")
    decided_by = models.ForeignKey(Moderator, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    #: Counts decisions; a decision names the version it saw, so that the second of two is told.
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(decision__in=["", *_choices(Decision)]), name="decision_known"
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
    #: What this entry alone came to, and why, in words.
    answer = models.CharField(max_length=16)
    reason = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["item", "entry"], name="candidate_once_per_item"),
            models.CheckConstraint(
                condition=models.Q(kind__in=_choices(Kind)), name="candidate_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(answer__in=[GateAnswer.HELD.value, GateAnswer.FLAGGED.value]),
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
    banks_ready = models.BooleanField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["platform_key", "key_digest"], name="one_answer_per_idempotency_key"
            )
        ]


class FeedbackJob(models.Model):
    """Something to tell a bank, kept until it was told."""

    entry = models.ForeignKey(BankEntry, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="feedback_jobs")
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
                condition=models.Q(value__in=_choices(Feedback)), name="feedback_known"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "next_try_at"], name="feedback_due")
        ]


class Audit(models.Model):
    """Who did what, and when. Rows are only ever added."""

    at = models.DateTimeField(db_index=True)
    #: ``moderator``, ``operator`` (at the command line) or ``desk`` (by itself).
    actor = models.CharField(max_length=16)
    moderator = models.ForeignKey(Moderator, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    item = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="audit")
    before = models.CharField(max_length=100, blank=True)
    after = models.CharField(max_length=100, blank=True)
