"""Telling banks what was decided: an outbox of rows, each claimed, sent and ticked off.

A job is claimed before it is sent and ticked off after, so a crash between the two sends it again:
banks get it at least once, and a repeat changes nothing there. Of one entry only the newest
decision is told, and never while an older one is on its way.

Each bank is told in a turn of its own, which is short. One that doesn't answer is left alone for a
while that grows: the bank, not each thing it should hear, and no other bank notices.
"""

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from staydown.base.clock import Clock
from staydown.base.errors import SettingsError
from staydown.base.quietlog import Configured
from staydown.base.settings import read_secret
from staydown.base.vocabulary import Decision, Feedback, Kind
from staydown.exchange.client import BankClient
from staydown.exchange.errors import BankRefused, BankUnreachable, ExchangeError
from staydown.fingerprint.sealing import Sealer
from staydown.net.message import Transport
from staydown.review import rules, under_18
from staydown.review.banks import telling
from staydown.review.models import Bank, BankEntry, Candidate, FeedbackJob, Item

log = logging.getLogger(__name__)

#: Seconds after which a bank's turn ends, though there is more to tell: the next tick goes on.
TURN_SECONDS = 60.0

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


class _LeaveAlone(Exception):
    """The bank can't be told anything at the moment, nothing else either.

    ``wait`` is how long it asks for, in seconds.
    """

    def __init__(self, wait: float | None) -> None:
        super().__init__()
        self.wait = wait


def tell_banks(item: Item, decision: Decision, now: datetime) -> None:
    """Put what each bank is told of each entry into the outbox. Inside a transaction.

    A bank that is told nothing hears no earlier word about this upload either, unless that is on
    its way, or is true of another upload too.
    """
    entries = dict(
        item.candidates.order_by("entry_id").values_list("entry_id", "entry__bank__dialect")
    )
    ncii = _elsewhere(item.pk, entries, Decision.NCII)
    marked = _elsewhere(item.pk, entries, Decision.MAY_BE_UNDER_18)
    said = {one: under_18.said(decision, one_elsewhere=one in marked) for one in entries}
    same = telling.same_picture(telling.close_to(item))
    silent = {one for one in entries if under_18.says_nothing(said[one], entries[one])}
    _waiting(item.pk, silent - ncii, now).update(state=SUPERSEDED, done_at=now)
    FeedbackJob.objects.bulk_create(
        FeedbackJob(
            entry_id=entry_id,
            item=item,
            value=rules.word_for_entry(
                said[entry_id], ncii_elsewhere=entry_id in ncii, same_picture=entry_id in same
            ).value,
            created_at=now,
            next_try_at=now,
        )
        for entry_id in entries
        if entry_id not in silent
    )


def _elsewhere(item: int, entries: Collection[int], decision: Decision) -> set[int]:
    """Return the entries that another upload came close to of which this was decided."""
    found = Candidate.objects.filter(entry__in=entries, item__decision=decision.value)
    return set(found.exclude(item=item).values_list("entry_id", flat=True))


def _waiting(item: int, entries: Collection[int], now: datetime) -> QuerySet[FeedbackJob]:
    """What nobody is sending at the moment."""
    waiting = FeedbackJob.objects.filter(item=item, entry__in=entries, state=WAITING)
    return waiting.filter(Q(claimed_until=None) | Q(claimed_until__lte=now))


def banks_to_tell(clock: Clock) -> list[int]:
    """Return the banks that something is to be told to now, the one told longest ago first."""
    now = clock.now()
    return list(
        Bank.objects.filter(Q(feedback_after=None) | Q(feedback_after__lte=now), active=True)
        .filter(Exists(_due(now).filter(entry__bank=OuterRef("pk"))))
        .order_by(F("feedback_after").asc(nulls_first=True), "pk")
        .values_list("pk", flat=True)
    )


def deliver(
    bank_id: int,
    transport: Transport,
    sealer: Sealer,
    clock: Clock,
    *,
    most: int = 500,
    seconds: float = TURN_SECONDS,
) -> int:
    """Tell one bank what is due: at most so much, and nothing new once the seconds are over.

    Return how much it was told. A bank that can't be told at the moment is left alone from then on,
    for longer each time; a refusal that concerns one thing alone puts off that thing.
    """
    ends = time.monotonic() + seconds
    told = 0
    due = _due(clock.now()).filter(entry__bank_id=bank_id).order_by("next_try_at", "pk")
    for job_id in list(due.values_list("pk", flat=True)[:most]):
        if time.monotonic() > ends:
            break
        claimed = _claim(job_id, clock.now())
        if claimed is None:
            continue
        try:
            told += _send(claimed, transport, sealer, clock)
        except _LeaveAlone as fault:
            _leave_alone(bank_id, fault, clock, answered_before=told > 0)
            return told
    Bank.objects.filter(pk=bank_id).update(feedback_failures=0, feedback_after=clock.now())
    return told


def _due(now: datetime) -> QuerySet[FeedbackJob]:
    due = FeedbackJob.objects.filter(state=WAITING, next_try_at__lte=now)
    return due.filter(Q(claimed_until=None) | Q(claimed_until__lte=now))


def _leave_alone(bank_id: int, fault: _LeaveAlone, clock: Clock, *, answered_before: bool) -> None:
    with transaction.atomic():
        bank = Bank.objects.select_for_update().get(pk=bank_id)
        bank.feedback_failures = 1 if answered_before else min(bank.feedback_failures + 1, 1000)
        pause = rules.feedback_pause(bank.feedback_failures, retry_after=fault.wait)
        bank.feedback_after = clock.now() + pause
        bank.save(update_fields=["feedback_failures", "feedback_after"])


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
        if not entry.is_live:
            same.filter(pk=job_id).update(state=MOOT, done_at=now)
            return None
        if same.filter(pk__gt=job_id).exists() or _taken_back(job, entry):
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


def _taken_back(job: FeedbackJob, entry: BankEntry) -> bool:
    """Whether a bank is told nothing of this upload any more: the word was on its way then, or
    another upload was decided since."""
    if not job.item.decision:
        return False
    marked = _elsewhere(job.item_id, [entry.pk], Decision.MAY_BE_UNDER_18)
    said = under_18.said(Decision(job.item.decision), one_elsewhere=bool(marked))
    silent = under_18.says_nothing(said, entry.bank.dialect)
    return silent and not _elsewhere(job.item_id, [entry.pk], Decision.NCII)


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
        if _concerns_bank(error):
            raise _LeaveAlone(wait) from error
        return False
    return bool(_ours(claimed).update(state=DELIVERED, claimed_until=None, done_at=clock.now()))


def _concerns_bank(error: Exception) -> bool:
    """Whether nothing else would go through either: no answer, no keys, another address."""
    if isinstance(error, BankRefused):
        return error.status in (401, 403) or 300 <= error.status < 400
    return True


def _ours(claimed: Claimed) -> QuerySet[FeedbackJob]:
    """The job's row, if the claim is still ours."""
    return FeedbackJob.objects.filter(pk=claimed.job_id, state=WAITING, claim=claimed.claim)
