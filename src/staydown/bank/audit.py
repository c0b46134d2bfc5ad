"""The bank's audit trail. ``seq``: the place in the feed that a change gave an entry."""

from functools import partial

from staydown.accounts import audit
from staydown.accounts.audit import NOTHING, OPERATOR
from staydown.bank.models import Audit

__all__ = ["NOTHING", "OPERATOR", "PERSON", "partner_name", "record"]

PERSON = "person"

record = partial(audit.record, Audit)


def partner_name(name: str) -> str:
    """Return how a partner is named in the trail."""
    return f"partner {name}"
