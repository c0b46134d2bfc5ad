"""One upload against everything listed: the cheapest evidence first, until it is decided.

1. The PDQ of the whole picture under all eight turns.
2. The parts that may be the whole of another picture, each with its eight PDQs.
3. Copy codes of the whole and of the likeliest parts: only where copy codes are listed and the
   network is there, since a code costs as much time as everything before it.
4. The same of the other pictures that programs show of the file (``media.faces``), where there are
   any: PDQs before copy codes here as well.
5. More copy codes, only where one of those nearly matched something: of the other parts, then of
   the nearest one turned (the network sees through mirroring, but less well through other turns).

What people decided before (``matching.remembered``) counts at every step: an upload that memory
would let go is looked at to the end, so that nothing hides behind the picture that they knew.

The file should be opened in ``Form.QUICK_COLOUR``: views and copy codes are made of colour.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from staydown.base.vocabulary import GateAnswer, Kind, Turn
from staydown.fingerprint.face_tasks import see_faces
from staydown.fingerprint.kinds import BY_CONTENT, MAIN
from staydown.fingerprint.picture_tasks import Part, see_codes, see_parts, see_whole
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import Fingerprint
from staydown.fingerprint.views.region import overlap
from staydown.matching.limits import DEFAULT, MatchLimits
from staydown.matching.looked_at import ENDED_EARLY, NOTHING_LISTED, LookedAt, looked_at, the_first
from staydown.matching.matcher import Found, KnownEntries
from staydown.matching.remembered import Recall
from staydown.matching.rules import (
    Evidence,
    Finding,
    Recalled,
    answer,
    judge,
    needs_witness,
)
from staydown.media.worker import OpenFile

#: Copy codes that an upload may cost, those that decide about a PDQ match first. Only where one of
#: them nearly matches something (``ALMOST``) there are more: of each part, and of three turns.
MOST_CODES = 3

#: Other pictures of a file, besides the first, that are searched for parts and get a copy code.
MOST_SEARCHED = 6

#: Parts, the whole among them, that one upload's copy codes are made of at the very most.
MOST_PARTS = 7

#: How sure the view search must be of a part before a copy code is made of it (0 to 1).
LIKELY = 0.55

#: A copy code this near to something listed is worth more codes: of 130,000 pairs of different
#: pictures one in 25,000 is as near (``benchmarks``), copies that were turned or lie in a larger
#: picture are. Each step up costs more uploads the further codes, the more so the larger the bank.
ALMOST = 380

#: Shares, of what two parts cover together, up to which they are two guesses, and lie apart.
SAME = 0.8
APART = 0.05

_OTHER_TURNS = (Turn.TURNED_90, Turn.TURNED_270, Turn.TURNED_180)

_Wanted = tuple[Part, Turn]


def examine(
    file: OpenFile,
    known: KnownEntries,
    limits: MatchLimits = DEFAULT,
    model: Path | None = None,
    recall: Recall | None = None,
) -> tuple[Finding, ...]:
    """Return what the listed entries say of the picture ``file``, the strongest finding first.

    As ``look_over``, for who doesn't ask what was looked at.
    """
    return look_over(file, known, limits, model, recall).findings


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of an upload, and what of it was looked at; None where fingerprints came.

    ``queries`` is all that was looked up: the upload's fingerprints.
    """

    findings: tuple[Finding, ...]
    looked_at: LookedAt | None = None
    queries: tuple[Query, ...] = field(default=(), repr=False)


def look_over(
    file: OpenFile,
    known: KnownEntries,
    limits: MatchLimits = DEFAULT,
    model: Path | None = None,
    recall: Recall | None = None,
) -> Examined:
    """Hold every picture that programs show of ``file`` against what is listed.

    ``model`` is the copy code's network; without it there are no copy codes. ``recall`` says what
    people decided before; who asks for it gets the whole picture's copy code made of whatever
    matches, since what is decided about it is remembered by that. Raises a MediaError.
    """
    so_far = _SoFar(known, limits, recall, with_network=model is not None)
    whole = see_whole(file)
    looked = _look(so_far, file, model, whole)
    if model is not None and recall is not None and so_far.evidence:
        so_far.look_at(file, model, [(whole, Turn.NONE)])
    looked = replace(looked, damage=file.damage)
    return Examined(so_far.findings(), looked, tuple(so_far.queries))


def _look(so_far: "_SoFar", file: OpenFile, model: Path | None, whole: Part) -> LookedAt:
    """Go through the steps, until something holds that memory can't let go."""
    so_far.look_up(whole.queries())
    with_codes = model is not None and so_far.known.count(Kind.COPY1) > 0
    only_first = LookedAt() if not file.many_faced else the_first(ENDED_EARLY)
    if so_far.held():
        return only_first
    if not (with_codes or so_far.known.count(Kind.PDQ)):
        return LookedAt() if not file.many_faced else the_first(NOTHING_LISTED)
    parts = _parts(so_far, file, None)
    if so_far.held():
        return only_first
    seen = see_faces(file)
    others = _others(so_far, file, seen.wholes)
    if so_far.held() or model is None or not with_codes:
        return looked_at(seen)
    every = [whole, *parts, *chain.from_iterable(others), *seen.wholes]
    for batch in _batches(so_far, [whole, *parts], others, {one.number: one for one in every}):
        so_far.look_at(file, model, batch)
        if so_far.held():
            break
    return looked_at(seen)


def _parts(so_far: "_SoFar", file: OpenFile, whole: Part | None) -> list[Part]:
    """Search one picture of the file for parts, look them up and return them."""
    parts = [part for part in see_parts(file, whole) if _tells_enough(part, so_far.limits)]
    so_far.look_up(query for part in parts for query in part.queries())
    return parts


def _others(so_far: "_SoFar", file: OpenFile, wholes: Sequence[Part]) -> list[list[Part]]:
    """Look up the other pictures of the file, then the parts of some.

    Return those that were searched for parts, each with its parts.
    """
    so_far.look_up(query for part in wholes for query in part.queries())
    searched: list[list[Part]] = []
    for part in _spread([one for one in wholes if _tells_enough(one, so_far.limits)]):
        if so_far.held():
            break
        searched.append([part, *_parts(so_far, file, part)])
    return searched


def _spread(wholes: Sequence[Part]) -> list[Part]:
    """Choose ``MOST_SEARCHED`` from the first to the last, evenly."""
    if len(wholes) <= MOST_SEARCHED:
        return list(wholes)
    last = len(wholes) - 1
    return [wholes[round(place * last / (MOST_SEARCHED - 1))] for place in range(MOST_SEARCHED)]


def compare(
    fingerprints: Sequence[Fingerprint], known: KnownEntries, limits: MatchLimits = DEFAULT
) -> Examined:
    """Return what the listed entries say of ready fingerprints of one upload.

    The first copy code is taken for that of the pixels of the first PDQ, the second for that of the
    second: a code says nothing of how much there is in a picture, so it goes by the PDQ's quality.
    """
    qualities = [one.quality for one in fingerprints if one.kind is MAIN]
    seen: Counter[Kind] = Counter()
    queries = []
    for one in fingerprints:
        part = seen[one.kind]
        seen[one.kind] += 1
        quality = qualities[part] if part < len(qualities) else None
        queries.append(Query(one, part=part, quality=quality))
    so_far = _SoFar(known, limits)
    so_far.look_up(queries)
    return Examined(so_far.findings(), queries=tuple(queries))


@dataclass(slots=True)
class _SoFar:
    """What is known of one upload at some moment of the cascade."""

    known: KnownEntries
    limits: MatchLimits
    recall: Recall | None = None
    with_network: bool = False
    queries: list[Query] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    copied: set[tuple[int, Turn]] = field(default_factory=set)
    #: The part whose copy code nearly matched something, and at which distance.
    nearest: tuple[int, Part] | None = None

    def look_up(self, queries: Iterable[Query], almost: int = 0) -> Found:
        """Ask for all of ``queries`` at once, keep what counts, and return all that is found."""
        asked = list(queries)
        self.queries += asked
        found = self.known.look_up(asked, self.limits, almost)
        self.evidence += found.evidence
        self.copied |= {
            (query.part, query.view.turn) for query in asked if query.fingerprint.kind is Kind.COPY1
        }
        return found

    def look_at(self, file: OpenFile, model: Path, wanted: Iterable[_Wanted]) -> None:
        """Make the copy codes that were not made yet, and look them up."""
        new = [(part, turn) for part, turn in wanted if (part.number, turn) not in self.copied]
        if not new:
            return
        codes = see_codes(file, str(model), new)
        made = [part.copy_query(turn, code) for (part, turn), code in zip(new, codes, strict=True)]
        found = self.look_up(made, ALMOST)
        for (part, _), distance in zip(new, found.nearest, strict=True):
            if distance is not None and (self.nearest is None or distance < self.nearest[0]):
                self.nearest = (distance, part)

    def findings(self) -> tuple[Finding, ...]:
        found = judge(self.evidence, self.limits, self.copied)
        return found if self.recall is None else self.recall(found, self.queries)

    def held(self) -> bool:
        """Say whether something holds that no further look could let go."""
        return answer(one for one in self.findings() if not self._hangs_on_code(one)) is (
            GateAnswer.HELD
        )

    def _hangs_on_code(self, one: Finding) -> bool:
        """Whether the whole picture's copy code, which isn't made yet, may let memory speak."""
        made = (0, Turn.NONE) in self.copied
        return one.recalled is Recalled.NEAR_BY_PDQ and self.with_network and not made


def _tells_enough(part: Part, limits: MatchLimits) -> bool:
    """Pass over a part that is too plain for every limit: nothing it says would count."""
    rows = [*limits.shipped.items(), *(((k, c), limit) for (_, k, c), limit in limits.own.items())]
    return part.quality >= min(
        limit.quality for (kind, cut), limit in rows if kind in BY_CONTENT and cut is part.cut
    )


def _batches(
    so_far: _SoFar,
    parts: Sequence[Part],
    others: Sequence[Sequence[Part]],
    by_number: Mapping[int, Part],
) -> Iterator[list[_Wanted]]:
    """What to make copy codes of, step by step; ``parts`` begin with the whole, as do ``others``.

    Who asks for the next step has looked at the last one, and nothing holds yet.
    """
    waiting = sorted(
        (one for one in so_far.evidence if needs_witness(one, so_far.limits)),
        key=lambda one: one.distance,
    )
    # Each place once: many entries that wait at one must not hide another.
    places = list(dict.fromkeys((one.part, one.view.turn) for one in waiting))
    first = list(dict.fromkeys([*places[: MOST_CODES - 1], (0, Turn.NONE)]))
    yield [(by_number[number], turn) for number, turn in first]
    yield [(part, Turn.NONE) for part in _likely(parts, MOST_CODES - len(first))]
    for other in others:
        yield [(other[0], Turn.NONE)]
        yield [(part, Turn.NONE) for part in _likely(other, 1)]
    upright = [(part, Turn.NONE) for part in parts]
    if so_far.nearest is not None:
        yield upright[:MOST_PARTS]
        _, part = so_far.nearest
        yield [(part, turn) for turn in _OTHER_TURNS]


def _likely(parts: Sequence[Part], most: int) -> list[Part]:
    """The parts that the search is sure enough of: ``most``, and more where they lie side by side.

    Two that cover the same are one guess at where a picture ends; many beside each other are a
    collage, and any of its cells may be the one.
    """
    chosen: list[Part] = []
    for part in parts:
        if part.region is None or part.region.score < LIKELY or len(chosen) == MOST_PARTS:
            continue
        shared = max((overlap(part.region, one.region) for one in chosen if one.region), default=0)
        if shared <= (SAME if len(chosen) < most else APART):
            chosen.append(part)
    return chosen
