"""Telling banks what was decided: an outbox of rows, each claimed, sent and ticked off.

A job is claimed before it is sent and ticked off after, so a crash between the two sends it again:
banks get it at least once, and a repeat changes nothing there. Of one entry only the newest
decision is told, and never while an older one is on its way.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Q, QuerySet

from staydown.base.clock import Clock
from staydown.base.errors import SettingsError
from staydown.base.quietlog import Configured
from staydown.base.settings import read_secret
from staydown.base.vocabulary import EntryState, Feedback, Kind
from staydown.exchange.client import BankClient
from staydown.exchange.errors import BankUnreachable, ExchangeError
from staydown.fingerprint.seal import Sealer
from staydown.net.message import Transport
from staydown.review import rules
from staydown.review.models import BankEntry, FeedbackJob

log = logging.getLogger(__name__)

WAITING, DELIVERED, SUPERSEDED, MOOT = "waiting", "delivered", "superseded", "moot"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that is ours to send until the claim runs out."""

    job_id: int
    claim: int
    attempts: int
    value: Feedback
    url: str
    dialect: str
    subscription_key_file: Path
    function_key_file: Path
    entry_id: str
    kind: Kind
    sealed: bytes = field(repr=False)
    #: The bank, as the operator calls it.
    bank_name: str = ""


def deliver_due(transport: Transport, sealer: Sealer, clock: Clock, *, most: int = 500) -> int:
    """Send what is due, at most so many jobs. Return how many banks were told."""
    told = 0
    now = clock.now()
    due = (
        FeedbackJob.objects.filter(state=WAITING, next_try_at__lte=now, entry__bank__active=True)
        .filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
        .order_by("next_try_at", "pk")
        .values_list("pk", flat=True)[:most]
    )
    for job_id in list(due):
        claimed = _claim(job_id, clock.now())
        if claimed is not None and _send(claimed, transport, sealer, clock):
            told += 1
    return told


def _claim(job_id: int, now: datetime) -> Claimed | None:
    """Make a job ours, or settle it when there is nothing left to tell, or leave it for later."""
    entry_id = FeedbackJob.objects.values_list("entry_id", flat=True).get(pk=job_id)
    with transaction.atomic():
        # The entry's lock makes the choice between its jobs one at a time.
        entry = BankEntry.objects.select_for_update().get(pk=entry_id)
        job = FeedbackJob.objects.get(pk=job_id)
        if job.state != WAITING or (job.claimed_until is not None and job.claimed_until > now):
            return None
        same = FeedbackJob.objects.filter(entry=entry, state=WAITING)
        if entry.state == EntryState.WITHDRAWN.value:
            same.filter(pk=job_id).update(state=MOOT, done_at=now)
            return None
        if same.filter(pk__gt=job_id).exists():
            same.filter(pk=job_id).update(state=SUPERSEDED, done_at=now)
            return None
        if same.filter(pk__lt=job_id, claimed_until__gt=now).exists():
            return None
        FeedbackJob.objects.filter(pk=job_id).update(
            claim=job.claim + 1, attempts=job.attempts + 1, claimed_until=now + rules.CLAIM
        )
        bank = entry.bank
        return Claimed(
            job_id=job_id,
            claim=job.claim + 1,
            attempts=job.attempts + 1,
            value=Feedback(job.value),
            url=bank.url,
            dialect=bank.dialect,
            subscription_key_file=Path(bank.subscription_key_file),
            function_key_file=Path(bank.function_key_file),
            entry_id=entry.entry_id,
            kind=Kind(entry.kind),
            sealed=bytes(entry.sealed),
            bank_name=bank.name,
        )


def _send(claimed: Claimed, transport: Transport, sealer: Sealer, clock: Clock) -> bool:
    wait: float | None = None
    try:
        client = BankClient(
            claimed.url,
            read_secret(claimed.subscription_key_file, minimum=rules.BANK_KEY_BYTES).decode(
                "ascii"
            ),
            read_secret(claimed.function_key_file, minimum=rules.BANK_KEY_BYTES).decode("ascii"),
            transport,
        )
        if claimed.dialect == "v1":
            value = sealer.open(claimed.kind, claimed.sealed).hex
            client.send_v1_feedback(value, claimed.value)
        else:
            client.send_feed_feedback(claimed.entry_id, claimed.value)
    except (ExchangeError, SettingsError) as error:
        if isinstance(error, BankUnreachable):
            wait = error.retry_after
        pause = rules.feedback_pause(claimed.attempts, retry_after=wait)
        log.warning(
            "a bank could not be told of a decision",
            exc_info=error,
            extra={
                "fact": {
                    "bank": Configured(claimed.bank_name),
                    "attempts": claimed.attempts,
                    "next_try_seconds": round(pause.total_seconds()),
                }
            },
        )
        _ours(claimed).update(claimed_until=None, next_try_at=clock.now() + pause)
        return False
    return bool(_ours(claimed).update(state=DELIVERED, claimed_until=None, done_at=clock.now()))


def _ours(claimed: Claimed) -> QuerySet[FeedbackJob]:
    """The job's row, if the claim is still ours."""
    return FeedbackJob.objects.filter(pk=claimed.job_id, state=WAITING, claim=claimed.claim)
