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


def upload_quality_is_fine(fingerprints: Sequence[Fingerprint]) -> bool:
    """Say whether every fingerprint of an upload is good enough to act on a match of it."""
    return all(quality_is_fine(fingerprint, unknown_is_fine=False) for fingerprint in fingerprints)


def answer(candidates: Sequence[Candidate], *, upload_quality_fine: bool) -> GateAnswer:
    """Return HELD where a listed entry of good quality matches a good upload.

    FLAGGED where only disputed entries, or only low quality on either side, speak for it: such
    fingerprints never act alone. ALLOWED without candidates.
    """
    close = [candidate for candidate in candidates if _is_close(candidate)]
    if not close:
        return GateAnswer.ALLOWED
    acts = any(
        candidate.state is EntryState.LISTED and candidate.quality_fine for candidate in close
    )
    return GateAnswer.HELD if acts and upload_quality_fine else GateAnswer.FLAGGED


def _is_close(candidate: Candidate) -> bool:
    if candidate.state is EntryState.WITHDRAWN:
        return False
    limit = PDQ_MATCH_DISTANCE if candidate.kind is Kind.PDQ else 0
    return candidate.distance <= limit
