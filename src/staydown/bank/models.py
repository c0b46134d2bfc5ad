"""The bank's tables. Private: everyone else goes through ``staydown.bank.api``.

Nothing here can hold a name, an address or a picture of a person. A fingerprint's value is never
stored in the open: ``sealed`` is encrypted and ``lookup`` is a keyed hash.
"""

import uuid

from django.db import models

from staydown.accounts.audit import AuditRow
from staydown.base.vocabulary import ActingFor, EntryState, Feedback, Kind
from staydown.exchange.codec import V1_SIGNAL_TYPES


def _choices(
    words: type[Kind] | type[EntryState] | type[ActingFor] | type[Feedback],
) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


_V1_KINDS = [kind.value for kind in V1_SIGNAL_TYPES]

#: An entry that somebody lists.
_LIVE = models.Q(withdrawn_seq__isnull=True)


class Head(models.Model):
    """The one row whose lock orders the feed: who holds it may give the next number."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    stamp = models.BigIntegerField(default=0)


class Case(models.Model):
    """One person's case: no name, only what proves that somebody may ask after it."""

    #: What listings and signed forms point at; changed by a recovery, so that old forms die.
    ref = models.UUIDField(default=uuid.uuid4, unique=True)
    number_hash = models.BinaryField(max_length=32, unique=True)
    pin_hash = models.CharField(max_length=256)
    phrase_hash = models.BinaryField(max_length=32, unique=True)
    acting_for = models.CharField(max_length=8, choices=_choices(ActingFor))
    opened_on = models.DateField()


class Organisation(models.Model):
    """Who stands behind one or several partners: disputes count organisations, not keys."""

    name = models.CharField(max_length=100, unique=True)
    added_at = models.DateTimeField()
    #: How many entries its words against may newly count on within a day: ``voice_rules``.
    allowance = models.PositiveIntegerField()
    #: Since when its words against are kept and don't count, by the brake or the operator.
    stopped_at = models.DateTimeField(null=True)
    #: Words from before this moment are not counted against the allowance.
    counted_from = models.DateTimeField(null=True)
    #: Disputes that its words ended since ``ended_from``.
    ended = models.PositiveIntegerField(default=0)
    ended_from = models.DateTimeField(null=True)


class Partner(models.Model):
    """A platform that may fetch the feed. Keys are kept as SHA-256 of 256 random bits."""

    name = models.CharField(max_length=100, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partners"
    )
    subscription_key_hash = models.BinaryField(max_length=32, unique=True)
    function_key_hash = models.BinaryField(max_length=32)
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    #: The feed's head when this partner first fetched, in either dialect.
    first_fetch_seq = models.BigIntegerField(null=True)


class Entry(models.Model):
    """One distinct fingerprint, whoever listed it and however often."""

    entry_id = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=8, choices=_choices(Kind))
    lookup = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    state = models.CharField(max_length=12, choices=_choices(EntryState))
    #: The place in the feed. Every change gives a new one, so that the entry moves to the end.
    seq = models.BigIntegerField(unique=True)
    #: The same for an entry that the v1 wire has a word for, else null; the database sees to it.
    #: Asked for "seq, of these kinds" it would look for an index by kind, and sort.
    v1_seq = models.GeneratedField(
        expression=models.Case(models.When(kind__in=_V1_KINDS, then="seq")),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    #: Unix seconds, given under the same lock as ``seq``: never runs against it.
    stamp = models.BigIntegerField()
    #: The place of the withdrawal that holds at present; null while anyone lists the entry.
    withdrawn_seq = models.BigIntegerField(null=True)
    #: What the entries of one picture share: its PDQ and its copy codes. Null: one alone.
    picture = models.UUIDField(null=True)

    class Meta:
        # A page of the feed is read along one of these, or along several that are merged: see
        # ``bank.pages``.
        indexes = [
            models.Index(fields=["stamp", "seq"], name="bank_entry_by_stamp"),
            models.Index(fields=["seq"], condition=_LIVE, name="bank_entry_live"),
            models.Index(fields=["v1_seq"], name="bank_entry_v1"),
            models.Index(fields=["v1_seq"], condition=_LIVE, name="bank_entry_v1_live"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "lookup"], name="bank_entry_once"),
            models.CheckConstraint(
                condition=models.Q(state="withdrawn", withdrawn_seq__isnull=False)
                | (~models.Q(state="withdrawn") & models.Q(withdrawn_seq__isnull=True)),
                name="bank_entry_withdrawn_has_seq",
            ),
        ]


class Listing(models.Model):
    """One case's, or one partner's, word that an entry belongs in the bank.

    A case's picture has a row for each of its fingerprints; they are listed and withdrawn together.
    ``listing_id`` is what partners see as a case number on the v1 wire. It differs from row to row,
    so that a partner cannot tell which pictures belong to one person.
    """

    listing_id = models.UUIDField(default=uuid.uuid4, unique=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="listings")
    #: A keyed hash of the case, the picture's place in it and the kind: see ``bank.owners``.
    owner = models.BinaryField(max_length=32, null=True, unique=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True)
    #: The entry's places in the feed when this listing was made and when it was withdrawn. A case
    #: is shown only what happened between and after: nothing of those who listed it before.
    listed_seq = models.BigIntegerField()
    listed_at = models.DateTimeField()
    withdrawn_seq = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "entry"],
                condition=models.Q(partner__isnull=False),
                name="bank_listing_partner_once",
            ),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=False, partner__isnull=True)
                | models.Q(owner__isnull=True, partner__isnull=False),
                name="bank_listing_one_owner",
            ),
        ]


class HeldGroup(models.Model):
    """Hand-ins that came in a flood, look alike, and are held back: what an operator decides about.

    It says how they look and how many they are, and nothing of whose they are. The rows that are
    held point here, and lose that when they go on.
    """

    looks = models.CharField(max_length=96)
    #: The partner that handed in; null for people.
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True)
    began_at = models.DateTimeField()
    #: When the last of them goes on by itself.
    until = models.DateTimeField()
    #: What looks alike later is another group: this one was decided about.
    closed = models.BooleanField(default=False)
    hand_ins = models.PositiveIntegerField(default=0)
    pictures = models.PositiveIntegerField(default=0)
    dropped_at = models.DateTimeField(null=True)
    #: The two operators who dropped it, as they named themselves, and why.
    dropped_by = models.CharField(max_length=60, default="")
    agreed_by = models.CharField(max_length=60, default="")
    reason = models.CharField(max_length=200, default="")


class Waiting(models.Model):
    """A change of one picture of a case that no partner has been told of yet: see ``bank.waiting``.

    Deleted by what releases it. Nothing of a row goes over into the rows that come of it, and its
    ``sealed`` is as long as every other's.
    """

    #: A keyed hash of the case and the picture's place in it.
    owner = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField()
    #: When it goes out; null for what never will, because it was withdrawn before.
    due_at = models.DateTimeField(null=True, db_index=True)
    #: Held back by a rule: can't be sent at once.
    held = models.BooleanField(default=False)
    #: Those it is held back with; null for what isn't.
    group = models.ForeignKey(
        HeldGroup, on_delete=models.PROTECT, null=True, related_name="waiting"
    )


class Harmless(models.Model):
    """A fingerprint of a well-known harmless picture, as the operator gave it."""

    kind = models.CharField(max_length=8, choices=_choices(Kind))
    lookup = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    #: What the operator calls the list that it came with.
    name = models.CharField(max_length=100)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "lookup"], name="bank_harmless_once")
        ]


class HarmlessVersion(models.Model):
    """One row that changes with every change of ``Harmless``: what is in memory is read again."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)


class Likeness(models.Model):
    """A case's picture that is near a known harmless one, and what came of that.

    ``sealed`` says which picture of which case, near what: as with ``Listing``, nobody without the
    key can tell which rows belong together.
    """

    #: A keyed hash of the case and the picture's place in it.
    owner = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField()
    decision = models.CharField(max_length=12, default="")
    #: The operator's words, which the owner reads.
    reason = models.CharField(max_length=200, default="")
    #: When the owner asked for a review that is still to be done.
    asked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)


class PartnerFeedback(models.Model):
    """What a partner says of an entry; its second word replaces its first."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="feedback")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT)
    value = models.CharField(max_length=16, choices=_choices(Feedback))
    tags = models.JSONField(default=list)
    at = models.DateTimeField()
    #: Since when it counts; null while it is kept because its organisation's words are stopped.
    counts_from = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "partner"], name="bank_feedback_once")
        ]
        indexes = [models.Index(fields=["partner", "counts_from"], name="bank_feedback_counting")]


class Extension(models.Model):
    """A dispute that the operator extended by hand, to another entry or for longer.

    It ends at ``until``, when an organisation says ``Blocked``, or by hand. Rows stay as the trail.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="extensions")
    source = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="extended_to")
    reason = models.CharField(max_length=200)
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    #: The entry's place in the feed that this gave it: shown to those who listed it before alone.
    made_seq = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=models.Q(ended_at=None), name="bank_extension_once"
            )
        ]


class Fetch(models.Model):
    """One page given to a partner: the entries with ``after`` < seq ≤ ``upto``.

    ``head`` is the feed's head in the very snapshot the page was read from. Together with the
    numbers in ``Audit`` that says exactly who was given which state of an entry. A partner that
    keeps polling and gets nothing repeats its last empty row instead of adding one.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT)
    dialect = models.CharField(max_length=2)
    after = models.BigIntegerField()
    upto = models.BigIntegerField()
    head = models.BigIntegerField()
    count = models.PositiveIntegerField()
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["partner", "upto", "after"], name="bank_fetch_by_partner")]


class IdempotencyKey(models.Model):
    """A request that was done under a key of its sender, for as long as it may be sent again.

    Neither the key nor the answer is here: see ``bank.idempotency``. An ended row stays for its
    day, so that a copy of the request that comes late does nothing a second time.
    """

    key_hash = models.BinaryField(max_length=32, unique=True)
    #: What was asked under it, as a hash that can't be computed without the key.
    digest = models.BinaryField(max_length=32)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="keys")
    made_at = models.DateTimeField()
    ended = models.BooleanField(default=False)


class UsedTicket(models.Model):
    """A ticket that was used, as a keyed hash, until it would be too old by itself."""

    key = models.BinaryField(max_length=32, unique=True)
    until = models.DateTimeField()


class HeldSubmission(models.Model):
    """A hash that a partner handed in in a flood: sealed, with what it said of it."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT)
    #: A keyed hash of the fingerprint, so that a second word on it takes the place of the first.
    lookup = models.BinaryField(max_length=32)
    group = models.ForeignKey(HeldGroup, on_delete=models.PROTECT, related_name="submissions")
    sealed = models.BinaryField()
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "lookup"], name="bank_held_submission_once")
        ]


class Audit(AuditRow):
    """The bank's trail. ``seq`` is the place in the feed that a change gave an entry."""

    seq = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["what", "subject", "seq"], name="bank_audit_by_place")]
