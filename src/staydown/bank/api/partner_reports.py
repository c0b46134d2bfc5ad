"""For partners: hand in hashes, and say what became of matches."""

import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from django.db import DatabaseError

from staydown.bank import audit, held_hashes
from staydown.bank.api.partners import PartnerRef
from staydown.bank.entries import FeedWriter, feed_writer
from staydown.bank.errors import BrokenOff, Busy, UnknownEntry
from staydown.bank.intake import SLICE, Intake
from staydown.bank.models import Entry, HeldSubmission
from staydown.bank.release import PAUSE
from staydown.bank.runtime import Bank
from staydown.bank.slices import Slices
from staydown.bank.turns import PIECE_PATIENCE
from staydown.base.reasons import reasons
from staydown.base.trouble import trouble_of
from staydown.base.vocabulary import Feedback
from staydown.exchange.codec import v1_fingerprints
from staydown.exchange.records import SetAside, V1Feedback, V1FeedbackReport, V1Submission
from staydown.fingerprint.sealing import SealBroken
from staydown.fingerprint.value import Fingerprint

_say = reasons("bank.errors")

log = logging.getLogger(__name__)

_UNKNOWN = "no hash of this value is in the feed you were given"

T = TypeVar("T")


def submit_hashes(
    bank: Bank, partner: PartnerRef, submissions: Sequence[tuple[int, V1Submission]]
) -> int:
    """List hashes in the partner's own name, with its feedback. A repeat changes nothing.

    Return how many of them are held back for now, because so many came. Raises Busy when others'
    lists come first, and BrokenOff when they do so in between: what was taken in before that stays,
    and the same list sent again goes on from there.
    """
    held_back = 0
    with _long_list(bank, partner, submissions) as slices:
        for part in slices:
            read = [(held_hashes.fingerprint_of(submission), submission) for _, submission in part]
            with _writing(bank, partner, [one for one, _ in read], slices) as intake:
                count = intake.submit(read)
            held_back += count
            slices.held = held_back
    return held_back


def release_held(bank: Bank) -> int:
    """List the hashes that were held back for long enough. Return how many. Raises Busy."""
    count, shut = 0, set[int]()
    while due := held_hashes.due(bank, 1, but=shut):
        partner = PartnerRef(due[0].partner_id, due[0].partner.name)
        with _feed_of(bank, partner) as writer:
            read = _opened(bank, held_hashes.due(bank, SLICE, partner.id, but=shut), shut)
            intake = Intake(writer, partner.id, [fingerprint for _, fingerprint, _ in read])
            for _, fingerprint, submission in read:
                intake.take_in(fingerprint, submission)
            intake.save()
            HeldSubmission.objects.filter(pk__in=[key for key, _, _ in read]).delete()
            count += len(read)
        time.sleep(PAUSE)
    return count


def _opened(
    bank: Bank, rows: Sequence[HeldSubmission], shut: set[int]
) -> list[tuple[int, Fingerprint, V1Submission]]:
    """Return what was handed in, by key; the keys of what doesn't open go to ``shut``."""
    read = []
    for row in rows:
        try:
            submission = held_hashes.read(bank, row)
        except SealBroken:  # of another key, or damaged: it keeps nobody else's from going out
            log.error("a hash that is held back does not open")
            shut.add(row.pk)
        else:
            read.append((row.pk, held_hashes.fingerprint_of(submission), submission))
    return read


def submit_feedback(
    bank: Bank, partner: PartnerRef, reports: Sequence[tuple[int, V1FeedbackReport]]
) -> tuple[SetAside, ...]:
    """Take the partner's words on hashes of any kind. Return those about hashes it cannot know.

    Raises Busy and BrokenOff, as ``submit_hashes`` does.
    """
    aside: list[SetAside] = []
    with _long_list(bank, partner, reports) as slices:
        for part in slices:
            read = [(at, v1_fingerprints(said.value), said.feedback) for at, said in part]
            every = [one for _, found, _ in read for one in found]
            with _writing(bank, partner, every, slices) as intake:
                unknown = [at for at, found, word in read if not intake.hear(found, word)]
            aside += [SetAside(at, _UNKNOWN) for at in unknown]
            slices.refused = len(aside)
    return tuple(aside)


def give_feedback(bank: Bank, partner: PartnerRef, entry_id: str, value: Feedback) -> None:
    """Take the partner's word on one entry. Raises UnknownEntry."""
    try:
        wanted = uuid.UUID(entry_id)
    except ValueError:
        raise UnknownEntry(_say("no_such_entry")) from None
    with feed_writer(bank, who=audit.partner_name(partner.name)) as writer:
        entry = Entry.objects.filter(entry_id=wanted).first()
        if entry is None:
            raise UnknownEntry(_say("no_such_entry"))
        fingerprint = writer.open(entry)
        intake = Intake(writer, partner.id, [fingerprint])
        if not intake.hear([fingerprint], V1Feedback(value)):
            raise UnknownEntry(_say("no_such_entry"))
        intake.save()


# --------------------------------------------------------------------------- parts


class _List(Slices[T]):
    """A long list, with how much of what is done is held back, and how much was refused."""

    held = 0
    refused = 0


@contextmanager
def _long_list(bank: Bank, partner: PartnerRef, items: Sequence[T]) -> Iterator[_List[T]]:
    """Leave to take in a long list; whatever breaks it off tells how far it came."""
    with bank.turns.long_list(partner.id):
        slices = _List(items)
        try:
            yield slices
        except (Busy, DatabaseError) as error:
            trouble = None if isinstance(error, Busy) else trouble_of(error)
            if not slices.done or not (trouble or isinstance(error, Busy)):
                raise
            raise BrokenOff(slices.done - slices.refused, slices.held) from error


@contextmanager
def _writing(
    bank: Bank, partner: PartnerRef, fingerprints: Sequence[Fingerprint], slices: _List[T]
) -> Iterator[Intake]:
    """Take one slice in, in a transaction of its own."""
    with _feed_of(bank, partner) as writer:
        began = time.monotonic()
        intake = Intake(writer, partner.id, fingerprints)
        yield intake
        intake.save()
    slices.took(time.monotonic() - began)


def _feed_of(bank: Bank, partner: PartnerRef) -> AbstractContextManager[FeedWriter]:
    return feed_writer(bank, who=audit.partner_name(partner.name), patience=PIECE_PATIENCE)
