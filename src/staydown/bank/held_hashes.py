"""Hashes of partners that came in a flood: kept sealed, with what was said of them."""

import json
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db.models import Q, QuerySet

from staydown.bank import quarantine
from staydown.bank.models import HeldSubmission
from staydown.bank.quarantine import Hold
from staydown.bank.rows import insert_rows, is_new, update_rows
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import Feedback
from staydown.exchange.codec import v1_fingerprint
from staydown.exchange.records import V1Feedback, V1SignalType, V1Submission
from staydown.fingerprint.value import Fingerprint

_PURPOSE = "held submission"

#: Of a partner that was shut out nothing goes on. When it isn't let in again, it is deleted.
FORGET_REVOKED = timedelta(days=30)


class HeldHere:
    """What is held back of some hashes of a partner, in the open transaction. Written by ``save``.

    A partner's second word on a hash takes the place of its first.
    """

    def __init__(self, bank: Bank, partner_id: int, fingerprints: Iterable[Fingerprint]) -> None:
        self._bank, self._partner_id = bank, partner_id
        by_lookup = {bank.sealer.lookup(one): one for one in fingerprints}
        rows = HeldSubmission.objects.filter(partner_id=partner_id, lookup__in=[*by_lookup])
        self._before = {by_lookup[bytes(row.lookup)]: row for row in rows}
        self._now = dict(self._before)
        self._written: set[Fingerprint] = set()

    def waited(self, fingerprint: Fingerprint) -> bool:
        """Whether the hash was held back when this began."""
        return fingerprint in self._before

    def put(self, fingerprint: Fingerprint, said: V1Submission, hold: Hold | None) -> None:
        """Keep a submission: until ``hold`` is over, or for as long as its hash is held already."""
        row = self._now.get(fingerprint) or self._before.get(fingerprint)
        if row is None:
            if hold is None:
                raise ValueError("what isn't held yet needs something that holds it")
            row = HeldSubmission(
                partner_id=self._partner_id,
                lookup=self._bank.sealer.lookup(fingerprint),
                group=hold.group,
                due_at=hold.until,
            )
        row.sealed = self._bank.sealer.seal_bytes(_PURPOSE, _written(said))
        self._now[fingerprint] = row
        self._written.add(fingerprint)

    def cancel(self, fingerprint: Fingerprint) -> bool:
        """The partner takes the hash back: nothing waits any more. Say whether it waited."""
        return self._now.pop(fingerprint, None) is not None

    def save(self) -> None:
        """Write all that changed since."""
        gone = [row.pk for one, row in self._before.items() if one not in self._now]
        HeldSubmission.objects.filter(pk__in=gone).delete()
        rows = [self._now[one] for one in self._written if one in self._now]
        update_rows([row for row in rows if not is_new(row)], "sealed")
        insert_rows([row for row in rows if is_new(row)])


def held_of(bank: Bank, partner_id: int, fingerprints: Iterable[Fingerprint]) -> set[Fingerprint]:
    """Return those of the fingerprints that the partner handed in and that are held back."""
    by_lookup = {bank.sealer.lookup(one): one for one in fingerprints}
    rows = HeldSubmission.objects.filter(partner_id=partner_id, lookup__in=[*by_lookup])
    return {by_lookup[bytes(lookup)] for lookup in rows.values_list("lookup", flat=True)}


def due(
    bank: Bank, most: int, partner_id: int | None = None, *, but: Collection[int] = ()
) -> list[HeldSubmission]:
    """Return up to ``most`` submissions (of this partner) that go on now, the first due first.

    ``but``: keys of those that are passed over.
    """
    rows = HeldSubmission.objects.filter(
        quarantine.is_over(bank, "due_at"), group__dropped_at=None, partner__revoked_at=None
    )
    if partner_id is not None:
        rows = rows.filter(partner_id=partner_id)
    if but:
        rows = rows.exclude(pk__in=[*but])
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


def _written(submission: V1Submission) -> bytes:
    words = [[word.value, word.source, word.tags] for word in submission.feedback]
    return json.dumps([submission.signal_type, submission.value, words]).encode()
