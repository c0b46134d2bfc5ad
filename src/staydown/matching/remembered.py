"""What people decided before, and what that says of an upload. Nearness alone opens no door.

Pure: findings and what is remembered in, findings out. The most that memory does is to make an
answer weaker, and only for two reasons:

- A person decided about this very file, byte for byte, that it is not NCII.
- The upload is near a picture that a person decided about, by PDQ *and* by copy code, and no
  farther from it than from the listed one. Then it is let through, flagged.

Being near by PDQ alone says nothing: whoever has the picture that somebody listed can make a
harmless one that near to it within a minute, and have that decided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from staydown.base.vocabulary import Cut, Decision, GateAnswer, Kind
from staydown.fingerprint.kinds import KINDS
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import Fingerprint, View
from staydown.matching.limits import Limit, MatchLimits
from staydown.matching.rules import Finding, Recalled

#: The only decision that is remembered in favour of an upload.
_LETS_GO = Decision.NOT_NCII

#: Decisions that change nothing: nobody knew.
_SAYS_NOTHING = frozenset({Decision.CANT_TELL})


class FileWord(StrEnum):
    """What was decided about one very file, over all of its items."""

    NOTHING = "nothing"
    NOT_NCII = "not_ncii"
    #: Somebody decided otherwise, about this item or another of the same file.
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Whole:
    """The fingerprints of a whole picture as it came, as far as they are known."""

    pdq: Fingerprint | None = field(default=None, repr=False)
    copy: Fingerprint | None = field(default=None, repr=False)

    def of(self, kind: Kind) -> Fingerprint | None:
        """Return the fingerprint of a kind."""
        return {Kind.PDQ: self.pdq, Kind.COPY1: self.copy}.get(kind)


@dataclass(frozen=True, slots=True)
class Past:
    """What is remembered beside one entry.

    ``same_file``: this very file was decided beside it. ``ended``: an upload near it was decided to
    be NCII, so nothing is remembered. ``pictures`` were decided not to be.
    """

    same_file: bool = False
    ended: bool = False
    pictures: tuple[Whole, ...] = ()


class Recall(Protocol):
    """Who remembers, as the cascade asks it of one upload."""

    def __call__(
        self, findings: Sequence[Finding], queries: Sequence[Query]
    ) -> tuple[Finding, ...]:
        """Return ``findings`` as memory leaves them, the strongest first. ``queries`` is all that
        was looked up until now."""


def ends_memory(decision: Decision) -> bool:
    """Say whether a decision about an upload ends what is remembered beside its entries.

    *Is NCII* does, and every decision that this module doesn't know: memory is no reason to show
    what somebody found worse.
    """
    return decision is not _LETS_GO and decision not in _SAYS_NOTHING


def remembers(decision: Decision) -> bool:
    """Say whether an upload that was decided so is remembered in favour of others."""
    return decision is _LETS_GO


def keeps_fingerprints(decision: Decision | None) -> bool:
    """Say whether an item's own fingerprints are kept after ``decision``: they may yet be used."""
    return decision is None or not ends_memory(decision)


def word_for_file(decisions: Iterable[Decision]) -> FileWord:
    """Return what the decisions about one file, the latest of each item, come to together."""
    said = set(decisions)
    if any(ends_memory(decision) for decision in said):
        return FileWord.CONTRADICTED
    return FileWord.NOT_NCII if _LETS_GO in said else FileWord.NOTHING


def whole_of(queries: Iterable[Query]) -> Whole:
    """Return the whole, upright picture's fingerprints among what was looked up."""
    found: dict[Kind, Fingerprint] = {}
    for query in queries:
        if query.part == 0 and query.view == View():
            found.setdefault(query.fingerprint.kind, query.fingerprint)
    return Whole(found.get(Kind.PDQ), found.get(Kind.COPY1))


def weigh(
    finding: Finding, past: Past, word: FileWord, upload: Whole, limits: MatchLimits
) -> Finding:
    """Return what one entry says of an upload, as memory leaves it. Never a stronger answer."""
    if past.ended or word is FileWord.CONTRADICTED:
        return replace(finding, recalled=Recalled.ENDED)
    if word is FileWord.NOT_NCII and past.same_file:
        return replace(finding, answer=GateAnswer.ALLOWED, recalled=Recalled.SAME_FILE)
    if word is FileWord.NOT_NCII:
        return replace(finding, answer=GateAnswer.FLAGGED, recalled=Recalled.SAME_FILE_ELSEWHERE)
    near = {_near(finding, upload, picture, limits) for picture in past.pictures}
    if Recalled.NEAR_BY_BOTH in near:
        return replace(finding, answer=GateAnswer.FLAGGED, recalled=Recalled.NEAR_BY_BOTH)
    if Recalled.NEAR_BY_PDQ in near:
        return replace(finding, recalled=Recalled.NEAR_BY_PDQ)
    return finding


def _near(finding: Finding, upload: Whole, picture: Whole, limits: MatchLimits) -> Recalled:
    """Say how an upload is near a remembered picture; not at all if a part of it is held."""
    bank = finding.evidence.bank
    if finding.apart or KINDS[finding.evidence.kind].slack is None:
        return Recalled.NOTHING
    limit = limits.of(bank, Kind.PDQ, Cut.WHOLE)
    if not (_tells_itself_apart(upload, limit) and _tells_itself_apart(picture, limit)):
        return Recalled.NOTHING
    if not _within(Kind.PDQ, finding, upload, picture, limit):
        return Recalled.NOTHING
    if _within(Kind.COPY1, finding, upload, picture, limits.of(bank, Kind.COPY1, Cut.WHOLE)):
        return Recalled.NEAR_BY_BOTH
    return Recalled.NEAR_BY_PDQ


def _tells_itself_apart(one: Whole, limit: Limit) -> bool:
    return one.pdq is not None and (one.pdq.quality or 0) >= limit.quality


def _within(kind: Kind, finding: Finding, upload: Whole, picture: Whole, limit: Limit) -> bool:
    """Say whether the upload is near the picture, and not farther from it than from the entry's."""
    mine, theirs, slack = upload.of(kind), picture.of(kind), KINDS[kind].slack
    if mine is None or theirs is None or slack is None:
        return False
    distance = mine.distance(theirs)
    to_entry = [
        one.distance for one in (finding.evidence, finding.witness) if one and one.kind is kind
    ]
    return distance <= min([limit.hold, *(far + slack for far in to_entry)])
