"""What fingerprints that come close say about an upload. A match is never a verdict.

Pure: evidence in, an answer and its reason out. The most that it can say is "held".
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from staydown.base.face import FIRST, Face
from staydown.base.vocabulary import Cut, EntryState, GateAnswer, Kind, Turn
from staydown.fingerprint.kinds import KINDS, PDQ_LISTING_QUALITY
from staydown.fingerprint.value import View
from staydown.matching.limits import DEFAULT, Limit, MatchLimits

#: Weaker to stronger.
_RANK = {GateAnswer.ALLOWED: 0, GateAnswer.FLAGGED: 1, GateAnswer.HELD: 2}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fingerprint of an upload that came close to one entry.

    ``picture`` is shared by the entries of one listed picture. ``copy_listed``: that picture has a
    copy code in the bank. ``part`` numbers the region of the upload, 0 for the whole.
    """

    bank: str
    entry_id: str
    picture: str
    kind: Kind
    distance: int
    state: EntryState
    view: View = View()  # noqa: RUF009 - frozen
    part: int = 0
    query_quality: int | None = None
    entry_quality: int | None = None
    copy_listed: bool = False
    #: Which picture of the upload's file it is of.
    face: Face = FIRST


class Recalled(StrEnum):
    """What people decided before says of a match: see ``matching.remembered``."""

    NOTHING = "nothing"
    #: This very file, near this very entry, was decided not to be NCII.
    SAME_FILE = "same_file"
    #: This very file was, but near other entries.
    SAME_FILE_ELSEWHERE = "same_file_elsewhere"
    #: A picture that is near by PDQ and by copy code was.
    NEAR_BY_BOTH = "near_by_both"
    #: A picture that is near by PDQ was, and isn't near by copy code as far as is known.
    NEAR_BY_PDQ = "near_by_pdq"
    #: Somebody decided otherwise: about this file, or about another upload near this entry.
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one entry says of an upload, by its strongest ``evidence``.

    ``witness`` is evidence of the other kind for the same listed picture, where there is some.
    ``apart``: a part of the upload would be held by itself, whatever the whole looks like.
    ``answer`` is weaker than the evidence where ``recalled`` says why.
    """

    answer: GateAnswer
    evidence: Evidence
    limit: Limit
    witness: Evidence | None = None
    apart: bool = False
    recalled: Recalled = Recalled.NOTHING

    @property
    def acts(self) -> bool:
        """Whether both sides are good enough to hold an upload back."""
        return acts(self.evidence, self.limit)

    @property
    def query_quality_fine(self) -> bool:
        """Whether the upload tells itself apart from others."""
        return query_quality_fine(self.evidence, self.limit)


def entry_quality_fine(one: Evidence) -> bool:
    """Say whether the entry's own picture tells itself apart from others.

    A bank looks at quality before it lists, and the v1 wire can't carry it: unknown is fine.
    """
    return one.entry_quality is None or one.entry_quality >= PDQ_LISTING_QUALITY


def query_quality_fine(one: Evidence, limit: Limit) -> bool:
    """Say whether the upload tells itself apart from others: it must have been measured."""
    return limit.quality == 0 or (
        one.query_quality is not None and one.query_quality >= limit.quality
    )


def acts(one: Evidence, limit: Limit) -> bool:
    """Say whether a match may hold an upload back: never a disputed, never a plain one."""
    listed = one.state is EntryState.LISTED
    return listed and entry_quality_fine(one) and query_quality_fine(one, limit)


def judge(
    evidence: Iterable[Evidence],
    limits: MatchLimits = DEFAULT,
    copied: Collection[tuple[int, Turn]] = (),
) -> tuple[Finding, ...]:
    """Return a finding for each entry that counts, the strongest first.

    ``copied`` are the parts, with their turn, whose copy code was compared with everything listed:
    a PDQ match in between the limits falls where the copy code of the very same pixels had its
    chance and saw nothing alike. Closer evidence, or more of it, never makes an answer weaker.
    """
    close = [one for one in evidence if _counts(one, _limit(one, limits))]
    spokesmen = _spokesmen(close, limits)
    best: dict[tuple[str, str], Finding] = {}
    apart: set[tuple[str, str]] = set()
    for one in close:
        other = KINDS[one.kind].witness
        witness = spokesmen.get((one.bank, one.picture, other)) if other is not None else None
        finding = _weigh(one, witness, limits, copied)
        key = (one.bank, one.entry_id)
        if finding is None:
            continue
        if one.part != 0 and finding.answer is GateAnswer.HELD:
            apart.add(key)
        if key not in best or strength(finding) > strength(best[key]):
            best[key] = finding
    found = (replace(one, apart=key in apart) for key, one in best.items())
    return tuple(sorted(found, key=strength, reverse=True))


def answer(findings: Iterable[Finding]) -> GateAnswer:
    """Return the strongest answer among ``findings``; ALLOWED where there are none."""
    answers = [finding.answer for finding in findings]
    return max(answers, key=_RANK.__getitem__, default=GateAnswer.ALLOWED)


def strength(finding: Finding) -> tuple[object, ...]:
    """Order findings: by the answer, then by how far inside the limit, then by what was undone."""
    one = finding.evidence
    share = one.distance / (finding.limit.hold + 1)
    simple = (one.face == FIRST, one.view.cut is Cut.WHOLE, one.view.turn is Turn.NONE)
    return (_RANK[finding.answer], finding.acts, -share, *simple, one.entry_id)


def _counts(one: Evidence, limit: Limit) -> bool:
    """Pass over what is gone, what is far, and parts cut out by ourselves that are plain."""
    if one.state is EntryState.WITHDRAWN or one.distance > limit.flag:
        return False
    return one.view.cut is Cut.WHOLE or query_quality_fine(one, limit)


def _weigh(
    one: Evidence,
    witness: Evidence | None,
    limits: MatchLimits,
    copied: Collection[tuple[int, Turn]],
) -> Finding | None:
    limit = _limit(one, limits)
    fine = acts(one, limit)
    if one.distance <= limit.hold:
        return Finding(GateAnswer.HELD if fine else GateAnswer.FLAGGED, one, limit, witness)
    if not fine:  # two weaknesses at once
        return None
    if witness is not None and acts(witness, _limit(witness, limits)):
        return Finding(GateAnswer.HELD, one, limit, witness)
    looked = one.kind is Kind.PDQ and one.copy_listed and (one.part, one.view.turn) in copied
    if looked and witness is None:
        return None
    return Finding(GateAnswer.FLAGGED, one, limit, witness)


def _limit(one: Evidence, limits: MatchLimits) -> Limit:
    return limits.of(one.bank, one.kind, one.view.cut)


def _spokesmen(
    close: Iterable[Evidence], limits: MatchLimits
) -> dict[tuple[str, str, Kind], Evidence]:
    """Return the best evidence of each kind for each listed picture: one that acts, the nearest."""
    best: dict[tuple[str, str, Kind], Evidence] = {}
    for one in close:
        key = (one.bank, one.picture, one.kind)
        if key not in best or _worth(one, limits) > _worth(best[key], limits):
            best[key] = one
    return best


def _worth(one: Evidence, limits: MatchLimits) -> tuple[bool, int]:
    return acts(one, _limit(one, limits)), -one.distance


def needs_witness(one: Evidence, limits: MatchLimits) -> bool:
    """Say whether a PDQ match lies in between, so that a copy code decides about it."""
    limit = _limit(one, limits)
    between = limit.hold < one.distance <= limit.flag
    return one.kind is Kind.PDQ and one.copy_listed and between and acts(one, limit)
