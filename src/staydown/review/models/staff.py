"""Tables of the people who decide, how they sign in, and what anybody did."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


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


class Audit(models.Model):
    """Who did what, and when. Rows are only ever added."""

    at = models.DateTimeField(db_index=True)
    #: ``moderator``, ``operator`` (at the command line) or ``desk`` (by itself).
    actor = models.CharField(max_length=16)
    moderator = models.ForeignKey(Moderator, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    item = models.ForeignKey(
        "review.Item", null=True, on_delete=models.SET_NULL, related_name="audit"
    )
    before = models.CharField(max_length=100, blank=True)
    after = models.CharField(max_length=100, blank=True)
