"""Hashes that a partner takes back: only its own, and it is told where there is nothing of its own.

Without that, a withdrawal with a slip in the hash would look as if it had been done, and so would
one of a hash that somebody else listed.
"""

from collections.abc import Mapping, Sequence

from staydown.bank import held_hashes
from staydown.bank.api.partners import PartnerRef
from staydown.bank.models import Listing
from staydown.bank.runtime import Bank
from staydown.exchange.codec import TAKING_BACK, v1_fingerprints
from staydown.exchange.records import SetAside, V1FeedbackReport, V1Submission
from staydown.fingerprint.value import Fingerprint

#: Hashes asked for in one statement.
_CHUNK = 500

_NOT_YOURS = (
    "you have handed in no such hash, or took it back before it went out, so there is nothing of "
    "yours to take back; to say that a hash of others isn't NCII, send NotBlocked"
)


def own_submissions(
    bank: Bank, partner: PartnerRef, given: Sequence[tuple[int, V1Submission]]
) -> tuple[Sequence[tuple[int, V1Submission]], tuple[SetAside, ...]]:
    """Return what SubmitHashes has to do, and what takes back nothing of the partner's own.

    What comes before it in the same list is the partner's own by then.
    """
    back: dict[int, tuple[Fingerprint, ...]] = {}
    before: set[Fingerprint] = set()
    for position, one in given:
        fingerprint = held_hashes.fingerprint_of(one)
        if not any(word.value in TAKING_BACK for word in one.feedback):
            before.add(fingerprint)
        elif fingerprint not in before:
            back[position] = (fingerprint,)
    stray = _nothing_of(bank, partner, back)
    return [pair for pair in given if pair[0] not in stray], _aside(stray)


def own_reports(
    bank: Bank, partner: PartnerRef, given: Sequence[tuple[int, V1FeedbackReport]]
) -> tuple[Sequence[tuple[int, V1FeedbackReport]], tuple[SetAside, ...]]:
    """Return what SubmitFeedback has to do, and what takes back nothing of the partner's own."""
    back = {
        position: v1_fingerprints(report.value)
        for position, report in given
        if report.feedback.value in TAKING_BACK
    }
    stray = _nothing_of(bank, partner, back)
    return [pair for pair in given if pair[0] not in stray], _aside(stray)


def _nothing_of(
    bank: Bank, partner: PartnerRef, asked: Mapping[int, tuple[Fingerprint, ...]]
) -> set[int]:
    """Return the positions none of whose fingerprints the partner ever handed in.

    What it took back before counts as its own: saying it twice changes nothing.
    """
    every = list({one for fingerprints in asked.values() for one in fingerprints})
    own: set[Fingerprint] = set()
    for start in range(0, len(every), _CHUNK):
        part = every[start : start + _CHUNK]
        by_place = {(one.kind.value, bank.sealer.lookup(one)): one for one in part}
        rows = Listing.objects.filter(
            partner_id=partner.id, entry__lookup__in=[lookup for _, lookup in by_place]
        ).values_list("entry__kind", "entry__lookup")
        places = {(kind, bytes(lookup)) for kind, lookup in rows}
        own |= {one for place, one in by_place.items() if place in places}
        own |= held_hashes.held_of(bank, partner.id, part)
    return {position for position, wanted in asked.items() if not own.intersection(wanted)}


def _aside(positions: set[int]) -> tuple[SetAside, ...]:
    return tuple(SetAside(position, _NOT_YOURS) for position in sorted(positions))
