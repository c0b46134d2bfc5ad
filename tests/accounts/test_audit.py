"""One kind of audit row: the same columns at the bank and the desk, and only ever added to."""

from datetime import UTC, datetime

import pytest

from staydown.accounts import audit
from staydown.accounts.audit import AuditRow
from staydown.bank.models import Audit as BankAudit
from staydown.review.models import Audit as DeskAudit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TRAILS = [BankAudit, DeskAudit]


@pytest.mark.parametrize("trail", TRAILS)
def test_every_trail_has_the_seven_columns_as_they_are_everywhere(trail: type[AuditRow]) -> None:
    seven = {field.name: field.deconstruct()[1:] for field in AuditRow._meta.concrete_fields}
    theirs = {field.name: field.deconstruct()[1:] for field in trail._meta.concrete_fields}
    assert list(seven) == ["at", "who", "what", "subject", "before", "after", "why"]
    assert {name: theirs[name] for name in seven} == seven


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("trail", TRAILS)
def test_a_row_says_who_did_what_to_which_from_what_to_what_and_why(trail: type[AuditRow]) -> None:
    audit.record(
        trail,
        at=NOW,
        who=audit.staff_name("anna"),
        what="item",
        subject="7",
        change=(audit.NOTHING, "ncii"),
        why="decided",
    )
    (row,) = trail._default_manager.all()
    said = (row.at, row.who, row.what, row.subject, row.before, row.after, row.why)
    assert said == (NOW, "staff anna", "item", "7", "", "ncii", "decided")
