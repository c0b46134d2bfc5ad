"""The accounts' tables: staff with their roles and devices, and how their tries are slowed.

Private: others go through the functions of this package.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.functional import cached_property

from staydown.accounts.roles import Permission, Role, permissions
from staydown.accounts.rules import LONGEST_NAME


class Staff(AbstractBaseUser):
    """Somebody who works here. Only a name to sign in with: no e-mail, no full name."""

    username = models.CharField(max_length=LONGEST_NAME, unique=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = BaseUserManager()

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """All that this person may do, by their roles when this was first asked."""
        return permissions(self.roles.values_list("role", flat=True))


class StaffRole(models.Model):
    """A role that somebody has: see ``roles``."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["staff", "role"], name="accounts_role_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="accounts_role_known",
            ),
        ]


class Device(models.Model):
    """A browser that somebody signed in from: the keyed hash of its cookie, and no address."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="devices")
    key = models.BinaryField(max_length=32)
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["staff", "key"], name="accounts_device_once")
        ]


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
