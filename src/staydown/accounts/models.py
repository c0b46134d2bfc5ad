"""The accounts' tables."""

from typing import ClassVar

from django.db import models


class Throttle(models.Model):
    """How much is left to a subject: marks of ``throttle_rules``, by the names of its lanes.

    A row whose marks have passed says nothing, and is forgotten.
    """

    scope = models.CharField(max_length=24)
    #: A keyed hash of a name, a device, a number, or whatever else the scope counts.
    subject = models.BinaryField(max_length=32)
    #: Microseconds since 1970, by lane.
    marks = models.JSONField(default=dict)
    #: The latest of them.
    whole_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scope", "subject"], name="accounts_throttle_once")
        ]
