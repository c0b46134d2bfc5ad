"""Counting by reason what was set aside of a bank; never what it held."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from staydown.exchange.records import SetAside
from staydown.review.models import SetAsideReason

#: Reasons kept apart per bank; a bank that thinks up more gets them counted together.
MAX_REASONS = 50
OTHER_REASONS = "other reasons"


def count_set_aside(bank_id: int, aside: Sequence[SetAside], now: datetime) -> None:
    """Count by reason: as many statements as there are reasons, however many records."""
    if not aside:
        return
    known = set(SetAsideReason.objects.filter(bank_id=bank_id).values_list("reason", flat=True))
    counts: Counter[str] = Counter()
    last: dict[str, int] = {}
    for record in aside:
        reason = record.reason[:200]
        if reason not in known and len(known) >= MAX_REASONS:
            reason = OTHER_REASONS
        known.add(reason)
        counts[reason] += 1
        last[reason] = record.position
    for reason, count in counts.items():
        row, _ = SetAsideReason.objects.get_or_create(
            bank_id=bank_id, reason=reason, defaults={"last_at": now}
        )
        row.count += count
        row.last_position, row.last_at = last[reason], now
        row.save()
