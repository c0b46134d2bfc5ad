"""For partners: hand in hashes, and say what became of matches."""

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from staydown.bank import audit, held
from staydown.bank.api.partners import PartnerRef
from staydown.bank.entries import FeedWriter, feed_writer
from staydown.bank.errors import UnknownEntry
from staydown.bank.intake import SLICE, Intake
from staydown.bank.models import Entry, HeldSubmission
from staydown.bank.release import PAUSE
from staydown.bank.runtime import Bank
from staydown.bank.turns import PIECE_PATIENCE
from staydown.base.vocabulary import Feedback
from staydown.exchange.codec import v1_fingerprints
from staydown.exchange.records import SetAside, V1Feedback, V1FeedbackReport, V1Submission

_UNKNOWN = "no hash of this value is in the feed you were given"

T = TypeVar("T")


def submit_hashes(
    bank: Bank, partner: PartnerRef, submissions: Sequence[tuple[int, V1Submission]]
) -> int:
    """List hashes in the partner's own name, with its feedback. A repeat changes nothing.

    Return how many of them are held back for now, because so many came. Raises Busy when others'
    lists come first: what was taken in before that stays, and the same list sent again goes on from
    there.
    """
    with bank.turns.long_list():
        return sum(_submit(bank, partner, part) for part in _parts(submissions))


def release_held(bank: Bank) -> int:
    """List the hashes that were held back for long enough. Return how many. Raises Busy."""
    count = 0
    while due := held.due(bank, 1):
        partner = PartnerRef(due[0].partner_id, due[0].partner.name)
        with _writing(bank, partner) as writer:
            rows = held.due(bank, SLICE, partner.id)
            read = [held.read(bank, row) for row in rows]
            fingerprints = [held.fingerprint_of(submission) for submission in read]
            intake = Intake(writer, partner.id, fingerprints)
            for fingerprint, submission in zip(fingerprints, read, strict=True):
                intake.take_in(fingerprint, submission)
            intake.save()
            HeldSubmission.objects.filter(pk__in=[row.pk for row in rows]).delete()
            count += len(rows)
        time.sleep(PAUSE)
    return count


def _submit(bank: Bank, partner: PartnerRef, part: Sequence[tuple[int, V1Submission]]) -> int:
    """Take one piece of a list in; return how many of it are held back."""
    read = [(held.fingerprint_of(submission), submission) for _, submission in part]
    with _writing(bank, partner) as writer:
        intake = Intake(writer, partner.id, [fingerprint for fingerprint, _ in read])
        count = intake.submit(read)
        intake.save()
    return count


def submit_feedback(
    bank: Bank, partner: PartnerRef, reports: Sequence[tuple[int, V1FeedbackReport]]
) -> tuple[SetAside, ...]:
    """Take the partner's words on hashes of any kind. Return those about hashes it cannot know.

    Raises Busy, as ``submit_hashes`` does.
    """
    aside: list[SetAside] = []
    with bank.turns.long_list():
        for part in _parts(reports):
            aside += _hear(bank, partner, part)
    return tuple(aside)


def _hear(
    bank: Bank, partner: PartnerRef, part: Sequence[tuple[int, V1FeedbackReport]]
) -> list[SetAside]:
    read = [(place, v1_fingerprints(report.value), report.feedback) for place, report in part]
    with _writing(bank, partner) as writer:
        intake = Intake(writer, partner.id, [one for _, found, _ in read for one in found])
        aside = [
            SetAside(place, _UNKNOWN)
            for place, found, word in read
            if not intake.hear(found, word)
        ]
        intake.save()
    return aside


def give_feedback(bank: Bank, partner: PartnerRef, entry_id: str, value: Feedback) -> None:
    """Take the partner's word on one entry. Raises UnknownEntry."""
    try:
        wanted = uuid.UUID(entry_id)
    except ValueError:
        raise UnknownEntry("there is no such entry") from None
    with feed_writer(bank, who=audit.partner_name(partner.name)) as writer:
        entry = Entry.objects.filter(entry_id=wanted).first()
        if entry is None:
            raise UnknownEntry("there is no such entry")
        fingerprint = writer.open(entry)
        intake = Intake(writer, partner.id, [fingerprint])
        if not intake.hear([fingerprint], V1Feedback(value)):
            raise UnknownEntry("there is no such entry")
        intake.save()


# --------------------------------------------------------------------------- parts


def _writing(bank: Bank, partner: PartnerRef) -> AbstractContextManager[FeedWriter]:
    """Open the transaction of one piece of a long list."""
    return feed_writer(bank, who=audit.partner_name(partner.name), patience=PIECE_PATIENCE)


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), SLICE):
        yield items[start : start + SLICE]
