"""Tables of what a platform has already: uploads that were allowed, and sweeps."""

from typing import ClassVar

from django.db import models


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

    platform_key = models.ForeignKey(
        "review.PlatformKey", on_delete=models.CASCADE, related_name="+"
    )
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
    entry = models.ForeignKey("review.BankEntry", on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey("review.Item", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kept", "entry"], name="kept_match_once")
        ]


class Sweep(models.Model):
    """One run over a back catalogue; its list of files lies in a folder beside the settings."""

    name = models.CharField(max_length=50, unique=True)
    #: Nobody's key: by it the items of this run are told from those of the gate.
    platform_key = models.ForeignKey(
        "review.PlatformKey", on_delete=models.PROTECT, related_name="+"
    )
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
    item = models.ForeignKey("review.Item", on_delete=models.CASCADE, related_name="sweeps")
    #: A hash of where the file lies, the same in every run.
    identity = models.BinaryField(max_length=32, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sweep", "place"], name="sweep_place_once")
        ]
