"""The audit trail: one row for every change of state, in the transaction of the change itself."""

from datetime import datetime

from staydown.bank.models import Audit

PERSON = "person"
OPERATOR = "operator"


def partner_name(name: str) -> str:
    """Return how a partner is named in the trail."""
    return f"partner {name}"


def record(
    *,
    at: datetime,
    who: str,
    what: str,
    subject: str,
    change: tuple[str, str],
    why: str,
    seq: int | None = None,
) -> None:
    """Add a row; ``change`` is (from, to). Call it inside the transaction that makes the change."""
    old, new = change
    Audit.objects.create(
        at=at, who=who, what=what, subject=subject, old=old, new=new, why=why, seq=seq
    )
