"""Alarms: rows that say what a person should look at. Channels, later, only carry them.

Whoever notices something calls ``raise_alarm``. What happens again is counted in the same row until
it is lifted; the log says only that an alarm is new.
"""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from staydown.base.clock import Clock
from staydown.base.quietlog import Configured
from staydown.review import audit, rules
from staydown.review.banks import alarm_wording
from staydown.review.errors import NotHere
from staydown.review.models import Alarm
from staydown.review.records import AlarmKind, AlarmLine, AlarmState

log = logging.getLogger(__name__)

Values = Mapping[str, int | str]

#: The most alarms that a list shows; those that nobody has lifted are few by nature.
MOST_SHOWN = 200

_OPEN, _SEEN, _LIFTED = AlarmState.OPEN.value, AlarmState.SEEN.value, AlarmState.LIFTED.value


def raise_alarm(kind: AlarmKind, subject: str, values: Values, clock: Clock) -> int:
    """Raise an alarm, or count it where it is raised already; return its number.

    ``subject`` is a name of our own (a bank's as it was added, "" for the desk), ``values`` hold
    numbers and reason codes: nothing that was sent. May be called inside a transaction.
    """
    now = clock.now()
    with transaction.atomic():
        found = _found_or_made(kind, subject, now)
        fresh = found.count == 0
        again = found.state == _SEEN and rules.is_news_again(found.last_at, now)
        Alarm.objects.filter(pk=found.pk).update(
            count=F("count") + 1,
            last_at=now,
            values=dict(values),
            state=_OPEN if again else found.state,
        )
    if fresh or again:
        log.warning(
            "an alarm was raised",
            extra={"fact": {"alarm": found.pk, "kind": kind, "subject": Configured(subject)}},
        )
    return found.pk


def _found_or_made(kind: AlarmKind, subject: str, now: datetime) -> Alarm:
    """Return the one row that isn't lifted, locked. Its count is 0 where it is new."""
    rows = Alarm.objects.filter(kind=kind.value, subject=subject).exclude(state=_LIFTED)
    new = Alarm(kind=kind.value, subject=subject, count=0, raised_at=now, last_at=now)
    while (found := rows.select_for_update().first()) is None:
        # Somebody else may do the same at this moment: then theirs stays, and is counted up.
        Alarm.objects.bulk_create([new], ignore_conflicts=True)
    return found


def count_open_alarms() -> int:
    """Return how many alarms nobody has seen yet."""
    return Alarm.objects.filter(state=_OPEN).count()


def alarm_lines(*, lifted: bool = False) -> list[AlarmLine]:
    """Return the alarms that aren't lifted, those that nobody has seen first, then the newest.

    With ``lifted``, those that are, the last lifted first.
    """
    if lifted:
        rows = Alarm.objects.filter(state=_LIFTED).order_by("-lifted_at", "-pk")
    else:
        rows = Alarm.objects.exclude(state=_LIFTED).order_by("state", "-last_at", "-pk")
    return [alarm_line(row) for row in rows[:MOST_SHOWN]]


def find_alarm(number: int) -> AlarmLine:
    """Return an alarm. Raises NotHere."""
    return alarm_line(_one(Alarm.objects.filter(pk=number)))


def mark_alarm_seen(number: int, name: str, clock: Clock, *, moderator_id: int | None) -> None:
    """Note that ``name`` knows of an alarm; it stays until it is lifted. Raises NotHere.

    ``moderator_id`` is None for the operator. Who saw it first stays noted.
    """
    now = clock.now()
    with transaction.atomic():
        row = locked_alarm(number)
        if row.state != _OPEN:
            return
        Alarm.objects.filter(pk=number).update(state=_SEEN, seen_by=name, seen_at=now)
        _record(row, _SEEN, now, why="seen", moderator_id=moderator_id)


def close_alarm(row: Alarm, reason: str, now: datetime, *, entries: int = 0) -> None:
    """Lift an alarm that is locked by the caller, and audit it with the ``entries`` that a bank may
    send more."""
    Alarm.objects.filter(pk=row.pk).update(
        state=_LIFTED, lifted_by="operator", lifted_at=now, reason=reason
    )
    more = f"lifted, {entries} entries more" if entries else "lifted"
    _record(row, _LIFTED, now, why=f"{more}: {reason}" if reason else more)


def _record(
    row: Alarm, after: str, now: datetime, *, why: str, moderator_id: int | None = None
) -> None:
    audit.record(
        at=now,
        what="alarm",
        subject=f"{row.kind} {row.subject}".strip(),
        change=(row.state, after),
        why=why,
        moderator_id=moderator_id,
    )


def locked_alarm(number: int) -> Alarm:
    """Return an alarm's row, locked until the transaction ends. Raises NotHere."""
    return _one(Alarm.objects.select_for_update().filter(pk=number))


def _one(rows: QuerySet[Alarm]) -> Alarm:
    row = rows.first()
    if row is None:
        raise NotHere("there is no alarm of this number")
    return row


def alarm_line(row: Alarm) -> AlarmLine:
    """Return what is shown of an alarm's row."""
    kind = AlarmKind(row.kind)
    values = {str(name): value for name, value in row.values.items()}
    words = alarm_wording.say(kind, row.subject, values, row.pk)
    return AlarmLine(
        number=row.pk,
        kind=kind,
        subject=row.subject,
        state=AlarmState(row.state),
        values=values,
        count=row.count,
        raised_at=row.raised_at,
        last_at=row.last_at,
        seen_by=row.seen_by,
        seen_at=row.seen_at,
        lifted_by=row.lifted_by,
        lifted_at=row.lifted_at,
        reason=row.reason,
        title=words.title,
        text=words.text,
        advice=words.advice,
        command=words.command,
    )
