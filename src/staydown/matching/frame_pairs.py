"""Pairs of frames, one of each of two videos, that are alike, and what counts as alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Cut
from staydown.fingerprint.value import PDQ_LISTING_QUALITY, PDQ_MATCH_DISTANCE, Fingerprint, View
from staydown.fingerprint.video import VideoFingerprint

Whole = NDArray[np.int64]

_MOST_HITS = 200_000
_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class KindLimits:
    """How far apart frames may be: ``one`` pair alone, and each of ``several`` that agree in time.

    ``frames`` is how many of the query agree in time at least, that look different themselves.
    """

    one: int
    several: int
    frames: int


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """When two videos match."""

    pdq: KindLimits = KindLimits(one=PDQ_MATCH_DISTANCE, several=60, frames=3)
    copy: KindLimits = KindLimits(one=302, several=340, frames=3)
    #: Least PDQ quality of both frames, of a whole frame and of a view of one.
    quality: int = PDQ_LISTING_QUALITY
    view_quality: int = 80


@dataclass(frozen=True, slots=True)
class Hits:
    """Pairs of alike frames: number in the query, in the reference, distance."""

    query: Whole
    reference: Whole
    distance: Whole

    def only(self, chosen: NDArray[np.bool_] | Whole) -> "Hits":
        return Hits(self.query[chosen], self.reference[chosen], self.distance[chosen])

    def __len__(self) -> int:
        return len(self.query)


@dataclass(frozen=True, slots=True)
class Rows:
    """Fingerprints of one kind: bits (n, words of 64), and quality (n,), 100 where unknown."""

    bits: NDArray[np.uint64]
    quality: Whole

    @classmethod
    def of(cls, fingerprints: Sequence[Fingerprint]) -> "Rows":
        joined = b"".join([fingerprint.bits for fingerprint in fingerprints])
        bits = np.frombuffer(joined, dtype=np.uint64).reshape(max(1, len(fingerprints)), -1)
        known = [one.quality if one.quality is not None else 100 for one in fingerprints]
        return cls(bits[: len(fingerprints)], np.array(known, dtype=np.int64))

    def only(self, chosen: Whole) -> "Rows":
        return Rows(self.bits[chosen], self.quality[chosen])

    def __len__(self) -> int:
        return len(self.bits)


def codes(video: VideoFingerprint) -> list[Fingerprint]:
    """The copy codes of a video's frames, with the PDQ quality of the frame: a code has none."""
    return [
        replace(frame.copy, quality=frame.pdq.quality)
        for frame in video.frames
        if frame.copy is not None
    ]


def least_quality(view: View, limits: VideoLimits) -> int:
    """From which quality on a PDQ tells pictures apart well enough."""
    return limits.quality if view.cut is Cut.WHOLE else limits.view_quality


def _distances(some: NDArray[np.uint64], others: NDArray[np.uint64]) -> Whole:
    """Hamming distances, (rows of some, rows of others)."""
    counts = np.zeros((len(some), len(others)), dtype=np.int64)
    for word in range(some.shape[1]):
        counts += np.bitwise_count(some[:, None, word] ^ others[None, :, word])
    return counts


def distances_of_pairs(some: Rows, others: Rows) -> Whole:
    """Hamming distance of each row of ``some`` to the row of ``others`` at the same place."""
    counts: Whole = np.bitwise_count(some.bits ^ others.bits).sum(axis=1, dtype=np.int64)
    return counts


def near(query: Rows, reference: Rows, limit: int) -> Hits:
    """All pairs within ``limit``, the nearest first; only the nearest where there are very many."""
    parts = [np.zeros((3, 0), dtype=np.int64)]
    if len(query) and len(reference):
        step = max(1, _BLOCK * _BLOCK // len(reference))
        for start in range(0, len(query), step):
            distances = _distances(query.bits[start : start + step], reference.bits)
            one, other = np.nonzero(distances <= limit)
            parts.append(np.stack([one + start, other, distances[one, other]]))
    found = np.concatenate(parts, axis=1)
    order = np.argsort(found[2], kind="stable")[:_MOST_HITS]
    return Hits(*found[:, order])


def pdq_hits(query: Rows, reference: Rows, view: View, limits: VideoLimits) -> Hits:
    """Pairs of frames that are alike by PDQ, both of them good enough."""
    mine = query.quality >= least_quality(view, limits)
    theirs = reference.quality >= least_quality(View(), limits)
    hits = near(query, reference, limits.pdq.several)
    return hits.only(mine[hits.query] & theirs[hits.reference])


def copy_hits(query: VideoFingerprint, reference: VideoFingerprint, limits: VideoLimits) -> Hits:
    """Pairs of frames that are alike by copy code; none unless all frames have one."""
    mine, theirs = codes(query), codes(reference)
    if len(mine) < len(query.frames) or len(theirs) < len(reference.frames):
        mine = []
    some, others = Rows.of(mine), Rows.of(theirs)
    hits = near(some, others, limits.copy.several)
    least = least_quality(View(), limits)  # plain frames, as of a fade, are alike in any video
    fine = (some.quality[hits.query] >= least) & (others.quality[hits.reference] >= least)
    return hits.only(fine)
