"""Where two videos show the same: a clip out of a longer one, a still of one, a picture in one.

Two frames that are alike say by how much one video is shifted against the other. Frames of the same
scene agree on that; chance hits don't. So every pair of alike frames votes for the shifts that it
allows, at some speeds, and the shift with most votes is looked at closely (after Douze, Jégou and
Schmid, "An image-based approach to video copy detection with spatio-temporal post-filtering",
2010). One pair of frames that would match as pictures is enough; several that agree in time may
each lie further apart.

Pure: fingerprints in, findings out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Kind
from staydown.fingerprint.value import Fingerprint, View
from staydown.fingerprint.video import VideoFingerprint
from staydown.matching.frame_pairs import (
    Hits,
    KindLimits,
    Rows,
    VideoLimits,
    codes,
    copy_hits,
    distances_of_pairs,
    least_quality,
    near,
    pdq_hits,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the query that shows the same as a stretch of the reference. Times in seconds.

    ``view`` was undone to the query. ``frames`` of the query agree, nearest ``distance`` (of
    ``kind``), their median ``median``. ``share``: of the query's kept frames; ``reference_share``:
    of the reference's running time. ``speed``: seconds of the reference in one of the query.
    """

    kind: Kind
    view: View
    query_start: float
    query_end: float
    reference_start: float
    reference_end: float
    speed: float
    frames: int
    share: float
    reference_share: float
    distance: int
    median: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """A picture that is seen in a video: when (in seconds), undoing what, and how near."""

    kind: Kind
    view: View
    distance: int
    seconds: float


#: Fingerprints of the pictures' pixels with what was undone to get them.
Still = tuple[Fingerprint, View]

_SPEEDS = tuple(round(1 + step / 100, 2) for step in sorted(range(-10, 11), key=abs))
_BIN = 0.25  # seconds
_SLACK = 0.35  # seconds that a shift may be off
_BREAK = 8.0  # seconds without an agreeing frame end a segment
_MOST_SEGMENTS = 8
_MOST_ROUNDS = 24

# PDQs of pictures that have nothing in common differ in 128 of 256 bits, give or take some 12.
_CLEAR = 100.0
_CLEARER = 8.0


@dataclass(frozen=True, slots=True)
class _Spans:
    """From when to when each kept frame stands."""

    start: Floats
    end: Floats


def align(
    query: VideoFingerprint,
    reference: VideoFingerprint,
    limits: VideoLimits = VideoLimits(),  # noqa: B008 - frozen
) -> list[Segment]:
    """Return the stretches that both videos show, the longest first; none where they don't match.

    Speeds from 0.9 to 1.1 are tried, and every view that the query has. Of two findings of the same
    stretch the one with more frames is returned.
    """
    found: list[Segment] = []
    known = Rows.of([frame.pdq for frame in reference.frames])
    looks = [(view, Rows.of(pdqs)) for view, pdqs in _looks(query)]
    for view, rows in looks:
        hits = pdq_hits(rows, known, view, limits)
        if len(hits):
            pair = _Pair(query, reference, Kind.PDQ, limits.pdq, rows, known, ((view, rows),))
            found += _segments(hits, pair, known)
    hits = copy_hits(query, reference, limits)
    if len(hits):
        mine, theirs = Rows.of(codes(query)), Rows.of(codes(reference))
        pair = _Pair(query, reference, Kind.COPY1, limits.copy, mine, theirs, tuple(looks))
        found += _segments(hits, pair, known)
    return _without_repeats(found)


def _looks(video: VideoFingerprint) -> list[tuple[View, Sequence[Fingerprint]]]:
    """The PDQs of a video's frames in each view, the whole upright one first."""
    return [(View(), [frame.pdq for frame in video.frames]), *video.views.items()]


def find_still(
    stills: Iterable[Still],
    video: VideoFingerprint,
    limits: VideoLimits = VideoLimits(),  # noqa: B008 - frozen
) -> list[Sighting]:
    """Return where a listed ``video`` shows one of the stills, nearest first.

    ``stills`` are the fingerprints of one uploaded picture, of each of its views.
    """
    found: list[Sighting] = []
    frames = {
        Kind.PDQ: Rows.of([frame.pdq for frame in video.frames]),
        Kind.COPY1: Rows.of(codes(video)),
    }
    for fingerprint, view in stills:
        rows = Rows.of([fingerprint])
        kind, least = fingerprint.kind, least_quality(view, limits)
        for seen in _sightings(rows, frames[kind], kind, (least, least), limits):
            found += _nearest_of_runs(seen, kind, view, video)
    return sorted(found, key=lambda sighting: sighting.distance)


def find_pictures(
    pictures: Iterable[Fingerprint],
    video: VideoFingerprint,
    limits: VideoLimits = VideoLimits(),  # noqa: B008 - frozen
) -> list[Sighting]:
    """Return where an uploaded ``video`` shows one listed picture, given all its fingerprints."""
    return find_listed([list(pictures)], video, limits).get(0, [])


def find_listed(
    pictures: Sequence[Sequence[Fingerprint]],
    video: VideoFingerprint,
    limits: VideoLimits = VideoLimits(),  # noqa: B008 - frozen
) -> dict[int, list[Sighting]]:
    """Return where an uploaded ``video`` shows listed pictures: by number, nearest first.

    ``pictures``: the fingerprints, of one or several kinds, of each listed picture. All of them are
    compared in one go; a picture that isn't seen has no entry.
    """
    found: dict[int, list[Sighting]] = {}
    for kind in (Kind.PDQ, Kind.COPY1):
        listed = [
            (number, one)
            for number, several in enumerate(pictures)
            for one in several
            if one.kind is kind
        ]
        rows = Rows.of([one for _, one in listed])
        looks = _looks(video) if kind is Kind.PDQ else [(View(), codes(video))]
        for view, frames in looks:
            least = limits.quality, least_quality(view, limits)
            for hits in _sightings(rows, Rows.of(frames), kind, least, limits):
                number = listed[int(hits.query[0])][0]
                found.setdefault(number, []).extend(_nearest_of_runs(hits, kind, view, video))
    for sightings in found.values():
        sightings.sort(key=lambda sighting: sighting.distance)
    return found


def _sightings(
    stills: Rows, frames: Rows, kind: Kind, least: tuple[int, int], limits: VideoLimits
) -> Iterator[Hits]:
    """For each of the stills that are seen, the frames that are near it, in the order of time.

    ``least``: PDQ quality of a still, and of a frame.
    """
    hits = near(stills, frames, limits.pdq.one if kind is Kind.PDQ else limits.copy.one)
    good = stills.quality[hits.query] >= least[0], frames.quality[hits.reference] >= least[1]
    hits = hits.only(good[0] & good[1])
    hits = hits.only(np.lexsort((hits.reference, hits.query)))
    for number in np.unique(hits.query).tolist():
        yield hits.only(hits.query == number)


def _nearest_of_runs(
    hits: Hits, kind: Kind, view: View, video: VideoFingerprint
) -> Iterator[Sighting]:
    """The nearest frame of each run of neighbours; the first of them where several are as near."""
    starts = np.flatnonzero(np.diff(hits.reference, prepend=-2) > 1)
    for run in np.split(np.arange(len(hits)), starts[1:]):
        best = run[int(hits.distance[run].argmin())]
        frame = video.frames[int(hits.reference[best])]
        yield Sighting(kind, view, int(hits.distance[best]), frame.seconds)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two videos, and by what they are compared: fingerprints of their frames, of one kind.

    ``looks``: the PDQs of the query's frames, to tell what was done to them.
    """

    query: VideoFingerprint
    reference: VideoFingerprint
    kind: Kind
    limits: KindLimits
    fingerprints: Rows
    known: Rows
    looks: tuple[tuple[View, Rows], ...]


@dataclass(frozen=True, slots=True)
class _Shift:
    """Time in the reference is ``speed`` × time in the query + ``seconds``."""

    speed: float
    seconds: float


def _spans(video: VideoFingerprint) -> _Spans:
    start = np.array([frame.seconds for frame in video.frames], dtype=np.float64)
    end = np.append(start[1:], max(video.seconds, start[-1]))
    return _Spans(start, np.maximum(end, start))


def _segments(hits: Hits, pair: _Pair, pdqs: Rows) -> list[Segment]:
    """The segments that the hits speak for, the best first. ``pdqs``: of the reference."""
    found: list[Segment] = []
    spans = _spans(pair.query), _spans(pair.reference)
    for _ in range(_MOST_ROUNDS):
        if not len(hits) or len(found) >= _MOST_SEGMENTS:
            break
        shift, agreeing = _best(hits, *spans, pair.limits)
        if _enough(agreeing, pair):
            view = _undone(agreeing, pair, pdqs)
            found.append(_segment(shift, agreeing, spans, pair, view))
        hits = hits.only(~np.isin(hits.query, agreeing.query))
    return found


def _enough(agreeing: Hits, pair: _Pair) -> bool:
    """Whether the frames that agree are evidence: one near pair, or several different frames."""
    if agreeing.distance.min() <= pair.limits.one:
        return True
    least = pair.limits.several // 2
    different: list[int] = []
    for place in range(len(agreeing)):
        mine = pair.fingerprints.only(agreeing.query[[place, *different]])
        theirs = pair.known.only(agreeing.reference[[place, *different]])
        if all(_from_first(rows).min(initial=least + 1) > least for rows in (mine, theirs)):
            different.append(place)
    return len(different) >= pair.limits.frames


def _from_first(rows: Rows) -> NDArray[np.int64]:
    """How far all others are from the first: whether they show another scene."""
    others = np.arange(1, len(rows))
    return distances_of_pairs(rows.only(others), rows.only(np.zeros_like(others)))


def _undone(agreeing: Hits, pair: _Pair, pdqs: Rows) -> View:
    """What was done to the query: the view in which the agreeing frames are nearest.

    A copy code doesn't tell: to it, a mirrored picture is nearly the same. So the PDQs are asked,
    and the whole upright view is the answer where they say nothing clear.
    """
    if len(pair.looks) == 1:
        return pair.looks[0][0]
    theirs = pdqs.only(agreeing.reference)
    means = [
        float(distances_of_pairs(rows.only(agreeing.query), theirs).mean())
        for _, rows in pair.looks
    ]
    best = min(range(len(means)), key=means.__getitem__)
    clear = means[best] <= _CLEAR and means[best] <= means[0] - _CLEARER
    return pair.looks[best if clear else 0][0]


def _best(hits: Hits, query: _Spans, reference: _Spans, limits: KindLimits) -> tuple[_Shift, Hits]:
    """The shift that most hits agree on, and the nearest hit of each frame that does.

    Another speed than 1 must be better by a margin.
    """
    best: tuple[float, _Shift, Hits] | None = None
    few = len(np.unique(hits.query)) < 3
    for speed in _SPEEDS[:1] if few else _SPEEDS:
        # The shifts at which the two frames stand at the same time.
        low = reference.start[hits.reference] - speed * query.end[hits.query]
        high = reference.end[hits.reference] - speed * query.start[hits.query]
        worth = 1.0 + 4.0 * (hits.distance <= limits.one) - hits.distance / (4.0 * limits.several)
        seconds = _most_voted(low, high, worth)
        near = (low - _SLACK <= seconds) & (seconds <= high + _SLACK)
        agreeing = _one_run(_nearest_of_each(hits.only(near)), query)
        total = float((2.0 - agreeing.distance / limits.several).sum())
        if best is None or total > best[0] * 1.05:
            best = total, _Shift(speed, seconds), agreeing
    if best is None:
        raise ValueError("there are no hits to choose from")
    return best[1], best[2]


def _most_voted(low: Floats, high: Floats, worth: Floats) -> float:
    """The middle of the first stretch of shifts that collects most votes."""
    first = float(low.min())
    start = ((low - first) / _BIN).astype(np.int64)
    end = ((high - first) / _BIN).astype(np.int64) + 1
    votes = np.zeros(int(end.max()) + 1)
    np.add.at(votes, start, worth)
    np.add.at(votes, end, -worth)
    heights = np.cumsum(votes)
    top = int(heights.argmax())
    level = heights[top] - 1e-9
    last = top
    while last + 1 < len(heights) and heights[last + 1] >= level:
        last += 1
    return first + (top + last + 1) / 2 * _BIN


def _nearest_of_each(hits: Hits) -> Hits:
    """The nearest hit of each frame of the query, in the order of time."""
    order = np.lexsort((hits.distance, hits.query))
    _, firsts = np.unique(hits.query[order], return_index=True)
    chosen = order[firsts]
    return Hits(hits.query[chosen], hits.reference[chosen], hits.distance[chosen])


def _one_run(hits: Hits, query: _Spans) -> Hits:
    """The longest run of hits that is nowhere broken for long."""
    if len(hits) < 2:
        return hits
    gaps = query.start[hits.query[1:]] - query.end[hits.query[:-1]]
    runs = np.concatenate([[0], np.cumsum(gaps > _BREAK)])
    return hits.only(runs == np.bincount(runs).argmax())


def _segment(
    shift: _Shift, agreeing: Hits, spans: tuple[_Spans, _Spans], pair: _Pair, view: View
) -> Segment:
    query, reference = spans
    start = float(query.start[agreeing.query].min())
    end = float(query.end[agreeing.query].max())
    # A frame may stand for longer in one video than in the other.
    earliest = float(reference.start[agreeing.reference].min())
    latest = float(reference.end[agreeing.reference].max())
    reference_start = min(max(shift.speed * start + shift.seconds, earliest), latest)
    reference_end = max(min(shift.speed * end + shift.seconds, latest), reference_start)
    start = max(start, (reference_start - shift.seconds) / shift.speed)
    end = max(start, min(end, (reference_end - shift.seconds) / shift.speed))
    running = max(pair.reference.seconds, 1e-3)
    return Segment(
        kind=pair.kind,
        view=view,
        query_start=round(start, 3),
        query_end=round(end, 3),
        reference_start=round(reference_start, 3),
        reference_end=round(reference_end, 3),
        speed=shift.speed,
        frames=len(agreeing),
        share=len(agreeing) / len(pair.query.frames),
        reference_share=min(1.0, (reference_end - reference_start) / running),
        distance=int(agreeing.distance.min()),
        median=int(np.median(agreeing.distance)),
    )


def _without_repeats(found: list[Segment]) -> list[Segment]:
    """Of segments that say the same of the same stretch, the one with most frames."""
    kept: list[Segment] = []
    for segment in sorted(found, key=lambda one: (-one.frames, one.distance, one.kind)):
        if not any(_overlap(segment, other) for other in kept):
            kept.append(segment)
    return sorted(kept, key=lambda one: (one.query_start - one.query_end, one.distance))


def _overlap(segment: Segment, other: Segment) -> bool:
    """Whether half of the shorter one's time, in the query, is the other's as well."""
    shared = min(segment.query_end, other.query_end) - max(segment.query_start, other.query_start)
    lengths = (
        segment.query_end - segment.query_start,
        other.query_end - other.query_start,
    )
    return shared >= 0.5 * min(lengths)
