"""One file against the references: pictures by the cascade, videos by their frames."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from staydown.base.face import FIRST
from staydown.base.vocabulary import GateAnswer, Kind, Turn
from staydown.cli.file_tree import Found
from staydown.cli.fingerprinting import video_of
from staydown.cli.in_videos import (
    DAMAGED,
    damage_words,
    kind_word,
    segment_record,
    segment_words,
    sighting_record,
    sighting_words,
)
from staydown.cli.media_file import MediaFile, fault_of, look_at
from staydown.cli.references import References
from staydown.fingerprint.picture_tasks import see_codes, see_parts, see_whole
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import Fingerprint, View
from staydown.fingerprint.video import VideoFingerprint
from staydown.matching.cascade import look_over
from staydown.matching.limits import DEFAULT
from staydown.matching.looked_at import LookedAt
from staydown.matching.reasons import reason
from staydown.matching.rules import Finding, judge
from staydown.matching.video import Segment, Sighting, align, find_listed, find_still
from staydown.media.errors import MediaError, NotAPicture
from staydown.media.film_damage import FilmDamage
from staydown.media.form import Form
from staydown.media.worker import OpenFile, PictureWorker


@dataclass(frozen=True, slots=True)
class Match:
    """What one reference says of a file.

    ``segments`` are there where a video takes part, ``damaged`` where the file is a video that
    could be seen in part only.
    """

    ref: bytes
    action: GateAnswer
    kind: str
    distance: int
    view: str
    reason: str
    segments: tuple[dict[str, object], ...] = ()
    damaged: FilmDamage | None = None
    #: Which picture of the file it was: the label of a ``Face``.
    face: str = FIRST.label

    @property
    def held(self) -> bool:
        """Whether it is as sure as it gets."""
        return self.action is GateAnswer.HELD


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of one file: the references that it matches, or what is wrong with it.

    There is a fault besides matches, or none, where a video could be seen in part only.
    """

    name: bytes
    matches: tuple[Match, ...] = ()
    code: str = ""
    fault: str = ""
    passed_over: bool = False
    looked_at: LookedAt | None = None


class Examiner:
    """Holds files against the references. ``model`` is the copy code's network, if there is one."""

    def __init__(self, references: References, model: Path | None) -> None:
        self._references = references
        self._model = model

    def look(self, found: Found, worker: PictureWorker) -> Looked:
        """Return what comes of a file; a fault is part of it, not raised."""
        if found.fault is not None or not found.regular:
            code, fault = ("", "") if found.fault is None else fault_of(found.fault)
            return Looked(found.name, code=code, fault=fault, passed_over=not fault)
        try:
            file = look_at(found.name, worker.limits)
            if file.picture or file.video:
                return self._examined(file, worker)
            if found.inside:
                return Looked(found.name, passed_over=True)
            raise NotAPicture
        except (MediaError, OSError) as error:
            code, fault = fault_of(error)
            return Looked(found.name, code=code, fault=fault)

    def _examined(self, file: MediaFile, worker: PictureWorker) -> Looked:
        """Cheapest first; the strongest match of each reference, the strongest on top."""
        seen: list[LookedAt] = []
        same = self._references.matcher.evidence([Query(one) for one in file.exact([Kind.SHA256])])
        found = [*self._told(judge(same))]
        if found:
            return Looked(file.name, tuple(_best(found)))
        video = video_of(file, worker, self._model, views=True) if file.video else None
        if file.picture:
            found += self._as_picture(file, worker, seen, in_videos=video is None)
        if video is not None:
            found += self._as_video(video)
        damaged = None if video is None else video.damage
        if damaged is None:
            looked_at = seen[0] if seen else None
            return Looked(file.name, tuple(_best(found)), looked_at=looked_at)
        told = tuple(replace(match, damaged=damaged) for match in _best(found))
        return Looked(file.name, told, DAMAGED, damage_words(damaged))

    def _as_picture(
        self, file: MediaFile, worker: PictureWorker, seen: list[LookedAt], *, in_videos: bool
    ) -> Iterator[Match]:
        references = self._references
        with file.open(worker, Form.QUICK_COLOUR) as opened:
            examined = look_over(opened, references.matcher, DEFAULT, self._model)
            seen += [examined.looked_at] if examined.looked_at else []
            yield from self._told(examined.findings)
            if not (in_videos and references.videos):
                return
            stills = self._stills(opened)
        for number, video in references.videos:
            if found := find_still(stills, video):
                yield self._seen(number, found, in_query=False)

    def _as_video(self, video: VideoFingerprint) -> Iterator[Match]:
        references = self._references
        for number, listed in references.videos:
            if segments := align(video, listed):
                yield self._aligned(number, segments)
        found = find_listed([fingerprints for _, fingerprints in references.pictures], video)
        for place, sightings in sorted(found.items()):
            yield self._seen(references.pictures[place][0], sightings, in_query=True)

    def _stills(self, opened: OpenFile) -> list[tuple[Fingerprint, View]]:
        """Every look at a picture that a video may be searched for."""
        whole = see_whole(opened)
        queries = [query for part in (whole, *see_parts(opened)) for query in part.queries()]
        if self._model is not None:
            (code,) = see_codes(opened, str(self._model), [(whole, Turn.NONE)])
            queries.append(whole.copy_query(Turn.NONE, code))
        return [(query.fingerprint, query.view) for query in queries]

    def _aligned(self, number: int, segments: Sequence[Segment]) -> Match:
        one = segments[0]
        return Match(
            self._references.names[number],
            GateAnswer.HELD,
            kind_word(one.kind),
            one.distance,
            one.view.label,
            segment_words(segments),
            tuple(map(segment_record, segments)),
        )

    def _seen(self, number: int, found: Sequence[Sighting], *, in_query: bool) -> Match:
        one = found[0]
        return Match(
            self._references.names[number],
            GateAnswer.HELD,
            one.kind.value,
            one.distance,
            one.view.label,
            sighting_words(found, in_query=in_query),
            tuple(sighting_record(sighting, in_query=in_query) for sighting in found),
        )

    def _told(self, findings: Iterable[Finding]) -> Iterator[Match]:
        for finding in findings:
            one = finding.evidence
            name = self._references.name(one.picture)
            yield Match(
                name,
                finding.answer,
                one.kind.value,
                one.distance,
                one.view.label,
                reason(finding),
                face=one.face.label,
            )


def _best(matches: Iterable[Match]) -> list[Match]:
    """Keep the strongest match of each reference; among equals one that says when, else the first.

    A frame of an animation is looked up as a picture too, which says nothing of its moment.
    """
    best: dict[bytes, Match] = {}
    for match in matches:
        kept = best.get(match.ref)
        rank = (match.held, bool(match.segments))
        if kept is None or rank > (kept.held, bool(kept.segments)):
            best[match.ref] = match
    return sorted(best.values(), key=lambda match: not match.held)
