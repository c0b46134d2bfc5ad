"""What was done, and by whom: one row for each change, in the transaction of the change itself.

Every site has a table of such rows. They are only ever added to.
"""

from datetime import datetime
from typing import Any

from django.db import models

#: What there was before something was made, or is after it was removed.
NOTHING = ""

#: Whoever runs the site, at its command line.
OPERATOR = "operator"


def staff_name(name: str) -> str:
    """Return how somebody who signs in is named in the trail."""
    return f"staff {name}"


class AuditRow(models.Model):
    """When, who, what kind of thing, which one, from, to, and why or by doing what."""

    at = models.DateTimeField()
    #: ``person``, ``operator`` or the site itself; or, with their names, staff and partners.
    who = models.CharField(max_length=120)
    what = models.CharField(max_length=24)
    subject = models.CharField(max_length=120)
    before = models.CharField(max_length=100)
    after = models.CharField(max_length=100)
    why = models.CharField(max_length=256)

    class Meta:
        abstract = True


def record(
    trail: type[AuditRow],
    *,
    at: datetime,
    who: str,
    what: str,
    subject: str,
    change: tuple[str, str] = (NOTHING, NOTHING),
    why: str,
    **own: Any,
) -> None:
    """Add a row to a site's trail; ``change`` is (from, to), ``own`` are the site's own columns."""
    before, after = change
    trail._default_manager.create(
        at=at, who=who, what=what, subject=subject, before=before, after=after, why=why, **own
    )
