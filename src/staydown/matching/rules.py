"""What the upload gate answers. A match is never a verdict: the most it can say is "held".

Pure: candidates in, an answer out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from staydown.base.vocabulary import EntryState, GateAnswer, Kind
from staydown.fingerprint.value import PDQ_LISTING_QUALITY, PDQ_MATCH_DISTANCE, Fingerprint


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry near an upload. ``quality_fine`` is about the entry's own fingerprint."""

    bank: str
    entry_id: str
    kind: Kind
    distance: int
    state: EntryState
    quality_fine: bool


def quality_is_fine(fingerprint: Fingerprint, *, unknown_is_fine: bool) -> bool:
    """Say whether a fingerprint tells pictures apart well enough to act on.

    A bank has looked at quality before it lists, and the v1 wire can't carry it, so an entry whose
    quality is unknown counts as fine; an upload's must be said. Exact kinds have none and are fine.
    """
    if fingerprint.kind is not Kind.PDQ:
        return True
    if fingerprint.quality is None:
        return unknown_is_fine
    return fingerprint.quality >= PDQ_LISTING_QUALITY


def acts(candidate: Candidate) -> bool:
    """Say whether an entry may hold back a good upload that comes close to it."""
    return candidate.state is EntryState.LISTED and candidate.quality_fine


def answer(candidates: Sequence[Candidate], *, upload_quality_fine: bool) -> GateAnswer:
    """Return HELD where a listed entry of good quality matches a good upload.

    FLAGGED where only disputed entries, or only low quality on either side, speak for it: such
    fingerprints never act alone. ALLOWED without candidates.
    """
    close = [candidate for candidate in candidates if _is_close(candidate)]
    if not close:
        return GateAnswer.ALLOWED
    holds = upload_quality_fine and any(map(acts, close))
    return GateAnswer.HELD if holds else GateAnswer.FLAGGED


def _is_close(candidate: Candidate) -> bool:
    if candidate.state is EntryState.WITHDRAWN:
        return False
    limit = PDQ_MATCH_DISTANCE if candidate.kind is Kind.PDQ else 0
    return candidate.distance <= limit
