"""Hashes of partners that came in a flood: kept sealed, with what was said of them."""

import json
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q, QuerySet

from staydown.bank import quarantine
from staydown.bank.models import HeldSubmission
from staydown.bank.quarantine import Hold
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import Feedback
from staydown.exchange.codec import v1_fingerprint
from staydown.exchange.records import V1Feedback, V1SignalType, V1Submission
from staydown.fingerprint.value import Fingerprint

_PURPOSE = "held submission"

#: Of a partner that was shut out nothing goes on. When it isn't let in again, it is deleted.
FORGET_REVOKED = timedelta(days=30)


def put(
    bank: Bank, partner_id: int, fingerprint: Fingerprint, said: V1Submission, hold: Hold | None
) -> None:
    """Keep a submission until ``hold`` is over, in the open transaction. One of the same hash that
    is held already (and for which ``hold`` may be missing) gets what was said now, and no more."""
    sealed = bank.sealer.seal_bytes(_PURPOSE, _written(said))
    if not _of(bank, partner_id, fingerprint).update(sealed=sealed) and hold is not None:
        HeldSubmission.objects.create(
            partner_id=partner_id,
            lookup=bank.sealer.lookup(fingerprint),
            group=hold.group,
            sealed=sealed,
            due_at=hold.until,
        )


def held_of(bank: Bank, partner_id: int, fingerprints: Iterable[Fingerprint]) -> set[Fingerprint]:
    """Return those of the fingerprints that the partner handed in and that are held back."""
    by_lookup = {bank.sealer.lookup(one): one for one in fingerprints}
    rows = HeldSubmission.objects.filter(partner_id=partner_id, lookup__in=[*by_lookup])
    return {by_lookup[bytes(lookup)] for lookup in rows.values_list("lookup", flat=True)}


def cancel(bank: Bank, partner_id: int, fingerprint: Fingerprint) -> int:
    """The partner takes the hash back: nothing waits any more. Return how many waited, 0 or 1."""
    return _of(bank, partner_id, fingerprint).delete()[0]


def due(bank: Bank, most: int, partner_id: int | None = None) -> list[HeldSubmission]:
    """Return up to ``most`` submissions (of this partner) that go on now, the first due first."""
    rows = HeldSubmission.objects.filter(
        quarantine.is_over(bank, "due_at"), group__dropped_at=None, partner__revoked_at=None
    )
    if partner_id is not None:
        rows = rows.filter(partner_id=partner_id)
    return list(rows.select_related("partner").order_by("due_at", "pk")[:most])


def read(bank: Bank, row: HeldSubmission) -> V1Submission:
    """Return what was handed in."""
    kind, value, words = json.loads(bank.sealer.open_bytes(_PURPOSE, bytes(row.sealed)))
    said = tuple(V1Feedback(Feedback(word), source, tuple(tags)) for word, source, tags in words)
    return V1Submission(V1SignalType(kind), value, said)


def fingerprint_of(submission: V1Submission) -> Fingerprint:
    """Return the fingerprint that is handed in."""
    return v1_fingerprint(submission.signal_type, submission.value)


def forgettable(bank: Bank) -> QuerySet[HeldSubmission]:
    """Return what can't go on any more: dropped for too long, or its partner was shut out."""
    shut_out = Q(partner__revoked_at__lt=bank.clock.now() - FORGET_REVOKED)
    return HeldSubmission.objects.filter(quarantine.is_beyond_restoring(bank) | shut_out)


def _of(bank: Bank, partner_id: int, fingerprint: Fingerprint) -> QuerySet[HeldSubmission]:
    lookup = bank.sealer.lookup(fingerprint)
    return HeldSubmission.objects.filter(partner_id=partner_id, lookup=lookup)


def _written(submission: V1Submission) -> bytes:
    words = [[word.value, word.source, word.tags] for word in submission.feedback]
    return json.dumps([submission.signal_type, submission.value, words]).encode()
