"""The table of what was done at the desk."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from staydown.accounts.audit import AuditRow


class Audit(AuditRow):
    """The desk's trail: with the moderator, and the item where it is about one."""

    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(
        "review.Item", null=True, on_delete=models.SET_NULL, related_name="audit"
    )

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="audit_by_time")]
