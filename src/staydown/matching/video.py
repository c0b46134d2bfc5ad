"""Where two videos show the same: a clip out of a longer one, a still of one, a picture in one.

Two frames that are alike say by how much one video is shifted against the other. Frames of the same
scene agree on that; chance hits don't. So every pair of alike frames votes for the shifts that it
allows, at some speeds, and the shift with most votes is looked at closely (after Douze, Jégou and
Schmid, "An image-based approach to video copy detection with spatio-temporal post-filtering",
2010). One pair of frames that would match as pictures is enough; several that agree in time may
each lie further apart.

Pure: fingerprints in, findings out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Kind
from staydown.fingerprint.value import Fingerprint, View
from staydown.fingerprint.video import VideoFingerprint
from staydown.matching.frame_pairs import (
    Hits,
    KindLimits,
    VideoLimits,
    codes,
    copy_hits,
    distances_of,
    fine,
    pdq_hits,
    rows_of,
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
    looks = [(View(), tuple(frame.pdq for frame in query.frames)), *query.views.items()]
    known = [frame.pdq for frame in reference.frames]
    for view, fingerprints in looks:
        hits = pdq_hits(fingerprints, known, view, limits)
        pair = _Pair(query, reference, Kind.PDQ, view, limits.pdq, fingerprints, known)
        found += _segments(hits, pair) if len(hits) else []
    hits = copy_hits(query, reference, limits)
    pair = _Pair(query, reference, Kind.COPY1, View(), limits.copy, codes(query), codes(reference))
    found += _segments(hits, pair) if len(hits) else []
    return _without_repeats(found)


def find_still(
    stills: Iterable[Still],
    video: VideoFingerprint,
    limits: VideoLimits = VideoLimits(),  # noqa: B008 - frozen
) -> list[Sighting]:
    """Return where a listed ``video`` shows one of the stills, nearest first.

    ``stills`` are the fingerprints of one uploaded picture, of each of its views.
    """
    found = []
    for fingerprint, view in stills:
        if fine(fingerprint, view, limits):
            frames = [frame.pdq for frame in video.frames]
            if fingerprint.kind is Kind.COPY1:
                frames = codes(video)
            found += _sightings(fingerprint, view, frames, video, limits)
    return sorted(found, key=lambda sighting: sighting.distance)


def find_pictures(
    pictures: Iterable[Fingerprint],
    video: VideoFingerprint,
    limits: VideoLimits = VideoLimits(),  # noqa: B008 - frozen
) -> list[Sighting]:
    """Return where an uploaded ``video`` shows a listed picture, nearest first.

    ``pictures`` are the fingerprints, of one or several kinds, of one listed picture.
    """
    found = []
    looks = [(View(), [frame.pdq for frame in video.frames]), *video.views.items()]
    for fingerprint in pictures:
        if fingerprint.kind is Kind.COPY1:
            found += _sightings(fingerprint, View(), codes(video), video, limits)
        elif fine(fingerprint, View(), limits):
            for view, frames in looks:
                found += _sightings(fingerprint, view, list(frames), video, limits)
    return sorted(found, key=lambda sighting: sighting.distance)


def _sightings(
    still: Fingerprint,
    view: View,
    frames: Sequence[Fingerprint],
    video: VideoFingerprint,
    limits: VideoLimits,
) -> list[Sighting]:
    """The frames that are near a still, the nearest of each run of neighbours."""
    limit = limits.pdq.one if still.kind is Kind.PDQ else limits.copy.one
    rows = np.array([fine(frame, view, limits) for frame in frames], dtype=bool)
    if not rows.any():
        return []
    distances = distances_of(rows_of([still]), rows_of(frames))[0]
    near = np.flatnonzero(rows & (distances <= limit))
    found: list[Sighting] = []
    for number in near.tolist():
        sighting = Sighting(still.kind, view, int(distances[number]), video.frames[number].seconds)
        if found and number - 1 in near and found[-1].distance <= sighting.distance:
            continue
        if found and number - 1 in near:
            found.pop()
        found.append(sighting)
    return found


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two videos, and in which look they are compared."""

    query: VideoFingerprint
    reference: VideoFingerprint
    kind: Kind
    view: View
    limits: KindLimits
    fingerprints: Sequence[Fingerprint]
    known: Sequence[Fingerprint]


@dataclass(frozen=True, slots=True)
class _Shift:
    """Time in the reference is ``speed`` × time in the query + ``seconds``."""

    speed: float
    seconds: float


def _spans(video: VideoFingerprint) -> _Spans:
    start = np.array([frame.seconds for frame in video.frames], dtype=np.float64)
    end = np.append(start[1:], max(video.seconds, start[-1]))
    return _Spans(start, np.maximum(end, start))


def _segments(hits: Hits, pair: _Pair) -> list[Segment]:
    """The segments that the hits of one look speak for, the best first."""
    found: list[Segment] = []
    spans = _spans(pair.query), _spans(pair.reference)
    for _ in range(_MOST_ROUNDS):
        if not len(hits) or len(found) >= _MOST_SEGMENTS:
            break
        shift, agreeing = _best(hits, *spans, pair.limits)
        if _enough(agreeing, pair):
            found.append(_segment(shift, agreeing, spans, pair))
        hits = hits.only(~np.isin(hits.query, agreeing.query))
    return found


def _enough(agreeing: Hits, pair: _Pair) -> bool:
    """Whether the frames that agree are evidence: one near pair, or several different frames."""
    if agreeing.distance.min() <= pair.limits.one:
        return True
    different: list[tuple[Fingerprint, Fingerprint]] = []
    for mine, theirs in zip(agreeing.query.tolist(), agreeing.reference.tolist(), strict=True):
        frames = pair.fingerprints[mine], pair.known[theirs]
        if all(_differ(frames, others, pair.limits.several // 2) for others in different):
            different.append(frames)
    return len(different) >= pair.limits.frames


def _differ(
    frames: tuple[Fingerprint, Fingerprint], others: tuple[Fingerprint, Fingerprint], least: int
) -> bool:
    """Whether two pairs of frames show different scenes, in both videos."""
    return all(one.distance(other) > least for one, other in zip(frames, others, strict=True))


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


def _segment(shift: _Shift, agreeing: Hits, spans: tuple[_Spans, _Spans], pair: _Pair) -> Segment:
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
        view=pair.view,
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
