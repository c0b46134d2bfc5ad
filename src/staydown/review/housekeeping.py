"""What a desk forgets, and what it sees to, from time to time."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Count

from staydown.accounts import sign_in
from staydown.base.clock import Clock
from staydown.review import rules
from staydown.review.banks.alarms import raise_alarm
from staydown.review.models import Audit, Candidate, IdempotentAnswer
from staydown.review.records import AlarmKind


def tidy(clock: Clock, *, idempotency: timedelta) -> None:
    """Forget what has run out: idempotency keys, sessions, counts of failed sign-ins.

    And see whether one bank's entries raise more items than people can look at.
    """
    now = clock.now()
    for name, items in _many_items(now):
        raise_alarm(AlarmKind.BANK_MANY_ITEMS, name, {"items": items}, clock)
    with transaction.atomic():
        IdempotentAnswer.objects.filter(created_at__lt=now - idempotency).delete()
        Session.objects.filter(expire_date__lt=now).delete()
        sign_in.forget_old(now)


def _many_items(now: datetime) -> list[tuple[str, int]]:
    """Return the banks whose entries raised very many items lately, and how many."""
    lately = Audit.objects.filter(at__gt=now - rules.MANY_ITEMS_WITHIN)
    opened = lately.filter(what="item", why="opened")
    near = Candidate.objects.filter(item__in=opened.values("item"))
    counted = near.values_list("entry__bank__name").annotate(items=Count("item", distinct=True))
    return list(counted.filter(items__gte=rules.MANY_ITEMS))
