"""For partners: hand in hashes, and say what became of matches."""

import time
import uuid
from collections.abc import Iterator, Sequence
from typing import TypeVar

from staydown.bank import audit, floods, held, quarantine, rules
from staydown.bank.api.partners import PartnerRef
from staydown.bank.entries import FeedWriter, feed_writer
from staydown.bank.errors import UnknownEntry
from staydown.bank.models import Entry, Listing, Partner
from staydown.bank.release import PAUSE
from staydown.bank.runtime import Bank
from staydown.bank.turns import PIECE_PATIENCE
from staydown.base.vocabulary import Feedback
from staydown.exchange.codec import TAKING_BACK, v1_fingerprints
from staydown.exchange.records import SetAside, V1Feedback, V1FeedbackReport, V1Submission
from staydown.fingerprint.value import Fingerprint

#: Records a transaction takes in, so that one long list doesn't hold up everyone else.
_AT_A_TIME = 25

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
        who = audit.partner_name(partner.name)
        with feed_writer(bank, who=who, patience=PIECE_PATIENCE) as writer:
            for row in held.due(bank, _AT_A_TIME, partner.id):
                submission = held.read(bank, row)
                _take_in(writer, partner, held.fingerprint_of(submission), submission)
                row.delete()
                count += 1
        time.sleep(PAUSE)
    return count


def _submit(bank: Bank, partner: PartnerRef, part: Sequence[tuple[int, V1Submission]]) -> int:
    """Take one piece of a list in; return how many of it are held back."""
    count = 0
    with feed_writer(bank, who=audit.partner_name(partner.name), patience=PIECE_PATIENCE) as writer:
        read = [(held.fingerprint_of(submission), submission) for _, submission in part]
        offered = [one for one, submission in read if not _takes_back(submission)]
        waiting = held.held_of(bank, partner.id, offered)
        new = {*offered} - waiting - _listed_of(bank, partner, offered)
        judged = floods.from_partner([*new])
        hold = quarantine.judge(bank, judged, partner_id=partner.id) if new else None
        for fingerprint, submission in read:
            if _takes_back(submission):
                held.cancel(bank, partner.id, fingerprint)
                _take_in(writer, partner, fingerprint, submission)
            elif fingerprint in waiting or (hold is not None and fingerprint in new):
                held.put(bank, partner.id, fingerprint, submission, hold)
                count += 1
            else:
                _take_in(writer, partner, fingerprint, submission)
    return count


def _listed_of(
    bank: Bank, partner: PartnerRef, fingerprints: Sequence[Fingerprint]
) -> set[Fingerprint]:
    """Return those of the fingerprints that the partner lists already."""
    by_place = {(one.kind.value, bank.sealer.lookup(one)): one for one in fingerprints}
    rows = Listing.objects.filter(
        partner_id=partner.id,
        withdrawn_seq=None,
        entry__lookup__in=[lookup for _, lookup in by_place],
    ).values_list("entry__kind", "entry__lookup")
    found = {(kind, bytes(lookup)) for kind, lookup in rows}
    return {one for place, one in by_place.items() if place in found}


def _takes_back(submission: V1Submission) -> bool:
    return any(word.value in TAKING_BACK for word in submission.feedback)


def _take_in(
    writer: FeedWriter, partner: PartnerRef, fingerprint: Fingerprint, submission: V1Submission
) -> None:
    """List a hash with what its sender says of it, or take its listing back."""
    entry = writer.entry_for(fingerprint)
    if _takes_back(submission):
        # Never listed first: that would tell every partner of it, as of a withdrawal.
        if entry.pk is not None:
            _take_back(writer, entry, partner)
        return
    _list(writer, entry, partner)
    for word in submission.feedback:
        _say(writer, entry, partner, word)


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
    aside: list[SetAside] = []
    with feed_writer(bank, who=audit.partner_name(partner.name), patience=PIECE_PATIENCE) as writer:
        for position, report in part:
            read = v1_fingerprints(report.value)
            waited = 0
            if report.feedback.value in TAKING_BACK:
                waited = sum(held.cancel(bank, partner.id, fingerprint) for fingerprint in read)
            entries = [
                entry
                for fingerprint in read
                if (entry := writer.entry_for(fingerprint)).pk and _knows(partner, entry)
            ]
            if not entries and not waited:
                aside.append(SetAside(position, _UNKNOWN))
            for entry in entries:
                _say(writer, entry, partner, report.feedback)
    return aside


def give_feedback(bank: Bank, partner: PartnerRef, entry_id: str, value: Feedback) -> None:
    """Take the partner's word on one entry. Raises UnknownEntry."""
    try:
        wanted = uuid.UUID(entry_id)
    except ValueError:
        raise UnknownEntry("there is no such entry") from None
    with feed_writer(bank, who=audit.partner_name(partner.name)) as writer:
        entry = Entry.objects.filter(entry_id=wanted).first()
        if entry is None or not _knows(partner, entry):
            raise UnknownEntry("there is no such entry")
        _say(writer, entry, partner, V1Feedback(value))


# --------------------------------------------------------------------------- parts


def _list(writer: FeedWriter, entry: Entry, partner: PartnerRef) -> None:
    listing = None
    if entry.pk is not None:
        listing = Listing.objects.filter(entry=entry, partner_id=partner.id).first()
    if listing is None or listing.withdrawn_seq is not None:
        writer.join([entry])
    if listing is None:
        writer.add(entry, Listing(partner_id=partner.id), why="listed by a partner")
    elif listing.withdrawn_seq is not None:
        writer.add(entry, listing, why="listed again by a partner")


def _say(writer: FeedWriter, entry: Entry, partner: PartnerRef, word: V1Feedback) -> None:
    """Take a word about an entry, or the word that takes the partner's own listing back."""
    if word.value in TAKING_BACK:
        _take_back(writer, entry, partner)
    else:
        writer.say(entry, partner.id, word.value, word.tags)


def _take_back(writer: FeedWriter, entry: Entry, partner: PartnerRef) -> None:
    own = Listing.objects.filter(entry=entry, partner_id=partner.id, withdrawn_seq=None).first()
    if own is not None:
        own.entry = entry
        writer.withdraw(own, why="taken back by the partner")


def _knows(partner: PartnerRef, entry: Entry) -> bool:
    """Whether the entry is, or was, in the feed that this partner is given."""
    if entry.withdrawn_seq is None:
        return True
    first = Partner.objects.values_list("first_fetch_seq", flat=True).get(pk=partner.id)
    return rules.sees_withdrawal(first_fetch_seq=first, withdrawn_seq=entry.withdrawn_seq)


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _AT_A_TIME):
        yield items[start : start + _AT_A_TIME]
