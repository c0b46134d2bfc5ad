"""Pairs of frames, one of each of two videos, that are alike, and what counts as alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Cut, Kind
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

    def only(self, chosen: NDArray[np.bool_]) -> "Hits":
        return Hits(self.query[chosen], self.reference[chosen], self.distance[chosen])

    def __len__(self) -> int:
        return len(self.query)


def codes(video: VideoFingerprint) -> list[Fingerprint]:
    return [frame.copy for frame in video.frames if frame.copy is not None]


def fine(fingerprint: Fingerprint, view: View, limits: VideoLimits) -> bool:
    """Whether a fingerprint tells pictures apart well enough; one of unknown quality may."""
    if fingerprint.kind is not Kind.PDQ or fingerprint.quality is None:
        return True
    least = limits.quality if view.cut is Cut.WHOLE else limits.view_quality
    return fingerprint.quality >= least


def rows_of(fingerprints: Sequence[Fingerprint]) -> NDArray[np.uint64]:
    """(frames, words) of 64 bits."""
    joined = b"".join(fingerprint.bits for fingerprint in fingerprints)
    return np.frombuffer(joined, dtype=np.uint64).reshape(len(fingerprints), -1)


def distances_of(some: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Hamming distances, (rows of some, rows of others)."""
    counts = np.zeros((len(some), len(others)), dtype=np.int64)
    for word in range(some.shape[1]):
        counts += np.bitwise_count(some[:, None, word] ^ others[None, :, word])
    return counts


def _near(query: Sequence[Fingerprint], reference: Sequence[Fingerprint], limit: int) -> Hits:
    """All pairs within ``limit``; the nearest of them where there are very many."""
    rows, others = rows_of(query), rows_of(reference)
    parts: list[tuple[Whole, Whole, Whole]] = []
    step = max(1, _BLOCK * _BLOCK // max(1, len(others)))
    for start in range(0, len(rows), step):
        distances = distances_of(rows[start : start + step], others)
        one, other = np.nonzero(distances <= limit)
        parts.append((one + start, other, distances[one, other]))
    found = [np.concatenate([part[which] for part in parts]) for which in range(3)]
    order = np.argsort(found[2], kind="stable")[:_MOST_HITS]
    return Hits(*(column[order] for column in found))


def pdq_hits(
    query: Sequence[Fingerprint],
    reference: Sequence[Fingerprint],
    view: View,
    limits: VideoLimits,
) -> Hits:
    mine = np.array([fine(fingerprint, view, limits) for fingerprint in query], dtype=bool)
    theirs = np.array([fine(fingerprint, View(), limits) for fingerprint in reference], dtype=bool)
    if not (mine.any() and theirs.any()):
        return _no_hits()
    hits = _near(query, reference, limits.pdq.several)
    return hits.only(mine[hits.query] & theirs[hits.reference])


def copy_hits(query: VideoFingerprint, reference: VideoFingerprint, limits: VideoLimits) -> Hits:
    mine, theirs = codes(query), codes(reference)
    if len(mine) < len(query.frames) or len(theirs) < len(reference.frames) or not mine:
        return _no_hits()
    return _near(mine, theirs, limits.copy.several) if theirs else _no_hits()


def _no_hits() -> Hits:
    nothing = np.zeros(0, dtype=np.int64)
    return Hits(nothing, nothing, nothing)
