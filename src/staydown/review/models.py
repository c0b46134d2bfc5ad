"""The desk's tables. Private to ``review``: everything else goes through ``api``.

No picture and no address of a person is kept here. Fingerprints of an upload are, sealed, while its
item waits or isn't NCII (``ItemMark``), and where the desk looks back (``KeptUpload``). Those that
banks hand out are sealed too; keys of banks lie in files; keys of the platform are hashed.
"""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from staydown.base.vocabulary import Decision, EntryState, Feedback, GateAnswer, Kind
from staydown.review import (  # Django looks for tables in this module
    alarm_tables,  # noqa: F401
    memory_tables,  # noqa: F401
)


def _choices(enum: type[EntryState | Decision | Feedback | GateAnswer | Kind]) -> list[str]:
    return [member.value for member in enum]


class Moderator(AbstractBaseUser):
    """A person who decides. Only a name to sign in with: no e-mail, no full name."""

    username = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    #: Named by the operator: opens and decides items that may show somebody under 18.
    sees_under_18 = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = BaseUserManager()


class SignInThrottle(models.Model):
    """Tries under one name, or from one device, by keyed hash: marks of ``rules.admit_sign_in``.

    A row whose marks have passed says nothing.
    """

    subject = models.BinaryField(max_length=32, unique=True)
    pace = models.DateTimeField()
    beyond = models.DateTimeField()


class Device(models.Model):
    """A browser that a moderator signed in from: the keyed hash of its cookie, and no address."""

    moderator = models.ForeignKey(Moderator, on_delete=models.CASCADE, related_name="devices")
    key = models.BinaryField(max_length=32)
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["moderator", "key"], name="device_once")
        ]


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

    #: Telling it decisions: tries in a row that nothing came of, and when the next may come.
    feedback_failures = models.PositiveIntegerField(default=0)
    feedback_after = models.DateTimeField(null=True)


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
    #: For an upload that was allowed, and matched a later listing: when it was uploaded.
    uploaded_at = models.DateTimeField(null=True)
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
    #: What this entry alone came to, and why, in words; allowed where memory let it go.
    answer = models.CharField(max_length=16)
    reason = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["item", "entry"], name="candidate_once_per_item"),
            models.CheckConstraint(
                condition=models.Q(kind__in=_choices(Kind)), name="candidate_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(answer__in=_choices(GateAnswer)),
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


class LookBack(models.Model):
    """The one row that says how far kept uploads and later listings were held together."""

    #: Entries up to this change were held against every kept upload that has a place.
    seen = models.BigIntegerField(default=0)
    #: The last place that a kept upload was given.
    places = models.BigIntegerField(default=0)
    #: Counts savings: who worked something out saves it only if nobody saved meanwhile.
    revision = models.BigIntegerField(default=0)
    #: Days that uploads are kept, as the settings said at the last tick.
    keep_days = models.PositiveSmallIntegerField(default=0)


class KeptUpload(models.Model):
    """An upload that was allowed, at a desk that looks back. Sealed, and gone after some days."""

    platform_key = models.ForeignKey(PlatformKey, on_delete=models.CASCADE, related_name="+")
    #: Keyed hash of the key, the reference and the picture: a retry is not kept a second time.
    digest = models.BinaryField(max_length=32, unique=True)
    #: Some fingerprints, and how each was made of the picture.
    sealed_queries = models.BinaryField(max_length=8192)
    #: The platform's reference and the address of its preview.
    sealed_words = models.BinaryField(max_length=16384)
    kept_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField(db_index=True)
    #: The gate had held it against every entry up to this change.
    seen = models.BigIntegerField()
    #: Given by the tick, one after the other: numbers of rows don't follow the order of commits.
    place = models.BigIntegerField(null=True, unique=True)


class KeptMatch(models.Model):
    """A kept upload and a later listing that came close, so that it is said once."""

    kept = models.ForeignKey(KeptUpload, on_delete=models.CASCADE, related_name="matches")
    entry = models.ForeignKey(BankEntry, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kept", "entry"], name="kept_match_once")
        ]


class Sweep(models.Model):
    """One run over a back catalogue; its list of files lies in a folder beside the settings."""

    name = models.CharField(max_length=50, unique=True)
    #: Nobody's key: by it the items of this run are told from those of the gate.
    platform_key = models.ForeignKey(PlatformKey, on_delete=models.PROTECT, related_name="+")
    #: SHA-256 of the list, so that the run goes on with no other.
    list_digest = models.BinaryField(max_length=32)
    files = models.BigIntegerField()
    parts = models.BigIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)


class SweepPart(models.Model):
    """A part of a list that was worked on: written once, together with the items it led to."""

    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="done")
    number = models.BigIntegerField()
    files = models.PositiveIntegerField()
    held = models.PositiveIntegerField()
    flagged = models.PositiveIntegerField()
    #: Of each file that couldn't be looked at: its place in the list, and why in a word.
    faults = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sweep", "number"], name="sweep_part_once")
        ]


class SweepItem(models.Model):
    """A file that matched, by its place in the list, and the item that it is part of.

    The item is one that this run opened, or one that waited already for the same file.
    """

    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="items")
    place = models.BigIntegerField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="sweeps")
    #: A hash of where the file lies, the same in every run.
    identity = models.BinaryField(max_length=32, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sweep", "place"], name="sweep_place_once")
        ]
